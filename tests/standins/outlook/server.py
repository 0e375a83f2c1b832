"""The stand-in on a real socket of the loopback."""

import contextlib
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.standins.outlook.faults import Fault
from tests.standins.outlook.outlook import Outlook
from tests.standins.outlook.state import Clock
from tests.standins.outlook.wire import Request, Response


class OutlookServer(ThreadingHTTPServer):
    """Serves an `Outlook`; `url` is where."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, outlook: Outlook, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.outlook = outlook
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: OutlookServer
    timeout = 30
    disable_nagle_algorithm = True

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(length), self.server.url)
        self._send(self.server.outlook.respond(request))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def _send(self, answer: Response) -> None:
        if answer.fault in (Fault.LOST_BEFORE, Fault.LOST_AFTER):
            self.close_connection = True
            return
        body = answer.body
        self.send_response_only(answer.status)
        clock = self.server.outlook.state.clock
        self.send_header("Date", formatdate(clock.now() + clock.skew, usegmt=True))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if answer.fault is Fault.TRUNCATED:
            body = body[: len(body) // 2]
            self.close_connection = True
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the log is in `Outlook.log`."""


@contextlib.contextmanager
def serving(outlook: Outlook, port: int = 0) -> Iterator[OutlookServer]:
    """Serve until the block ends."""
    server = OutlookServer(outlook, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Now(Clock):
    """The real time, for a stand-in that is used by hand."""

    def now(self) -> float:
        return time.time()  # noqa: TID251 - a stand-in that is used by hand lives in the real time
