"""Google Calendar behind the `Connector` port, and what `gatherly check` finds out about it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial

from connectors.access import renew_early
from connectors.context import ConnectorContext
from connectors.gcal import push
from connectors.gcal.api import CalendarApi, Resource
from connectors.gcal.auth import access_of, exchange_of
from connectors.gcal.changes import ChangeReader
from connectors.gcal.options import GoogleOptions
from connectors.gcal.pace import Pace
from connectors.gcal.scopes import lacking
from connectors.gcal.tasks import INTERPRET, OBSERVE, OBSERVE_SERIES, Told, told
from connectors.gcal.translate import (
    INSTALL,
    MARKED,
    Reader,
    body_of,
    mark_of,
    observed,
    removed_ids,
)
from connectors.gcal.transport import CalendarHttp
from connectors.options import ConnectorOptions
from connectors.probing import probed
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
)
from engine.ids import EventId, Href, InstallId, RemoteCalendarId
from engine.model.booking import EventDraft, Observed, Written
from engine.model.calendar_object import Changes, Digest, Interpretation, RawObject
from engine.model.channel import Channel
from engine.ports.connector import Probe, RemoteCalendar
from engine.time.instant import format_instant
from engine.time.span import Instant, Span


def probe(api: CalendarApi, options: GoogleOptions, context: ConnectorContext) -> Probe:
    """Ask for the calendars, and compare with what is configured; never raises `SourceError`."""
    by_consent = options.client_secret_file is not None
    found = partial(_found, context)
    return probed(api.calendar_list, found, api.http.way_out, context, by_consent=by_consent)


def _found(context: ConnectorContext, items: list[Resource]) -> Probe:
    can_write, problems = _compare(items, context)
    refused = _lacking(context)
    return Probe(
        reachable=True,
        authorised=not refused,
        can_write=can_write,
        account=_account(items),
        problems=(*refused, *problems),
    )


def _compare(items: list[Resource], context: ConnectorContext) -> tuple[bool, list[str]]:
    roles = {str(item.get("id")): str(item.get("accessRole")) for item in items}
    primary = next((str(item.get("accessRole")) for item in items if item.get("primary")), None)
    roles |= {PRIMARY: primary} if primary else {}
    wanted = {*(context.read or ()), *((context.write,) if context.write else ())}
    problems = [
        f"the account has no calendar {name}. Compare with gatherly calendars {context.name}"
        for name in sorted(wanted - roles.keys())
    ]
    return context.write is not None and roles.get(context.write) in WRITERS, problems


def _lacking(context: ConnectorContext) -> list[str]:
    """Tell which scopes a grant lacks for what is configured now: `write` may have been added since."""
    grant = None if context.grants is None else context.grants.grant()
    if grant is None or not grant.scope:
        return []
    return [
        f"the grant lacks the scope {scope}. Run gatherly connect {context.name}, and leave every box ticked"
        for scope in lacking(grant.scope, context.write is not None)
    ]


def _account(items: list[Resource]) -> str | None:
    return next((str(item.get("id")) for item in items if item.get("primary")), None)


PRIMARY = RemoteCalendarId("primary")
"""What Google takes for an account's own calendar; one name, so that it is never read twice."""
WRITERS = frozenset({"writer", "writerWithoutPrivateAccess", "owner"})


def connect(options: ConnectorOptions, context: ConnectorContext) -> "GoogleConnector":
    """Make a connector of `kind = "google"`; nothing is asked of Google yet."""
    if not isinstance(options, GoogleOptions):
        raise TypeError(f"{type(options).__name__} are not Google's options")
    return GoogleConnector(options, context)


