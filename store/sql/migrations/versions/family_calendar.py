"""What a family's own calendar keeps: who shares it, its mirror, zones, and resources of sessions."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document, opaque
from store.sql.migrations.going_back import drop_unset

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the columns; what is there has none of it."""
    op.add_column("calendars", sa.Column("members", document()))
    op.add_column("calendars", sa.Column("mirror", opaque()))
    op.add_column("events", sa.Column("zone", sa.String(64)))
    op.add_column("resource_reservations", sa.Column("session_id", opaque()))
    op.create_index("idx_reservation_session", "resource_reservations", ["session_id"])
    op.add_column("conflicts", sa.Column("undo", document()))
    op.add_column("event_sessions", sa.Column("resource_ids", document()))


def downgrade() -> None:
    """Take them away, where nothing is kept in them."""
    drop_unset("event_sessions", "resource_ids", "sessions that need a resource")
    drop_unset("conflicts", "undo", "resolutions of conflicts")
    op.drop_index("idx_reservation_session", "resource_reservations")
    drop_unset("resource_reservations", "session_id", "reservations of sessions")
    drop_unset("events", "zone", "events with a zone of their own")
    drop_unset("calendars", "mirror", "calendars with a mirror")
    drop_unset("calendars", "members", "shared calendars")
