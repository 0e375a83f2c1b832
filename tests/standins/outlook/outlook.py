"""The stand-in itself, without a socket: requests in, answers out, everything judged by the documents."""

import contextlib
import copy
import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from tests.standins.outlook.events import Events
from tests.standins.outlook.faults import ANSWERS, Fault, Faults
from tests.standins.outlook.kindness import Kindness
from tests.standins.outlook.login import Login
from tests.standins.outlook.refusals import GraphError, Json, LoginError, bad
from tests.standins.outlook.routes import Route
from tests.standins.outlook.rules import IMMUTABLE, USE, check_preferences, only
from tests.standins.outlook.state import Access, Client, Mailbox, State, StoredCalendar
from tests.standins.outlook.subscriptions import Subscriptions, tell_changes
from tests.standins.outlook.wire import Logged, Request, Response, json_response

CLIENT = Client("11111111-2222-3333-4444-555555555555")
APP = Client("99999999-8888-7777-6666-555555555555", "standin-secret")
TENANT = "corp.example"
WINDOW = 600
READS = ("Calendars.Read", "Calendars.ReadWrite", "Calendars.ReadBasic")
LIMITS, PERMISSIONS = "concepts/throttling-limits.md", "concepts/permissions-reference.md"
Work = Callable[[], tuple[int, Json | None]]