class GoogleConnector:
    """Reads and writes one account's calendars; see `engine.ports.connector.Connector`."""

    def __init__(self, options: GoogleOptions, context: ConnectorContext) -> None:
        self._options = options
        self._context = context
        self._zone = options.tz or context.zone
        self._guarded = DatedHttp(context.http(options.allow_private_network, MACHINES))
        access = access_of(options, context, self._guarded)
        http = CalendarHttp(self._guarded, access)
        self._pace = Pace(options, context)
        self._api = CalendarApi(http, options, context.name, self._pace, context.run)
        self._reader = _reader(options, context)
        self._changes = ChangeReader(self._api, context.install, context.horizon)

    def probe(self) -> Probe:
        """Try what `check` reports, and tell the causes apart."""
        return probe(self._api, self._options, self._context)

    def calendars(self) -> Sequence[RemoteCalendar]:
        """List every calendar of the account."""
        items = self._api.calendar_list()
        self._context.owner.learn(str(item["id"]) for item in items if item.get("primary") and "id" in item)
        return [_calendar(item) for item in items]

    def changes(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        """Read what has changed since the token: one request where nothing has."""
        owner, transparent = self._context.owner, self._options.transparent
        read = partial(self._read, calendar)
        return read_by_reading(read, token, known, owner, transparent, is_cut=False)

    def _read(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        return self._changes.changes(calendar, token, known, self._context.clock.now())

    def one_read(self) -> AbstractContextManager[None]:
        """Give all that is read in the block one measure of bytes, events and work."""
        return self._api.measuring.one_read()

    def interpret(
        self, objects: Iterable[RawObject], window: Span, zone: str, *, why: bool = False
    ) -> Interpretation:
        """Say what events mean for their owner's time."""
        reader = self._reader
        whose = [
            reader.install,
            sorted(reader.addresses.known),
            sorted(reader.free_types),
            reader.transparent_is_busy,
        ]
        order = [window.start, window.end, zone, whose, why]
        work = StagedWork(self._context.run, INTERPRET, order, lambda batch: batch)
        work.stage(sorted(objects, key=lambda one: len(one.raw)), 0)
        return work.result()

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None = None) -> Written:
        """Create an event under its own id, or change just the version that the etag names."""
        body = body_of(draft)
        with self._pace.writing():
            if etag is None:
                echo = self._api.insert(calendar, body)
            else:
                echo = self._api.patch(calendar, draft.event_id, body, etag)
                self._drop_removed(calendar, echo, draft)
        if echo.get("id") != draft.event_id or mark_of(echo) != draft.mark:
            raise WriteAmbiguousError(f"{self._context.name} echoes another event", "It is looked up by id")
        return Written(draft.event_id, echo.get("etag"))

    def _drop_removed(self, calendar: RemoteCalendarId, event: Resource, draft: EventDraft) -> None:
        """Delete the exceptions that an owner made of instances which do not take place any more."""
        removed = set(removed_ids(draft))
        for one in self._exceptions(calendar, event) if removed else ():
            if not one.cancelled and one.id in removed:
                self._api.delete(calendar, one.id)

    def read(self, calendar: RemoteCalendarId, event_id: EventId) -> Observed | None:
        """Look an event up by its id; a deleted one is told as not live."""
        event = self._api.event(calendar, event_id)
        if event is None:
            return None
        return self._series(calendar, event) if event.get("recurrence") else self._observed(event)

    def _series(self, calendar: RemoteCalendarId, event: Resource) -> Observed:
        """Look at a series with its exceptions: of one that changed, Google leaves the series as it was."""
        members = [told(event), *self._exceptions(calendar, event)]
        order = observing((one.raw for one in members), self._zone, self._context.owner.known)
        (found,) = observations_of(self._api.in_child(OBSERVE_SERIES, order))
        return self._observed(event) if found is None else found

    def _exceptions(self, calendar: RemoteCalendarId, event: Resource) -> Iterator[Told]:
        for page in self._api.event_pages(calendar, iCalUID=event.get("iCalUID"), showDeleted=True):
            yield from (one for one in page.events if one.series == event["id"])

    def withdraw(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Delete an event that gatherly wrote; anybody else's stays."""
        event = self._api.event(calendar, event_id)
        if event is None or event.get("status") == "cancelled" or mark_of(event) is None:
            return
        with self._pace.writing():
            self._api.delete(calendar, event_id)

    def marked(
        self, calendar: RemoteCalendarId, install: InstallId | None, since: Instant | None = None
    ) -> Sequence[Observed]:
        """List live events with an installation's mark: a series once, though its instances bear it too.

        Google leaves out what ended by `since`; a series is over when its last instance is.
        """
        wanted = f"{MARKED}=1" if install is None else f"{INSTALL}={install}"
        bound = {} if since is None else {"timeMin": format_instant(since)}
        pages = self._api.event_pages(calendar, privateExtendedProperty=[wanted], **bound)
        events = (event for page in pages for event in page.events)
        mine = (one for one in events if not one.cancelled and one.install is not None)
        marked = [one for one in mine if one.series is None]
        if not marked:
            return []
        answer = self._api.in_child(
            OBSERVE, observing((one.raw for one in marked), self._zone, self._context.owner.known)
        )
        return [one for one in observations_of(answer) if one is not None]

    def open_channel(
        self, calendar: RemoteCalendarId, address: str, secret: str, before: Channel | None = None
    ) -> Channel:
        """Have a calendar's changes told to an address, by a channel of its own beside the one `before`."""
        now = self._context.clock.now()
        body = push.asked(self._context.randomness.token(), address, secret, now)
        return push.opened(self._api.watch(calendar, body), now)

    def close_channel(self, channel: Channel) -> None:
        """Have no more told by a channel."""
        self._api.stop(channel.id, channel.resource)

    def reads_held(self) -> HeldBackError | None:
        """Say why nothing would be read now, and for how long; None where it would be."""
        return self._pace.reads_held()

    def writes_held(self) -> HeldBackError | None:
        """Say why no write would be sent now, and for how long; None where one would be."""
        return self._pace.writes_held()

    def keep_fresh(self) -> bool:
        """Renew the grant before its token ends; tells whether it was due.

        Raises:
            SourceExpiredError: Google no longer accepts it.
            SourceUnavailableError: no answer came.
        """
        keeper = None if self._options.client_secret_file is None else self._context.grants
        return renew_early(keeper, exchange_of(self._options, self._context, self._guarded))

    def close(self) -> None:
        """Let go of connections."""
        self._api.close()

    def _observed(self, event: Resource) -> Observed:
        try:
            return observed(event, self._zone, self._context.owner.known)
        except (KeyError, ValueError) as error:
            raise SourceIncompleteError(
                f"{self._context.name}: the event {event.get('id')} cannot be read", "Look at it in Google"
            ) from error


def _reader(options: GoogleOptions, context: ConnectorContext) -> Reader:
    chosen = {"outOfOffice": options.out_of_office, "focusTime": options.focus_time}
    free = frozenset(kind for kind, choice in chosen.items() if choice == "free")
    context.owner.learn([options.subject or ""])
    return Reader(context.install, context.owner, free, options.transparent == "busy")


def _calendar(item: Resource) -> RemoteCalendar:
    try:
        name = RemoteCalendarId(item["id"])
    except KeyError as error:
        raise SourceUnavailableError("Google lists a calendar without an id", "Try again") from error
    is_primary = bool(item.get("primary"))
    return RemoteCalendar(
        calendar=PRIMARY if is_primary else name,
        name=str(item.get("summaryOverride") or item.get("summary") or name),
        zone=item.get("timeZone"),
        is_primary=is_primary,
        read_only=item.get("accessRole") not in WRITERS,
        is_hidden=bool(item.get("hidden")) and not is_primary,
    )
