"""What outbox entries tell inside gatherly: analytics and profiles; each once."""

from dataclasses import replace

from engine.ids import SessionId, UserId
from engine.learning.showing import ended
from engine.model.booking import OutboxEntry
from engine.model.history import SchedulingEvent
from engine.model.learning import shown_id
from engine.model.session import EventSession
from engine.ports.store import Store, Transaction
from engine.sessions.preference_profile import counted
from engine.sessions.scheduling_event import scheduling_event


class Analytics:
    """Counts how sessions end, and what that tells of those who took part; each session once in a profile."""

    def __init__(self, store: Store, silent: frozenset[UserId] = frozenset()) -> None:
        self._store = store
        self._silent = silent

    def __call__(self, entry: OutboxEntry) -> None:
        """Write one row; an entry told again finds it there."""
        with self._store.writing() as tx:
            session = tx.sessions.get(SessionId(str(entry.payload["session"])))
            if session is None:
                return
            row = scheduling_event(entry, session, tx.messages.of(session.id))
            if tx.repositories.analytics.get(row.id) is not None:
                return
            if not tx.repositories.analytics.of_session(session.id):
                self._learn(tx, session, row)
                row = _with_shown(tx, session, row)
            tx.repositories.analytics.put(row)

    def _learn(self, tx: Transaction, session: EventSession, row: SchedulingEvent) -> None:
        messages = tx.messages.of(session.id)
        for user_id in session.required_ids:
            user = tx.users.get(user_id)
            if user is not None and user_id not in self._silent:
                known = tx.repositories.profiles.get(user_id)
                tx.repositories.profiles.put(counted(known, user, session, row, messages))


def _with_shown(tx: Transaction, session: EventSession, row: SchedulingEvent) -> SchedulingEvent:
    """Move what the session was shown into its first end."""
    note = tx.repositories.learning.get(shown_id(session.id))
    if note is None:
        return row
    tx.repositories.learning.delete(note.id)
    lists = ended(note.document.get("lists", ()), session.responses, row.created_at)
    return replace(row, shown=tuple(lists))
