"""What is not read at every tick: events of one's own, resources, history, notifications, grants."""

from store.sql.migrations.columns import create
from store.sql.migrations.later import events, history, operations, resources

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of the repositories."""
    create(events.tables(), resources.tables(), history.tables(), operations.tables())
