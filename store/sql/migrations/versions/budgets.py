"""Budgets of requests, shared by every daemon of a store."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import moment, opaque
from store.sql.migrations.postgres.roles import DAEMON

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


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
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE budgets ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE budgets FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY jobs ON budgets TO {DAEMON} USING (true) WITH CHECK (true)")
