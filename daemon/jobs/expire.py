"""Expire: sessions whose time to answer is over are cancelled, reason `expired`."""

from daemon.jobs.book_apply import change_session
from engine import sessions
from engine.booking.target import Targets
from engine.ids import SessionId
from engine.model.session import EventSession
from engine.ports import Clock, Store


class ExpireJob:
    """Cancels pending sessions that nobody answered in time."""

    def __init__(self, store: Store, clock: Clock, targets: Targets) -> None:
        self._store = store
        self._clock = clock
        self._targets = targets

    def run(self) -> int:
        """Expire what is due; give how many sessions were. One that is being booked is left alone."""
        with self._store.reading() as tx:
            due = tx.sessions.expired(self._clock.now())
        return sum(self._expire(session) for session in due)

    def _expire(self, session_id: SessionId) -> bool:
        now = self._clock.now()
        expired: list[SessionId] = []

        def command(session: EventSession) -> EventSession:
            if not sessions.expires(session, now=now):
                return session
            expired.append(session.id)
            return sessions.expire(session, now=now)

        change_session(self._store, session_id, command, targets=self._targets, now=now)
        return bool(expired)
