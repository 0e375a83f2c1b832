"""Budgets of requests, shared by every daemon of a store."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import moment, opaque
from store.sql.migrations.postgres.row_security import guard

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add them; they are nobody's rows, and the daemon's alone."""
    op.create_table(
        "budgets",
        sa.Column("name", opaque(), nullable=False),
        sa.Column("spent_until", sa.BigInteger(), nullable=False),
        sa.Column("quiet_until", moment(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_budgets")),
    )
    guard("budgets")
