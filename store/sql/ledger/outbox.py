"""The outbox in SQL."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.booking.timing import SKEW
from engine.model.booking import OutboxEntry
from engine.ports.vault import Vault
from engine.time.span import Instant
from engine.trouble import Unopened
from store.refusals import stale
from store.sql.naming import STORE
from store.sql.rows import opened_rows
from store.sql.sealing import opened, sealed
from store.sql.tables.ledger import outbox
from store.sql.tables.metadata import told
from store.sql.writes import insert_new


@cache
def _oldest_first() -> sa.Select[Any]:
    return sa.select(*told(outbox)).order_by(outbox.c.position)


@cache
def _one() -> sa.Select[Any]:
    return _oldest_first().where(outbox.c.id == sa.bindparam("of"))


@cache
def _recording() -> sa.Update:
    return sa.update(outbox).where(outbox.c.id == sa.bindparam("of"))


@cache
def _pending() -> sa.Select[Any]:
    pending = sa.select(outbox.c.id, outbox.c.next_at).where(sa.text("state = 'pending'"))
    return pending.limit(sa.bindparam("most", type_=sa.Integer))


@cache
def _come() -> sa.Select[Any]:
    table = outbox.c
    return _pending().where(table.next_at <= sa.bindparam("now")).order_by(table.next_at, table.position)


@cache
def _ahead() -> sa.Select[Any]:
    """Build what asks for entries that a clock which ran ahead has left."""
    table = outbox.c
    late = (table.created_at > sa.bindparam("ahead"), table.next_at >= table.created_at)
    ordered = _pending().where(*late, table.next_at > sa.bindparam("now"))
    return ordered.order_by(table.created_at, table.position)


class SqlOutbox:
    """`engine.ports.ledger.Outbox`."""

    def __init__(self, connection: sa.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def add(self, entries: Iterable[OutboxEntry]) -> None:
        """Append; a dedupe key that is there already is left as it is."""
        for entry in entries:
            insert_new(self._connection, outbox, self._row(entry))

    def get(self, entry: str) -> OutboxEntry | None:
        """Look one up by its id."""
        found = self._some(_one(), None, {"of": entry})
        return found[0] if found else None

    def due(self, now: Instant, limit: int = 100) -> Sequence[str]:
        """Give the ids of pending entries whose time has come, the longest due first; opens none of them."""
        given = {"now": now, "most": limit}
        left = self._connection.execute(_ahead(), {**given, "ahead": now + SKEW}).all()
        rows = [*self._connection.execute(_come(), given), *sorted(left, key=lambda row: row.next_at)]
        return [row.id for row in rows[:limit]]

    def waiting_since(self, now: Instant) -> Instant | None:
        """Tell since when the oldest pending entry waits; see the port."""
        table = outbox.c
        since = sa.case((table.attempts > 0, table.created_at), else_=table.next_at)
        waits = sa.or_(table.attempts > 0, table.next_at <= now)
        oldest = sa.select(sa.func.min(since)).where(sa.text("state = 'pending'"), waits)
        found: Instant | None = self._connection.execute(oldest).scalar()
        return found

    def record(self, entry: OutboxEntry) -> None:
        """Replace an entry by its id."""
        if self._connection.execute(_recording(), {**self._row(entry), "of": entry.id}).rowcount != 1:
            raise stale("Outbox entry", entry.id)

    def listed(self, unopened: Unopened | None = None) -> Sequence[OutboxEntry]:
        """Give all, oldest first; without `unopened` one that does not open fails all."""
        return self._some(_oldest_first(), unopened)

    def _some(
        self,
        statement: sa.Select[Any],
        unopened: Unopened | None,
        values: Mapping[str, Any] | None = None,
    ) -> list[OutboxEntry]:
        def read(row: Mapping[Any, Any]) -> OutboxEntry:
            return _entry(opened(self._vault, outbox, STORE, row))

        return opened_rows(self._connection, statement, outbox.c.id, read, unopened, values)

    def _row(self, entry: OutboxEntry) -> dict[str, Any]:
        return sealed(self._vault, outbox, STORE, _row(entry))


def _row(entry: OutboxEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "dedupe_key": entry.dedupe_key,
        "payload": dict(entry.payload),
        "state": entry.state,
        "attempts": entry.attempts,
        "next_at": entry.next_at,
        "created_at": entry.created_at,
        "last_error": entry.last_error,
    }


def _entry(row: Mapping[Any, Any]) -> OutboxEntry:
    return OutboxEntry(
        id=row["id"],
        kind=row["kind"],
        dedupe_key=row["dedupe_key"],
        payload=row["payload"],
        state=row["state"],
        attempts=row["attempts"],
        next_at=row["next_at"],
        created_at=row["created_at"],
        last_error=row["last_error"],
    )
