"""What people wrote into sessions and messages, sealed with the host's data key wherever it lies.

A column keeps its type: a sealed text or document is a text, which in a column of documents is a JSON text.
What is empty tells nothing and stays as it is. Dropping the host's key makes all of it unreadable.
"""

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engine.ids import UserId
from engine.ports import Vault
from store.sql.tables.live import event_sessions, messages
from store.sql.tables.records import about
from store.sql.writes import insert_new

SEALED: Mapping[sa.Table, tuple[str, ...]] = {
    event_sessions: (
        *("title", "description", "location", "proposed_times", "final_time", "rejected_slots"),
        *("withheld", "metadata"),
    ),
    messages: ("content", "metadata"),
}
"""By table, the columns that hold people's own words, or tell those of others."""
_DONE = "sealed"
_EMPTY: tuple[object, ...] = (None, "", [], {})


def sealed(vault: Vault, table: sa.Table, owner: UserId, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Give a row as it is to lie in its table."""
    written = dict(row)
    for name in SEALED[table]:
        if name in written and written[name] not in _EMPTY:
            plain = json.dumps(written[name], ensure_ascii=False).encode()
            written[name] = vault.seal(owner, _place(table, name, row), plain)
    return written


def opened(vault: Vault, table: sa.Table, owner: UserId, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Give a row as it was before it was sealed.

    Raises:
        VaultError: the owner's key is gone, or a value was changed or moved.
    """
    read = dict(row)
    for name in SEALED[table]:
        if name in read and read[name] not in _EMPTY:
            read[name] = json.loads(vault.open(owner, _place(table, name, row), read[name]))
    return read


def _place(table: sa.Table, name: str, row: Mapping[Any, Any]) -> str:
    key = f"{row['session_id']}/{row['id']}" if table is messages else row["id"]
    return f"{table.name}.{name}/{key}"


def owned(connection: sa.Connection, table: sa.Table, *where: sa.ColumnElement[bool]) -> Iterator[Any]:
    """Give rows of a sealed table, each with its `owner`: the host of its session."""
    owner = event_sessions.c.host_user_id.label("owner")
    rows = sa.select(table, owner).where(*where)
    if table is messages:
        rows = rows.join(event_sessions, event_sessions.c.id == messages.c.session_id)
    yield from connection.execute(rows).mappings().all()


class Clarity(StrEnum):
    """How far a store is with what an earlier gatherly has left in clear."""

    IN_CLEAR = "in clear"
    SEALED = "sealed"
    """In the rows, though the database's files may still hold what was there before."""
    GONE = "gone"


def clarity(connection: sa.Connection) -> Clarity:
    """Tell how far it is."""
    found = connection.execute(sa.select(about.c.value).where(about.c.key == _DONE)).scalar()
    return Clarity.IN_CLEAR if found is None else Clarity(found)


def note_gone(connection: sa.Connection) -> None:
    """Remember that the files, too, hold nothing in clear any more."""
    connection.execute(sa.update(about).where(about.c.key == _DONE).values(value=Clarity.GONE.value))


def seal_all(connection: sa.Connection, vault: Vault) -> None:
    """Seal what an earlier gatherly has left in clear: all in the connection's transaction, or nothing."""
    for table, names in SEALED.items():
        keys = list(table.primary_key.columns)
        for row in owned(connection, table):
            written = sealed(vault, table, UserId(row["owner"]), row)
            this = (column == row[column.name] for column in keys)
            connection.execute(sa.update(table).where(*this).values({name: written[name] for name in names}))
    insert_new(connection, about, {"key": _DONE, "value": Clarity.SEALED.value})
