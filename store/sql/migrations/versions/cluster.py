"""Several daemons on one store: what each is for, and whose turn it was at what one does for all."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import moment, opaque
from store.sql.migrations.postgres.row_security import guard

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add them; daemons of the release before go on beside this schema, and do everything."""
    op.add_column("daemons", sa.Column("role", sa.String(16), nullable=False, server_default="all"))
    op.create_table(
        "turns",
        sa.Column("id", opaque(), nullable=False),
        sa.Column("taken_at", moment(), nullable=False),
        sa.Column("taken_by", opaque(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
    )
    guard("turns")


def downgrade() -> None:
    """Take them away: without them every daemon does everything at its own time."""
    op.drop_table("turns")
    op.drop_column("daemons", "role")
