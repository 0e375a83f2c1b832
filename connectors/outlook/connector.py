"""Outlook behind the `Connector` port: an account's calendars by Microsoft Graph.

Ids are the server's. What the ledger calls a copy stands in its mark: by that it is found, also after an
answer was lost, and what was found before is remembered, so that it is looked up by its id, which is never
stale.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial

from connectors.access import renew_early
from connectors.context import ConnectorContext
from connectors.options import ConnectorOptions
from connectors.outlook import push
from connectors.outlook.account import MailboxAccount
from connectors.outlook.api import GraphApi, Resource
from connectors.outlook.auth import access_of, exchange_of
from connectors.outlook.changes import ChangeReader
from connectors.outlook.directory import PRIMARY, Directory, Place, is_primary, own_address, room_of
from connectors.outlook.marks import EVENT, INSTALL, MARKED, event_id_of, mark_of, transaction_id
from connectors.outlook.options import OutlookOptions
from connectors.outlook.pace import Pace
from connectors.outlook.probing import probe
from connectors.outlook.seen import SeenIds
from connectors.outlook.series_writing import SeriesWriter
from connectors.outlook.tasks import INTERPRET, OBSERVE
from connectors.outlook.translate import body_of, observed, version_of
from connectors.outlook.transport import GraphHttp
from connectors.reading_rules import read_by_reading
from connectors.sandbox.frames import observations_of
from connectors.sandbox.observing import observing
from connectors.sandbox.stages import StagedWork
from connectors.web.dated import DatedHttp
from connectors.web.trust import MACHINES
from engine.errors import (
    HeldBackError,
    SourceIncompleteError,
    SourceUnavailableError,
    WriteAmbiguousError,
    WriteConflictError,
)
from engine.ids import EventId, Href, InstallId, RemoteCalendarId
from engine.model.booking import EventDraft, Observed, Written
from engine.model.calendar_object import Changes, Digest, Interpretation, RawObject
from engine.model.channel import Channel
from engine.ports.connector import Probe, RemoteCalendar
from engine.time.span import Instant, Span

LOOKED_UP = "It is looked up by its mark"


def connect(options: ConnectorOptions, context: ConnectorContext) -> "OutlookConnector":
    """Make a connector of `kind = "outlook"`; nothing is asked of Microsoft yet."""
    if not isinstance(options, OutlookOptions):
        raise TypeError(f"{type(options).__name__} are not Outlook's options")
    return OutlookConnector(options, context)


class OutlookConnector:
    """Reads and writes one account's calendars; see `engine.ports.connector.Connector`."""

    def __init__(self, options: OutlookOptions, context: ConnectorContext) -> None:
        self._options = options
        self._context = context
        self._zone = options.tz or context.zone
        self._guarded = DatedHttp(context.http(options.allow_private_network, MACHINES))
        self._pace = Pace(options, context)
        http = GraphHttp(self._guarded, access_of(options, context, self._guarded), self._pace.turn)
        self._api = GraphApi(http, options, context.name, self._pace, context.run)
        self._directory = Directory(self._api, context.name)
        self._changes = ChangeReader(self._api, self._directory, context.install, context.horizon)
        self._account = MailboxAccount(self._api, options, context)
        self._series = SeriesWriter(self._api, context.name, self._zone)
        self._seen = SeenIds()
        context.owner.learn([options.mailbox or ""])

    def probe(self) -> Probe:
        """Try what `check` reports, and tell the causes apart."""
        return probe(self._api, self._directory, self._account, self._options, self._context)

    def calendars(self) -> Sequence[RemoteCalendar]:
        """List every calendar of the account, and the organisation's rooms, as far as it may see them."""
        entries = self._directory.entries()
        self._context.owner.learn([own_address(entries), *self._account.addresses()])
        named = {*(self._context.read or ()), *((self._context.write,) if self._context.write else ())}
        rooms = [room_of(one) for one in self._account.rooms()]
        return [*(_calendar(entry, entries, named) for entry in entries), *rooms]

    def changes(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        """Read what has changed since the token: one request where nothing has."""
        owner, transparent = self._context.owner, self._reading
        read = partial(self._read_changes, calendar)
        return read_by_reading(read, token, known, owner, transparent, is_cut=False)

    def _read_changes(
        self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]
    ) -> Changes:
        if token is None:
            self._context.owner.learn(self._account.addresses())
        return self._changes.changes(calendar, token, known, self._context.clock.now())

    def one_read(self) -> AbstractContextManager[None]:
        """Give all that is read in the block one measure of bytes, events and work."""
        return self._api.measuring.one_read()

    def interpret(
        self, objects: Iterable[RawObject], window: Span, zone: str, *, why: bool = False
    ) -> Interpretation:
        """Say what events mean for their owner's time."""
        whose = [
            self._context.install,
            sorted(self._context.owner.known),
            self._options.working_elsewhere == "free",
            self._options.transparent == "busy",
        ]
        order = [window.start, window.end, zone, whose, why]
        work = StagedWork(self._context.run, INTERPRET, order, lambda batch: batch)
        work.stage(sorted(objects, key=lambda one: len(one.raw)), 0)
        return work.result()

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None = None) -> Written:
        """Create an event under its mark, or change just the version that the etag names."""
        place = self._directory.place(calendar)
        with self._pace.writing():
            return self._create(place, draft) if etag is None else self._update(place, draft, etag)

    def _create(self, place: Place, draft: EventDraft) -> Written:
        recurs = draft.recurrence is not None
        try:
            if recurs:
                echo = self._series.created(place, draft)
            else:
                echo = self._api.create(place.path, body_of(draft, place.name, new=True))
        except WriteConflictError as error:
            return self._made_before(place, draft, error)
        name, told = echo.get("id"), echo.get("transactionId")
        wanted = transaction_id(draft.mark.install, draft.event_id)
        if not isinstance(name, str) or not name or (told and str(told).lower() != wanted):
            raise WriteAmbiguousError(f"{self._context.name} echoes another event", LOOKED_UP)
        self._seen.add(draft.event_id, name)
        if self._observed(echo).span != draft.span:
            raise WriteConflictError(
                f"{self._context.name}: the event was made before, for another time",
                LOOKED_UP,
            )
        whole = self._series.finish(place, draft, echo) if recurs else echo
        return Written(draft.event_id, version_of(whole))

    def _made_before(self, place: Place, draft: EventDraft, conflict: WriteConflictError) -> Written:
        """Look before deciding what "made already" means: the same event is written, another is a conflict.

        Raises:
            WriteConflictError: it stands there with another time.
            WriteAmbiguousError: no search shows it yet.
        """
        there = self._find(place, draft.event_id)
        if there is None:
            raise WriteAmbiguousError(conflict.what, LOOKED_UP) from conflict
        if self._observed(there).span != draft.span:
            raise conflict
        version = version_of(there)
        if draft.recurrence is not None and version is not None:
            return self._update(place, draft, version)
        return Written(draft.event_id, version)

    def _update(self, place: Place, draft: EventDraft, version: str) -> Written:
        name, _, etag = version.partition(" ")
        if draft.recurrence is not None:
            echo = self._series.updated(place, draft, name, etag)
        else:
            echo = self._api.update(place.mailbox, name, body_of(draft, place.name, new=False), etag)
        if echo.get("id") != name:
            raise WriteAmbiguousError(f"{self._context.name} echoes another event", LOOKED_UP)
        return Written(draft.event_id, version_of(echo))

    def read(self, calendar: RemoteCalendarId, event_id: EventId) -> Observed | None:
        """Look an event up by the id in its mark."""
        event = self._find(self._directory.place(calendar), event_id)
        return None if event is None else self._observed(event)

    def withdraw(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Delete an event that gatherly wrote, and any double of it; anybody else's stays."""
        place = self._directory.place(calendar)
        with self._pace.writing():
            for name in self._names(place, event_id):
                event = self._api.event(place.mailbox, name)
                if event is not None and event_id_of(event) == event_id and mark_of(event) is not None:
                    self._api.delete(place.mailbox, name)

    def marked(
        self, calendar: RemoteCalendarId, install: InstallId | None, since: Instant | None = None
    ) -> Sequence[Observed]:
        """List live events with an installation's mark, whatever `since`.

        Graph documents no filter that joins a property with a time, nor one that knows when a series ends.
        """
        place = self._directory.place(calendar)
        wanted = (MARKED, "1") if install is None else (INSTALL, str(install))
        events = [one for page in self._api.with_mark(place.mailbox, *wanted) for one in page.events]
        here = (one for one in events if one.install is not None and one.calendar in (None, place.name))
        mine = [one for one in here if one.series is None]
        for one in mine:
            if one.event_id is not None:
                self._seen.add(one.event_id, one.id)
        if not mine:
            return []
        answer = self._api.in_child(
            OBSERVE, observing((one.raw for one in mine), self._zone, self._context.owner.known)
        )
        return [one for one in observations_of(answer) if one is not None]

    def open_channel(
        self, calendar: RemoteCalendarId, address: str, secret: str, before: Channel | None = None
    ) -> Channel:
        """Have a calendar's changes told to an address; what is subscribed to it already goes on."""
        now, place = self._context.clock.now(), self._directory.place(calendar)
        if place.owner:
            raise SourceUnavailableError(
                f"{self._context.name}: Microsoft tells nothing of calendars that others share ({calendar})",
                "It is polled; connect its owner's account to be told at once",
            )
        own = "" if place.name == PRIMARY else place.path
        body = push.asked(f"{self._api.whose[1:]}{own}/events", address, secret, now)
        return push.subscribed(self._api, body, before, now)

    def close_channel(self, channel: Channel) -> None:
        """Have no more told by a channel."""
        self._api.unsubscribe(channel.id)

    def reads_held(self) -> HeldBackError | None:
        """Say why nothing would be read now, and for how long; None where it would be."""
        return self._pace.reads_held()

    def writes_held(self) -> HeldBackError | None:
        """Say why no write would be sent now, and for how long; None where one would be."""
        return self._pace.writes_held()

    def keep_fresh(self) -> bool:
        """Renew the grant before its token ends; tells whether it was due.

        Raises:
            SourceExpiredError: Microsoft no longer accepts it.
            SourceUnavailableError: no answer came.
        """
        keeper = None if self._options.alone else self._context.grants
        return renew_early(keeper, exchange_of(self._options, self._context, self._guarded))

    def close(self) -> None:
        """Let go of connections."""
        self._api.close()

    def _find(self, place: Place, event_id: EventId) -> Resource | None:
        """Find the event that bears an id in its mark, as it is at this moment."""
        for name in self._names(place, event_id):
            event = self._api.event(place.mailbox, name)
            if event is not None and event_id_of(event) == event_id:
                self._seen.add(event_id, name)
                return event
        return None

    def _names(self, place: Place, event_id: EventId) -> list[str]:
        """Give Graph's ids of what bears an id in its mark: the one seen before, else what a search shows."""
        seen = self._seen.of(event_id)
        if seen:
            event = self._api.event(place.mailbox, seen)
            if event is not None:
                return [seen]
        pages = self._api.with_mark(place.mailbox, EVENT, str(event_id))
        return [one.id for page in pages for one in page.events if one.event_id == event_id]

    @property
    def _reading(self) -> str:
        return f"{self._options.transparent} {self._options.working_elsewhere}"

    def _observed(self, event: Resource) -> Observed:
        try:
            return observed(event, self._zone, self._context.owner.known)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise SourceIncompleteError(
                f"{self._context.name}: the event {event.get('id')} cannot be read", "Look at it in Outlook"
            ) from error


def _calendar(entry: Resource, entries: list[Resource], named: "set[RemoteCalendarId]") -> RemoteCalendar:
    """Give a calendar under the name that the configuration uses: its id, unless it is called by its name."""
    try:
        calendar = RemoteCalendarId(str(entry["id"]))
    except KeyError as error:
        raise SourceUnavailableError("Microsoft lists a calendar without an id", "Try again") from error
    name = str(entry.get("name") or calendar)
    alone = sum(1 for one in entries if one.get("name") == name) == 1
    if RemoteCalendarId(name) in named and alone:
        calendar = RemoteCalendarId(name)
    if is_primary(entry):
        calendar = calendar if calendar in named else PRIMARY
    return RemoteCalendar(
        calendar=calendar, name=name, is_primary=is_primary(entry), read_only=not entry.get("canEdit")
    )
