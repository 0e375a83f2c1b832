"""The calls to Microsoft Graph that gatherly makes.

Every answer that is no success is turned into an error in one place; a link out of an answer is followed
only where the request itself went. https://learn.microsoft.com/graph/api/resources/calendar
"""

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

from connectors.outlook.marks import EXPAND, having
from connectors.outlook.options import OutlookOptions
from connectors.outlook.pace import Pace
from connectors.outlook.refusals import GONE, Refusal, read_error, read_refusal, said, write_error
from connectors.outlook.tasks import ESSENCE, PAGE, Page, page_of
from connectors.outlook.transport import GraphHttp
from connectors.sandbox.measure import Measure, Measuring
from connectors.sandbox.measure import calendar as measured
from connectors.sandbox.pages import read_page
from connectors.sandbox.task import Allowance, Runner
from connectors.web.answer import Answer, CallFailedError
from connectors.web.urls import BadAddressError, read_url
from engine.errors import SourceError, SourceIncompleteError, WriteAmbiguousError, WriteConflictError

Resource: TypeAlias = dict[str, Any]
"""A JSON object as Graph sends it."""
Meaning: TypeAlias = Callable[[Refusal, str], SourceError]

EVENTS_A_PAGE = 500
CALENDARS_A_PAGE = 100
MOST_PAGES = 400
LARGEST_PLAIN = 1 << 20
"""Bytes of an answer that is no page of events."""
NOT_FOUND = 404
PAGED = f"odata.maxpagesize={EVENTS_A_PAGE}"
FOUND = "id,subject,start,end,isAllDay,isCancelled,showAs,type,responseStatus,attendees,createdDateTime"
LOOKED_AT = ",".join(
    (
        "id",
        "type",
        "seriesMasterId",
        "iCalUId",
        "transactionId",
        "createdDateTime",
        "responseStatus",
        "recurrence",
        *ESSENCE,
    )
)
"""What is asked for of one event: all that is read of it, and not its text, which may have any size."""
INSTANCE = "id,type,seriesMasterId,start,end,isAllDay,originalStart"
NOTHING: Mapping[str, str] = MappingProxyType({})


