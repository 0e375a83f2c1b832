"""The OAuth server: consent page, codes, PKCE, tokens that expire, rotate, are revoked; service accounts."""

import base64
import hashlib
import html
import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.standins.google.answers import ApiError, Json, oauth_error
from tests.standins.google.state import Access, Client, Code, Refresh, State

CODE_SECONDS = 600
TESTING_SECONDS = 7 * 86400
JWT_LEEWAY = 300
REVOKED = "Token has been expired or revoked."
DEATHS = {
    "revoked": oauth_error(400, "invalid_grant", REVOKED),
    "unknown": oauth_error(400, "invalid_grant", "Bad Request"),
    "deleted": oauth_error(400, "invalid_grant", "Account has been deleted"),
    "rapt": oauth_error(400, "invalid_grant", "reauth related error (invalid_rapt)", subtype="invalid_rapt"),
    "policy": oauth_error(400, "admin_policy_enforced", "This app is blocked by an administrator."),
}
"""Why a refresh token is refused, as Google words it."""
SCOPE = "https://www.googleapis.com/auth/"
OPEN_ID = ("openid", "email", "profile")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""Where the answer to a desktop client may be sent, at any port."""


class OAuth:
    """Gives and takes back tokens."""

    def __init__(self, state: State) -> None:
        self._state = state

    def consent_page(self, query: str) -> str:
        """Show who asks for what; the form sends it back with a yes or a no."""
        asked = dict(parse_qsl(query))
        self._check(asked)
        fields = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in asked.items()
        )
        return f'<form method="post">{html.escape(asked["scope"])}{fields}<button>Allow</button></form>'

    def decide(self, form: str) -> str:
        """Give where the browser is sent after the answer on the consent page."""
        asked = dict(parse_qsl(form))
        self._check(asked)
        back = {"state": asked["state"]} if "state" in asked else {}
        if asked.get("answer") == "deny":
            return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', **back})}"
        scopes = tuple((asked.get("granted") or asked["scope"]).split())
        name = f"code-{self._state.number()}"
        self._state.codes[name] = Code(
            client=asked["client_id"],
            redirect=asked["redirect_uri"],
            email=asked.get("login", "alice@example.com"),
            scopes=scopes,
            challenge=asked.get("code_challenge"),
            expires=self._state.clock.now() + CODE_SECONDS,
            offline=self._brings_refresh(asked),
        )
        self._state.consented.add((asked["client_id"], asked.get("login", "alice@example.com")))
        return f"{asked['redirect_uri']}?{urlencode({'code': name, 'scope': ' '.join(scopes), **back})}"

    def _check(self, asked: dict[str, str]) -> None:
        """Refuse a page that cannot be shown: a client nobody knows, a way back or a scope that is none."""
        if asked.get("client_id", "") not in self._state.clients:
            raise oauth_error(401, "invalid_client", "The OAuth client was not found.")
        if asked.get("response_type", "code") != "code" or not asked.get("scope"):
            raise oauth_error(400, "invalid_request", "Missing required parameter: scope")
        odd = [one for one in asked["scope"].split() if not one.startswith(SCOPE) and one not in OPEN_ID]
        if odd:
            raise oauth_error(400, "invalid_scope", f"Some requested scopes were invalid. {odd}")
        if not self._state.settings.kindness.any_redirect and not _is_loopback(asked.get("redirect_uri", "")):
            raise oauth_error(400, "redirect_uri_mismatch", "Bad Request")

    def _brings_refresh(self, asked: dict[str, str]) -> bool:
        """Tell whether a refresh token comes: offline, and at a first or renewed consent."""
        if self._state.settings.kindness.many_refreshes:
            return True
        known = (asked["client_id"], asked.get("login", "alice@example.com")) in self._state.consented
        anew = "consent" in asked.get("prompt", "").split()
        return asked.get("access_type") == "offline" and (anew or not known)

    def token(self, form: str) -> Json:
        """Answer the token endpoint (RFC 6749 section 5, RFC 7523)."""
        asked = dict(parse_qsl(form))
        grant = asked.get("grant_type")
        if grant == "authorization_code":
            return self._by_code(asked)
        if grant == "refresh_token":
            return self._by_refresh(asked)
        if grant == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return self._by_assertion(asked.get("assertion", ""))
        raise oauth_error(400, "unsupported_grant_type", f"Invalid grant_type: {grant}")

    def revoke(self, form: str) -> None:
        """Take a token back, and with a grant all of its access tokens."""
        token = dict(parse_qsl(form)).get("token", "")
        access = self._state.accesses.pop(token, None)
        name = token if access is None else access.refresh or ""
        refresh = self._state.refreshes.get(name)
        if refresh is None and access is None:
            raise oauth_error(400, "invalid_token", "Token expired or revoked")
        if refresh is not None:
            refresh.dead = "revoked"
            for one in self._state.accesses.values():
                one.expires = self._state.clock.now() if one.refresh == name else one.expires

    def grant(self, client: str, email: str, scopes: tuple[str, ...]) -> tuple[str, str]:
        """Give a refresh and an access token without any page, for tests."""
        name = f"1//refresh-{self._state.number()}"
        self._state.refreshes[name] = Refresh(client, email, scopes, self._state.clock.now())
        return name, self._access(email, scopes, name)

    def who(self, header: str | None) -> Access:
        """Tell whom an Authorization header stands for.

        Raises:
            ApiError: 401.
        """
        token = (header or "").removeprefix("Bearer ")
        access = self._state.accesses.get(token)
        if access is None or access.expires <= self._state.clock.now():
            raise ApiError(401, "authError", "Invalid Credentials")
        return access

    def _client(self, asked: dict[str, str]) -> Client:
        client = self._state.clients.get(asked.get("client_id", ""))
        if client is None:
            raise oauth_error(401, "invalid_client", "The OAuth client was not found.")
        if asked.get("client_secret") != client.secret:
            raise oauth_error(401, "invalid_client", "The provided client secret is invalid.")
        return client

    def _by_code(self, asked: dict[str, str]) -> Json:
        client = self._client(asked)
        code = self._state.codes.get(asked.get("code", ""))
        if code is None or code.used or code.expires < self._state.clock.now() or code.client != client.id:
            raise oauth_error(400, "invalid_grant", "Malformed auth code.")
        code.used = True
        if code.redirect != asked.get("redirect_uri"):
            raise oauth_error(400, "redirect_uri_mismatch", "Bad Request")
        if code.challenge and code.challenge != _challenge(asked.get("code_verifier", "")):
            raise oauth_error(400, "invalid_grant", "Invalid code verifier.")
        refresh, access = self.grant(client.id, code.email, code.scopes)
        kept = {"refresh_token": refresh} if code.offline else {}
        return self._answer(access, code.scopes) | kept

    def _by_refresh(self, asked: dict[str, str]) -> Json:
        client = self._client(asked)
        name = asked.get("refresh_token", "")
        refresh = self._state.refreshes.get(name)
        if refresh is None:
            raise DEATHS["unknown"]
        if refresh.client != client.id:
            raise oauth_error(401, "unauthorized_client", "Unauthorized")
        age = self._state.clock.now() - refresh.born
        if self._state.settings.testing_mode and age > TESTING_SECONDS:
            refresh.dead = "revoked"
        if refresh.dead:
            raise DEATHS[refresh.dead]
        answer: Json = {}
        if self._state.settings.rotate:
            refresh.dead = "revoked"
            new = f"1//refresh-{self._state.number()}"
            self._state.refreshes[new] = Refresh(client.id, refresh.email, refresh.scopes, refresh.born)
            answer, name = {"refresh_token": new}, new
        return self._answer(self._access(refresh.email, refresh.scopes, name), refresh.scopes) | answer

    def _by_assertion(self, assertion: str) -> Json:
        claims, issuer = self._verified(assertion)
        now = self._state.clock.now()
        if not (now - 3600 - JWT_LEEWAY < claims["iat"] < now + JWT_LEEWAY):
            raise oauth_error(
                400,
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
            )
        subject = claims.get("sub")
        if subject not in self._state.stored_calendars:
            raise oauth_error(400, "invalid_grant", "Invalid email or User ID")
        scopes = tuple(claims["scope"].split())
        if issuer.endswith(".not-delegated"):
            raise oauth_error(
                401,
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method.",
            )
        return self._answer(self._access(subject, scopes, None), scopes)

    def _verified(self, assertion: str) -> tuple[dict[str, Any], str]:
        try:
            head, payload, signature = assertion.split(".")
            claims: dict[str, Any] = json.loads(_decoded(payload))
            key = load_pem_public_key(self._state.services[claims["iss"]].encode())
            if not isinstance(key, RSAPublicKey):
                raise ValueError("not an RSA key")
            key.verify(_decoded(signature), f"{head}.{payload}".encode(), padding.PKCS1v15(), SHA256())
        except (ValueError, KeyError, InvalidSignature) as error:
            raise oauth_error(400, "invalid_grant", "Invalid JWT Signature.") from error
        return claims, claims["iss"]

    def _access(self, email: str, scopes: tuple[str, ...], refresh: str | None) -> str:
        name = f"ya29.access-{self._state.number()}"
        expires = self._state.clock.now() + self._state.settings.access_seconds
        self._state.accesses[name] = Access(email, scopes, expires, refresh)
        return name

    def _answer(self, access: str, scopes: tuple[str, ...]) -> Json:
        return {
            "access_token": access,
            "expires_in": self._state.settings.access_seconds,
            "scope": " ".join(scopes),
            "token_type": "Bearer",
        }


def _is_loopback(address: str) -> bool:
    """Tell whether a desktop client may be answered there: any port of loopback, over http."""
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname in LOOPBACK and not parts.query and not parts.fragment


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
