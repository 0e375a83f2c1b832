"""Exchanges with Google's OAuth server: a grant renewed, a service account let in.

Why Google's token endpoint says no is told with the cause that is likely, and what to do about it (GG15).
https://developers.google.com/identity/protocols/oauth2 lists why refresh tokens stop working. Google says
the same of a grant that was revoked and of one that ended after seven days; the grant's age tells them
apart.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from google.auth.exceptions import GoogleAuthError, RefreshError
from google.oauth2.credentials import Credentials
from google.oauth2.service_account import Credentials as ServiceCredentials

from connectors.access import Access, GrantedAccess, NoAccess, ServiceAccess
from connectors.context import ConnectorContext
from connectors.gcal.client import read_client, read_json
from connectors.gcal.options import GoogleOptions
from connectors.gcal.scopes import scopes_for
from connectors.gcal.transport import TokenHttp
from connectors.web.dated import DatedHttp
from engine.errors import InputError, SourceExpiredError, SourceUnavailableError
from engine.model.operations import Grant, Tokens
from engine.operations.grants import ended_after_a_week
from engine.ports.grants import Exchange
from engine.time.span import HOUR, MINUTE, Instant

REAUTH = "Reauthentication"
LARGEST_SKEW = 5 * MINUTE
"""Seconds by which a clock may be wrong before Google refuses what is signed by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What was refused: Google's words, and what is known on this side.

    `skew` is by how many seconds this machine's clock is ahead of Google's; a service account has no `grant`.
    """

    name: str
    kind: str
    words: str
    asks_login: bool
    skew: int | None
    grant: Grant | None
    now: Instant


@dataclass(frozen=True, slots=True)
class Cause:
    """When a cause is likely, and how it is told."""

    holds: Callable[[Refused], bool]
    what: Callable[[Refused], str]
    remedy: Callable[[Refused], str]


def refusal_of(
    error: RefreshError, name: str, *, skew: int | None, grant: Grant | None, now: Instant
) -> SourceExpiredError:
    """Say what Google's no means."""
    body = next((each for each in error.args if isinstance(each, dict)), {})
    refused = Refused(
        name=name,
        kind=str(body.get("error", "")),
        words=str(body.get("error_description", "")),
        asks_login=not body and REAUTH in str(error),  # google-auth answers this one by itself
        skew=skew,
        grant=grant,
        now=now,
    )
    cause = next(one for one in CAUSES if one.holds(refused))
    said = f": {refused.words}" if refused.words else ""
    return SourceExpiredError(
        f"{cause.what(refused)} (Google says {refused.kind or 'nothing more'}{said})",
        cause.remedy(refused),
    )


def _clock(refused: Refused) -> bool:
    by_words = "JWT" in refused.words and "timeframe" in refused.words
    return by_words or (refused.kind == "invalid_grant" and abs(refused.skew or 0) > LARGEST_SKEW)


def _clock_words(refused: Refused) -> str:
    if not refused.skew:
        return "this machine's clock is wrong"
    return f"this machine's clock is {abs(refused.skew)} s {'ahead' if refused.skew > 0 else 'behind'}"


def _week(refused: Refused) -> bool:
    ended = "expired or revoked" in refused.words and refused.grant is not None
    return ended and refused.grant is not None and ended_after_a_week(refused.grant, refused.now)


def _again(refused: Refused) -> str:
    return f"Run gatherly connect {refused.name}"


CAUSES = (
    Cause(_clock, _clock_words, lambda refused: "Set it by NTP"),
    Cause(
        lambda refused: refused.kind == "unauthorized_client" and refused.grant is None,
        lambda refused: "the service account may not act for this person with these scopes",
        lambda refused: "In the admin console, allow its client id the scopes (domain-wide delegation)",
    ),
    Cause(
        lambda refused: refused.kind == "unauthorized_client",
        lambda refused: "the grant was given to another OAuth client than client_secret_file names",
        lambda refused: f"Put the old file back, or run gatherly connect {refused.name}",
    ),
    Cause(
        lambda refused: refused.kind in ("invalid_client", "deleted_client", "disabled_client"),
        lambda refused: "the OAuth client is wrong, deleted or has a new secret",
        lambda refused: "Download it again from Google's console, and name it in client_secret_file",
    ),
    Cause(
        lambda refused: refused.kind == "invalid_scope",
        lambda refused: "a scope is missing",
        lambda refused: f"Add the scopes to the consent screen, then run gatherly connect {refused.name}",
    ),
    Cause(
        lambda refused: refused.kind in ("admin_policy_enforced", "org_internal") or refused.asks_login,
        lambda refused: "the organisation's policy asks for a new login or blocks gatherly",
        lambda refused: f"{_again(refused)}, or ask the admin to trust the client",
    ),
    Cause(
        _week,
        lambda refused: "the grant ended after 7 days, as all do while the consent screen is in testing mode",
        lambda refused: f"Publish the consent screen in Google's console, then {_again(refused).lower()}",
    ),
    Cause(
        lambda refused: "expired or revoked" in refused.words,
        lambda refused: "the grant was revoked, lay idle for six months, or ended with a new password",
        lambda refused: f"{_again(refused)}. If it ends every 7 days, publish the consent screen",
    ),
    Cause(
        lambda refused: refused.grant is None and ("email" in refused.words or "Signature" in refused.words),
        lambda refused: "the service account's key or the subject is wrong",
        lambda refused: "Compare subject with the person's address, and make a new key in the console",
    ),
    Cause(lambda refused: True, lambda refused: "Google no longer accepts the grant", _again),
)
"""The first that holds is told."""


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
            "the token endpoint's answer cannot be read", "Check token_uri"
        ) from error
    return carrier


def _life(told: TokenHttp) -> int:
    return HOUR if told.life is None else told.life
