"""Whether the database's files may still hold what was removed: remembered until they were cleared of it."""

import sqlalchemy as sa

from store.sql.tables.records import about
from store.sql.writes import insert_new

_LEFT = "removed, not shredded"


def note_left(connection: sa.Connection) -> None:
    """Remember it, in the transaction that removes: whatever ends the clearing, it is begun again."""
    insert_new(connection, about, {"key": _LEFT, "value": ""})


def is_left(connection: sa.Connection) -> bool:
    """Tell whether clearing was begun and did not end."""
    return connection.execute(sa.select(about.c.key).where(about.c.key == _LEFT)).first() is not None


def note_cleared(connection: sa.Connection) -> None:
    """Remember that nothing is left."""
    connection.execute(sa.delete(about).where(about.c.key == _LEFT))
