"""Reading a calendar: what has changed since a token, as `Changes`.

Events with gatherly's mark are listed once; afterwards only what has changed is fetched (`Marks`).
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.ical.caldav.client import DavClient
from connectors.ical.caldav.listing import Item, Listing, list_changes
from connectors.ical.caldav.objects import BATCH, Fetched, fetch
from connectors.ical.caldav.places import Place
from connectors.ical.caldav.token import SyncToken
from connectors.ical.reading.own_events import MARK
from engine.errors import SourceIncompleteError
from engine.ids import Href
from engine.model.booking import Observed
from engine.model.calendar_object import Changes, Digest, RawObject, Unread

ONE_IN = 10
"""Where more than one object in so many cannot be had, the read has failed; a single one is set aside."""

OUTSIDE = "its address is outside the calendar"


def read_changes(client: DavClient, place: Place, before: SyncToken, known: Mapping[Href, Digest]) -> Changes:
    """Read what has changed: one request where nothing has.

    A listing by ETags is compared with what is known, so that only what differs is fetched. Where more than
    half of it would be gone all is read, and whoever stores it judges whether that can be. Objects that
    could not be had last time are tried again.

    Raises:
        SourceError: it could not be read wholly.
    """
    listing = list_changes(client, place, before)
    if listing.empty and not before.unread:
        return Changes(whole=False, unchanged=True, token=listing.token.text(), zone=place.zone)
    if not listing.whole:
        return _delta(client, place, before, listing, known)
    if not listing.comparable:
        return _whole(client, place, listing)
    return _compared(client, place, listing, known)


def _delta(
    client: DavClient, place: Place, before: SyncToken, listing: Listing, known: Mapping[Href, Digest]
) -> Changes:
    waiting = {
        name: Item(href, None)
        for name, href in before.unread.items()
        if name not in listing.items and name not in listing.gone
    }
    outside = listing.outside | {name for name in waiting if place.object_name(name) is None}
    retried = {name: item for name, item in waiting.items() if name not in outside}
    items = {**listing.items, **retried}
    fetched = fetch(client, place, items)
    gone = (*sorted(listing.gone), *sorted(fetched.gone - listing.gone))
    return _changes(
        place,
        replace(listing, items=items, outside=frozenset(outside)),
        fetched,
        gone=gone,
        total=len(items) + len(known),
    )


def _whole(client: DavClient, place: Place, listing: Listing) -> Changes:
    return _changes(place, listing, fetch(client, place, listing.items), whole=True)


def _compared(client: DavClient, place: Place, listing: Listing, known: Mapping[Href, Digest]) -> Changes:
    gone = [href for href in known if href not in listing.items]
    if not known or len(gone) * 2 > len(known):
        return _whole(client, place, listing)
    changed = {name: item for name, item in listing.items.items() if _differs(item, known.get(Href(name)))}
    fetched = fetch(client, place, changed)
    return _changes(
        place, listing, fetched, gone=(*gone, *sorted(fetched.gone)), unchanged=not changed and not gone
    )


def _changes(
    place: Place,
    listing: Listing,
    fetched: Fetched,
    *,
    gone: tuple[str, ...] = (),
    whole: bool = False,
    unchanged: bool = False,
    total: int | None = None,
) -> Changes:
    reasons = fetched.unread | dict.fromkeys(listing.outside, OUTSIDE)
    _refuse_gaps(place, reasons, len(listing.items) + len(listing.outside) if total is None else total)
    spelled = {name: listing.items[name].href if name in listing.items else name for name in reasons}
    return Changes(
        objects=tuple(fetched.objects),
        gone=tuple(Href(name) for name in gone),
        unread=tuple(Unread(Href(name), reasons[name]) for name in sorted(reasons)),
        whole=whole,
        unchanged=unchanged,
        token=replace(listing.token, unread=spelled).text(),
        zone=place.zone,
    )


def _refuse_gaps(place: Place, reasons: Mapping[str, str], total: int) -> None:
    """Refuse a read that lacks too much of the calendar to be told as one.

    Raises:
        SourceIncompleteError: it does.
    """
    lacking = len(reasons)
    if lacking and (lacking >= total or lacking > max(1, total // ONE_IN)):
        first = next(iter(reasons.values()))
        raise SourceIncompleteError(
            f"{lacking} of {total} events of {place.path} cannot be had; of the first: {first}",
            "The last good busy times stay; it is read again",
        )


def _differs(item: Item, digest: Digest | None) -> bool:
    return digest is None or item.etag is None or digest.etag != item.etag


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
        marked = [one for one in fetched.objects if MARK in one.raw]
        seen = observe(marked)  # where that fails nothing is forgotten: all of it is looked into again
        for name in batch.keys() - fetched.unread.keys():
            self._marked.pop(name, None)
            del self._waiting[name]
        for one, observed in zip(marked, seen, strict=True):
            if observed is not None:
                self._marked[str(one.href)] = observed
