"""Somebody's consent, asked for by pages of ours: Google leads back to them (PKCE, RFC 7636).

https://developers.google.com/identity/protocols/oauth2/web-server
"""

from google_auth_oauthlib.flow import Flow

from connectors.consent import ConsentOnPages, ConsentPage
from connectors.gcal.client import read_client
from connectors.gcal.consent import exchanged, plain_http, tokens_given
from connectors.gcal.options import GoogleOptions
from connectors.gcal.scopes import scopes_for
from engine.errors import InputError
from engine.model.operations import Tokens

AUTH_URI = "https://accounts.google.com/o/oauth2/v2/auth"


class GooglePageConsent:
    """Google's page of consent."""

    def opened(self, options: object, asked: ConsentOnPages) -> ConsentPage:
        """Give the page that asks for it."""
        flow = _flow(_own(options), asked)
        with plain_http(str(flow.client_config["auth_uri"])):
            address, _ = flow.authorization_url(access_type="offline", prompt="consent", state=asked.state)
        return ConsentPage(str(address), {"verifier": str(flow.code_verifier)})

    def redeemed(self, options: object, asked: ConsentOnPages, page: ConsentPage, code: str) -> Tokens:
        """Exchange the answer's code for a grant."""
        own = _own(options)
        flow = _flow(own, asked)
        flow.code_verifier = page.secrets["verifier"]
        return tokens_given(exchanged(flow, code, own.token_uri), scopes_for(asked.writes), asked.now)


def _own(options: object) -> GoogleOptions:
    if not isinstance(options, GoogleOptions):
        raise TypeError(f"{type(options).__name__} are not Google's options")
    if options.client_secret_file is None:
        raise InputError("It needs no consent: its service account has a key", "Run gatherly check")
    return options


def _flow(options: GoogleOptions, asked: ConsentOnPages) -> Flow:
    client = {"auth_uri": AUTH_URI, **read_client(options, asked.base), "token_uri": options.token_uri}
    return Flow.from_client_config(
        {"web": client},
        scopes=list(scopes_for(asked.writes)),
        redirect_uri=asked.redirect,
        autogenerate_code_verifier=True,
    )
