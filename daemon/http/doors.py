"""What the routes are handed: the store and the desk, and what judges who asks and how often."""

import asyncio
import threading
from collections.abc import Collection, MutableMapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from config.api import ApiSettings
from connectors.sandbox.task import Runner
from daemon.app.access import Access
from daemon.app.accounts.browsers import Browsers, browsers_of
from daemon.app.accounts.consents import Consents
from daemon.app.accounts.sign_in_letters import Letters, no_letters
from daemon.app.accounts.tokens import Tokens
from daemon.app.insight.all_checks import AllChecks
from daemon.app.insight.tallies import Tallies
from daemon.http.guards import App, Receive, Scope, Send
from daemon.http.oidc.sign_in import OidcSignIn
from daemon.http.rates import Rates

_HANDED = "gatherly.doors"
PER_ADDRESS = 20
"""Requests a minute from one address for what needs no token (links, sign-in, new tokens)."""


@dataclass(slots=True)
class Doors:
    """The store and the desk behind the routes; `by_token` and `by_address` count requests.

    `hosts` are the names by which it is asked; `compute` runs what takes long, `letters` sign people in;
    once `ending` is set, streams end.
    """

    access: Access
    tokens: Tokens
    browsers: Browsers
    by_token: Rates
    by_address: Rates
    hosts: Collection[str]
    compute: Runner
    letters: Letters = no_letters
    oidc: OidcSignIn | None = None
    """An issuer that says who somebody is."""
    consents: Consents = field(default_factory=Consents)
    """What people are allowing in their browsers."""
    checks: AllChecks = field(default_factory=AllChecks)
    """What operators have looked through."""
    tallies: Tallies = field(default_factory=Tallies)
    """What figures need of each session."""
    turns: MutableMapping[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    """Who sends the same request under the same key at once waits for the first."""
    ending: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.tallies.ending = self.ending

    def take(self, access: Access) -> None:
        """Go on over other services, with those who may steer by their files."""
        self.access, self.browsers = access, browsers_of(access)
        self.tokens = _tokens(access, self.oidc)

    @classmethod
    def of(
        cls,
        access: Access,
        compute: Runner,
        letters: Letters = no_letters,
        oidc: OidcSignIn | None = None,
    ) -> "Doors":
        """Make them over an open store; `compute` runs what takes long, apart from the daemon."""
        api = access.configuration.settings.api
        by_token = Rates(access.clock, api.requests_per_minute)
        return cls(
            access,
            _tokens(access, oidc),
            browsers_of(access),
            by_token,
            Rates(access.clock, PER_ADDRESS),
            hosts_of(api),
            compute,
            letters,
            oidc,
        )


def handing(doors: Doors, app: App) -> App:
    """Give an application whose every request carries the doors: routes have none of their own."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        scope[_HANDED] = doors
        await app(scope, receive, send)

    return asked


def handed(scope: Scope) -> Doors:
    """Give the doors that a request carries."""
    return cast(Doors, scope[_HANDED])


def _tokens(access: Access, oidc: OidcSignIn | None) -> Tokens:
    operators = access.configuration.settings.operators
    foreign = {} if oidc is None else {"foreign": oidc.bearer}
    return Tokens(access.store, access.custody, access.clock, operators, **foreign)


def hosts_of(api: ApiSettings) -> Collection[str]:
    """Give the Host values that are ours: the public address's, and the one that is listened on."""
    listened = "localhost" if api.is_unix else api.listen
    host, colon, port = listened.rpartition(":")
    usual = {host} if colon and port in ("80", "443") else set()
    return {urlsplit(api.base).netloc, listened, *usual}
