"""CalDAV servers (`kind = "caldav"`): iCloud, Fastmail, Nextcloud, Radicale and the like."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from connectors.context import ConnectorContext
from connectors.ical.caldav.budget import Budget
from connectors.ical.caldav.carddav import cards
from connectors.ical.caldav.client import REQUEST_SECONDS, DavClient, MovedError
from connectors.ical.caldav.directory import Directory
from connectors.ical.caldav.login import Login
from connectors.ical.caldav.places import Place
from connectors.ical.caldav.probing import probe
from connectors.ical.caldav.reading import Marks, read_changes
from connectors.ical.caldav.resource import (
    FORBIDDEN,
    Resource,
    delete,
    find,
    find_by_uid,
    own_url,
    put,
)
from connectors.ical.caldav.token import SyncToken, account_mark, read_token
from connectors.ical.options import CalDavOptions
from connectors.ical.reading.own_events import MARK, marked_by
from connectors.ical.reading.sandboxed import SandboxedReader, owner_of
from connectors.ical.scheduleagent import ScheduleAgent
from connectors.options import ConnectorOptions
from connectors.reading_rules import read_by_reading
from connectors.web.urls import Url, read_url
from engine.errors import (
    HeldBackError,
    SourceError,
    SourceIncompleteError,
    WriteAmbiguousError,
    WriteConflictError,
    WriteRefusedError,
)
from engine.ids import EventId, Href, InstallId, RemoteCalendarId
from engine.model.booking import EventDraft, Observed, Written
from engine.model.calendar_object import Changes, Digest, Interpretation, RawObject
from engine.ports.connector import Probe, RemoteCalendar
from engine.time.span import Instant, Span

DELETIONS = 3
"""How often a deletion is tried again because the event was changed meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Deadlines in seconds, of all that one call asks together.

    `request` is one request's, `call` that of what a booking waits for, `read` that of a whole read, which
    has to end before a poll's claim does.
    """

    request: float = REQUEST_SECONDS
    call: float = 20.0
    read: float = 100.0


def connect(
    options: ConnectorOptions, context: ConnectorContext, patience: Patience = Patience()
) -> "CalDavConnector":
    """Make a connector of `kind = "caldav"`."""
    if not isinstance(options, CalDavOptions):
        raise TypeError(f"{type(options).__name__} are not a CalDAV server's options")
    url = read_url(options.url.strip())
    client = DavClient(
        url,
        http=context.http(options.allow_private_network, options.trust(context.base)),
        login=Login(options.username, context.secret("password")),
        budget=Budget(context.budgets, url, options.username),
        clock=context.clock,
        run=context.run,
        seconds=patience.request,
    )
    return CalDavConnector(
        client=client,
        directory=Directory(client, url),
        url=url,
        account=account_mark(options.url.strip(), options.username),
        context=context,
        zone=options.tz or context.zone,
        delivers=options.schedule_agent,
        patience=patience,
        transparent=options.transparent,
    )


class CalDavConnector:
    """Reads and writes one account's calendars; see `engine.ports.connector.Connector`."""

    def __init__(
        self,
        *,
        client: DavClient,
        directory: Directory,
        url: Url,
        account: str,
        context: ConnectorContext,
        zone: str,
        delivers: ScheduleAgent,
        patience: Patience,
        transparent: str,
    ) -> None:
        self._transparent = transparent
        self._client = client
        self._reader = SandboxedReader(context.run, context.install)
        self._directory = directory
        self._url = url
        self._account = account
        self._context = context
        self._zone = zone
        self._delivers = delivers
        self._patience = patience
        self._lock = threading.Lock()
        self._marks: dict[Url, tuple[frozenset[str], Marks]] = {}
        """What is known of each calendar, by whose addresses: these tell whether its owner declined."""
        self._urls: dict[EventId, Url] = {}

    def probe(self) -> Probe:
        """Find the calendars, and read how the server wants to be asked."""
        with self._client.within(self._patience.call):
            return probe(self._client, self._directory, self._context)

    def calendars(self) -> Sequence[RemoteCalendar]:
        """List the account's calendars; each is called as the configuration calls it, else by its path."""
        with self._client.within(self._patience.call):
            places = self._directory.places(anew=True)
            self._context.owner.learn(self._directory.owner())
            spelled = self._spellings()
        return [self._remote(place, spelled.get(place.url)) for place in places]

    def cards(self) -> Sequence[bytes]:
        """Give the cards of the account's address books, at the same server."""
        with self._client.within(self._patience.read):
            return tuple(cards(self._client, self._url))

    def changes(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        """Read what has changed; the token knows where the calendar lies, so that nothing is looked up."""
        return read_by_reading(
            partial(self._read, calendar), token, known, self._context.owner, self._transparent, is_cut=True
        )

    def _read(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        before = read_token(token, self._account)
        with self._client.within(self._patience.read):
            if before is not None:
                try:
                    self._client.trust(before.place.url)
                    before = self._with_owner(before)
                    return read_changes(self._client, before.place, before, known)
                except MovedError:
                    self._directory.forget()
            place = self._directory.find(calendar)
            return read_changes(self._client, place, self._with_owner(self._first(place)), known)

    def _with_owner(self, token: SyncToken) -> SyncToken:
        """Know the owner's addresses before anything is read; a token that knows them costs no request."""
        try:
            owner = self._directory.owner() if token.owner is None else token.owner
        except SourceError:
            return token  # the calendar itself may be read all the same; it is asked next time
        self._context.owner.learn(owner)
        return replace(token, owner=owner)

    @contextmanager
    def one_read(self) -> Iterator[None]:
        """Give all that is read in the block one deadline, and one measure of bytes, objects and work."""
        with self._client.one_read(self._patience.read):
            yield

    def interpret(
        self, objects: Iterable[RawObject], window: Span, zone: str, *, why: bool = False
    ) -> Interpretation:
        """Say what the objects mean for their owner."""
        return self._reader.interpret(
            objects, window, zone, owner_of(self._context, self._transparent), why=why
        )

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None = None) -> Written:
        """Put a new event, or replace the version that the etag names."""
        from connectors.ical.text.compose import compose  # its library is for writing alone

        text = compose(draft, delivers=self._delivers)
        with self._at(calendar) as place:
            if etag is None:
                self._refuse_second(place, draft.event_id)
            url = self._urls.get(draft.event_id, own_url(place, draft.event_id))
            try:
                return Written(draft.event_id, put(self._client, place, url, text, etag))
            except WriteRefusedError as error:
                if error.code == FORBIDDEN and find_by_uid(self._client, place, draft.event_id):
                    raise WriteConflictError(error.what, error.remedy) from error
                raise

    def read(self, calendar: RemoteCalendarId, event_id: EventId) -> Observed | None:
        """Look an event up by its address, then by its UID."""
        with self._at(calendar) as place:
            found = self._find(place, event_id)
        if found is None:
            return None
        (observed,) = self._observe([found.object])
        if observed is None:
            raise SourceIncompleteError(f"the event {event_id} is there and cannot be read")
        return observed

    def withdraw(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Delete an event of gatherly's, in the version that shows its mark."""
        with self._at(calendar) as place:
            for _ in range(DELETIONS):
                found = self._find(place, event_id)
                if found is None or MARK not in found.object.raw:
                    return
                if delete(self._client, place, found):
                    return
        raise WriteAmbiguousError(f"the event {event_id} changes faster than it can be deleted")

    def marked(
        self, calendar: RemoteCalendarId, install: InstallId | None, since: Instant | None = None
    ) -> Sequence[Observed]:
        """List events with a mark."""
        with self._client.within(self._patience.call):
            place = self._directory.find(calendar)
            try:
                return marked_by(self._marks_of(place).look(self._client, place, self._observe), install)
            except MovedError:
                self._directory.forget()
                raise

    def _marks_of(self, place: Place) -> Marks:
        """Give what is known of a calendar; nothing is where its owner has other addresses now."""
        with self._lock:
            whose, known = self._context.owner.known, self._marks.get(place.url)
            if known is None or known[0] != whose:
                known = self._marks[place.url] = (whose, Marks(self._first(place)))
            return known[1]

    def reads_held(self) -> HeldBackError | None:
        """Say why nothing would be read now, and for how long; None where it would be."""
        return self._client.reads_held()

    def writes_held(self) -> HeldBackError | None:
        """Say why no write would be sent now, and for how long; None where one would be."""
        return self._client.writes_held()

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    @contextmanager
    def _at(self, calendar: RemoteCalendarId) -> Iterator[Place]:
        """Give a calendar's place and a deadline; one that has moved is looked up anew next time."""
        with self._client.within(self._patience.call):
            try:
                yield self._directory.find(calendar)
            except MovedError:
                self._directory.forget()
                raise

    def _first(self, place: Place) -> SyncToken:
        return SyncToken(account=self._account, url=str(place.url), zone=place.zone)

    def _find(self, place: Place, event_id: EventId) -> Resource | None:
        found = find(self._client, place, event_id)
        if found is not None and found.url != own_url(place, event_id):
            self._urls[event_id] = found.url
        else:
            self._urls.pop(event_id, None)
        return found

    def _refuse_second(self, place: Place, event_id: EventId) -> None:
        """Look for the UID first where the server may take it twice: such servers lack sync-collection."""
        if not place.syncs and find_by_uid(self._client, place, event_id) is not None:
            raise WriteConflictError(f"{place.path} already holds an event {event_id}")

    def _observe(self, objects: Sequence[RawObject]) -> Sequence[Observed | None]:
        return self._reader.observe(objects, self._zone, self._context.owner.known)

    def _spellings(self) -> Mapping[Url, RemoteCalendarId]:
        """Give how the configuration calls calendars, by their addresses."""
        named = [*(self._context.read or ()), *([self._context.write] if self._context.write else [])]
        return {place.url: name for name in named for place in self._directory.named(name)}

    def _remote(self, place: Place, spelled: RemoteCalendarId | None) -> RemoteCalendar:
        return RemoteCalendar(
            calendar=spelled or RemoteCalendarId(f"{place.path}/"),
            name=place.name,
            zone=place.zone,
            is_primary=spelled is not None and spelled == self._context.write,
            read_only=not place.writable,
        )
