"""What is kept of learning: the model, what was shown, what is forgotten."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document, moment, opaque
from store.sql.migrations.postgres.row_security import guard

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the table; no program of a user reads it."""
    op.create_table(
        "learning_notes",
        sa.Column("id", opaque(), nullable=False),
        sa.Column("document", document(), nullable=False),
        sa.Column("updated_at", moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_notes")),
    )
    guard("learning_notes")


def downgrade() -> None:
    """Drop it: what was learned is fitted anew from the log."""
    op.drop_table("learning_notes")
