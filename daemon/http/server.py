"""The HTTP server beside the daemon: uvicorn in a thread of its own, which leaves signals to us."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import uvicorn

from config.api import ApiSettings
from daemon.http.guards import App
from daemon.http.patience import PatientProtocol
from engine.errors import InputError

BACKLOG = 512
MOST_AT_ONCE = 500
SECONDS_TO_END = 5


class HttpServer:
    """Serves an application from `begin` to `finish`."""

    def __init__(
        self, app: App, settings: ApiSettings, protocol: type[PatientProtocol] = PatientProtocol
    ) -> None:
        self._settings = settings
        config = uvicorn.Config(
            app,
            http=protocol,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            backlog=BACKLOG,
            limit_concurrency=MOST_AT_ONCE,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=SECONDS_TO_END,
            ws="none",
            lifespan="off",
            ssl_context_factory=self._context if settings.tls_cert_file else None,
        )
        self._server = RestingServer(config)
        self._thread = threading.Thread(target=self._serve, name="http", daemon=True)
        self._socket: socket.socket | None = None

    def begin(self) -> None:
        """Listen, then serve.

        Raises:
            InputError: the address cannot be listened on.
        """
        listen = self._settings.listen
        try:
            self._socket = listening(listen)
        except OSError as error:
            what = f"[api] listen = {listen!r}: {error.strerror or error}"
            raise InputError(
                what, 'Free that address, choose another one, or write "" to serve nothing'
            ) from error
        self._thread.start()

    def finish(self) -> None:
        """End what is under way, and stop."""
        self._server.end()
        if self._thread.is_alive():
            self._thread.join(SECONDS_TO_END + 1)
        if self._socket is not None:
            self._socket.close()
        if self._settings.is_unix:
            with suppress(OSError):
                Path(self._settings.listen.removeprefix("unix:")).unlink()

    def _serve(self) -> None:
        if self._socket is not None:
            self._server.run(sockets=[self._socket])

    def _context(self, _config: object, _default: object) -> ssl.SSLContext:
        """Speak TLS 1.3 alone."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(str(self._settings.tls_cert_file), str(self._settings.tls_key_file))
        return context


class RestingServer(uvicorn.Server):
    """Sleeps while nobody asks: uvicorn's own loop wakes ten times a second, for the date and for its end.

    The date is renewed where a request comes in (`daemon.http.patience`).
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._wake: Callable[[], object] = int

    def end(self) -> None:
        """End what is under way, and stop; from any thread."""
        self.should_exit = True
        with suppress(RuntimeError):  # its loop is closed already
            self._wake()

    async def main_loop(self) -> None:
        """Wait for the end."""
        ending = asyncio.Event()
        self._wake = partial(asyncio.get_running_loop().call_soon_threadsafe, ending.set)
        if not self.should_exit:  # looked at once it can be woken, so that no end is missed
            await ending.wait()


def listening(listen: str) -> socket.socket:
    """Listen at `host:port` or `unix:/path`.

    Nothing that is written waits for more (RFC 896): an answer goes out in two writes, and the second would
    wait for the receipt of the first, which receivers put off by 40 ms (RFC 1122, 4.2.3.2).

    Raises:
        OSError: the address cannot be listened on.
    """
    if listen.startswith("unix:"):
        path = Path(listen.removeprefix("unix:"))
        if path.is_socket():
            path.unlink()
        own = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        own.bind(str(path))
        path.chmod(0o660)
        own.listen(BACKLOG)
        return own
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    own = socket.socket(family, socket.SOCK_STREAM)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        own.bind((host, int(port)))
        own.listen(BACKLOG)
    except OSError:
        own.close()
        raise
    return own
