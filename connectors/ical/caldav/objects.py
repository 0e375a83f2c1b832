"""Calendar objects fetched by their addresses, in batches.

What the server says nothing of fails the read; an object that it says it cannot give, or that is no whole
calendar, is set aside alone, and where a whole answer fails for its sake it is found by halving.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.ical.caldav import bodies
from connectors.ical.caldav.client import DavClient, failure
from connectors.ical.caldav.listing import Item, version
from connectors.ical.caldav.multistatus import CALENDAR_DATA, ETAG, GONE, Content, Member
from connectors.ical.caldav.places import Place
from connectors.web.gzip import TooLargeError
from engine.errors import SourceError, SourceIncompleteError
from engine.ids import Href
from engine.model.calendar_object import RawObject

BATCH = 200
"""Objects asked for at once; some servers answer no more than a thousand, and say nothing of the rest."""

MOST_FAILURES = 40
"""Answers that may fail in one read, so that a server that can give nothing is not asked for each object."""

MOST_GONE = 10
"""More than one in so many objects that are not there although listed is no deletion in between."""

FOR_ONE_S_SAKE = frozenset({403, 413, 500, 507})
"""How a whole report may fail for the sake of one object."""


@dataclass(slots=True)
class Fetched:
    """What came: objects, the names of those deleted since they were listed, and of others why not."""

    objects: list[RawObject] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    unread: dict[str, str] = field(default_factory=dict)


def fetch(client: DavClient, place: Place, items: Mapping[str, Item]) -> Fetched:
    """Fetch objects by name; what was listed with its content is not asked for again.

    Raises:
        SourceIncompleteError: fewer were answered than were asked for.
        SourceError: the server does not answer.
    """
    fetching = _Fetching(client, place)
    for name, item in items.items():
        if item.content is not None:
            fetching.keep(name, item.content, item.etag)
    names = [name for name, item in items.items() if item.content is None]
    for start in range(0, len(names), BATCH):
        fetching.batch({name: items[name] for name in names[start : start + BATCH]})
    _require_most(place, len(fetching.fetched.gone), len(items))
    return fetching.fetched


def _require_most(place: Place, gone: int, listed: int) -> None:
    """Believe of single objects that they were deleted since, or stand in a stale index, but not of most.

    Raises:
        SourceIncompleteError: the server lists objects and then says that they are not there.
    """
    if gone > 1 and gone * MOST_GONE > listed:
        raise SourceIncompleteError(
            f"{place.path} lists {listed} events and then says of {gone} that they are not there",
            "The last good busy times stay; it is read again",
        )


class _Fetching:
    """One read's fetching, and how often an answer has failed in it."""

    def __init__(self, client: DavClient, place: Place) -> None:
        self._client = client
        self._place = place
        self._failures = 0
        self.fetched = Fetched()

    def batch(self, wanted: Mapping[str, Item]) -> None:
        """Ask for objects until each is answered; a server may cut its answer, but not answer nothing."""
        missing = dict(wanted)
        while missing:
            members = self._asked(missing)
            if members is None:
                return
            answered = [(self._place.object_name(member.href), member) for member in members]
            before = len(missing)
            for name, member in answered:
                if name in missing:
                    del missing[name]
                    self._take(name, member)
            if len(missing) == before:
                raise SourceIncompleteError(
                    f"{self._place.path} answered {len(wanted) - before} of {len(wanted)} events",
                    "The last good busy times stay; it is read again",
                )

    def keep(self, name: str, content: Content, etag: str | None) -> None:
        """Take an object's content, or set it aside."""
        if content.wrong:
            self.fetched.unread[name] = content.wrong
        elif content.object is not None:
            self.fetched.objects.append(replace(content.object, href=Href(name), etag=etag))

    def _asked(self, wanted: Mapping[str, Item]) -> Sequence[Member] | None:
        """Ask once; None where the answer failed, and what is wanted was asked for in halves."""
        try:
            answer = self._client.report(
                self._place.url, bodies.multiget(item.href for item in wanted.values())
            )
            if answer.status not in FOR_ONE_S_SAKE:
                return self._client.multistatus(answer).members
            error = failure(answer)
        except SourceIncompleteError as incomplete:
            error = incomplete
        if not isinstance(error, TooLargeError):
            self._failures += 1
            if self._failures > MOST_FAILURES:
                raise error
        self._apart(wanted, error)
        return None

    def _apart(self, wanted: Mapping[str, Item], error: SourceError) -> None:
        if len(wanted) == 1:
            self.fetched.unread.update(dict.fromkeys(wanted, error.what))
            return
        for half in _halves(wanted):
            self.batch(half)

    def _take(self, name: str, member: Member) -> None:
        status = member.status_of(CALENDAR_DATA)
        if status in GONE:
            self.fetched.gone.add(name)
        elif member.content is not None:
            self.keep(name, member.content, version(member.text(ETAG)))
        elif status is not None:
            self.fetched.unread[name] = f"the server does not give it ({status or 'an unreadable status'})"
        else:
            self.fetched.unread[name] = "it came without its content"


def _halves(items: Mapping[str, Item]) -> Iterator[Mapping[str, Item]]:
    names: Sequence[str] = list(items)
    middle = len(names) // 2
    for part in (names[:middle], names[middle:]):
        yield {name: items[name] for name in part}
