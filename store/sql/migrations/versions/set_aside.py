"""What is set aside: one item's trouble, with why and since when."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import moment, opaque
from store.sql.migrations.postgres.roles import APP, DAEMON
from store.sql.migrations.postgres.row_security import _ME

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


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
    )
    op.create_index("idx_set_aside_user_id", "set_aside", ["user_id"])
    op.create_index("idx_set_aside_session_id", "set_aside", ["session_id"])
    op.create_index("idx_set_aside_since", "set_aside", ["since"])
    if op.get_bind().dialect.name == "postgresql":
        _guard()


def _guard() -> None:
    op.execute(f"GRANT SELECT ON set_aside TO {APP}")
    op.execute(f"CREATE POLICY own ON set_aside FOR SELECT TO {APP} USING (user_id = {_ME})")
    op.execute("ALTER TABLE set_aside ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE set_aside FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY jobs ON set_aside TO {DAEMON} USING (true) WITH CHECK (true)")
