"""What every request meets before any route: the Host it names, its size, and the headers of its answer."""

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from http import HTTPStatus
from typing import Any

from daemon.http.problems import problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 64 * 1024
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (
        b"content-security-policy",
        b"default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    ),
)
NO_STORE = (b"cache-control", b"no-store")
_PRIVATE = ("/v1/", "/r/", "/i/")


class Guards:
    """Refuses foreign Hosts (421) and large bodies (413); adds what every answer carries."""

    def __init__(self, app: App, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, private=scope["path"].startswith(_PRIVATE))
        if not self._is_ours(scope):
            what = "This address is not served here"
            await problem(HTTPStatus.MISDIRECTED_REQUEST, what)(scope, receive, answer)
            return
        if _announced(scope) > LARGEST_BODY:
            await _too_large()(scope, receive, answer)
            return
        body = await _whole(receive)
        if body is None:
            await _too_large()(scope, receive, answer)
            return
        await self._app(scope, _Again(body, receive), answer)

    def _is_ours(self, scope: Scope) -> bool:
        named = [value for name, value in scope["headers"] if name == b"host"]
        return len(named) == 1 and named[0].decode("latin-1").lower() in self._hosts


async def _whole(receive: Receive) -> bytes | None:
    """Read a body to its end; None where it is too large."""
    body: bytes = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body", False):
            return body


class _Again:
    """Gives a body that was read, then whatever else comes."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


class _Answer:
    """Adds headers."""

    def __init__(self, send: Send, *, private: bool) -> None:
        self._send = send
        self._more = (*HEADERS, NO_STORE) if private else HEADERS

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name for name, _ in message["headers"]}
            more = [each for each in self._more if each[0] not in there]
            message = {**message, "headers": [*message["headers"], *more]}
        await self._send(message)


def _announced(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0


def _too_large() -> Any:
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A body holds at most {LARGEST_BODY} bytes")
