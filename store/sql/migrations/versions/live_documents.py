"""What is remembered of users, sessions and messages that live outside of SQL, where apps write them too."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document, moment
from store.sql.migrations.postgres.roles import DAEMON

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


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
    )
    _index("idx_live_document_mark", "mark", "mark > 0")
    _index("idx_live_document_trouble", "path", "last_error IS NOT NULL OR problem IS NOT NULL")
    if op.get_bind().dialect.name == "postgresql":
        _guard()


def _index(name: str, column: str, where: str) -> None:
    op.create_index(
        name, "live_documents", [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def _guard() -> None:
    op.execute("ALTER TABLE live_documents ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE live_documents FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY jobs ON live_documents TO {DAEMON} USING (true) WITH CHECK (true)")
