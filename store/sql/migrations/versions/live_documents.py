"""What is remembered of users, sessions and messages that live outside of SQL, where apps write them too."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document, moment, partial_index
from store.sql.migrations.postgres.row_security import guard

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add it; it is the daemon's alone."""
    op.create_table(
        "live_documents",
        sa.Column("path", sa.String(800), nullable=False),
        sa.Column("known", document()),
        sa.Column("sending", document(), nullable=False),
        sa.Column("update_time", sa.String(40)),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", moment(), nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_live_documents")),
        partial_index("idx_live_document_mark", "mark > 0", "mark"),
        partial_index("idx_live_document_trouble", "last_error IS NOT NULL OR problem IS NOT NULL", "path"),
    )
    guard("live_documents")
