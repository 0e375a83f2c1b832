"""What `check` tells of a CalDAV account: whether it works, and how its server wants to be asked."""

from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime

from connectors.context import ConnectorContext
from connectors.ical.caldav.client import DavClient
from connectors.ical.caldav.directory import Directory
from connectors.ical.caldav.places import Place
from connectors.web.trust import spoken
from engine.errors import SourceError, SourceExpiredError
from engine.ids import RemoteCalendarId
from engine.ports.connector import Probe
from engine.time.instant import from_datetime


def probe(client: DavClient, directory: Directory, context: ConnectorContext) -> Probe:
    """Find the configured calendars and ask the server what it can do; never raises `SourceError`."""
    try:
        places = directory.places(anew=True)
        found, missing = _configured(directory, context)
        writing = None if context.write is None else found.get(context.write)
        asked = writing or (places[0] if places else None)
        notes, skew = _asked(client, asked, context) if asked else ((), None)
    except SourceError as error:
        expired = isinstance(error, SourceExpiredError)
        return Probe(reachable=expired, authorised=not expired, can_write=False, problems=(str(error),))
    return Probe(
        reachable=True,
        authorised=True,
        can_write=writing is not None and writing.writable,
        clock_skew=skew,
        notes=notes,
        problems=missing,
    )


def _configured(
    directory: Directory, context: ConnectorContext
) -> tuple[Mapping[RemoteCalendarId, Place], tuple[str, ...]]:
    """Find what is to be read and written; gives what is there, and why each other is not.

    Raises:
        SourceError: the server does not say what there is.
    """
    found: dict[RemoteCalendarId, Place] = {}
    missing: list[str] = []
    for name in dict.fromkeys((*(context.read or ()), *((context.write,) if context.write else ()))):
        try:
            found[name] = directory.find(name)
        except SourceError as error:
            directory.places()
            missing.append(str(error))
    return found, tuple(missing)


def _asked(client: DavClient, place: Place, context: ConnectorContext) -> tuple[tuple[str, ...], int | None]:
    answer = client.call("OPTIONS", place.url)
    features = {word.strip().lower() for word in answer.headers.get("dav", "").split(",")}
    notes = (*_notes(client, place, features), spoken(answer.tls))
    return notes, _skew(answer.headers.get("date", ""), context)


def _notes(client: DavClient, place: Place, features: set[str]) -> Iterator[str]:
    if place.syncs:
        yield "changes are read by sync-collection"
    else:
        yield "the server has no sync-collection: changes are found by ctag and ETags"
    if features & {"calendar-auto-schedule", "calendar-schedule"}:
        yield "the server delivers invitations itself; copies are marked so that it leaves them alone"
    if client.login.scheme == "Digest":
        yield "the server wants Digest authentication"


def _skew(date: str, context: ConnectorContext) -> int | None:
    try:
        return from_datetime(parsedate_to_datetime(date)) - context.clock.now()
    except ValueError:
        return None