class Outlook:
    """One Microsoft: mailboxes, calendars, grants, faults, and a log of all that was asked."""

    def __init__(self, state: State | None = None, kindness: Kindness | None = None) -> None:
        self.state = state or State()
        if kindness is not None:
            self.state.settings.kindness = kindness
        self._register()
        self.faults = Faults()
        self.log: list[Logged] = []
        self.violations: list[str] = []
        self._asked: defaultdict[str, deque[float]] = defaultdict(deque)
        self._under_way: defaultdict[str, int] = defaultdict(int)
        self.most_at_once = 0
        self._counting = threading.Lock()
        self._lock = threading.RLock()

    def _register(self) -> None:
        for client in (CLIENT, APP):
            self.state.clients.setdefault(client.id, copy.deepcopy(client))
        self.state.tenants.add(TENANT)

    def account(self, email: str, name: str = "Calendar") -> StoredCalendar:
        """Make a mailbox with its own calendar."""
        self.state.mailboxes.setdefault(email, Mailbox(email))
        there = [one for one in self.state.calendars.values() if one.owner == email and one.is_default]
        return there[0] if there else self.calendar(email, name, is_default=True)

    def calendar(self, email: str, name: str, *, is_default: bool = False) -> StoredCalendar:
        """Make a further calendar."""
        made = StoredCalendar(f"AAMkCal{self.state.number():06d}=", email, name, is_default)
        self.state.calendars[made.id] = made
        return made

    def snapshot(self) -> State:
        """Copy everything that is known."""
        with self._lock:
            return copy.deepcopy(self.state)

    def reset(self, state: State) -> None:
        """Go back to a snapshot."""
        with self._lock:
            self.state = copy.deepcopy(state)
            self.log.clear()
            self.faults = Faults()
            self._asked.clear()

    def forget_deltas(self, how: str = "410") -> None:
        """Let every delta link given so far be too old."""
        for token in self.state.deltas.values():
            token.old = how

    def expire_access_tokens(self) -> None:
        """Let every access token given so far be too old (401)."""
        for access in self.state.accesses.values():
            access.expires = self.state.clock.now()

    def events(self, email: str) -> Events:
        """Give what an account can do to events without a socket, for arranging tests."""
        return Events(self.state, email)

    def respond(self, request: Request) -> Response:
        """Answer one request."""
        who = self._mailbox_of(request)
        with self._at_once(who) as crowd, self._lock:
            operation, work = self._work(request)
            fault = self.faults.next(operation)
            page = None
            try:
                if who and crowd > self.state.settings.at_once:
                    message = "Application is over its MailboxConcurrency limit."
                    raise GraphError(429, "ApplicationThrottled", message, LIMITS, retry_after=1)
                answer = self._faulty(work, fault)
            except GraphError as error:
                page = error.page
                answer = json_response(error.status, error.body(), error.headers())
            except LoginError as error:
                page = error.page
                answer = json_response(error.status, error.body())
            body = _json(request.body)
            self.log.append(Logged(operation, request.verb, request.target, answer.status, body, page))
            return answer

    @contextlib.contextmanager
    def _at_once(self, who: str) -> Any:
        with self._counting:
            self._under_way[who] += 1
            crowd = self._under_way[who]
            self.most_at_once = max(self.most_at_once, crowd if who else 0)
        try:
            yield crowd
        finally:
            with self._counting:
                self._under_way[who] -= 1

    def _mailbox_of(self, request: Request) -> str:
        access = self.state.accesses.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        return "" if access is None else f"{access.client} {access.email or request.parts[2:3]}"

    def _faulty(self, work: Callable[[], Response], fault: Fault) -> Response:
        if fault in (Fault.LOST_BEFORE, Fault.HTML):
            return Response(200, b"<html>Sign in</html>", {"Content-Type": "text/html"}, fault)
        if fault in ANSWERS and fault is not Fault.ERROR_AFTER:
            raise ANSWERS[fault]
        answer = work()
        if fault is Fault.TWICE:
            answer = work()
        if fault is Fault.ERROR_AFTER:
            raise ANSWERS[fault]
        return Response(answer.status, answer.body, answer.headers, fault)

    def _work(self, request: Request) -> tuple[str, Callable[[], Response]]:
        parts = request.parts
        if parts[0] == "v1.0":
            operation, work = self._graph(request, parts[1:])
            return operation, lambda: self._called(request, operation, work)
        return self._login(request, parts)

    def _login(self, request: Request, parts: list[str]) -> tuple[str, Callable[[], Response]]:
        login, tenant, rest = Login(self.state), parts[0], "/".join(parts[1:])
        if parts == ["devicelogin"] and request.verb == "POST":
            return "devicelogin", lambda: self._device_answered(request.form)
        if rest == "v2.0/.well-known/openid-configuration" and request.verb == "GET":
            return "discovery", lambda: json_response(200, login.discovery(request.origin, tenant))
        if rest == "oauth2/v2.0/authorize" and request.verb == "GET":
            query = urlsplit(request.target).query
            return "authorize", lambda: _page(login.page(tenant, query))
        if rest == "oauth2/v2.0/authorize" and request.verb == "POST":
            form_text = request.body.decode()
            return "authorize", lambda: Response(302, b"", {"Location": login.decide(tenant, form_text)})
        if rest == "oauth2/v2.0/token" and request.verb == "POST":
            return "token", lambda: json_response(200, login.token(tenant, request.form))
        if rest == "oauth2/v2.0/devicecode" and request.verb == "POST":
            return "devicecode", lambda: json_response(
                200, login.device(tenant, request.form, request.origin)
            )
        return "unknown", lambda: Response(404, b"", {})

    def _device_answered(self, form: dict[str, str]) -> Response:
        Login(self.state).answer_device(form["code"], form["login"], form.get("answer", "granted"))
        return Response(200)

    def _called(self, request: Request, operation: str, work: Callable[[Access], Work]) -> Response:
        access = Login(self.state).who(request.headers.get("authorization"))
        self._spend(f"{access.client} {access.email}")
        if not set(access.scopes) & _needed(operation):
            message = "Access is denied. Check credentials and try again."
            raise GraphError(403, "ErrorAccessDenied", message, PERMISSIONS)
        preferences = request.preferences
        check_preferences(preferences)
        if "idtype" not in preferences:
            self.violations.append(f"{operation} does not prefer immutable ids ({IMMUTABLE})")
        if request.body and not request.headers.get("content-type", "").startswith("application/json"):
            raise GraphError(415, "UnsupportedMediaType", "The content type has to be JSON.", USE)
        if request.body and _json(request.body) is None:
            raise bad("Unable to read JSON request payload.", USE)
        before = {name: dict.fromkeys(one.events, 0) for name, one in self.state.calendars.items()}
        changes = self.state.changes
        status, answer = work(access)()
        if self.state.changes != changes:
            self._tell(changes, before)
        return json_response(status, answer)

    def _tell(self, changes: int, before: dict[str, dict[str, int]]) -> None:
        for name, stored in self.state.calendars.items():
            newer = any(kept.change > changes for kept in stored.events.values())
            if newer or before.get(name, {}).keys() != stored.events.keys():
                tell_changes(self.state, name)

    def _spend(self, who: str) -> None:
        asked, now = self._asked[who], self.state.clock.now()
        asked.append(now)
        while asked[0] <= now - WINDOW:
            asked.popleft()
        if len(asked) > self.state.settings.per_ten_minutes:
            message = "Application is over its RequestsPerTenMinutes limit."
            raise GraphError(429, "ApplicationThrottled", message, LIMITS, retry_after=30)

    def _graph(self, request: Request, parts: list[str]) -> tuple[str, Callable[[Access], Work]]:
        if parts[:1] == ["subscriptions"]:
            return self._subscriptions(request.verb, parts[1:], _json(request.body))
        if parts == ["places", "microsoft.graph.room"] and request.verb == "GET":
            only_top = partial(only, request.query, ("$top",), "api/place-list.md")
            return "places.list", lambda _: lambda: (only_top(), (200, {"value": self.state.rooms}))[1]
        rest, address = _after_person(parts)
        if rest == [] and request.verb == "GET":
            select = request.query
            return "users.get", lambda access: lambda: (200, self._profile(access, address, select))
        if rest is None:
            return "unknown", _raising(bad(f"Resource not found for the segment '{parts[0]}'.", USE))
        route = Route(self.state, request, rest)
        if route.operation is None:
            message = f"Resource not found for the segment '{'/'.join(rest)}'."
            return "unknown", _raising(GraphError(404, "ResourceNotFound", message, USE))
        return route.operation, lambda access: lambda: route.made()(self._person(access, address))

    def _profile(self, access: Access, address: str | None, query: dict[str, str]) -> Json:
        """Show what a directory knows of somebody: as far as it was selected, as Graph does."""
        only(query, ("$select",), "api/user-get.md")
        mailbox = self.state.mailboxes[self._person(access, address)]
        proxies = [f"SMTP:{mailbox.email}", *(f"smtp:{one}" for one in mailbox.aliases), "X500:/o=standin"]
        known: Json = {"mail": mailbox.email, "userPrincipalName": mailbox.email, "proxyAddresses": proxies}
        return {name: value for name, value in known.items() if name in query.get("$select", "").split(",")}

    def _person(self, access: Access, address: str | None) -> str:
        """Tell whose mailbox is asked for; an app alone has none of its own."""
        email = access.email if address is None else address.lower()
        if not email:
            message = "/me request is only valid with delegated authentication flow."
            raise bad(message, "concepts/auth-v2-service.md")
        mailbox = self.state.mailboxes.get(email)
        if mailbox is None:
            raise GraphError(404, "ErrorInvalidUser", f"The requested user '{email}' is invalid.", USE)
        if not mailbox.exists:
            raise ANSWERS[Fault.NO_MAILBOX]
        if not access.email:
            allowed = self.state.clients[access.client].application
            if allowed and email not in allowed:
                message = "[RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings."
                raise GraphError(403, "ErrorAccessDenied", message, "concepts/auth-limit-mailbox-access.md")
        elif email != access.email:
            raise GraphError(403, "ErrorAccessDenied", "Access is denied.", PERMISSIONS)
        return email

    def _subscriptions(self, verb: str, rest: list[str], body: Any) -> tuple[str, Callable[[Access], Work]]:
        def of(access: Access) -> Subscriptions:
            return Subscriptions(self.state, access.client, access.email)

        if verb == "POST" and not rest:
            return "subscriptions.create", lambda access: lambda: (201, of(access).create(body))
        if verb == "GET" and len(rest) == 1:
            return "subscriptions.get", lambda access: lambda: (200, of(access).get(rest[0]))
        if verb == "PATCH" and len(rest) == 1:
            return "subscriptions.renew", lambda access: lambda: (200, of(access).renew(rest[0], body))
        if verb == "DELETE" and len(rest) == 1:
            return "subscriptions.delete", lambda access: lambda: (204, of(access).delete(rest[0]))  # type: ignore[func-returns-value]
        return "unknown", _raising(GraphError(405, "MethodNotAllowed", "The method is not allowed.", USE))


def _needed(operation: str) -> set[str]:
    """Name the permissions of which one lets a caller do something."""
    if operation in ("users.get", "places.list"):
        return {"User.Read", "User.Read.All"} if operation == "users.get" else {"Place.Read.All"}
    writes = operation in ("events.create", "events.update", "events.delete")
    return {"Calendars.ReadWrite", *(() if writes else READS)}


def _after_person(parts: list[str]) -> tuple[list[str] | None, str | None]:
    if parts[:1] == ["me"]:
        return parts[1:], None
    if parts[:1] == ["users"] and len(parts) > 1:
        return parts[2:], parts[1]
    return None, None


def _raising(error: GraphError) -> Callable[[Access], Work]:
    def work() -> tuple[int, Json | None]:
        raise error

    return lambda _access: work


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None


def _page(text: str) -> Response:
    return Response(200, text.encode(), {"Content-Type": "text/html"})
