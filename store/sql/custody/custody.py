"""What an operator asks of a store on SQL.

Removing what has been kept long enough; everything of one person as rows ready for JSON, with what was
sealed for them opened; the rest by their own modules.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.ids import UserId
from engine.model.booking import OutboxState
from engine.operations.custody import NOBODY, Archive, Cutoffs, Pruned
from engine.ports.vault import Vault
from engine.time.instant import format_instant
from engine.time.span import Instant
from store.sql.custody.erase import erase, tombstone
from store.sql.database.port import Database
from store.sql.repositories.events import SqlEvents
from store.sql.repositories.operations import SqlGrants, SqlNotifications, SqlSetAsides
from store.sql.repositories.repository import Kind
from store.sql.repositories.resources import SqlReservations
from store.sql.repositories.secrets import SqlDataKeys, rewrap
from store.sql.schema import SCHEMA
from store.sql.sealing import SEALED, opened
from store.sql.tables.calendars import calendar_objects
from store.sql.tables.history import scheduling_events
from store.sql.tables.ledger import hold, outbox
from store.sql.tables.metadata import owner_of
from store.sql.tables.records import audit_anchor, audit_logs, data_keys, tombstones
from store.sql.tables.resources import conflicts
from store.sql.tables.sessions import event_sessions, messages
from store.sql.types import Moment
from store.vault import KeyVault

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
    rows = (opened(vault, table, user, row) if table in SEALED else row for row in found)
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


def prune(connection: sa.Connection, before: Cutoffs, now: Instant) -> Pruned:
    """Remove and anonymise in one transaction; gives how much."""
    told = (outbox.c.state != OutboxState.PENDING, outbox.c.created_at <= before.told)
    freed = (~hold.c.active, hold.c.end <= before.told)
    return Pruned(
        sessions=_delete(connection, event_sessions, event_sessions.c.over_at <= before.sessions),
        conflicts=_delete(connection, conflicts, conflicts.c.ends_at <= before.conflicts),
        anonymised=_anonymise(connection, before.analytics, now),
        told=_delete(connection, outbox, *told),
        holds=_delete(connection, hold, *freed),
        audit=_shorten_log(connection, before.audit, now),
    )


def _delete(connection: sa.Connection, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    return connection.execute(sa.delete(table).where(*where)).rowcount


def _anonymise(connection: sa.Connection, cutoff: Instant, now: Instant) -> int:
    """Make old scheduling events nobody's: they tell when and how, no longer whose."""
    table = scheduling_events.c
    old = sa.update(scheduling_events).where(table.created_at <= cutoff, table.anonymised_at.is_(None))
    nobodys = {"host_user_id": NOBODY, "session_id": NOBODY, "anonymised_at": now}
    return connection.execute(old.values(**nobodys, version=table.version + 1)).rowcount


def _shorten_log(connection: sa.Connection, cutoff: Instant, now: Instant) -> int:
    """Take the log's oldest lines away, and keep the hash of the last of them for the chain to go on from."""
    table = audit_logs.c
    first_kept = sa.select(sa.func.min(table.id)).where(table.created_at > cutoff).scalar_subquery()
    last = sa.select(table.id, table.hash).where(
        table.id
        == sa.select(sa.func.max(table.id))
        .where(sa.or_(first_kept.is_(None), table.id < first_kept))
        .scalar_subquery()
    )
    found = connection.execute(last).first()
    if found is None:
        return 0
    anchor = {"position": found.id, "hash": found.hash, "pruned_at": now}
    if connection.execute(sa.update(audit_anchor).values(anchor)).rowcount == 0:
        connection.execute(sa.insert(audit_anchor).values(id=1, **anchor))
    return _delete(connection, audit_logs, table.id <= found.id)


class SqlCustody:
    """`engine.operations.custody.Custody`."""

    def __init__(self, database: Database, vault: KeyVault) -> None:
        self.database = database
        self.vault = vault

    def prune(self, before: Cutoffs, now: Instant) -> Pruned:
        """Remove what has been kept long enough, and make old analytics nobody's."""
        with self.database.writing() as connection:
            return prune(connection, before, now)

    def export(self, user: UserId) -> Archive:
        """Give everything that is a person's, at one moment."""
        with self.database.reading() as connection:
            return export(connection, self.vault.over(SqlDataKeys(connection)), user)

    def erase(self, user: UserId, now: Instant) -> None:
        """Forget a person, and see that the database's own files forget them too."""
        with self.database.writing() as connection:
            erase(connection, self.vault.over(SqlDataKeys(connection)), user, now)
        self.database.shred()

    def erased(self, name: str) -> bool:
        """Tell whether a user's id or address is that of somebody who was erased."""
        known = sa.select(tombstones.c.hash).where(tombstones.c.hash == tombstone(self.vault, name))
        with self.database.reading() as connection:
            return connection.execute(known).first() is not None

    def identifier(self, text: str) -> bytes:
        """Give the keyed hash by which this installation names things, whatever became of its keys."""
        return self.vault.identifier(text)

    def time(self) -> Instant | None:
        """Tell the store's own clock; None where it is its one machine's."""
        return self.database.time()

    def backup(self, to: str) -> None:
        """Write a copy that is whole while others go on writing."""
        self.database.backup(to)

    def rewrap(self, limit: int = 100) -> int:
        """Wrap some data keys anew under the primary master key; gives how many are left."""
        with self.database.writing() as connection:
            return rewrap(connection, self.vault, limit)
