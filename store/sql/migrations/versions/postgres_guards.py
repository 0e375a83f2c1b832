"""What PostgreSQL holds fast: holds that cannot overlap, and rows that only their owner sees."""

from alembic import op

from store.sql.migrations.postgres import holds, roles, row_security

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Set the guards; SQLite has one writer and one owner, and needs none."""
    if op.get_bind().dialect.name == "postgresql":
        holds.exclude()
        roles.create()
        row_security.force()
