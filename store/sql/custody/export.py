"""Everything of one person as rows ready for JSON, with what was sealed for them opened."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.ids import UserId
from engine.operations.custody import Archive
from engine.ports.vault import Vault
from engine.time.instant import format_instant
from store.sql.repositories.events import SqlEvents
from store.sql.repositories.operations import SqlGrants, SqlNotifications
from store.sql.repositories.repository import Kind
from store.sql.repositories.resources import SqlReservations
from store.sql.repositories.set_aside import SqlSetAsides
from store.sql.schema import SCHEMA
from store.sql.sealing import SEALED, opened
from store.sql.tables.calendars import calendar_objects
from store.sql.tables.metadata import owner_of
from store.sql.tables.records import data_keys
from store.sql.tables.sessions import event_sessions, messages
from store.sql.types import Moment

_REPOSITORIES = (SqlEvents, SqlNotifications, SqlGrants, SqlReservations, SqlSetAsides)
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
    rows = (opened(vault, table, user, row) if table.name in SEALED else row for row in found)
    return [_row(vault, table, row) for row in rows]


def _row(vault: Vault, table: sa.Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    kind = next((kind for kind in _SEALED if kind.table is table), None)
    told: dict[str, Any] = {}
    for column in table.columns:
        value = row[column.name]
        if value is not None and column.name in _TOKENS:
            told[column.name] = "(not exported)"
        elif value is not None and kind is not None and column.name in kind.sealed:
            told[column.name] = kind.unsealed(vault, column.name, row)
        elif table is calendar_objects and column.name == "raw":
            place = f"calendar_objects.raw/{row['calendar_id']}/{row['href']}"
            told["raw"] = vault.open(UserId(row["user_id"]), place, value).decode(errors="replace")
        else:
            told[column.name] = format_instant(value) if _is_moment(column, value) else value
    return told


def _is_moment(column: sa.Column[Any], value: object) -> bool:
    return isinstance(column.type, Moment) and isinstance(value, int)
