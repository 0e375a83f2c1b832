"""The answer of a consent page, on loopback or pasted (RFC 8252): taken once, to its own question alone."""

import hmac
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TextIO
from urllib.parse import parse_qsl, urlsplit

from engine.errors import InputError

PATIENCE = 600
"""Seconds that the answer is waited for, as long as the provider keeps it good."""
THANKS = b"gatherly has its answer. You can close this page.\n"


def read_answer(address: str, state: str, redirect: str) -> str:
    """Take the code out of the address that the browser was sent to.

    Raises:
        InputError: it is no answer to this question.
    """
    try:
        parts = urlsplit(address.strip())
        asked = urlsplit(redirect)
        same = (parts.scheme, parts.netloc, parts.path or "/") == (asked.scheme, asked.netloc, asked.path)
        fields = dict(parse_qsl(parts.query))
    except ValueError as error:
        raise InputError("The answer is no address", "Paste the whole address") from error
    if not same or not hmac.compare_digest(fields.get("state", "").encode(), state.encode()):
        raise InputError("The answer belongs to another question", "Run gatherly connect again")
    if "error" in fields:
        raise InputError(f"Consent was not given ({fields['error'][:80]})", "Run gatherly connect again")
    if not fields.get("code"):
        raise InputError("The answer holds no code", "Paste the whole address")
    return fields["code"]


@contextmanager
def listening() -> Iterator[tuple[int, "queue.SimpleQueue[str]"]]:
    """Listen on a free port of loopback for the browser's answer."""
    answers: queue.SimpleQueue[str] = queue.SimpleQueue()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = f"http://127.0.0.1:{port}{self.path}"
            answered = "state=" in self.path
            self.send_response(200 if answered else 404)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(THANKS if answered else b"")
            if answered:
                answers.put(place)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the address holds the code."""

    server = HTTPServer(("127.0.0.1", 0), Page)
    port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield int(port), answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def listen_to(stdin: TextIO, answers: "queue.SimpleQueue[str]") -> None:
    """Take a pasted address as well; empty input is no answer."""

    def read() -> None:
        line = stdin.readline().strip()
        if line:
            answers.put(line)

    threading.Thread(target=read, daemon=True).start()
