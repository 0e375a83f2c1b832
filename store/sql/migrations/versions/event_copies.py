"""Where the copy of a family's event stands in the calendar that mirrors its own."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import moment, opaque
from store.sql.migrations.going_back import drop_unset

revision = "0019"
down_revision = "0018"
_DUE = sa.text("mirror_due IS NOT NULL")


def upgrade() -> None:
    """Add the columns; nothing is mirrored yet."""
    op.add_column("events", sa.Column("mirror_id", opaque()))
    op.add_column("events", sa.Column("mirror_due", moment()))
    op.create_index("idx_event_mirror_id", "events", ["mirror_id"])
    op.create_index(
        "idx_event_mirror_due", "events", ["mirror_due"], sqlite_where=_DUE, postgresql_where=_DUE
    )


def downgrade() -> None:
    """Take them away, where nothing is mirrored."""
    op.drop_index("idx_event_mirror_due", "events")
    op.drop_index("idx_event_mirror_id", "events")
    drop_unset("events", "mirror_due", "copies that are to be written")
    drop_unset("events", "mirror_id", "copies in other calendars")
