"""The OAuth consent of one person: a page in their browser, an answer on loopback or pasted (RFC 8252).

State and PKCE (RFC 7636) bind the answer to the question; the answer is taken once, and only from where it
was asked for.
"""

import hmac
import os
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, TextIO
from urllib.parse import parse_qsl, urlsplit

from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import InstalledAppFlow
from oauthlib.oauth2 import OAuth2Error

from engine.errors import InputError

PATIENCE = 600
"""Seconds that the answer is waited for, as long as the provider keeps it good."""
INSECURE = "OAUTHLIB_INSECURE_TRANSPORT"
THANKS = b"gatherly has its answer. You can close this page.\n"


def ask_consent(
    client: Mapping[str, Any],
    scopes: tuple[str, ...],
    *,
    token_uri: str,
    stdin: TextIO,
    say: Callable[[str], None],
    open_page: Callable[[str], object],
) -> Credentials:
    """Ask for consent and exchange the answer.

    Raises:
        InputError: refused, forged, too late, with fewer scopes than asked for, or not exchanged.
    """
    installed = {"auth_uri": "https://accounts.google.com/o/oauth2/v2/auth", **client, "token_uri": token_uri}
    flow = InstalledAppFlow.from_client_config({"installed": installed}, scopes=list(scopes))
    with _listening() as (port, answers):
        flow.redirect_uri = f"http://127.0.0.1:{port}/"
        with _plain_http(str(installed["auth_uri"])):
            page, state = flow.authorization_url(access_type="offline", prompt="consent")
        say(f"Open this page, and allow what it asks for:\n\n  {page}\n")
        say("Without a browser here: paste the address that your browser ends up at, then press Enter.")
        open_page(page)
        _listen_to(stdin, answers)
        try:
            code = read_answer(answers.get(timeout=PATIENCE), state, flow.redirect_uri)
        except queue.Empty as error:
            raise InputError("No answer came", "Run gatherly connect again") from error
    return _exchanged(flow, code, token_uri)


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


def _exchanged(flow: InstalledAppFlow, code: str, token_uri: str) -> Credentials:
    try:
        with _plain_http(token_uri):
            flow.fetch_token(code=code)
    except (OAuth2Error, OSError) as error:
        raise InputError(f"The code was not exchanged: {error}", "Run gatherly connect again") from error
    except Warning as error:
        raise InputError(f"Not all that is needed was allowed: {error}", "Leave every box ticked") from error
    credentials: Credentials = flow.credentials
    return credentials


@contextmanager
def _plain_http(address: str) -> Iterator[None]:
    """Let the OAuth library speak http for a configured http address: it asks for this variable."""
    if not address.startswith("http://") or INSECURE in os.environ:
        yield
        return
    os.environ[INSECURE] = "1"
    try:
        yield
    finally:
        del os.environ[INSECURE]


@contextmanager
def _listening() -> Iterator[tuple[int, "queue.SimpleQueue[str]"]]:
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


def _listen_to(stdin: TextIO, answers: "queue.SimpleQueue[str]") -> None:
    """Take a pasted address as well; empty input is no answer."""

    def read() -> None:
        line = stdin.readline().strip()
        if line:
            answers.put(line)

    threading.Thread(target=read, daemon=True).start()
