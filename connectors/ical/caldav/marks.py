"""Events with gatherly's mark in a calendar: listed once, afterwards only what has changed is fetched."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from connectors.ical.caldav.client import DavClient
from connectors.ical.caldav.listing import Item, list_changes
from connectors.ical.caldav.objects import BATCH, fetch
from connectors.ical.caldav.places import Place
from connectors.ical.caldav.token import SyncToken
from connectors.ical.reading.own_events import MARK
from engine.model.booking import Observed
from engine.model.calendar import RawObject

Observe = Callable[[Sequence[RawObject]], Sequence[Observed | None]]


@dataclass(slots=True)
class Marks:
    """What is known of one calendar's marked events. What was fetched stays when a later batch fails.

    An object that cannot be had stays what it was, and is tried again at the next look.
    """

    token: SyncToken
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _versions: dict[str, Item] = field(default_factory=dict)
    _waiting: dict[str, Item] = field(default_factory=dict)
    _marked: dict[str, Observed] = field(default_factory=dict)

    def look(self, client: DavClient, place: Place, observe: Observe) -> list[Observed]:
        """Give the events with a mark, as they are now.

        Raises:
            SourceError: the calendar could not be listed wholly.
        """
        with self._lock:
            self._list(client, place)
            waiting = list(self._waiting.items())
            for start in range(0, len(waiting), BATCH):
                self._fetch(client, place, dict(waiting[start : start + BATCH]), observe)
            return [self._marked[name] for name in sorted(self._marked)]

    def _list(self, client: DavClient, place: Place) -> None:
        listing = list_changes(client, place, self.token)
        gone = set(listing.gone)
        if listing.whole:
            gone |= self._versions.keys() - listing.items.keys()
        for name in gone:
            for kept in (self._versions, self._waiting, self._marked):
                kept.pop(name, None)
        for name, item in listing.items.items():
            if item.etag is None or self._versions.get(name) != item:
                self._waiting[name] = item
                self._versions[name] = replace(item, content=None)
        self.token = listing.token

    def _fetch(self, client: DavClient, place: Place, batch: dict[str, Item], observe: Observe) -> None:
        fetched = fetch(client, place, batch)
        for name in batch.keys() - fetched.unread.keys():
            self._marked.pop(name, None)
            del self._waiting[name]
        marked = [one for one in fetched.objects if MARK in one.raw]
        for one, observed in zip(marked, observe(marked), strict=True):
            if observed is not None:
                self._marked[str(one.href)] = observed
