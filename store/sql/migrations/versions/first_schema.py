"""The first schema: users and sessions, calendars, the ledger, the log."""

from store.sql.migrations.columns import create
from store.sql.migrations.first import append_only, calendars, ledger, live, records

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    create(live.tables(), calendars.tables(), ledger.tables(), records.tables())
    append_only.protect()
