"""Telling news from what is known, by the server's stamps: each sighting counts as a fresh one."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence

from engine.model.app_document import Collection, Place


class SeenStamps:
    """Remembers each document's last stamp; `woken` is called where a sighting brings news."""

    def __init__(self, woken: Callable[[], None] = lambda: None) -> None:
        self.woken = woken
        self._lock = threading.Lock()
        self._known: dict[Place, str] = {}
        self._news: dict[Place, str | None] = {}

    def know(self, stamps: Mapping[Place, str]) -> None:
        """Begin with these versions as known."""
        with self._lock:
            self._known = dict(stamps)

    def note(self, place: Place, stamp: str) -> None:
        """Take a version as known, so that it is no news."""
        with self._lock:
            self._known[place] = stamp
            if self._news.get(place) == stamp:
                del self._news[place]

    def all_of(self, collection: Collection, stamps: Mapping[Place, str], *, whole: bool) -> None:
        """See a collection; where it was seen as a whole, a document that is missing is news too."""
        with self._lock:
            missing = [
                place for place in self._known if place.collection is collection and place not in stamps
            ]
        self.some(stamps, missing if whole else ())

    def some(self, stamps: Mapping[Place, str], missing: Iterable[Place]) -> None:
        """See some documents, and see that others are not where they were."""
        with self._lock:
            before = len(self._news)
            for place, stamp in stamps.items():
                if self._known.get(place) != stamp:
                    self._known[place] = stamp
                    self._news[place] = stamp
            for place in missing:
                if self._known.pop(place, None) is not None:
                    self._news[place] = None
            heard = len(self._news) > before
        if heard:
            self.woken()

    def take(self) -> Sequence[Place]:
        """Give the news since this was last asked, sessions before what was said in them."""
        with self._lock:
            news, self._news = self._news, {}
        order = list(Collection)
        return sorted(news, key=lambda place: order.index(place.collection))
