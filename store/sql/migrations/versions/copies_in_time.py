"""When a copy came to be as it is; and indexes for what lies ahead of a clock that was set back."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import moment

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add them; of older copies nobody knows when."""
    op.add_column("effect", sa.Column("at", moment()))
    op.create_index("idx_calendar_account_last_attempt", "calendar_accounts", ["last_attempt"])
    where = sa.text("state = 'pending'")
    op.create_index(
        "idx_outbox_ahead", "outbox", ["created_at", "position"], sqlite_where=where, postgresql_where=where
    )
