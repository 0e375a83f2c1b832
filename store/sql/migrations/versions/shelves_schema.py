"""What is not read at every tick: events of one's own, resources, history, notifications, grants."""

from store.sql.migrations.later import events, history, operations, resources

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the repositories."""
    events.create()
    resources.create()
    history.create()
    operations.create()
