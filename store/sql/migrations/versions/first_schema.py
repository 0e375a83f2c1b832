"""The first schema: users and sessions, calendars, the ledger, the log."""

from store.sql.migrations.first import append_only, calendars, ledger, live, records

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    live.create()
    calendars.create()
    ledger.create()
    records.create()
    append_only.protect()
