"""What happens, as it happens: lines of the audit log that somebody may be told of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from daemon.app.access import Access
from daemon.app.principal import Principal, Role
from engine.ids import SessionId
from engine.model.booking import AuditEntry
from engine.notices.session_notices import TOLD
from engine.ports.store import Transaction
from engine.time.instant import format_instant
from engine.time.span import HOUR

AT_ONCE = 200
LIVE = frozenset(
    f"session.{what}"
    for what in ("proposed", "accepted", "booked", "moved", "reopened", "cancelled", "failed")
) | {"connector.state", TOLD}
"""The lines that are told live; the log holds more."""


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One event: `id` is its position in the log, which never goes back."""

    id: int
    name: str
    document: dict[str, Any]


class LiveEvents:
    """Reads the log onward for one person, from the present or from what they saw last."""

    def __init__(self, access: Access, principal: Principal, last_seen: str | None) -> None:
        self._access = access
        self._principal = principal
        self._position = self._begin(last_seen)

    def _begin(self, last_seen: str | None) -> int:
        """Go on behind an event of the last hour; anything else begins at the present."""
        with self._access.store.reading() as tx:
            end = tx.audit.end()
            if last_seen is None or not (last_seen.isdecimal() and len(last_seen) < 19):
                return end
            found = tx.audit.after(int(last_seen) - 1, 1)
        known = bool(found) and found[0][0] == int(last_seen)
        return int(last_seen) if known and found[0][1].at >= self._access.clock.now() - HOUR else end

    def fresh(self) -> Sequence[LiveEvent]:
        """Give what has happened since, oldest first."""
        with self._access.store.reading() as tx:
            lines = tx.audit.after(self._position, AT_ONCE)
            if lines:
                self._position = lines[-1][0]
            return list(self._told(tx, lines))

    def _told(self, tx: Transaction, lines: Sequence[tuple[int, AuditEntry]]) -> Iterator[LiveEvent]:
        for position, entry in lines:
            if entry.action in LIVE and self._may_see(tx, entry):
                yield LiveEvent(position, entry.action, _document(position, entry))

    def _may_see(self, tx: Transaction, entry: AuditEntry) -> bool:
        if entry.object_type == TOLD:
            return entry.user_id == self._principal.user
        if self._principal.role is Role.OPERATOR:
            return True
        if entry.object_type != "session":
            return entry.user_id == self._principal.user
        session = tx.sessions.get(SessionId(entry.object_id))
        return session is not None and self._principal.user in session.attendee_ids


def _document(position: int, entry: AuditEntry) -> dict[str, Any]:
    document: dict[str, Any] = {"id": str(position), "at": format_instant(entry.at), "event": entry.action}
    if entry.object_type == "session":
        return {**document, "sessionId": entry.object_id}
    if entry.object_type == TOLD:
        session = entry.details.get("session")
        about = {} if session is None else {"sessionId": session}
        return {**document, "notification": entry.object_id, "kind": entry.details.get("kind"), **about}
    return {**document, "connector": entry.object_id, "state": entry.details.get("state")}
