"""What people wrote, sealed wherever it lies: sessions and messages with the host's data key.

Dropping that key makes all of them unreadable. What gatherly notes for itself of what people wrote (a
booking's reason, what is still to be told, what a conflict is between) may outlive its session and belongs to
nobody alone: it is sealed with a key of the store's own, and removed or masked when somebody is erased.

A column keeps its type: a sealed text or document is a text, which in a column of documents is a JSON text.
What is empty tells nothing and stays as it is.
"""

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engine.errors import VaultError
from engine.ids import UserId
from engine.ports.vault import Vault
from store.sql.naming import STORE
from store.sql.tables.records import about
from store.sql.tables.sessions import event_sessions, messages
from store.sql.writes import insert_new

SEALED: Mapping[str, tuple[str, ...]] = {
    "event_sessions": (
        *("title", "description", "location", "proposed_times", "final_time", "rejected_slots"),
        *("withheld", "metadata", "guests"),
    ),
    "messages": ("content", "metadata"),
    "booking": ("reason", "progress"),
    "outbox": ("payload", "last_error"),
    "conflicts": ("description", "proposed_resolution"),
}
"""By the table's name, the columns that hold people's own words, or tell those of others."""
_DONE = "all sealed"
_EMPTY: tuple[object, ...] = (None, "", [], {})
_KEYS: Mapping[str, tuple[str, ...]] = {"messages": ("session_id", "id"), "booking": ("session",)}


def sealed(vault: Vault, table: sa.Table, owner: UserId, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Give a row as it is to lie in its table."""
    written = dict(row)
    for name in SEALED[table.name]:
        if name in written and written[name] not in _EMPTY:
            plain = json.dumps(written[name], ensure_ascii=False).encode()
            written[name] = vault.seal(owner, _place(table, name, row), plain)
    return written


def opened(vault: Vault, table: sa.Table, owner: UserId, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Give a row as it was before it was sealed.

    Raises:
        VaultError: the owner's key is gone, or a value was changed or moved.
    """
    there = [name for name in SEALED[table.name] if name in row]
    return {**row, **{name: open_value(vault, table, owner, row, name) for name in there}}


def open_value(vault: Vault, table: sa.Table, owner: UserId, row: Mapping[Any, Any], name: str) -> Any:
    """Give one sealed value of a row as it was before it was sealed.

    Raises:
        VaultError: the owner's key is gone, or the value was changed or moved.
    """
    value = row[name]
    return value if value in _EMPTY else json.loads(vault.open(owner, _place(table, name, row), value))


def _place(table: sa.Table, name: str, row: Mapping[Any, Any]) -> str:
    return f"{table.name}.{name}/{'/'.join(row[part] for part in _KEYS.get(table.name, ('id',)))}"


def key_of(table: sa.Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Give what of a row says where its sealed values lie."""
    return {name: row[name] for name in _KEYS.get(table.name, ("id",))}


def owned(connection: sa.Connection, table: sa.Table, *where: sa.ColumnElement[bool]) -> Iterator[Any]:
    """Give rows of a sealed table, each with its `owner`: the host of its session, or the store."""
    host = event_sessions.c.host_user_id if table in (event_sessions, messages) else sa.literal(STORE)
    rows = sa.select(table, host.label("owner")).where(*where)
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
    from store.sql.schema import SCHEMA  # an earlier store is met once, and knows every table

    for table in map(SCHEMA.tables.__getitem__, SEALED):
        keys = list(table.primary_key.columns)
        for row in owned(connection, table):
            clear = _in_clear(vault, table, row)
            if not clear:
                continue
            written = sealed(vault, table, UserId(row["owner"]), {**key_of(table, row), **clear})
            this = (column == row[column.name] for column in keys)
            connection.execute(sa.update(table).where(*this).values({name: written[name] for name in clear}))
    insert_new(connection, about, {"key": _DONE, "value": Clarity.SEALED.value})


def _in_clear(vault: Vault, table: sa.Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Give what of a row is not sealed yet: what does not open is what somebody wrote."""
    owner = UserId(row["owner"])
    return {
        name: row[name]
        for name in SEALED[table.name]
        if row[name] not in _EMPTY and not _opens(vault, owner, _place(table, name, row), row[name])
    }


def _opens(vault: Vault, owner: UserId, place: str, value: object) -> bool:
    try:
        return isinstance(value, str) and bool(vault.open(owner, place, value))
    except VaultError:
        return False
