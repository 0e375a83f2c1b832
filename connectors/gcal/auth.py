"""Exchanges with Google's OAuth server: a grant renewed, a service account let in."""

from collections.abc import Callable
from functools import partial
from typing import Any

from google.auth.exceptions import GoogleAuthError, RefreshError
from google.oauth2.credentials import Credentials
from google.oauth2.service_account import Credentials as ServiceCredentials

from connectors.context import ConnectorContext
from connectors.gcal.access import Access, GrantedAccess, NoAccess, ServiceAccess
from connectors.gcal.causes import refusal_of
from connectors.gcal.client import read_client, read_json
from connectors.gcal.options import GoogleOptions
from connectors.gcal.scopes import scopes_for
from connectors.gcal.transport import DatedHttp, TokenHttp
from engine.errors import InputError, SourceUnavailableError
from engine.model.operations import Grant, Tokens
from engine.ports.grants import Exchange
from engine.time.span import HOUR


def access_of(options: GoogleOptions, context: ConnectorContext, http: DatedHttp) -> Access:
    """Choose how the connector gets in."""
    if options.service_account_file is not None:
        return ServiceAccess(lambda: _told(partial(_let_in, options, context, http)), context.clock)
    if context.grants is None:
        return NoAccess()
    return GrantedAccess(context.grants, exchange_of(options, context, http), context.clock)


def exchange_of(options: GoogleOptions, context: ConnectorContext, http: DatedHttp) -> Exchange:
    """Give the way in which a kept grant is renewed."""
    return lambda grant: _told(partial(_renew, options, context, http, grant))


def _told(work: Callable[[], Tokens]) -> Tokens:
    """Take a file that cannot be read for what it is here: a source that does not answer."""
    try:
        return work()
    except InputError as error:
        raise SourceUnavailableError(error.what, error.remedy) from error


def _renew(options: GoogleOptions, context: ConnectorContext, http: DatedHttp, grant: Grant) -> Tokens:
    client = read_client(options, context.base)
    credentials = Credentials(  # type: ignore[no-untyped-call] # google-auth declares no types here
        token=None,
        refresh_token=grant.refresh_token,
        token_uri=options.token_uri,
        client_id=client["client_id"],
        client_secret=client["client_secret"],
    )
    told = _refresh(credentials, http, context, grant)
    return Tokens(
        access_token=str(credentials.token),
        expires_at=context.clock.now() + _life(told),
        refresh_token=credentials.refresh_token,
        scope=told.scope or grant.scope,
    )


def _let_in(options: GoogleOptions, context: ConnectorContext, http: DatedHttp) -> Tokens:
    path = context.base / str(options.service_account_file)
    info = {**read_json(path), "token_uri": options.token_uri}
    scopes = scopes_for(context.write is not None)
    try:
        credentials = ServiceCredentials.from_service_account_info(  # type: ignore[no-untyped-call] # likewise
            info, scopes=scopes, subject=options.subject
        )
    except (ValueError, GoogleAuthError) as error:
        raise InputError(f"{path} is no service account's key", "Make a new key in the console") from error
    told = _refresh(credentials, http, context, None)
    return Tokens(
        access_token=str(credentials.token), expires_at=context.clock.now() + _life(told), scope=scopes
    )


def _refresh(credentials: Any, http: DatedHttp, context: ConnectorContext, grant: Grant | None) -> TokenHttp:
    """Let google-auth fetch a token; gives what carried it."""
    carrier = TokenHttp(http)
    try:
        credentials.refresh(carrier)
    except RefreshError as error:
        now = context.clock.now()
        raise refusal_of(error, context.name, skew=http.skew(now), grant=grant, now=now) from error
    except GoogleAuthError as error:
        raise SourceUnavailableError(
            f"{context.name}: the token endpoint's answer cannot be read", "Check token_uri"
        ) from error
    return carrier


def _life(told: TokenHttp) -> int:
    return HOUR if told.life is None else told.life
