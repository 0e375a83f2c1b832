"""Radicale in the test's own process, on a real socket: what was asked is written down."""

import pickle
import socketserver
import ssl
import threading
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from radicale import config
from radicale.app import Application
from radicale.item import Item

from tests.standins.dav_hand import PASSWORD, DavHand


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server saw it, and the size of its answer."""

    method: str
    path: str
    user: str
    status: int
    size: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that somebody between client and server looks at."""

    method: str
    path: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, the server's own or another."""

    status: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def saying(self, body: bytes) -> "Answered":
        """Give it with another body."""
        return replace(self, body=body, headers=self.without("content-length").headers)

    def without(self, header: str) -> "Answered":
        """Give it without a header."""
        return replace(self, headers=tuple(one for one in self.headers if one[0].lower() != header))


Between: TypeAlias = Callable[[Exchange, Callable[[], Answered]], Answered]


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing; `asked` has it."""


@dataclass(slots=True)
class Radicale:
    """A running server with its storage."""

    url: str
    folder: Path
    asked: list[Asked] = field(default_factory=list)
    between: Between | None = None
    """Where it is set, it answers in the place of the server, which it may ask."""

    def hand(self, user: str) -> DavHand:
        """Give somebody else's hand on a user's calendars."""
        return DavHand(self.url, user, PASSWORD)

    def calendar(self, user: str, name: str, title: str = "") -> str:
        """Make a calendar; gives its path."""
        path = f"/{user}/{name}/"
        self.hand(user).make(path, title or name)
        return path


@contextmanager
def radicale(
    folder: Path, users: Sequence[str] = ("dave",), tls: ssl.SSLContext | None = None
) -> Iterator[Radicale]:
    """Serve on a free port, without fsync."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "users").write_text("".join(f"{user}:{PASSWORD}\n" for user in users))
    application = Application(_configuration(folder))
    server = _Server(("127.0.0.1", 0), _Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    running = Radicale(f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/", folder)
    server.set_app(_noted(application, running))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _configuration(folder: Path) -> config.Configuration:
    found = config.load()
    found.update(
        {
            "storage": {"filesystem_folder": str(folder / "storage"), "_filesystem_fsync": "False"},
            "auth": {
                "type": "htpasswd",
                "htpasswd_filename": str(folder / "users"),
                "htpasswd_encryption": "plain",
                "delay": "0",
            },
            "rights": {"type": "owner_only"},
            "logging": {"level": "critical"},
        },
        "test",
        privileged=True,
    )
    return found


def _noted(application: Application, running: Radicale) -> Any:
    def note(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {name[5:].lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
        exchange = Exchange(environ["REQUEST_METHOD"], environ["PATH_INFO"], body, headers)

        def serve() -> Answered:
            plain = {"HTTP_ACCEPT_ENCODING": ""} if running.between else {}
            return _served(application, {**environ, **plain, "wsgi.input": BytesIO(body)})

        answer = running.between(exchange, serve) if running.between else serve()
        asked = Asked(
            method=exchange.method,
            path=exchange.path,
            user=_user(environ.get("HTTP_AUTHORIZATION", "")),
            status=int(answer.status.split()[0]),
            size=len(answer.body),
        )
        running.asked.append(asked)
        start_response(answer.status, list(answer.headers))
        return [answer.body]

    return note


def _served(application: Application, environ: dict[str, Any]) -> Answered:
    started: list[tuple[str, tuple[tuple[str, str], ...]]] = []

    def start(status: str, headers: Any) -> None:
        started.append((status, tuple(headers)))

    body = b"".join(application(environ, start))
    status, headers = started[0]
    return Answered(status, headers, body)


def _user(authorization: str) -> str:
    scheme, _, rest = authorization.partition(" ")
    return b64decode(rest).decode().partition(":")[0] if scheme == "Basic" else ""


def fill(server: Radicale, events: Mapping[str, Iterable[tuple[str, str]]]) -> None:
    """Put many events on the disk as the server itself would keep them, read and listed already.

    By calendar path: (UID, text) of each event.
    """
    storage = Application(_configuration(server.folder))._storage
    with storage.acquire_lock("w", "test"):
        for path, texts in events.items():
            collection: Any = next(iter(storage.discover(path)))
            _fill(Path(collection._filesystem_path), collection, texts)


def _fill(root: Path, collection: Any, texts: Iterable[tuple[str, str]]) -> None:
    cache, history = root / ".Radicale.cache" / "item", root / ".Radicale.cache" / "history"
    for folder in (cache, history):
        folder.mkdir(parents=True, exist_ok=True)
    for uid, text in texts:
        name, content = f"{uid}.ics", text.encode()
        item = Item(
            collection_path=collection.path,
            href=name,
            uid=uid,
            text=text,
            name="VCALENDAR",
            component_name="VEVENT",
            time_range=(1_792_000_000, 1_792_003_600),
        )
        (root / name).write_bytes(content)
        kept = (collection._item_cache_hash(content), *collection._item_cache_content(item))
        (cache / name).write_bytes(pickle.dumps(kept))
        (history / name).write_bytes(pickle.dumps([item.etag, sha256(content).hexdigest()]))
