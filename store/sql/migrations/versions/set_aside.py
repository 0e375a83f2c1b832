"""What is set aside: one item's trouble, with why and since when."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import moment, opaque
from store.sql.migrations.postgres.roles import APP
from store.sql.migrations.postgres.row_security import ME, guard

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add it; a row is seen by whose it is."""
    op.create_table(
        "set_aside",
        sa.Column("id", opaque(), nullable=False),
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("session_id", opaque()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("since", moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", moment(), nullable=False),
        sa.Column("forgotten", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
        sa.Index("idx_set_aside_user_id", "user_id"),
        sa.Index("idx_set_aside_session_id", "session_id"),
        sa.Index("idx_set_aside_since", "since"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"GRANT SELECT ON set_aside TO {APP}")
        op.execute(f"CREATE POLICY own ON set_aside FOR SELECT TO {APP} USING (user_id = {ME})")
    guard("set_aside")
