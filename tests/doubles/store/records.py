"""The outbox and the audit log of the in-memory store."""

from collections.abc import Collection, Iterable, Sequence

from engine.booking.timing import SKEW
from engine.model.booking import AuditEntry, OutboxEntry, OutboxState
from engine.time.span import Instant
from engine.trouble import Unopened
from store.refusals import stale
from store.sql.ledger.audit import BEGINNING, Line, holds, link
from tests.doubles.store.tables import Tables


class MemoryOutbox:
    """`engine.ports.ledger.Outbox`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add(self, entries: Iterable[OutboxEntry]) -> None:
        """Append; a dedupe key that is there already is left as it is."""
        known = {entry.dedupe_key for entry in self._tables.outbox}
        for entry in entries:
            if entry.dedupe_key not in known and entry.id not in self._tables.outbox:
                self._tables.outbox.put(entry.id, entry)
                known.add(entry.dedupe_key)

    def get(self, entry: str) -> OutboxEntry | None:
        """Look one up by its id."""
        return self._tables.outbox.get(entry)

    def due(self, now: Instant, limit: int = 100) -> Sequence[str]:
        """Give the ids of pending entries whose time has come, the longest due first."""
        pending = (entry for entry in self._tables.outbox if entry.state is OutboxState.PENDING)
        due = (entry for entry in pending if entry.next_at <= now or _is_ahead(entry, now))
        return [entry.id for entry in sorted(due, key=lambda entry: entry.next_at)[:limit]]

    def waiting_since(self, now: Instant) -> Instant | None:
        """Tell since when the oldest pending entry waits; see the port."""
        pending = [entry for entry in self._tables.outbox if entry.state is OutboxState.PENDING]
        tried = [entry.created_at for entry in pending if entry.attempts]
        come = [entry.next_at for entry in pending if not entry.attempts and entry.next_at <= now]
        return min([*tried, *come], default=None)

    def record(self, entry: OutboxEntry) -> None:
        """Replace an entry by its id."""
        if entry.id not in self._tables.outbox:
            raise stale("Outbox entry", entry.id)
        self._tables.outbox.put(entry.id, entry)

    def listed(self, unopened: Unopened | None = None) -> Sequence[OutboxEntry]:
        """Give all, oldest first; each opens."""
        return list(self._tables.outbox)


def _is_ahead(entry: OutboxEntry, now: Instant) -> bool:
    return entry.created_at > now + SKEW and entry.next_at >= entry.created_at


class MemoryAudit:
    """`engine.ports.ledger.Audit`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add(self, entry: AuditEntry) -> None:
        """Append and chain."""
        last = self._tables.audit.get(len(self._tables.audit))
        previous = BEGINNING if last is None else last[1]
        self._tables.audit.put(len(self._tables.audit) + 1, (entry, link(previous, entry)))

    def listed(self, object_id: str | None = None) -> Sequence[AuditEntry]:
        """Give the log, oldest first."""
        return [entry for entry, _ in self._tables.audit if object_id in (None, entry.object_id)]

    def after(
        self, position: int, limit: int = 200, actions: Collection[str] | None = None
    ) -> Sequence[tuple[int, AuditEntry]]:
        """Give the lines behind a position, or those of some actions."""
        lines = ((number, entry) for number, (entry, _) in enumerate(self._tables.audit, 1))
        behind = (one for one in lines if one[0] > position)
        return [one for one in behind if actions is None or one[1].action in actions][:limit]

    def before(self, position: int | None, limit: int = 200) -> Sequence[tuple[int, AuditEntry]]:
        """Give the lines before a position, newest first."""
        lines = [(number, entry) for number, (entry, _) in enumerate(self._tables.audit, 1)]
        return [one for one in reversed(lines) if position is None or one[0] < position][:limit]

    def end(self) -> int:
        """Tell the position of the newest line."""
        return len(self._tables.audit)

    def latest(self) -> Instant | None:
        """Tell when the newest line was written."""
        last = self._tables.audit.get(len(self._tables.audit))
        return None if last is None else last[0].at

    def intact(self) -> bool:
        """Tell whether the chain holds."""
        return holds(Line(entry, hash_) for entry, hash_ in self._tables.audit)
