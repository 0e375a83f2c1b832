"""An issuer over the store: whose a bearer token is, and who has signed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from config.api import OidcSettings
from config.secrets import SecretPlaces, resolve_secret
from connectors.web.http import Http
from daemon.app.access import Access
from daemon.app.accounts.identity import user_of
from daemon.app.accounts.tokens import TokenRefusedError
from daemon.http.oidc.code_flow import CodeFlow
from daemon.http.oidc.issuer import Issuer
from engine.errors import InputError
from engine.ids import UserId
from engine.ports.store import Store

SECONDS = 10.0
"""How long the issuer may take to answer."""
TO_ALLOW = "set allow_private_network = true under [api.oidc]"


@dataclass(frozen=True, slots=True)
class OidcSignIn:
    """Signs in by one issuer; whoever is no user does not come in."""

    flow: CodeFlow
    store: Store
    http: Http

    def bearer(self, token: str) -> UserId | None:
        """Give whose an ID token of the issuer is; None where it is not the issuer's at all.

        Raises:
            TokenRefusedError: it is not valid, or nobody's.
            SourceUnavailableError: the issuer cannot be asked for its keys.
        """
        issuer = self.flow.issuer
        if not issuer.is_of(token):
            return None
        return self._user(issuer.bearer(token))

    def come_back(self, query: Mapping[str, str], cookie: str, now: int) -> UserId | None:
        """Give who has signed in; None where that is no user.

        Raises:
            TokenRefusedError: the sign-in was refused, or is not this browser's.
            SourceUnavailableError: the issuer does not answer.
        """
        claims = self.flow.finish(query, cookie, now)
        with self.store.reading() as tx:
            return user_of(tx, claims)

    def _user(self, claims: Mapping[str, object]) -> UserId:
        with self.store.reading() as tx:
            found = user_of(tx, claims)
        if found is None:
            raise TokenRefusedError
        return found


def oidc_sign_in(access: Access, settings: OidcSettings, env: Mapping[str, str]) -> OidcSignIn:
    """Make it by the files.

    Raises:
        InputError: the client's secret is missing, or cannot be read.
    """
    configuration = access.configuration
    secret = resolve_secret(settings, "client_secret", SecretPlaces.of(configuration.file, env))
    if not secret:
        raise InputError("[api.oidc] has no client_secret", "Give client_secret_file")
    http = Http(access.clock, allow_private=settings.allow_private_network, to_allow_private=TO_ALLOW)
    ask = partial(http.request, seconds=SECONDS)
    issuer = Issuer(settings, ask, access.clock)
    flow = CodeFlow(issuer, secret, ask, access.custody, configuration.settings.api.base)
    return OidcSignIn(flow, access.store, http)
