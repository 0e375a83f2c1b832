"""Which of Graph's ids belong to which of ours, as far as this process has seen them."""

import threading

from engine.ids import EventId

MOST = 5000


class SeenIds:
    """Remembers the latest; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: dict[EventId, str] = {}

    def add(self, event_id: EventId, name: str) -> None:
        """Remember one; the oldest makes room."""
        with self._lock:
            self._names.pop(event_id, None)
            self._names[event_id] = name
            while len(self._names) > MOST:
                del self._names[next(iter(self._names))]

    def of(self, event_id: EventId) -> str | None:
        """Give what was seen."""
        return self._names.get(event_id)
