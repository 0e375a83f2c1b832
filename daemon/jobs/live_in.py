"""Take in what apps have changed since the last look; what could not be taken in stays news."""

from collections.abc import Iterable

from daemon.jobs.live_take import LiveTake
from engine.model.live import Place, session_place
from engine.ports.apps import LiveStore


class LiveIn:
    """Reads what is new outside, sessions before what was said in them."""

    def __init__(self, store: LiveStore, take: LiveTake) -> None:
        self._store = store
        self._take = take
        self._waiting: dict[Place, None] = {}
        self._begun = False

    def begin(self) -> None:
        """Take what is remembered as known, so that only what differs from it is news."""
        with self._store.reading() as tx:
            stamps = tx.documents.stamps()
        self._store.apps.know(stamps)
        self._begun = True

    def look(self) -> int:
        """Look at everything outside, heard of or not, and take in what is news.

        Raises:
            StoreError: Firestore or the store does not answer.
        """
        if not self._begun:
            self.begin()
        self._store.apps.poll()
        return self.run()

    def run(self) -> int:
        """Take in what is news; gives how many documents an app had changed.

        Raises:
            StoreError: Firestore or the store does not answer; the news are kept for the next turn.
        """
        self._waiting |= dict.fromkeys(self._store.apps.news())
        if not self._waiting:
            return 0
        changed = 0
        for found in self._store.apps.fetch([*self._unknown_sessions(self._waiting), *self._waiting]):
            changed += self._take.take(found)
            self._waiting.pop(found.place, None)
        return changed

    def _unknown_sessions(self, news: Iterable[Place]) -> list[Place]:
        """Give the sessions that something was said in before they themselves were seen."""
        sessions = {place.session for place in news if place.session is not None}
        with self._store.reading() as tx:
            unknown = [session for session in sorted(sessions) if tx.sessions.get(session) is None]
        return [place for place in map(session_place, unknown) if place not in self._waiting]
