"""Somebody's consent, asked for by pages of ours: Microsoft leads back to them (PKCE, RFC 7636).

The page's address is written here: msal would first ask the tenant where its pages are.
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

import base64
import hashlib
import secrets
import warnings
from urllib.parse import urlencode

from connectors.consent import ConsentOnPages, ConsentPage
from connectors.outlook.auth import unfit
from connectors.outlook.consent import tokens_given
from connectors.outlook.login import app_of
from connectors.outlook.options import OutlookOptions
from connectors.outlook.scopes import scopes_for
from connectors.web.dated import DatedHttp
from connectors.web.trust import MACHINES
from engine.errors import GatherlyError, InputError
from engine.model.operations import Tokens

ALWAYS = ("offline_access", "openid", "profile")
RANDOM_BYTES = 48


class OutlookPageConsent:
    """Microsoft's page of consent."""

    def opened(self, options: object, asked: ConsentOnPages) -> ConsentPage:
        """Give the page that asks for it."""
        own = _own(options)
        verifier, nonce = (secrets.token_urlsafe(RANDOM_BYTES) for _ in range(2))
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "client_id": own.client_id,
            "response_type": "code",
            "redirect_uri": asked.redirect,
            "scope": " ".join(_scopes(own, asked)),
            "state": asked.state,
            "nonce": hashlib.sha256(nonce.encode()).hexdigest(),
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "prompt": "select_account",
        }
        place = f"{own.authority.rstrip('/')}/{own.tenant}/oauth2/v2.0/authorize"
        return ConsentPage(f"{place}?{urlencode(query)}", {"verifier": verifier, "nonce": nonce})

    def redeemed(self, options: object, asked: ConsentOnPages, page: ConsentPage, code: str) -> Tokens:
        """Exchange the answer's code for a grant."""
        own = _own(options)
        flow = {
            "state": asked.state,
            "redirect_uri": asked.redirect,
            "scope": _scopes(own, asked),
            "code_verifier": page.secrets["verifier"],
            "nonce": page.secrets["nonce"],
        }
        http = DatedHttp(asked.http(own.allow_private_network, MACHINES))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                answer = {"code": code, "state": asked.state}
                told = app_of(own, http).acquire_token_by_auth_code_flow(flow, answer)
        except (ValueError, KeyError, TypeError, RuntimeError) as error:
            if isinstance(error, GatherlyError):
                raise
            found = unfit(error, asked.name)
            raise InputError(found.what, found.remedy) from error
        finally:
            http.close()
        return tokens_given(told, asked)


def _scopes(options: OutlookOptions, asked: ConsentOnPages) -> list[str]:
    return [*scopes_for(options, writes=asked.writes), *ALWAYS]


def _own(options: object) -> OutlookOptions:
    if not isinstance(options, OutlookOptions):
        raise TypeError(f"{type(options).__name__} are not Outlook's options")
    if options.alone:
        raise InputError("It needs no consent: the app has a secret", "Run gatherly check")
    return options
