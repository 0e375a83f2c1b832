"""Everything of one person as rows ready for JSON, with what was sealed for them opened."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from engine.errors import VaultError
from engine.ids import UserId
from engine.ports.custody import Archive
from engine.ports.vault import Vault
from engine.text.plain_text import one_line
from engine.time.instant import format_instant
from store.sql.repositories.events import SqlEvents
from store.sql.repositories.meetings import SqlMeetingSources
from store.sql.repositories.operations import SqlGrants, SqlNotifications
from store.sql.repositories.relations import (
    SqlContacts,
    SqlEmbeddings,
    SqlInteractions,
    SqlInterests,
    SqlMemories,
)
from store.sql.repositories.repository import Kind
from store.sql.repositories.resources import SqlReservations
from store.sql.repositories.set_aside import SqlSetAsides
from store.sql.schema import SCHEMA
from store.sql.sealing import SEALED, open_value
from store.sql.tables.calendars import calendar_objects
from store.sql.tables.history import scheduling_events
from store.sql.tables.metadata import owner_of
from store.sql.tables.records import data_keys
from store.sql.tables.sessions import event_sessions, messages
from store.sql.types import Moment

_REPOSITORIES: tuple[Any, ...] = (
    *(SqlEvents, SqlNotifications, SqlGrants, SqlReservations, SqlSetAsides),
    *(SqlContacts, SqlInteractions, SqlInterests, SqlMemories, SqlMeetingSources, SqlEmbeddings),
)
_SEALED: tuple[Kind[Any], ...] = tuple(one.kind for one in _REPOSITORIES)
_LEFT_OUT = {data_keys.name}
_TOKENS = {"access_token", "refresh_token", "google_auth_token"}
"""What lets somebody in is no personal data of its holder, and must not travel."""


def export(connection: sa.Connection, vault: Vault, user: UserId) -> Archive:
    """Give a person's rows by table, and the messages of the sessions that they host."""
    archive = {
        table.name: _rows(connection, vault, table, owner == user, user)
        for table in SCHEMA.sorted_tables
        if (owner := owner_of(table)) is not None and table.name not in _LEFT_OUT
    }
    hosted = sa.select(event_sessions.c.id).where(event_sessions.c.host_user_id == user)
    said = _rows(connection, vault, messages, messages.c.session_id.in_(hosted), user)
    return {**archive, messages.name: said}


def _rows(
    connection: sa.Connection, vault: Vault, table: sa.Table, where: sa.ColumnElement[bool], user: UserId
) -> list[dict[str, Any]]:
    found = connection.execute(sa.select(table).where(where).order_by(*table.primary_key.columns)).mappings()
    return [
        {column.name: _told(partial(_value, vault, table, user, row, column)) for column in table.columns}
        for row in found
    ]


def _told(read: Callable[[], object]) -> object:
    """Give a value; one that does not open is named as such, and keeps nobody from the rest."""
    try:
        return read()
    except VaultError as error:
        return f"(does not open: {one_line(str(error))})"


def _value(
    vault: Vault, table: sa.Table, user: UserId, row: Mapping[Any, Any], column: sa.Column[Any]
) -> object:
    kind = next((kind for kind in _SEALED if kind.table is table), None)
    value = row[column.name]
    if value is not None and column.name in _TOKENS:
        return "(not exported)"
    if column.name in SEALED.get(table.name, ()):
        return open_value(vault, table, user, row, column.name)
    if value is not None and kind is not None and column.name in kind.sealed:
        return kind.unsealed(vault, column.name, row)
    if table is scheduling_events and column.name == "shown" and value is not None:
        return _own_features(value, user)
    if table is calendar_objects and column.name == "raw":
        place = f"calendar_objects.raw/{row['calendar_id']}/{row['href']}"
        return vault.open(UserId(row["user_id"]), place, value).decode(errors="replace")
    return format_instant(value) if _is_moment(column, value) else value


def _own_features(shown: Sequence[Mapping[str, Any]], user: UserId) -> list[Mapping[str, Any]]:
    """Give lists as they were shown, with what the times were to this person alone.

    What lay around them in others' calendars is theirs.
    """
    return [
        {**one, "slots": [{**slot, "features": _of(user, slot)} for slot in one["slots"]]}
        if "slots" in one
        else one
        for one in shown
    ]


def _of(user: UserId, slot: Mapping[str, Any]) -> dict[str, Any]:
    return {name: found for name, found in slot.get("features", {}).items() if name == user}


def _is_moment(column: sa.Column[Any], value: object) -> bool:
    return isinstance(column.type, Moment) and isinstance(value, int)
