"""What outbox entries tell inside gatherly: rows of analytics, and notices to people; each once."""

from engine.analytics import scheduling_event
from engine.ids import SessionId, UserId
from engine.model.booking import OutboxEntry
from engine.notice import notification
from engine.ports import Store


class Analytics:
    """Counts how sessions end."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, entry: OutboxEntry) -> None:
        """Write one row; an entry told again finds it there."""
        with self._store.writing() as tx:
            session = tx.sessions.get(SessionId(str(entry.payload["session"])))
            if session is None:
                return
            row = scheduling_event(entry, session, tx.messages.of(session.id))
            if tx.shelves.analytics.get(row.id) is None:
                tx.shelves.analytics.put(row)


class Notices:
    """Keeps what people are told; who has no other way is told through gatherly."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, entry: OutboxEntry) -> None:
        """Write one notice; an entry told again finds it there."""
        with self._store.writing() as tx:
            session = tx.sessions.get(SessionId(str(entry.payload["session"])))
            user = tx.users.get(UserId(str(entry.payload["user"])))
            if session is None or user is None:
                return
            if tx.shelves.notifications.get(entry.id) is None:
                tx.shelves.notifications.put(notification(entry, session, user))