class GraphApi:
    """One account's calls; `place` names the connector in errors. Safe to share between threads."""

    def __init__(self, http: GraphHttp, options: OutlookOptions, place: str, pace: Pace, run: Runner) -> None:
        self._run = run
        self.measuring = Measuring()
        self.http = http
        self._place = place
        self._pace = pace
        self._root = options.api_root.rstrip("/") + "/v1.0"
        self._origin = read_url(options.api_root).origin
        self.whose = f"/users/{quote(options.mailbox, safe='@')}" if options.mailbox else "/me"

    def calendar_list(self) -> list[Resource]:
        """Give every calendar of the account once."""
        return self._items(f"{self.whose}/calendars")

    def rooms(self) -> list[Resource]:
        """Give every room of the organisation once."""
        return self._items("/places/microsoft.graph.room")

    def profile(self) -> Resource:
        """Give what the account's directory says of its addresses."""
        wanted = {"$select": "mail,userPrincipalName,proxyAddresses"}
        return self._plain("GET", self._address(self.whose, wanted), read_error)

    def instances(self, path: str, name: str, window: Mapping[str, str]) -> list[Resource]:
        """Give a series' instances in a window, with no more than where they lie."""
        query = {**window, "$select": INSTANCE}
        return self._items(f"{self.whose}{path}/events/{quote(name, safe='')}/instances", query)

    def _items(self, path: str, query: Mapping[str, str] = NOTHING) -> list[Resource]:
        link: str | None = self._address(path, {**query, "$top": str(CALENDARS_A_PAGE)})
        found: dict[str, Resource] = {}
        for _ in range(MOST_PAGES):
            if link is None:
                return list(found.values())
            answer = self._plain("GET", link, read_error)
            items = answer.get("value")
            if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
                raise self._strange()
            found |= {str(one.get("id")): one for one in items}
            following = answer.get("@odata.nextLink")
            link = self._followed(following) if isinstance(following, str) else None
        raise self._endless()

    def pages(
        self, path: str, query: Mapping[str, str] = NOTHING, *, link: str | None = None
    ) -> Iterator[Page]:
        """Give a listing's pages one by one, each read in a child; any page's error ends it.

        Raises:
            TokenTooOldError: the state behind a link is no longer known.
            SourceError: any other failure, or more than a calendar may hold.
        """
        measure = measured(self.measuring.measure)
        target = self._address(self.whose + path, query) if link is None else self._followed(link)
        for _ in range(MOST_PAGES):
            page = self._page(target, measure)
            yield page
            if page.following is None:
                return
            target = self._followed(page.following)
        raise self._endless()

    def in_child(self, task: str, payload: bytes, allowance: Allowance | None = None) -> bytes:
        """Have something read that Graph sent.

        Raises:
            SourceIncompleteError: it is not what Graph sends, or takes too much.
        """
        return read_page(self._run, task, payload, self._place, allowance)

    def with_mark(self, path: str, name: str, value: str) -> Iterator[Page]:
        """List the events with a property of the mark: live, and as of some seconds ago."""
        query = {
            "$filter": having(name, value),
            "$expand": EXPAND,
            "$select": FOUND,
            "$top": str(EVENTS_A_PAGE),
        }
        return self.pages(f"{path}/events", query)

    def event(self, path: str, name: str) -> Resource | None:
        """Look an event up by Graph's id, with its mark: never stale; None where there is none."""
        query = {"$expand": EXPAND, "$select": LOOKED_AT}
        target = self._address(f"{self.whose}{path}/events/{quote(name, safe='')}", query)
        try:
            return self._call("GET", target, read_error)
        except _StatusError as error:
            if error.refusal.status in GONE and not error.is_mailboxes:
                return None
            raise error.meaning from error

    def create(self, path: str, body: Resource) -> Resource:
        """Make an event; the id is Graph's."""
        target = self._address(f"{self.whose}{path}/events", {})
        return self._plain("POST", target, write_error, body=body)

    def update(self, path: str, name: str, body: Resource, etag: str | None) -> Resource:
        """Change just the version that the etag names; without one whatever stands there.

        Raises:
            WriteConflictError: there is another version, or none any more.
        """
        target = self._address(f"{self.whose}{path}/events/{quote(name, safe='')}", {})
        try:
            headers = NOTHING if etag is None else {"If-Match": etag}
            return self._call("PATCH", target, write_error, body=body, headers=headers)
        except _StatusError as error:
            if error.refusal.status in GONE and not error.is_mailboxes:
                what = f"{self._place}: {said(error.refusal)}"
                raise WriteConflictError(what, "It is looked up by its mark") from error
            raise error.meaning from error

    def delete(self, path: str, name: str) -> None:
        """Delete an event; one that is gone is well."""
        target = self._address(f"{self.whose}{path}/events/{quote(name, safe='')}", {})
        try:
            self._call("DELETE", target, write_error)
        except _StatusError as error:
            if error.refusal.status not in GONE or error.is_mailboxes:
                raise error.meaning from error

    def schedules(self, asked: Resource) -> list[Resource]:
        """Ask when people are busy; each may hold an error instead."""
        target = self._address(f"{self.whose}/calendar/getSchedule", {})
        found = self._plain("POST", target, read_error, body=asked).get("value")
        if not isinstance(found, list):
            raise self._strange()
        return [one for one in found if isinstance(one, dict)]

    def subscribe(self, body: Resource) -> Resource:
        """Have changes told to an address, which Microsoft asks before it answers."""
        return self._plain("POST", self._address("/subscriptions", {}), read_error, body=body)

    def subscription(self, name: str) -> Resource | None:
        """Look a subscription up; None where there is none any more."""
        try:
            return self._call("GET", self._address(f"/subscriptions/{quote(name, safe='')}", {}), read_error)
        except _StatusError as error:
            if error.refusal.status in GONE:
                return None
            raise error.meaning from error

    def renew(self, name: str, body: Resource) -> Resource:
        """Have a subscription go on."""
        target = self._address(f"/subscriptions/{quote(name, safe='')}", {})
        return self._plain("PATCH", target, read_error, body=body)

    def unsubscribe(self, name: str) -> None:
        """Close a subscription; one that is gone is well."""
        target = self._address(f"/subscriptions/{quote(name, safe='')}", {})
        try:
            self._call("DELETE", target, read_error)
        except _StatusError as error:
            if error.refusal.status not in GONE:
                raise error.meaning from error

    def close(self) -> None:
        """Let go of connections."""
        self.http.close()

    def _address(self, path: str, query: Mapping[str, str]) -> str:
        asked = urlencode(query, quote_via=quote, safe="$(){}'/:,")
        return f"{self._root}{path}?{asked}" if asked else f"{self._root}{path}"

    def _followed(self, link: str) -> str:
        """Give a link out of an answer, or a store, where it may be followed with a token.

        Raises:
            SourceIncompleteError: it leads to another host.
        """
        try:
            origin = read_url(link).origin
        except BadAddressError as error:
            raise self._strange() from error
        if origin != self._origin:
            raise SourceIncompleteError(
                f"{self._place}: an answer leads to another host, {origin.host}", "Check api_root"
            )
        return link

    def _page(self, target: str, measure: Measure) -> Page:
        try:
            body = self._sent("GET", target, read_error, prefer=PAGED).body
        except _StatusError as error:
            raise error.meaning from error
        with measure.working():
            page = page_of(self.in_child(PAGE, body, measure.allowance))
        measure.take(len(body), len(page.events))
        return page

    def _plain(
        self,
        method: str,
        target: str,
        meaning: Meaning,
        *,
        body: Resource | None = None,
        headers: Mapping[str, str] = NOTHING,
    ) -> Resource:
        try:
            return self._call(method, target, meaning, body=body, headers=headers)
        except _StatusError as error:
            raise error.meaning from error

    def _call(
        self,
        method: str,
        target: str,
        meaning: Meaning,
        *,
        body: Resource | None = None,
        headers: Mapping[str, str] = NOTHING,
    ) -> Resource:
        data = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        answer = self._sent(method, target, meaning, headers=headers, body=data)
        if method == "DELETE":
            return {}
        try:
            found = json.loads(answer.body) if len(answer.body) <= LARGEST_PLAIN else None
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return found
        if meaning is write_error:
            raise WriteAmbiguousError(
                f"{self._place}: the answer is not what Graph sends", "It is looked up by its mark"
            )
        raise self._strange()

    def _sent(
        self,
        method: str,
        target: str,
        meaning: Meaning,
        *,
        headers: Mapping[str, str] = NOTHING,
        prefer: str = "",
        body: bytes = b"",
    ) -> Answer:
        self._pace.allow()
        writing = meaning is write_error
        try:
            answer = self.http.request(method, target, headers=headers, prefer=prefer, body=body)
        except CallFailedError as error:
            if writing and error.sent:
                what = f"{self._place}: {error.what}"
                raise WriteAmbiguousError(what, "It is looked up by its mark") from error
            raise
        if not 200 <= answer.status < 300:
            refusal = self._pace.refused(read_refusal(answer), writing=writing)
            raise _StatusError(refusal, meaning(refusal, self._place))
        self._pace.served()
        return answer

    def _strange(self) -> SourceIncompleteError:
        return SourceIncompleteError(
            f"{self._place}: the answer is not what Graph sends",
            "Check api_root, and whether a login page stands before it",
        )

    def _endless(self) -> SourceIncompleteError:
        return SourceIncompleteError(f"{self._place}: more than {MOST_PAGES} pages", "Read fewer calendars")


class _StatusError(Exception):
    """An answer that is no success, before its caller has looked at the status."""

    def __init__(self, refusal: Refusal, meaning: SourceError) -> None:
        super().__init__(str(meaning))
        self.refusal = refusal
        self.meaning = meaning

    @property
    def is_mailboxes(self) -> bool:
        """Whether it is the mailbox, not the event, that there is not."""
        return "mailbox" in self.refusal.code.lower() or "user" in self.refusal.code.lower()
