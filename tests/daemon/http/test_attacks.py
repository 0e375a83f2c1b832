"""What strangers, neighbours and other people's pages try: each is refused, and nothing has happened."""

import asyncio
import socket
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from httpx2 import ASGITransport, AsyncClient, Response  # noqa: TID251 # it asks this process alone

from config.api import ApiSettings
from daemon.http.application import described_routes
from daemon.http.guards import Guards
from daemon.http.patience import PatientProtocol
from daemon.http.server import HttpServer
from tests.daemon.http.asking import Asked
from tests.daemon.http.site.browsing import BASE, FORM, Browser
from tests.standins.required import free_port

CANARY = "Heron of Alice"
EVIL = "https://evil.example"
DEEP = 6000
MINE = b'{"title": "Mine", "inviteeIds": ["bob"], "duration": 30, '


class Try(NamedTuple):
    """One request, and how it may be answered; `cookie` has a signed-in browser send it."""

    who: str
    method: str
    path: str
    allowed: frozenset[int]
    body: bytes
    headers: dict[str, str]
    cookie: bool = False


def tried(who: str, method: str, path: str, *allowed: int, body: bytes = b"", **headers: str) -> Try:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body:
        named.setdefault("Content-Type", "application/json")
    return Try(who, method, path, frozenset(allowed), body, named)


def browsed(who: str, method: str, path: str, *allowed: int, body: bytes = b"", **headers: str) -> Try:
    return tried(who, method, path, *allowed, body=body, **headers)._replace(cookie=True)


def mass_assignment() -> Iterator[Try]:
    """Fields that nobody may set, beside those that one may."""
    for more in (
        b'"status": "scheduled"}',
        b'"id": "mine"}',
        b'"booking": {"state": "confirmed"}}',
        b'"createdAt": "2020-01-01T00:00:00Z"}',
        b'"proposedTimes": [{"start": "2026-11-17T10:00:00Z"}]}',
        b'"responses": [{"userId": "bob", "answer": "accepted"}]}',
        b'"__proto__": {"operator": true}}',
    ):
        yield tried("alice", "POST", "/v1/sessions", 422, body=MINE + more)
    for_bob = b'{"title": "His", "inviteeIds": ["carol"], "duration": 30, "hostUserId": "bob"}'
    yield tried("alice", "POST", "/v1/sessions", 403, 404, body=for_bob)
    for field in (b'{"status": "cancelled"}', b'{"hostUserId": "bob"}', b'{"finalTime": null}'):
        yield tried("alice", "PATCH", "/v1/sessions/{s}", 422, body=field)
    for field in (b'{"operator": true}', b'{"role": "operator"}', b'{"id": "root"}', b'{"email": "r@x.io"}'):
        yield tried("alice", "PATCH", "/v1/users/alice", 422, body=field)
    said = b'{"content": "Hello", "userId": "bob"}', b'{"content": "Hello", "role": "assistant"}'
    for body in said:
        yield tried("alice", "POST", "/v1/sessions/{s}/messages", 422, body=body)
    yield tried("carol", "POST", "/v1/sessions/{s}/accept", 404, 422, body=b'{"slot": 1, "userId": "bob"}')
    yield tried("bob", "POST", "/v1/users", 403, 422, body=b'{"email": "e@x.io", "operator": true}')
    host = b'{"session": {"hostUserId": "root", "inviteeIds": ["alice"], "duration": 30}}'
    yield tried("carol", "POST", "/v1/find", 403, 404, 422, body=host)
    yield tried("alice", "POST", "/v1/find", 422, body=b'{"users": [], "session": {"duration": 30}}')


def ids_of_others() -> Iterator[Try]:
    """What is Alice's, named by others in every spelling."""
    for path in ("", "/messages", "/history", "/why?start=2026-11-17T10:00:00Z"):
        yield tried("carol", "GET", "/v1/sessions/{s}" + path, 404)
    for name in ("alice", "%61lice", "ALICE", "alice%00", "alice%20", "alice%2f", "..%2fusers%2falice"):
        yield tried("carol", "GET", f"/v1/users/{name}", 404, 307)
    yield tried("bob", "DELETE", "/v1/users/alice", 404)
    yield tried("carol", "PATCH", "/v1/users/alice", 404, body=b'{"digest": "daily"}')
    yield tried("carol", "GET", "/v1/sessions/{s}", 404, If_None_Match='"1"')
    yield tried("carol", "PATCH", "/v1/sessions/{s}", 404, body=b'{"title": "Hers"}', If_Match="*")
    yield tried("bob", "PATCH", "/v1/sessions/{s}", 403, body=b'{"title": "His"}', If_Match="*")
    yield tried("alice", "PATCH", "/v1/sessions/{s}", 412, body=b'{"title": "New"}', If_Match='"0"')
    yield tried("alice", "PATCH", "/v1/sessions/{s}", 412, body=b'{"title": "New"}', If_Match='W/"1"')
    for path in ("/sessions/{s}", "/people/alice", "/people/alice/hours", "/people/..%2f..%2fweek"):
        yield browsed("carol", "GET", path, 404, 405)
    yield tried("carol", "GET", "/v1/conflicts/{s}", 404, 405)
    yield tried("carol", "PATCH", "/v1/notifications/{s}", 404, body=b'{"status": "read"}')


