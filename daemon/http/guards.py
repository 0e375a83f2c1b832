"""What every request meets before any route: the Host it names, its size, and the headers of its answer."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from enum import Enum, auto
from http import HTTPStatus
from typing import Any

from daemon.http.patience import SECONDS_TO_ASK
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
HANG_UP = {"Connection": "close"}
NO_STORE = (b"cache-control", b"no-store")
_PRIVATE = ("/v1/", "/r/", "/i/")


class Guards:
    """Refuses foreign Hosts (421), large bodies (413) and slow ones (408); adds what every answer carries."""

    def __init__(self, app: App, hosts: Collection[str], patience: float = SECONDS_TO_ASK) -> None:
        self._app = app
        self._hosts = {host.lower() for host in hosts}
        self._patience = patience

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
        try:
            async with asyncio.timeout(self._patience):
                body = await _whole(receive)
        except TimeoutError:
            what = f"The body did not come within {self._patience:.0f} s"
            await problem(HTTPStatus.REQUEST_TIMEOUT, what, headers=HANG_UP)(scope, receive, answer)
            return
        if body is Unread.TOO_LARGE:
            await _too_large()(scope, receive, answer)
        elif not isinstance(body, Unread):
            await self._app(scope, _Again(body, receive), answer)

    def _is_ours(self, scope: Scope) -> bool:
        named = [value for name, value in scope["headers"] if name == b"host"]
        return len(named) == 1 and named[0].decode("latin-1").lower() in self._hosts


class Unread(Enum):
    """Why there is no whole body."""

    TOO_LARGE = auto()
    BROKEN_OFF = auto()
    """Whoever asked is gone: a part is never taken for the whole, and there is nobody to answer."""


async def _whole(receive: Receive) -> bytes | Unread:
    """Read a body to its end."""
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return Unread.BROKEN_OFF
        body += bytes(message.get("body", b""))
        if len(body) > LARGEST_BODY:
            return Unread.TOO_LARGE
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
