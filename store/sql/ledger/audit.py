"""The audit log in SQL: the database lets nobody change a line, and the chain shows it where somebody did.

Each line's hash covers the line before it, so that a change anywhere is seen.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.ids import UserId
from engine.model.booking import AuditEntry
from engine.time.span import Instant
from store.sql.database.dialect import one_at_a_time
from store.sql.tables.metadata import told
from store.sql.tables.records import audit_anchor, audit_logs

BEGINNING = ""
"""What the first line follows."""


def link(previous: str, entry: AuditEntry) -> str:
    """Give the hash (64 hex digits) of a line that follows the one with the hash `previous`."""
    line = [
        previous,
        entry.at,
        entry.actor,
        entry.action,
        entry.object_type,
        entry.object_id,
        entry.user_id,
        dict(entry.details),
    ]
    text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its stored hash; one that is masked no longer says whom it was about."""

    entry: AuditEntry
    hash: str
    masked: bool = False


def holds(lines: Iterable[Line], beginning: str = BEGINNING) -> bool:
    """Tell whether every line's stored hash follows from the line before it.

    A masked line cannot be checked itself, but the next one still follows from its hash.
    """
    previous = beginning
    for line in lines:
        if not line.masked and link(previous, line.entry) != line.hash:
            return False
        previous = line.hash
    return True


_LINE = sa.insert(audit_logs)


class SqlAudit:
    """`engine.ports.ledger.Audit`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._waiting: list[AuditEntry] = []

    def add(self, entry: AuditEntry) -> None:
        """Append at the transaction's end: whoever writes the log holds others up, so briefly and last."""
        self._waiting.append(entry)

    def chain(self) -> None:
        """Write and chain what waits; whoever runs a transaction's end again runs this again."""
        if self._waiting:
            one_at_a_time(self._connection, "audit")
            newest = self._connection.execute(_newest(audit_logs.c.hash)).scalar()
            previous = self._anchor() if newest is None else newest
            for entry in self._waiting:
                previous = link(previous, entry)
                self._connection.execute(_LINE, _row(entry, previous))

    def listed(self, object_id: str | None = None) -> Sequence[AuditEntry]:
        """Give the log, oldest first."""
        self._chain_now()
        statement = sa.select(*told(audit_logs)).order_by(audit_logs.c.id)
        if object_id is not None:
            statement = statement.where(audit_logs.c.resource_id == object_id)
        return [_entry(row) for row in self._connection.execute(statement).mappings().all()]

    def after(
        self, position: int, limit: int = 200, actions: Collection[str] | None = None
    ) -> Sequence[tuple[int, AuditEntry]]:
        """Give the lines behind a position, oldest first, each with its own; or those of some actions."""
        self._chain_now()
        log = audit_logs.c
        statement = _after() if actions is None else _after().where(log.action.in_(actions))
        found = self._connection.execute(statement, {"position": position, "most": limit})
        return [(row["id"], _entry(row)) for row in found.mappings().all()]

    def before(self, position: int | None, limit: int = 200) -> Sequence[tuple[int, AuditEntry]]:
        """Give the lines before a position, or the last ones, newest first, each with its own."""
        self._chain_now()
        log = audit_logs.c
        statement = sa.select(audit_logs).order_by(log.id.desc()).limit(limit)
        if position is not None:
            statement = statement.where(log.id < position)
        return [(row["id"], _entry(row)) for row in self._connection.execute(statement).mappings().all()]

    def end(self) -> int:
        """Tell the position of the newest line; 0 where there is none."""
        self._chain_now()
        return int(self._connection.execute(sa.select(sa.func.max(audit_logs.c.id))).scalar() or 0)

    def latest(self) -> Instant | None:
        """Tell when the newest line was written; None where there is none."""
        self._chain_now()
        found: Instant | None = self._connection.execute(_newest(audit_logs.c.created_at)).scalar()
        return found

    def intact(self) -> bool:
        """Tell whether the chain holds, from what was kept of the lines that were pruned."""
        self._chain_now()
        anchor, statement = self._anchor(), sa.select(*told(audit_logs)).order_by(audit_logs.c.id)
        # Closed at the first line that does not hold: a statement that is left half-way keeps its connection
        # at an old state.
        with closing(self._connection.execute(statement)) as found:
            rows = found.mappings()
            lines = (Line(_entry(row), row["hash"], row["masked_at"] is not None) for row in rows)
            return holds(lines, anchor)

    def _chain_now(self) -> None:
        self.chain()
        self._waiting.clear()

    def _anchor(self) -> str:
        found = self._connection.execute(sa.select(audit_anchor.c.hash)).scalar()
        return BEGINNING if found is None else str(found)


@cache
def _after() -> sa.Select[Any]:
    log = audit_logs.c
    behind = sa.select(log.id, *told(audit_logs)).where(log.id > sa.bindparam("position"))
    return behind.order_by(log.id).limit(sa.bindparam("most", type_=sa.Integer))


@cache
def _newest(column: sa.Column[Any]) -> sa.Select[Any]:
    newest = sa.select(sa.func.max(audit_logs.c.id)).scalar_subquery()
    return sa.select(column).where(audit_logs.c.id == newest)


def _row(entry: AuditEntry, link: str) -> dict[str, Any]:
    return {
        "user_id": entry.user_id,
        "actor": entry.actor,
        "action": entry.action,
        "resource_type": entry.object_type,
        "resource_id": entry.object_id,
        "details": dict(entry.details),
        "created_at": entry.at,
        "hash": link,
    }


def _entry(row: Mapping[Any, Any]) -> AuditEntry:
    return AuditEntry(
        at=row["created_at"],
        actor=row["actor"],
        action=row["action"],
        object_type=row["resource_type"],
        object_id=row["resource_id"],
        details=row["details"],
        user_id=None if row["user_id"] is None else UserId(row["user_id"]),
    )
