"""The stand-in on a real socket of the loopback."""

import contextlib
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.standins.google.faults import Fault
from tests.standins.google.google import Google
from tests.standins.google.wire import Request, Response

STALL_SECONDS = 1.0


class GoogleServer(ThreadingHTTPServer):
    """Serves a `Google`; `url` is where."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, google: Google, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.google = google
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.closing = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: GoogleServer
    timeout = 30
    disable_nagle_algorithm = True

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(length))
        self._send(self.server.google.respond(request))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def _send(self, answer: Response) -> None:
        if answer.fault in (Fault.LOST_BEFORE, Fault.LOST_AFTER):
            self.close_connection = True
            return
        body = answer.body
        self.send_response_only(answer.status)
        clock = self.server.google.state.clock
        self.send_header("Date", formatdate(clock.now() + clock.skew, usegmt=True))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if answer.fault is Fault.TRUNCATED:
                body = body[: len(body) // 2]
                self.close_connection = True
            if answer.fault is Fault.STALLED:
                self._drip(body)
            else:
                self.wfile.write(body)

    def _drip(self, body: bytes) -> None:
        for byte in body:
            self.wfile.write(bytes([byte]))
            if self.server.closing.wait(STALL_SECONDS):
                self.close_connection = True
                return

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the log is in `Google.log`."""


@contextlib.contextmanager
def serving(google: Google, port: int = 0) -> Iterator[GoogleServer]:
    """Serve until the block ends."""
    server = GoogleServer(google, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


class WallClock:
    """The real time, for a stand-in that is used by hand."""

    skew = 0

    def now(self) -> float:
        return time.time()  # noqa: TID251 - a stand-in that is used by hand lives in the real time
