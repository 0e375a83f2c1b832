"""Calendar objects fetched by their addresses, in batches; fewer than were asked for are a failure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.gzip import TooLargeError
from connectors.ical.body import whole_calendar
from connectors.ical.caldav import bodies
from connectors.ical.caldav.client import DavClient, multistatus
from connectors.ical.caldav.listing import Item, version
from connectors.ical.caldav.multistatus import CALENDAR_DATA, ETAG, Member
from connectors.ical.caldav.places import Place
from connectors.ical.split import together
from engine.errors import SourceIncompleteError
from engine.ids import Href
from engine.model.calendar import RawObject

BATCH = 200
"""Objects asked for at once; some servers answer no more than a thousand, and say nothing of the rest."""


@dataclass(slots=True)
class Fetched:
    """What came: objects, and the names of those that were deleted since they were listed."""

    objects: list[RawObject] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)


def fetch(client: DavClient, place: Place, items: Mapping[str, Item]) -> Fetched:
    """Fetch objects by name; what was listed with its content is not asked for again.

    Raises:
        SourceIncompleteError: fewer came than were asked for, or one is no whole calendar.
        SourceError: the server does not answer.
    """
    fetched = Fetched()
    for name, item in items.items():
        if item.text is not None:
            _keep(place, name, item.text, item.etag, fetched)
    names = [name for name, item in items.items() if item.text is None]
    for start in range(0, len(names), BATCH):
        _batch(client, place, {name: items[name] for name in names[start : start + BATCH]}, fetched)
    return fetched


def _batch(client: DavClient, place: Place, wanted: Mapping[str, Item], fetched: Fetched) -> None:
    try:
        answer = client.report(place.url, bodies.multiget(item.href for item in wanted.values()))
    except TooLargeError:
        if len(wanted) == 1:
            raise
        for half in _halves(wanted):
            _batch(client, place, half, fetched)
        return
    missing = set(wanted)
    for member in multistatus(answer).members:
        name = place.object_name(member.href)
        if name in missing:
            missing.discard(name)
            _take(place, name, member, fetched)
    if missing:
        raise SourceIncompleteError(
            f"{place.path} answered {len(wanted) - len(missing)} of {len(wanted)} events",
            "The last good busy times stay; it is read again",
        )


def _take(place: Place, name: str, member: Member, fetched: Fetched) -> None:
    if member.status in (404, 410):
        fetched.gone.add(name)
        return
    data = member.properties.get(CALENDAR_DATA)
    if data is None or not data.text:
        raise SourceIncompleteError(f"{place.path}/{name} came without its content")
    _keep(place, name, data.text, version(member.text(ETAG)), fetched)


def _keep(place: Place, name: str, text: str, etag: str | None, fetched: Fetched) -> None:
    found = object_of(name, text.encode(), etag, f"{place.path}/{name}")
    if found is not None:
        fetched.objects.append(found)


def object_of(name: str, text: bytes, etag: str | None, where: str) -> RawObject | None:
    """Make the object of a resource's text; None where it holds no event.

    Raises:
        SourceIncompleteError: it is no whole calendar.
    """
    found = together(whole_calendar(text, where))
    return None if found is None else replace(found, href=Href(name), etag=etag)


def _halves(items: Mapping[str, Item]) -> Iterator[Mapping[str, Item]]:
    names: Sequence[str] = list(items)
    middle = len(names) // 2
    for part in (names[:middle], names[middle:]):
        yield {name: items[name] for name in part}
