"""Exchanges with Google's OAuth server: a grant renewed, a service account let in, and what a no means.

https://developers.google.com/identity/protocols/oauth2 lists why refresh tokens stop working.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from google.auth.exceptions import GoogleAuthError, RefreshError
from google.oauth2.credentials import Credentials
from google.oauth2.service_account import Credentials as ServiceCredentials

from connectors.context import ConnectorContext
from connectors.gcal.access import Access, GrantedAccess, NoAccess, ServiceAccess
from connectors.gcal.options import GoogleOptions
from connectors.gcal.transport import TokenHttp
from connectors.http import Http
from engine.errors import InputError, SourceError, SourceExpiredError, SourceUnavailableError
from engine.model.operations import Grant, Tokens
from engine.timespan import HOUR

SCOPE = "https://www.googleapis.com/auth/"
READ_SCOPES = (
    f"{SCOPE}calendar.events.readonly",
    f"{SCOPE}calendar.calendarlist.readonly",
    f"{SCOPE}calendar.freebusy",
)
WRITE_SCOPES = (f"{SCOPE}calendar.events", *READ_SCOPES[1:])

REAUTH = "Reauthentication"


def scopes_for(can_write: bool) -> tuple[str, ...]:
    """Give the least scopes that do."""
    return WRITE_SCOPES if can_write else READ_SCOPES


def read_client(options: GoogleOptions, base: Path) -> dict[str, Any]:
    """Read the OAuth client's file: `installed` or `web`, as Google's console gives it.

    Raises:
        InputError: it cannot be read, or is no such file.
    """
    path = base / str(options.client_secret_file)
    document = _json_of(path)
    client = document.get("installed") or document.get("web")
    if not isinstance(client, dict) or not {"client_id", "client_secret"} <= client.keys():
        raise InputError(f"{path} is no OAuth client", "Download it from Google's console, type desktop app")
    return dict(client)


def access_of(options: GoogleOptions, context: ConnectorContext, http: Http) -> Access:
    """Choose how the connector gets in."""
    if options.service_account_file is not None:
        return ServiceAccess(lambda: _told(partial(_let_in, options, context, http)), context.clock)
    if context.grants is None:
        return NoAccess()
    return GrantedAccess(context.grants, exchange_of(options, context, http), context.clock)


def exchange_of(options: GoogleOptions, context: ConnectorContext, http: Http) -> Callable[[Grant], Tokens]:
    """Give the way in which a kept grant is renewed."""
    return lambda grant: _told(partial(_renew, options, context, http, grant))


def _told(work: Callable[[], Tokens]) -> Tokens:
    """Take a file that cannot be read for what it is here: a source that does not answer."""
    try:
        return work()
    except InputError as error:
        raise SourceUnavailableError(error.what, error.remedy) from error


def _renew(options: GoogleOptions, context: ConnectorContext, http: Http, grant: Grant) -> Tokens:
    client = read_client(options, context.base)
    credentials = Credentials(  # type: ignore[no-untyped-call] # google-auth declares no types here
        token=None,
        refresh_token=grant.refresh_token,
        token_uri=options.token_uri,
        client_id=client["client_id"],
        client_secret=client["client_secret"],
    )
    life = _refresh(credentials, http, context)
    return Tokens(
        access_token=str(credentials.token),
        expires_at=context.clock.now() + life,
        refresh_token=credentials.refresh_token,
        scope=tuple(credentials.granted_scopes or grant.scope),
    )


def _let_in(options: GoogleOptions, context: ConnectorContext, http: Http) -> Tokens:
    path = context.base / str(options.service_account_file)
    info = {**_json_of(path), "token_uri": options.token_uri}
    scopes = scopes_for(context.write is not None)
    try:
        credentials = ServiceCredentials.from_service_account_info(  # type: ignore[no-untyped-call] # likewise
            info, scopes=scopes, subject=options.subject
        )
    except (ValueError, GoogleAuthError) as error:
        raise InputError(f"{path} is no service account's key", "Make a new key in the console") from error
    life = _refresh(credentials, http, context)
    return Tokens(access_token=str(credentials.token), expires_at=context.clock.now() + life, scope=scopes)


def _refresh(credentials: Any, http: Http, context: ConnectorContext) -> int:
    """Let google-auth fetch a token; gives its life in seconds."""
    carrier = TokenHttp(http)
    try:
        credentials.refresh(carrier)
    except RefreshError as error:
        raise refusal_of(error, context.name) from error
    except GoogleAuthError as error:
        raise SourceUnavailableError(
            f"{context.name}: the token endpoint's answer cannot be read", "Check token_uri"
        ) from error
    return HOUR if carrier.life is None else carrier.life


def refusal_of(error: RefreshError, name: str) -> SourceError:
    """Say what Google's no means, with the cause that is likely and what to do (GG15)."""
    body = next((each for each in error.args if isinstance(each, dict)), {})
    kind, words = str(body.get("error", "")), str(body.get("error_description", ""))
    asks_login = not body and REAUTH in str(error)  # google-auth answers this one by itself
    cause, remedy = _cause(kind, words, asks_login)
    said = f": {words}" if words else ""
    return SourceExpiredError(f"{name}: {cause} (Google says {kind or 'nothing more'}{said})", remedy)


def _cause(kind: str, words: str, asks_login: bool) -> tuple[str, str]:
    again = "Run gatherly connect again"
    if kind in ("invalid_client", "unauthorized_client", "deleted_client"):
        return (
            "the OAuth client is wrong, or the grant was made for another one",
            "Compare client_secret_file with the console; a service account needs domain-wide delegation",
        )
    if "JWT" in words and "timeframe" in words:
        return "this machine's clock is wrong", "Set it by NTP"
    if kind == "invalid_scope":
        return "a scope is missing", "Allow the scopes in the console, then connect again"
    if kind == "admin_policy_enforced" or asks_login:
        return (
            "the organisation's policy asks for a new login or blocks gatherly",
            f"{again}, or ask the admin",
        )
    if "expired or revoked" in words:
        return (
            "the grant was revoked or has ended (in the consent screen's testing mode, after 7 days)",
            f"{again}; publish the consent screen so that the next one lasts",
        )
    return "Google no longer accepts the grant", again


def _json_of(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", "Give the path of the file") from error
    except ValueError as error:
        raise InputError(f"{path} holds no JSON: {error}", "Download it again") from error
    if not isinstance(document, dict):
        raise InputError(f"{path} holds no JSON object", "Download it again")
    return document