def tokens_and_keys() -> Iterator[Try]:
    """Signs that are none, and signs in places where they do not count."""
    body = MINE + b'"location": "there"}'
    for key in ("", "k" * 256):
        yield tried("alice", "POST", "/v1/sessions", 422, body=body, Idempotency_Key=key)
    for shown in ("Bearer none", "Bearer ", "Basic YWxpY2U6", "none", "Bearer a.b.c", "bearer \xff"):
        tried_with = tried("nobody", "POST", "/v1/sessions", 401, body=body, Idempotency_Key="k")
        yield tried_with._replace(headers={**tried_with.headers, "Authorization": shown})
    yield tried("nobody", "GET", "/v1/me?access_token={t}", 401)
    yield tried("nobody", "GET", "/v1/me", 401, X_Forwarded_User="alice", X_Remote_User="alice")
    yield browsed("alice", "GET", "/v1/me", 401)
    yield browsed("alice", "POST", "/v1/sessions", 401, body=body)
    yield browsed("alice", "PATCH", "/v1/users/alice", 401, body=b'{"digest": "daily"}')
    yield tried("nobody", "GET", "/v1/stream", 401)
    stream = browsed("alice", "GET", "/v1/stream", 401)
    search = browsed("alice", "POST", "/v1/find", 401, body=b'{"session": {"duration": 30}}')
    for foreign in ({"Origin": EVIL}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        yield stream._replace(headers=foreign)
        yield search._replace(headers={**search.headers, **foreign})


def forms_that_are_none() -> Iterator[Try]:
    """Forms in another dress: what a page elsewhere may send without being asked first."""
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/json", ""):
        yield browsed(
            "alice",
            "POST",
            "/sessions/{s}/cancel",
            403,
            422,
            body=b"csrf={c}",
            Content_Type=kind,
            Origin=BASE,
        )
    for more in (
        b"csrf={c}&csrf=",
        b"csrf=&csrf={c}",
        b"CSRF={c}",
        b"csrf%00={c}",
        b"x&" * 400 + b"csrf={c}",
    ):
        yield browsed(
            "alice", "POST", "/sessions/{s}/cancel", 403, 422, body=more, Content_Type=FORM, Origin=EVIL
        )
    yield browsed("alice", "GET", "/sessions/{s}/cancel?csrf={c}", 404, 405)
    yield browsed("alice", "GET", "/sign-out", 404, 405)


def doors_and_ways() -> Iterator[Try]:
    """Other names of the host, ways out of here, methods in disguise, and paths that lead round."""
    for host in ("evil@127.0.0.1:8765", "127.0.0.1:8765.", "127.0.0.1:8765,evil", "127.0.0.1:8765/../x"):
        yield tried("alice", "GET", "/v1/me", 421, Host=host)
    for path in (
        "/sign-in?next=" + EVIL,
        "/sign-in?next=//evil.example",
        "/sign-in?return_to=/%5Cevil.example",
    ):
        yield tried("nobody", "GET", path, 200)
    for path in ("//evil.example/", "/%5Cevil.example/", "//evil.example/%2e%2e/", "/week//evil.example/"):
        yield browsed("alice", "GET", path, 404)
    yield browsed("alice", "GET", "/oauth/callback?state=x&code=y&next=//evil.example", 403)
    yield browsed("alice", "GET", "/week?from=//evil.example&at=%0d%0aSet-Cookie:%20x=1", 200)
    for name in ("X_HTTP_Method_Override", "X_Method_Override", "X_HTTP_Method"):
        yield tried("alice", "POST", "/v1/users/alice", 405, body=b"{}", **{name: "DELETE"})
    yield tried("alice", "GET", "/v1/users/bob?_method=DELETE", 404)
    for method in ("TRACE", "OPTIONS", "PUT", "PROPFIND", "GET\t"):
        yield tried("alice", method, "/v1/sessions/{s}", 405, Origin=EVIL)
    for path in ("/v1//me", "/V1/me", "/v1/me;x", "/v1/me%2f", "/v1/%2e%2e/v1/me", "/v1/me%00", "/v1/me/x"):
        yield tried("alice", "GET", path, 404, 307)
    for path in ("..%2f..%2fgatherly.toml", "%2e%2e/%2e%2e/etc/passwd", "/etc/passwd", "x/gatherly.css"):
        yield tried("nobody", "GET", f"/static/{path}", 404)


def pages_of_lists() -> Iterator[Try]:
    """Cursors and limits that nobody was given."""
    for cursor in ("nonsense", "..%2f..", "%00", "-1", "{s}%00", "x" * 300, "%ff", "1%20OR%201=1"):
        yield tried("carol", "GET", f"/v1/sessions?cursor={cursor}", 422)
    yield tried("carol", "GET", "/v1/sessions?cursor={s}", 422)
    for limit in ("0", "-1", "101", "1e2", "99999999999999999999", "abc", "%D9%A3", ""):
        yield tried("alice", "GET", f"/v1/sessions?limit={limit}", 422)
    yield tried("alice", "GET", "/v1/sessions?status=pending%27", 422)


def bodies() -> Iterator[Try]:
    """JSON at the edge of what can be read, and beyond."""
    deep = b'"constraints": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}"
    for more in (
        deep,
        b'"groups": ' + b"[" * DEEP + b"]" * DEEP + b"}",
        b'"searchDays": 1e400}',
        b'"searchDays": NaN}',
        b'"searchDays": -Infinity}',
        b'"searchDays": ' + b"9" * 5000 + b"}",
        b'"search": {"start": "9999-12-31T23:59:60Z", "end": "0000-00-00"}}',
        b'"constraints": {"timeRange": {"start": "25:00"}}}',
        b'"groups": [{"anyOf": ["bob"], "count": -1}]}',
        b'"description": "\xff"}',
    ):
        yield tried("alice", "POST", "/v1/sessions", 400, 422, body=MINE + more)
    whole = MINE + b'"location": "there"}'
    for body, kind in (
        (b'{"a": 1}' * 2, "application/json"),
        (whole, "application/xml"),
        (whole, "text/plain"),
        (whole, FORM),
    ):
        yield tried("alice", "POST", "/v1/sessions", 400, 422, body=body, Content_Type=kind)
    yield tried("alice", "POST", "/v1/sessions", 400, 422, body=b"\x1f\x8b\x08", Content_Encoding="gzip")


EVERY = (
    mass_assignment,
    ids_of_others,
    tokens_and_keys,
    forms_that_are_none,
    doors_and_ways,
    pages_of_lists,
    bodies,
)


class Field:
    """The application under attack: Alice's session with Bob, and browsers of everybody."""

    def __init__(self, api: Asked) -> None:
        self.api = api
        self.session = api.session(title=CANARY)
        self.browsers = {who: Browser(api, who) for who in ("alice", "carol")}

    def ask(self, one: Try) -> Response:
        browser = self.browsers["alice"]
        filled = {"{s}": self.session, "{t}": self.api.token("alice"), "{c}": browser.csrf()}
        path, body = one.path, one.body
        for name, value in filled.items():
            path, body = path.replace(name, value), body.replace(name.encode(), value.encode())
        client = self.browsers[one.who].client if one.cookie else self.api.client
        headers = {name.encode(): value.encode("latin-1") for name, value in one.headers.items()}
        if not one.cookie and one.who != "nobody":
            headers[b"Authorization"] = f"Bearer {self.api.token(one.who)}".encode()
        return client.request(one.method, BASE + path, content=body, headers=headers, follow_redirects=False)

    def state(self) -> Any:
        of_everybody = [self.api(who, "GET", "/v1/sessions").json() for who in ("alice", "bob", "carol")]
        return of_everybody, [
            self.api(who, "GET", "/v1/me").json() for who in ("alice", "bob", "carol", "root")
        ]


@pytest.fixture(scope="module")
def field(shared: Asked) -> Field:
    return Field(shared)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_try_is_refused_and_nothing_has_happened(field: Field, kind: Any) -> None:
    tries = list(kind())
    before = field.state()
    answers = [(one, field.ask(one)) for one in tries]
    wrong = [
        (one.who, one.method, one.path[:60], one.body[:80], answer.status_code, answer.text[:120])
        for one, answer in answers
        if answer.status_code not in one.allowed
    ]
    assert wrong == []
    assert field.state() == before
    for one, answer in answers:
        assert leaks(one, answer) == [], (one, answer.text[:200])


def leaks(one: Try, answer: Response) -> list[str]:
    """Tell what an answer gives away or leads to that it must not."""
    head, found = answer.headers, []
    if "no-store" not in head.get("cache-control", "") and answer.status_code != 421:
        found += ["may be kept"] if one.path.startswith(("/v1/", "/sessions", "/people", "/week")) else []
    if "location" in head and urlsplit(head["location"]).netloc not in ("", "127.0.0.1:8765"):
        found.append("leads elsewhere")
    found += [name for name in ("access-control-allow-origin", "x-powered-by", "server") if name in head]
    if head.get("x-content-type-options") != "nosniff":
        found.append("may be sniffed")
    if one.who == "carol" and CANARY in answer.text:
        found.append("a title of others")
    if "evil.example" in answer.text and 'href="' in answer.text:
        found.append("names the attacker's address")
    return found


def test_a_button_s_address_that_is_looked_at_answers_by_a_page(field: Field) -> None:
    answer = field.browsers["alice"].get(f"/sessions/{field.session}/cancel")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "only a button" in answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert field.api("alice", "GET", "/v1/token").headers["content-type"] == "application/problem+json"


def test_there_are_over_a_hundred() -> None:
    assert sum(len(list(kind())) for kind in EVERY) > 100


def test_a_key_of_somebody_elses_gives_nothing_of_theirs(shared: Asked) -> None:
    body = {"title": CANARY, "inviteeIds": ["bob"], "duration": 30}
    hers = shared("alice", "POST", "/v1/sessions", body, Idempotency_Key="same").json()
    his = shared("bob", "POST", "/v1/sessions", {**body, "inviteeIds": ["alice"]}, Idempotency_Key="same")
    assert (his.status_code, his.json()["hostUserId"]) == (201, "bob")
    assert his.json()["id"] != hers["id"]
    again = shared("alice", "POST", "/v1/sessions", body, Idempotency_Key="same")
    assert again.json()["id"] == hers["id"]
    assert (
        shared("alice", "POST", f"/v1/sessions/{hers['id']}/cancel", Idempotency_Key="same").status_code
        == 409
    )


def test_the_same_request_sent_twice_at_once_is_one(shared: Asked) -> None:
    before = shared.sessions("carol")
    body = {"title": "Twice", "inviteeIds": ["bob"], "duration": 30}
    head = {"Authorization": f"Bearer {shared.token('carol')}", "Idempotency-Key": "twice"}

    async def both() -> list[str]:
        transport = ASGITransport(app=shared.application)
        async with AsyncClient(transport=transport, base_url=BASE) as client:
            sent = (client.post("/v1/sessions", json=body, headers=head) for _ in range(5))
            return [str(answer.json()["id"]) for answer in await asyncio.gather(*sent)]

    portal = shared.client.portal
    assert portal is not None
    assert len(set(portal.call(both))) == 1
    assert shared.sessions("carol") == before + 1


Message = MutableMapping[str, Any]


def heard(parts: Iterable[Message], *, then_silent: bool = False) -> tuple[list[Message], list[Any]]:
    """Send a body in parts to the guards; gives what was answered, and what a route was asked with."""
    answered, asked, left = list[Message](), list[Any](), iter(parts)

    async def receive() -> Message:
        message = next(left, None)
        if message is None and then_silent:
            await asyncio.Event().wait()
        return message or {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        answered.append(message)

    async def route(_scope: Any, receive: Any, _send: Any) -> None:
        asked.append((await receive())["body"])

    scope = {"type": "http", "path": "/new", "headers": [(b"host", b"here")]}
    asyncio.run(Guards(route, ["here"], patience=0.01)(scope, receive, send))
    return answered, asked


def part(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_that_comes_too_slowly_is_hung_up_on() -> None:
    answered, asked = heard([part(b"slot=1"), part(b"&csrf=")], then_silent=True)
    assert (answered[0]["status"], asked) == (408, [])
    assert (b"connection", b"close") in answered[0]["headers"]


@pytest.mark.parametrize(
    "parts", [[], [part(b"reason=I")], [part(b"a=1"), part(b"&b")], [part(b"")], [part(b"x" * 60_000)]]
)
def test_a_body_that_breaks_off_is_never_taken_for_the_whole(parts: list[Message]) -> None:
    assert heard(parts) == ([], [])


def test_a_whole_body_in_parts_is_asked_once() -> None:
    answered, asked = heard([part(b"a=1"), part(b""), part(b"&b=2", more=False)])
    assert (answered, asked) == ([], [b"a=1&b=2"])


class Hasty(PatientProtocol):
    seconds_to_ask = 0.05


@pytest.fixture(scope="module")
def hasty() -> Iterator[int]:
    port = free_port()
    server = HttpServer(described_routes(), ApiSettings(listen=f"127.0.0.1:{port}"), Hasty)
    server.begin()
    yield port
    server.finish()


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"G",
        b"GET / HTTP/1.1\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: ",
        b"POST /none HTTP/1.1\r\nContent-Length: ",
        b"OPTIONS /none HTTP/1.1\r\nHost: x\r\n\r\nGET",
    ],
)
def test_who_does_not_come_to_the_point_is_hung_up_on(hasty: int, first: bytes) -> None:
    with socket.create_connection(("127.0.0.1", hasty), timeout=60) as slow:
        slow.sendall(first)
        while slow.recv(4096):
            pass
