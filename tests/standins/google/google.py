"""The stand-in itself, without a socket: requests in, answers out, everything judged by the document."""

import base64
import copy
import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from tests.standins.google.answers import ApiError, Json, invalid
from tests.standins.google.batch import run_batch
from tests.standins.google.channels import Channels, tell_changes
from tests.standins.google.discovery import Discovery, Method, NotInTheDocumentError, load_document
from tests.standins.google.events import Events
from tests.standins.google.faults import ANSWERS, Fault, Faults
from tests.standins.google.freebusy import FreeBusy
from tests.standins.google.keeping import touch
from tests.standins.google.kindness import Kindness
from tests.standins.google.listing import Listing
from tests.standins.google.oauth import OAuth
from tests.standins.google.quota import Quota
from tests.standins.google.sharing import Sharing
from tests.standins.google.state import Access, Client, State, StoredCalendar
from tests.standins.google.wire import Logged, Request, Response, json_response

WRITES = frozenset({"calendar.events.insert", "calendar.events.patch", "calendar.events.update"})
CLIENT = Client("standin.apps.googleusercontent.com", "standin-secret")


class Google:
    """One Google: accounts, calendars, grants, faults, and a log of all that was asked."""

    def __init__(self, state: State | None = None, kindness: Kindness | None = None) -> None:
        self.state = state or State()
        if kindness is not None:
            self.state.settings.kindness = kindness
        self.state.clients.setdefault(CLIENT.id, CLIENT)
        self.faults = Faults()
        self.log: list[Logged] = []
        self.violations: list[str] = []
        self.quota = Quota()
        self._discovery = Discovery(load_document())
        self._lock = threading.RLock()

    def account(self, email: str, zone: str = "Europe/Berlin") -> StoredCalendar:
        """Make an account with its primary calendar."""
        return self.state.stored_calendars.setdefault(
            email, StoredCalendar(id=email, owner=email, summary=email, zone=zone)
        )

    def snapshot(self) -> State:
        """Copy everything that is known."""
        with self._lock:
            return copy.deepcopy(self.state)

    def reset(self, state: State | None = None) -> None:
        """Go back to a snapshot, or to nothing."""
        with self._lock:
            self.state = copy.deepcopy(state) if state else State()
            self.state.clients.setdefault(CLIENT.id, CLIENT)
            self.log.clear()
            self.faults, self.quota = Faults(), Quota()

    def fork(self) -> "Google":
        """Give another Google that knows the same and goes its own way."""
        return Google(self.snapshot())

    def expire_sync_tokens(self) -> None:
        """Let every sync token given so far be too old (410)."""
        self.state.changes += 1
        for stored in self.state.stored_calendars.values():
            stored.floor = self.state.changes

    def expire_access_tokens(self) -> None:
        """Let every access token given so far be too old (401)."""
        for access in self.state.accesses.values():
            access.expires = self.state.clock.now()

    def api(self, email: str) -> Events:
        """Give what an account can do to events without a socket, for arranging tests."""
        return Events(self.state, email)

    def respond(self, request: Request) -> Response:
        """Answer one request."""
        with self._lock:
            name, work = self._work(request)
            fault = self.faults.next(name)
            answer = self._faulty(work, fault)
            if name != "batch":
                self._note(name, request, answer)
            return answer

    def _work(self, request: Request) -> tuple[str, Callable[[], Response]]:
        if request.path == "/batch/calendar/v3":
            return "batch", lambda: run_batch(request, self.respond)
        pages = {"/o/oauth2/v2/auth": self._consent, "/token": self._token, "/revoke": self._revoke}
        if request.path in pages:
            return f"oauth.{request.path.rpartition('/')[2]}", lambda: pages[request.path](request)
        found = self._discovery.route(request.verb, request.path)
        if found is None:
            self.violations.append(f"{request.verb} {request.path} is not in the document")
            return "unknown", lambda: _raised(ApiError(404, "notFound", "Not Found"))
        method, path = found
        return method.id, lambda: self._call(method, path, request)

    def _faulty(self, work: Callable[[], Response], fault: Fault) -> Response:
        if fault in (Fault.LOST_BEFORE, Fault.HTML):
            return Response(200, b"<html>Sign in</html>", {"Content-Type": "text/html"}, fault)
        try:
            if fault in ANSWERS and fault is not Fault.ERROR_AFTER:
                raise ANSWERS[fault]
            answer = work()
            if fault is Fault.TWICE:
                answer = work()
            if fault is Fault.ERROR_AFTER:
                raise ANSWERS[fault]
        except ApiError as error:
            headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
            return json_response(error.status, error.body(), headers)
        return Response(answer.status, answer.body, answer.headers, fault)

    def _note(self, name: str, request: Request, answer: Response) -> None:
        body = json.loads(request.body) if request.body[:1] == b"{" else None
        query = dict(request.pairs)
        self.log.append(Logged(name, request.verb, request.path, query, answer.status, body))

    def _call(self, method: Method, path: dict[str, str], request: Request) -> Response:
        access = OAuth(self.state).who(request.headers.get("authorization"))
        settings, now = self.state.settings, self.state.clock.now()
        self.quota.spend(access.email, now, settings.project_per_minute, settings.account_per_minute)
        if not method.scopes & set(access.scopes):
            message = "Request had insufficient authentication scopes."
            raise ApiError(403, "insufficientPermissions", message)
        try:
            query = self._discovery.query(method, request.pairs)
            body = json.loads(request.body) if request.body else None
            self._discovery.body(method, body)
        except (NotInTheDocumentError, ValueError) as error:
            self.violations.append(str(error))
            raise invalid(str(error)) from error
        before = self.state.changes
        answer = self._done(method, path, query, body, request, access)
        self._discovery.answer(method, answer)
        if method.id in WRITES and answer is not None and "calendarId" in path:
            self._settle(path, answer, access)
        if self.state.changes != before:
            for name, stored in self.state.stored_calendars.items():
                if any(change > before for change in stored.changed.values()):
                    tell_changes(self.state, name)
        return _with_etag(answer, request)

    def _settle(self, path: dict[str, str], answer: Json, access: Access) -> None:
        name = access.email if path["calendarId"] == "primary" else path["calendarId"]
        touch(self.state, self.state.stored_calendars[name], answer["id"])

    def _done(
        self,
        method: Method,
        path: dict[str, str],
        query: dict[str, Any],
        body: Any,
        request: Request,
        access: Access,
    ) -> Json | None:
        state, email = self.state, access.email
        events, sharing = Events(state, email), Sharing(state, email)
        match = request.headers.get("if-match")
        works: dict[str, Callable[[], Json | None]] = {
            "events.insert": lambda: events.insert(path, query, body),
            "events.import": lambda: events.import_(path, query, body),
            "events.get": lambda: events.get(path, query),
            "events.patch": lambda: events.patch(path, query, body, match),
            "events.update": lambda: events.update(path, query, body, match),
            "events.delete": lambda: events.delete(path, query, match),
            "events.move": lambda: events.move(path, query),
            "events.list": lambda: Listing(state, email).events(path, query),
            "events.instances": lambda: Listing(state, email).instances(path, query),
            "events.watch": lambda: Channels(state, email).watch(path, body),
            "channels.stop": lambda: Channels(state, email).stop(body),
            "freebusy.query": lambda: FreeBusy(state, email).query(body),
            "calendarList.list": lambda: sharing.listed(query),
            "calendarList.get": lambda: sharing.entry(path),
            "calendarList.insert": lambda: sharing.subscribe(body),
            "calendars.get": lambda: sharing.calendar(path),
            "calendars.insert": lambda: sharing.create(body),
            "calendars.delete": lambda: sharing.remove(path),
            "acl.list": lambda: sharing.rules(path),
            "acl.insert": lambda: sharing.share(path, body),
            "acl.delete": lambda: sharing.unshare(path),
        }
        work = works.get(method.id.removeprefix("calendar."))
        if work is None:
            raise ApiError(501, "notImplemented", f"The stand-in does not do {method.id}")
        return work()

    def _consent(self, request: Request) -> Response:
        oauth = OAuth(self.state)
        if request.verb == "GET":
            return Response(200, oauth.consent_page(request.query).encode(), {"Content-Type": "text/html"})
        return Response(302, b"", {"Location": oauth.decide(request.body.decode())})

    def _token(self, request: Request) -> Response:
        form = request.body.decode()
        kind, _, secret = request.headers.get("authorization", "").partition(" ")
        if kind == "Basic":
            name, _, password = base64.b64decode(secret).decode().partition(":")
            form += "&" + urlencode({"client_id": name, "client_secret": password})
        return json_response(200, OAuth(self.state).token(form))

    def _revoke(self, request: Request) -> Response:
        OAuth(self.state).revoke(request.body.decode() or request.query)
        return json_response(200, {})


def _raised(error: ApiError) -> Response:
    raise error


def _with_etag(answer: Json | None, request: Request) -> Response:
    etag = (answer or {}).get("etag", "")
    headers = {"ETag": etag} if etag else {}
    if etag and request.verb == "GET" and request.headers.get("if-none-match") == etag:
        return Response(304, b"", headers)
    return json_response(200, answer, headers)
