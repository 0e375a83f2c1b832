"""What a booking remembers of its way, and the slots that left a session's offer for a hold."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add both; nothing is remembered yet."""
    op.add_column("booking", sa.Column("progress", document()))
    op.add_column("event_sessions", sa.Column("withheld", document()))
