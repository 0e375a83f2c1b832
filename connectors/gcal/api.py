"""Calendar v3 through google-api-python-client, built from the document that it ships.

`rootUrl` and `baseUrl` are patched from `api_root`; paging is done by hand (GG18); every call goes through
`_call`, which turns every status that is no success into an error (GG19).
"""

import json
import threading
from collections.abc import Callable, Iterator
from functools import cached_property
from importlib.resources import files
from typing import Any, TypeAlias

from googleapiclient import discovery
from googleapiclient.errors import HttpError

from connectors.gcal.options import GoogleOptions
from connectors.gcal.pace import Pace
from connectors.gcal.refusals import Refusal, read_error, read_refusal, write_error
from connectors.gcal.tasks import PAGE, Page, page_of
from connectors.gcal.transport import CalendarHttp
from connectors.sandbox.measure import Measure, Measuring
from connectors.sandbox.measure import calendar as measured
from connectors.sandbox.pages import read_page
from connectors.sandbox.task import Allowance, Runner
from connectors.web.answer import CallFailedError
from engine.errors import SourceError, SourceIncompleteError, WriteAmbiguousError

Resource: TypeAlias = dict[str, Any]
"""A JSON object as Google sends it."""

EVENTS_A_PAGE = 2500
MOST_PAGES = 400
LARGEST_PLAIN = 1 << 20
"""Bytes of an answer that is no page of events."""
NOT_FOUND = 404
GONE = frozenset({404, 410})


