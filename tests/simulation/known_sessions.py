"""Sessions as the simulation sees them: what has not changed is not read twice, what is over never again."""

from collections.abc import Mapping

from engine.ids import SessionId
from engine.model.session import EventSession, SessionStatus
from engine.ports.store import Transaction
from engine.time.span import DAY, Instant

OPEN = (SessionStatus.PENDING, SessionStatus.SCHEDULED)
MOST = 100_000


class KnownSessions:
    """Keeps sessions by their versions, so that a year costs no more by the day."""

    def __init__(self) -> None:
        self._over: set[SessionId] = set()
        self._kept: dict[SessionId, EventSession] = {}

    def open(self, tx: Transaction, now: Instant) -> Mapping[SessionId, EventSession]:
        """Give the sessions that anybody may still want something of, newest first."""
        places = [one for one in tx.sessions.page(MOST) if one.id not in self._over]
        changed = [one.id for one in places if not self._is_kept(one.id, one.version)]
        if changed:
            self._kept |= {one.id: one for one in tx.sessions.some(changed)}
        found = {one.id: self._kept[one.id] for one in places if one.id in self._kept}
        for one in [each for each in found.values() if _is_over(each, now)]:
            self._over.add(one.id)
            del self._kept[one.id]
        return found

    def _is_kept(self, name: SessionId, version: int | None) -> bool:
        kept = self._kept.get(name)
        return kept is not None and kept.version == version


def _is_over(session: EventSession, now: Instant) -> bool:
    """Tell whether nothing of a session can change any more; of a series that is never told."""
    ended = session.final_time is not None and session.final_time.end < now - DAY
    return session.status not in OPEN or (ended and not session.recurrence)
