"""Whom people know, and what calendars tell of them."""

from alembic import op

from store.sql.migrations.columns import create
from store.sql.migrations.going_back import drop_empty
from store.sql.migrations.later import relations
from store.sql.migrations.postgres.roles import APP
from store.sql.migrations.postgres.row_security import ME, guard

revision = "0025"
down_revision = "0024"

_OWN = ("contacts", "contact_addresses", "interactions", "interests", "relationships", "ai_memories")
_DERIVED = ("meeting_sources", "encounters")


def upgrade() -> None:
    """Add them; an app sees its user's rows and no others, sealed as they are.

    An event's objects are looked for by its UID, whichever of a person's calendars hold it.
    """
    create(relations.tables())
    op.create_index("idx_calendar_object_uid", "calendar_objects", ["user_id", "uid"])
    if op.get_bind().dialect.name == "postgresql":
        for table in _OWN:
            op.execute(f"GRANT SELECT ON {table} TO {APP}")
            op.execute(f"CREATE POLICY own ON {table} FOR SELECT TO {APP} USING (user_id = {ME})")
    guard(*_OWN, *_DERIVED)


def downgrade() -> None:
    """Take them away, where nobody's contacts are kept in them; what is derived is derived anew."""
    op.drop_index("idx_calendar_object_uid", "calendar_objects")
    op.drop_table("encounters")
    op.drop_table("meeting_sources")
    for table in ("ai_memories", "relationships", "interests", "interactions", "contact_addresses"):
        drop_empty(table, f"rows of {table.replace('_', ' ')}")
    drop_empty("contacts", "contacts")
