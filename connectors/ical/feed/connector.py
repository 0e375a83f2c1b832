"""A published calendar (`kind = "ics"`): read-only, fetched only when it may have changed.

A failure, a part of a calendar or a page in its place is an error, never an empty calendar.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial

from connectors.context import ConnectorContext
from connectors.ical.options import FeedOptions
from connectors.ical.reading.sandboxed import SandboxedReader, owner_of
from connectors.options import ConnectorOptions
from connectors.reading_rules import read_by_reading
from connectors.web.answer import Answer, sendable
from connectors.web.http import FEED_SECONDS, Http
from connectors.web.retry_after import http_date
from connectors.web.trust import spoken
from connectors.web.urls import masked
from engine.errors import (
    SourceError,
    SourceExpiredError,
    SourceIncompleteError,
    SourceUnavailableError,
    WriteRefusedError,
)
from engine.ids import EventId, Href, InstallId, RemoteCalendarId
from engine.model.booking import EventDraft, Observed, Written
from engine.model.calendar_object import Changes, Digest, Interpretation, RawObject
from engine.ports.connector import Probe, RemoteCalendar
from engine.time.span import Instant, Span

WHOLE = RemoteCalendarId(".")
"""A feed is one calendar."""
ACCEPTED = "text/calendar, text/plain;q=0.5, */*;q=0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedToken:
    """What is remembered of the last body: the server's marks, our hashes, and what its header said."""

    place: str
    etag: str = ""
    modified: str = ""
    body: str = ""
    content: str = ""
    zone: str | None = None
    floor: int | None = None

    def text(self) -> str:
        """Write it as the opaque token of `Changes`."""
        return json.dumps(asdict(self), sort_keys=True)


def connect(options: ConnectorOptions, context: ConnectorContext) -> "FeedConnector":
    """Make a connector of `kind = "ics"`."""
    if not isinstance(options, FeedOptions):
        raise TypeError(f"{type(options).__name__} are not a feed's options")
    return FeedConnector(
        url=context.secret("url").strip(),
        http=context.http(options.allow_private_network, options.trust(context.base)),
        context=context,
        transparent=options.transparent,
    )


class FeedConnector:
    """Reads one address; see `engine.ports.connector.Connector`."""

    def __init__(self, *, url: str, http: Http, context: ConnectorContext, transparent: str = "free") -> None:
        self._transparent = transparent
        self._url = url
        self._place = masked(url)
        self._http = http
        self._context = context
        self._reader = SandboxedReader(context.run, context.install)

    def probe(self) -> Probe:
        """Fetch it once; tells how far the server's clock is from ours."""
        try:
            answer = self._fetch({})
            self._reader.feed(answer.body, self._place, "")
        except SourceError as error:
            expired = isinstance(error, SourceExpiredError)
            return Probe(reachable=expired, authorised=not expired, can_write=False, problems=(str(error),))
        return Probe(
            reachable=True,
            authorised=True,
            can_write=False,
            clock_skew=self._skew(answer),
            notes=(spoken(answer.tls),),
        )

    def calendars(self) -> Sequence[RemoteCalendar]:
        """Give the one calendar that a feed is."""
        return [RemoteCalendar(calendar=WHOLE, name=self._context.name, is_primary=True)]

    def changes(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        """Fetch what is new: nothing where the server or a hash says so, else the whole feed."""
        return read_by_reading(
            partial(self._read, calendar), token, known, self._context.owner, self._transparent, is_cut=True
        )

    def _read(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        before = self._token(token)
        answer = self._fetch(_conditions(before))
        if answer.status == 304:
            return _unchanged(before)
        plain = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
        if before.body == plain:
            return _unchanged(self._next(answer, before, plain, before.content))
        read = self._reader.feed(answer.body, self._place, before.content)
        said = replace(before, zone=read.zone, floor=read.floor)
        after = self._next(answer, said, plain, read.content)
        if before.content == read.content:
            return _unchanged(after)
        return Changes(
            objects=read.objects,
            whole=True,
            token=after.text(),
            zone=after.zone,
            poll_floor=after.floor,
        )

    def interpret(
        self, objects: Iterable[RawObject], window: Span, zone: str, *, why: bool = False
    ) -> Interpretation:
        """Say what the objects mean for their owner."""
        return self._reader.interpret(
            objects, window, zone, owner_of(self._context, self._transparent), why=why
        )

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None = None) -> Written:
        """Refuse: a feed is read-only."""
        raise WriteRefusedError(f"{self._context.name} is a feed and cannot be written to", code="read_only")

    def read(self, calendar: RemoteCalendarId, event_id: EventId) -> Observed | None:
        """Give nothing: gatherly has never written here."""
        return None

    def withdraw(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Do nothing: gatherly has never written here."""

    def marked(
        self, calendar: RemoteCalendarId, install: InstallId | None, since: Instant | None = None
    ) -> Sequence[Observed]:
        """Give nothing: gatherly has never written here."""
        return []

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def _token(self, text: str | None) -> FeedToken:
        """Read the token; one of another address or another form is forgotten."""
        try:
            token = FeedToken(**json.loads(text)) if text else None
        except (ValueError, TypeError):
            token = None
        return token if token and token.place == self._place else FeedToken(place=self._place)

    def _next(self, answer: Answer, before: FeedToken, plain: str, content: str) -> FeedToken:
        return FeedToken(
            place=self._place,
            etag=answer.mark("etag"),
            modified=answer.mark("last-modified"),
            body=plain,
            content=content,
            zone=before.zone,
            floor=before.floor,
        )

    def _fetch(self, headers: Mapping[str, str]) -> Answer:
        sent = {"Accept": ACCEPTED, **headers}
        answer = self._http.request("GET", self._url, headers=sent, seconds=FEED_SECONDS, follow=True)
        if answer.status == 200 or (answer.status == 304 and headers):
            return answer
        raise _failure(answer, self._place)

    def _skew(self, answer: Answer) -> int | None:
        theirs = http_date(answer.headers.get("date", ""))
        return None if theirs is None else theirs - self._context.clock.now()


def _conditions(before: FeedToken) -> Mapping[str, str]:
    headers = {"If-None-Match": sendable(before.etag), "If-Modified-Since": sendable(before.modified)}
    return {name: value for name, value in headers.items() if value}


def _unchanged(token: FeedToken) -> Changes:
    return Changes(whole=False, unchanged=True, token=token.text(), zone=token.zone, poll_floor=token.floor)


def _failure(answer: Answer, place: str) -> SourceError:
    if answer.status == 401:
        return SourceExpiredError(
            f"{place} asks for a password (401)", "Publish the calendar again, set its url"
        )
    if answer.status == 206:
        return SourceIncompleteError(f"{place} answered with a part of the calendar (206)")
    remedy = "Check that the calendar is still published" if answer.status in (403, 404, 410) else ""
    return SourceUnavailableError(f"{place} answered {answer.status}", remedy, retry_after=answer.retry_after)
