"""Somebody's consent: a page in their browser, an answer on loopback or pasted (RFC 8252); or an import.

State and PKCE (RFC 7636) bind the answer to the question; the answer is taken once, and only from where it
was asked for.
"""

import json
import os
import queue
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any, TextIO

from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import Flow, InstalledAppFlow
from oauthlib.oauth2 import OAuth2Error

from config.files.plainfile import MEBIBYTE, read_plain_text
from connectors.consent import ConsentRequest
from connectors.gcal.client import read_client
from connectors.gcal.options import GoogleOptions
from connectors.gcal.scopes import scopes_for
from connectors.loopback import PATIENCE, listen_to, listening, read_answer
from engine.errors import InputError
from engine.model.operations import Tokens
from engine.time.instant import format_instant, from_datetime, parse_instant
from engine.time.span import HOUR, Instant

SECONDS = 20.0
"""How long the exchange of a code may take."""
INSECURE = "OAUTHLIB_INSECURE_TRANSPORT"


def consent(options: object, asked: ConsentRequest) -> Tokens:
    """Get a grant, from its owner or from a file.

    Raises:
        InputError: the connector needs no consent, or none was given.
    """
    if not isinstance(options, GoogleOptions):
        raise TypeError(f"{type(options).__name__} are not Google's options")
    if options.client_secret_file is None:
        raise InputError(
            f"{asked.name} needs no consent: its service account has a key", "Run gatherly check"
        )
    if asked.device_code:
        raise InputError("Google gives no code for calendars", "Run gatherly connect without --device-code")
    client = read_client(options, asked.base)
    if asked.imported is not None:
        return _imported(asked.imported, client, asked)
    given = ask_consent(
        client,
        scopes_for(asked.writes),
        token_uri=options.token_uri,
        stdin=asked.stdin,
        say=asked.say,
        open_page=asked.open_page,
    )
    return tokens_given(given, scopes_for(asked.writes), asked.now)


def tokens_given(given: Credentials, scopes: tuple[str, ...], now: Instant) -> Tokens:
    """Read what was given.

    Raises:
        InputError: it is no grant that lasts.
    """
    if not given.refresh_token:
        raise InputError("Google gave no refresh token", "Remove gatherly's access there and connect again")
    expires = given.expiry
    return Tokens(
        access_token=str(given.token),
        expires_at=now + HOUR if expires is None else from_datetime(expires.replace(tzinfo=UTC)),
        refresh_token=given.refresh_token,
        scope=tuple(given.granted_scopes or scopes),
    )


def _imported(path: Path, client: Mapping[str, Any], asked: ConsentRequest) -> Tokens:
    """Read google-auth's authorized-user format; the configuration's addresses hold, not the file's."""
    try:
        found = json.loads(read_plain_text(path, MEBIBYTE))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", "Give the path of the file") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} holds no JSON: {error}", "Export the grant again") from error
    if not isinstance(found, dict) or not isinstance(found.get("refresh_token"), str):
        raise InputError(f"{path} holds no refresh token", "Export the grant with offline access")
    if found.get("client_id") not in (None, client["client_id"]):
        asked.say(f"{path} was granted to another client than client_secret_file names; Google may refuse it")
    scopes = found.get("scopes") or ()
    token, expiry = found.get("token"), found.get("expiry")
    if not isinstance(token, str) or not isinstance(expiry, str):
        token, expiry = "", format_instant(asked.now)
    return Tokens(
        access_token=token,
        expires_at=parse_instant(expiry if expiry.endswith("Z") else f"{expiry}Z"),
        refresh_token=found["refresh_token"],
        scope=tuple(scopes.split() if isinstance(scopes, str) else scopes),
    )


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
    with listening() as (port, answers):
        flow.redirect_uri = f"http://127.0.0.1:{port}/"
        with plain_http(str(installed["auth_uri"])):
            page, state = flow.authorization_url(access_type="offline", prompt="consent")
        say(f"Open this page, and allow what it asks for:\n\n  {page}\n")
        say("Without a browser here: paste the address that your browser ends up at, then press Enter.")
        open_page(page)
        listen_to(stdin, answers)
        try:
            code = read_answer(answers.get(timeout=PATIENCE), state, flow.redirect_uri)
        except queue.Empty as error:
            raise InputError("No answer came", "Run gatherly connect again") from error
    return exchanged(flow, code, token_uri)


def exchanged(flow: Flow, code: str, token_uri: str) -> Credentials:
    """Exchange an answer's code.

    Raises:
        InputError: it was not exchanged, or less was allowed than is needed.
    """
    try:
        with plain_http(token_uri):
            flow.fetch_token(code=code, timeout=SECONDS)
    except (OAuth2Error, OSError) as error:
        raise InputError(f"The code was not exchanged: {error}", "Run gatherly connect again") from error
    except Warning as error:
        raise InputError(f"Not all that is needed was allowed: {error}", "Leave every box ticked") from error
    credentials: Credentials = flow.credentials
    return credentials


@contextmanager
def plain_http(address: str) -> Iterator[None]:
    """Let the OAuth library speak http for a configured http address: it asks for this variable."""
    if not address.startswith("http://") or INSECURE in os.environ:
        yield
        return
    os.environ[INSECURE] = "1"
    try:
        yield
    finally:
        del os.environ[INSECURE]