class CalendarApi:
    """The calls that gatherly makes; `place` names the connector in errors. Safe to share between threads."""

    def __init__(
        self, http: CalendarHttp, options: GoogleOptions, place: str, pace: Pace, run: Runner
    ) -> None:
        self._run = run
        self.measuring = Measuring()
        self.http = http
        self._options = options
        self._place = place
        self._pace = pace
        self._told = {"sendUpdates": options.send_updates}
        self._building = threading.Lock()

    def calendar_list(self) -> list[Resource]:
        """Give every calendar of the account's list once, hidden ones too; deleted ones are none."""
        pages = self._pages(lambda **page: self._lists.list(maxResults=250, showHidden=True, **page))
        items = [item for page in pages for item in page.get("items", ()) if not item.get("deleted")]
        return list({str(item.get("id")): item for item in items}.values())

    def event_pages(self, calendar: str, **filters: Any) -> Iterator[Page]:
        """Give a listing's pages one by one, each read in a child; any page's error ends it (GG7).

        Raises:
            TokenTooOldError: 410.
            SourceError: any other failure, or more than a calendar may hold.
        """
        fixed = {"singleEvents": False, "maxResults": EVENTS_A_PAGE, "calendarId": calendar}
        measure = measured(self.measuring.measure)
        following: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            page = self._page(self._events.list(**fixed, **filters, **following), measure)
            yield page
            if page.following is None:
                return
            following = {"pageToken": page.following}
        raise self._endless()

    def in_child(self, task: str, payload: bytes, allowance: Allowance | None = None) -> bytes:
        """Have something read that Google sent.

        Raises:
            SourceIncompleteError: it is not what Google sends, or takes too much.
        """
        return read_page(self._run, task, payload, self._place, allowance)

    def event(self, calendar: str, event_id: str) -> Resource | None:
        """Look one up; None where Google answered that there is none, a bare tombstone where it is gone."""
        try:
            return self._call(self._events.get(calendarId=calendar, eventId=event_id), read_error)
        except _StatusError as error:
            if error.refusal.status == NOT_FOUND:
                return None
            if error.refusal.status in GONE:
                return {"id": event_id, "status": "cancelled"}
            raise error.meaning from error

    def busy(self, calendars: list[str], first: str, last: str) -> dict[str, Resource]:
        """Ask for busy times by calendar; each may hold errors instead."""
        body = {"timeMin": first, "timeMax": last, "items": [{"id": each} for each in calendars]}
        answer = self._plain(self._freebusy.query(body=body), read_error)
        return dict(answer.get("calendars", {}))

    def watch(self, calendar: str, body: Resource) -> Resource:
        """Have a calendar's changes told to an address."""
        return self._plain(self._events.watch(calendarId=calendar, body=body), read_error)

    def stop(self, channel: str, resource: str) -> None:
        """Close a channel; one that is gone is well."""
        request = self._channels.stop(body={"id": channel, "resourceId": resource})
        request.postproc = _body
        try:
            self._sent(request, read_error)
        except _StatusError as error:
            if error.refusal.status not in GONE:
                raise error.meaning from error

    def insert(self, calendar: str, body: Resource) -> Resource:
        """Create an event under its own id; Google tells nobody, unless the operator wants it to."""
        return self._plain(
            self._events.insert(calendarId=calendar, body=body, **self._told),
            write_error,
        )

    def patch(self, calendar: str, event_id: str, body: Resource, etag: str) -> Resource:
        """Change just the version that the etag names."""
        request = self._events.patch(calendarId=calendar, eventId=event_id, body=body, **self._told)
        request.headers["If-Match"] = etag
        return self._plain(request, write_error)

    def delete(self, calendar: str, event_id: str) -> None:
        """Delete an event; one that is gone is well."""
        request = self._events.delete(calendarId=calendar, eventId=event_id, **self._told)
        try:
            self._call(request, write_error)
        except _StatusError as error:
            if error.refusal.status not in GONE:
                raise error.meaning from error

    def close(self) -> None:
        """Let go of connections."""
        self.http.close()

    def _pages(self, ask: Callable[..., Any]) -> Iterator[Resource]:
        page: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            answer = self._plain(ask(**page), read_error)
            yield answer
            if "nextPageToken" not in answer:
                return
            page = {"pageToken": answer["nextPageToken"]}
        raise self._endless()

    def _page(self, request: Any, measure: Measure) -> Page:
        request.postproc = _body
        try:
            body = self._sent(request, read_error)
        except _StatusError as error:
            raise error.meaning from error
        with measure.working():
            page = page_of(self.in_child(PAGE, body, measure.allowance))
        measure.take(len(body), len(page.events))
        return page

    def _endless(self) -> SourceIncompleteError:
        return SourceIncompleteError(f"{self._place}: more than {MOST_PAGES} pages", "Read fewer calendars")

    def _plain(self, request: Any, meaning: Callable[[Refusal, str], SourceError]) -> Resource:
        try:
            return self._call(request, meaning)
        except _StatusError as error:
            raise error.meaning from error

    def _call(self, request: Any, meaning: Callable[[Refusal, str], SourceError]) -> Resource:
        decode = request.postproc
        request.postproc = lambda response, body: decode(response, _small(body))
        try:
            answer = self._sent(request, meaning)
        except (ValueError, RecursionError) as error:
            return self._unreadable(meaning is write_error, error)
        if isinstance(answer, dict) or (request.method == "DELETE" and not answer):
            return answer or {}
        return self._unreadable(meaning is write_error, None)

    def _sent(self, request: Any, meaning: Callable[[Refusal, str], SourceError]) -> Any:
        self._pace.allow()
        try:
            answer = request.execute()
        except HttpError as error:
            answered = read_refusal(error.resp.status, error.resp, error.content)
            refusal = self._pace.refused(answered, writing=meaning is write_error)
            raise _StatusError(refusal, meaning(refusal, self._place)) from error
        except CallFailedError as error:
            if meaning is write_error and error.sent:
                raise WriteAmbiguousError(f"{self._place}: {error.what}", "It is looked up by id") from error
            raise
        self._pace.served()
        return answer

    def _unreadable(self, writing: bool, cause: Exception | None) -> Resource:
        what = f"{self._place}: the answer is not what Google sends"
        if writing:
            raise WriteAmbiguousError(what, "It is looked up by id") from cause
        raise SourceIncompleteError(
            what, "Check api_root, and whether a login page stands before it"
        ) from cause

    @cached_property
    def _service(self) -> Any:
        with self._building:
            return discovery.build_from_document(  # type: ignore[attr-defined] # the stubs leave it out
                _document(self._options.api_root), http=self.http
            )

    @cached_property
    def _events(self) -> Any:
        return self._service.events()

    @cached_property
    def _lists(self) -> Any:
        return self._service.calendarList()

    @cached_property
    def _channels(self) -> Any:
        return self._service.channels()

    @cached_property
    def _freebusy(self) -> Any:
        return self._service.freebusy()


class _StatusError(Exception):
    """An answer that is no success, before its caller has looked at the status."""

    def __init__(self, refusal: Refusal, meaning: SourceError) -> None:
        super().__init__(str(meaning))
        self.refusal = refusal
        self.meaning = meaning


def _body(_response: object, body: bytes) -> bytes:
    return body


def _small(body: bytes) -> bytes:
    """Let only so much be read outside of a child: 250 calendars have a tenth of it."""
    if len(body) > LARGEST_PLAIN:
        raise ValueError(f"{len(body)} bytes")
    return body


def _document(api_root: str) -> Resource:
    place = files("googleapiclient").joinpath("discovery_cache/documents/calendar.v3.json")
    document: Resource = json.loads(place.read_text("utf-8"))
    root = api_root.rstrip("/") + "/"
    return {**document, "rootUrl": root, "baseUrl": root + document["servicePath"], "mtlsRootUrl": root}
