"""Exchanges with Microsoft's login: a grant renewed, an app let in; and why it says no, in plain words.

Microsoft tells reasons by number: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from connectors.access import Access, GrantedAccess, NoAccess, ServiceAccess
from connectors.context import ConnectorContext
from connectors.outlook.login import app_of
from connectors.outlook.options import OutlookOptions
from connectors.outlook.scopes import scopes_for
from connectors.web.dated import DatedHttp
from engine.errors import GatherlyError, InputError, SourceError, SourceExpiredError, SourceUnavailableError
from engine.model.operations import Grant, Tokens
from engine.ports.grants import Exchange
from engine.time.span import HOUR, Instant

_NUMBER = re.compile(r"AADSTS(\d{4,9})")
LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Cause:
    """Numbers of one cause, and how it is told; `{name}` stands for the connector."""

    numbers: frozenset[int]
    what: str
    remedy: str


_AGAIN = "Run gatherly connect {name}"
CAUSES = (
    Cause(
        frozenset({50173, 50132, 50133, 50144, 70043, 50089}),
        "the grant was revoked, or ended with a changed password",
        _AGAIN,
    ),
    Cause(frozenset({700082, 700084}), "the grant lay idle for 90 days, or is too old", _AGAIN),
    Cause(
        frozenset({65001, 65004, 90094, 90095, 50105}),
        "the consent is missing: nobody has allowed the app what it asks for",
        f"{_AGAIN}; in an organisation an administrator may have to allow the app",
    ),
    Cause(
        frozenset({7000215, 7000222}),
        "the app's secret is wrong, or has expired",
        "Make a new one in the app's registration, and put its value (not its id) where the configuration "
        "says",
    ),
    Cause(
        frozenset({7000218}),
        "the app's registration is of the other sort: it wants a secret",
        "For people's consent allow public client flows in the registration",
    ),
    Cause(
        frozenset({700025}),
        "the app's registration is of the other sort: it is public, and takes no secret",
        "Take client_secret_file out, or put another registration's id into client_id",
    ),
    Cause(
        frozenset({700016, 90019}),
        "there is no such app in that tenant",
        "Compare client_id and tenant with the app's registration",
    ),
    Cause(
        frozenset({90002, 900023, 50059, 50194}),
        "there is no such tenant",
        "Give tenant as the organisation's id or domain",
    ),
    Cause(frozenset({50057, 50034, 50020, 50128}), "the account is disabled, or not known there", _AGAIN),
    Cause(frozenset({50076, 50079, 50158, 50074, 50078}), "Microsoft asks for a second factor again", _AGAIN),
    Cause(
        frozenset({53000, 53001, 53002, 53003, 53004, 530031, 50131}),
        "the organisation's access rules block gatherly",
        "Ask an administrator to let the app through Conditional Access",
    ),
    Cause(frozenset({700005, 700003}), "the grant was given to another app than client_id names", _AGAIN),
    Cause(
        frozenset({70011, 1002012, 650053}),
        "the app may not ask for this permission",
        "Add Calendars.ReadWrite to its registration",
    ),
)
OTHER = Cause(frozenset(), "Microsoft no longer accepts the grant", _AGAIN)


def refusal_of(told: Mapping[str, Any], name: str) -> SourceExpiredError:
    """Say what the login's no means."""
    words = str(told.get("error_description") or "")
    numbers = [int(one) for one in _NUMBER.findall(words)]
    listed = told.get("error_codes")
    numbers += [one for one in listed if isinstance(one, int)] if isinstance(listed, list) else []
    cause = next((one for one in CAUSES if one.numbers & set(numbers)), OTHER)
    said = words.partition(" Trace ID")[0].partition("\r")[0][:LONGEST_WORDS]
    reason = said or str(told.get("error") or "nothing more")
    return SourceExpiredError(f"{cause.what} (Microsoft says {reason})", cause.remedy.format(name=name))


def access_of(options: OutlookOptions, context: ConnectorContext, http: DatedHttp) -> Access:
    """Choose how the connector gets in."""
    if options.alone:
        return ServiceAccess(partial(_told, partial(_let_in, options, context, http), context), context.clock)
    if context.grants is None:
        return NoAccess()
    return GrantedAccess(context.grants, exchange_of(options, context, http), context.clock)


def exchange_of(options: OutlookOptions, context: ConnectorContext, http: DatedHttp) -> Exchange:
    """Give the way in which a kept grant is renewed."""
    return lambda grant: _told(partial(_renew, options, context, http, grant), context)


def tokens_of(told: Mapping[str, Any], now: Instant, kept: Grant | None = None) -> Tokens:
    """Read tokens as msal gives them; a refresh token that is not given anew stays good."""
    life = told.get("expires_in", HOUR)
    refresh = told.get("refresh_token") or (kept.refresh_token if kept else None)
    scope = tuple(str(told.get("scope") or "").split())
    return Tokens(
        access_token=str(told["access_token"]),
        expires_at=now + (life if isinstance(life, int) else HOUR),
        refresh_token=refresh if isinstance(refresh, str) else None,
        scope=scope or (kept.scope if kept else ()),
    )


def _renew(options: OutlookOptions, context: ConnectorContext, http: DatedHttp, grant: Grant) -> Tokens:
    app = app_of(options, http)
    scopes = scopes_for(options, writes=context.write is not None)
    told = app.acquire_token_by_refresh_token(grant.refresh_token, scopes)
    return tokens_of(_given(told, context), context.clock.now(), grant)


def _let_in(options: OutlookOptions, context: ConnectorContext, http: DatedHttp) -> Tokens:
    app = app_of(options, http, context.secret("client_secret"))
    told = app.acquire_token_for_client(scopes_for(options, writes=context.write is not None))
    return tokens_of(_given(told, context), context.clock.now())


def _given(told: Mapping[str, Any], context: ConnectorContext) -> Mapping[str, Any]:
    if not told.get("access_token"):
        raise refusal_of(told, context.name)
    return told


def _told(work: Callable[[], Tokens], context: ConnectorContext) -> Tokens:
    """Take what cannot be had just now (a file, the tenant's configuration) for a source that is away."""
    try:
        return work()
    except SourceError:
        raise
    except InputError as error:
        raise SourceUnavailableError(error.what, error.remedy) from error
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, GatherlyError):
            raise
        raise unfit(error, context.name) from error


def unfit(error: Exception, name: str) -> SourceError:
    """Say what msal could not make of the login's answers: a tenant that there is not, mostly."""
    if _NUMBER.search(str(error)):
        return refusal_of({"error_description": str(error)}, name)
    if "authority configuration" in str(error):
        return SourceExpiredError(
            "there is no such tenant, or authority is no login of Microsoft's",
            "Compare tenant with the organisation's id or domain",
        )
    return SourceUnavailableError("the login's answer cannot be read", "Check authority and tenant")
