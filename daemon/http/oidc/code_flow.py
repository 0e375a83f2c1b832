"""Signing in at the issuer: authorisation code with PKCE (RFC 7636), its state bound to one browser."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, urlencode

from daemon.app.accounts.tokens import TokenRefusedError
from daemon.http.oidc.issuer import Ask, Issuer, asked, read_json
from engine.errors import SourceUnavailableError
from engine.ports.custody import Custody
from engine.time.span import MINUTE, Instant

COOKIE = "gatherly-oidc"
LASTS = 10 * MINUTE
"""Seconds that somebody may take at the issuer."""
CALLBACK = "/oidc/callback"
SECRET_BYTES = 32
LARGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way: what its browser keeps in a cookie."""

    state: str
    nonce: str
    verifier: str
    until: Instant


class CodeFlow:
    """Sends browsers to the issuer, and takes what they bring back; `base` is the public address."""

    def __init__(self, issuer: Issuer, secret: str, ask: Ask, custody: Custody, base: str) -> None:
        self.issuer = issuer
        self._secret = secret
        self._ask = ask
        self._custody = custody
        self._redirect = base + CALLBACK

    def begin(self, now: Instant) -> tuple[str, str]:
        """Give the issuer's address to go to, and the cookie that binds the way back to this browser.

        Raises:
            SourceUnavailableError: the issuer cannot be asked where to sign in.
        """
        state, nonce, verifier = (secrets.token_urlsafe(SECRET_BYTES) for _ in range(3))
        begun = Begun(state, nonce, verifier, until=now + LASTS)
        digest = hashlib.sha256(begun.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.issuer.settings.client_id,
            "redirect_uri": self._redirect,
            "scope": "openid email",
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        place = self.issuer.places().authorization
        return f"{place}{'&' if '?' in place else '?'}{urlencode(query)}", self._cookie(begun)

    def finish(self, query: Mapping[str, str], cookie: str, now: Instant) -> Mapping[str, Any]:
        """Give the claims of whoever came back.

        Raises:
            TokenRefusedError: the way back is not this browser's or issuer's, is late, or was refused.
            SourceUnavailableError: the issuer does not answer.
        """
        begun = self._begun(cookie)
        if (
            begun is None
            or begun.until <= now
            or not hmac.compare_digest(begun.state.encode(), query.get("state", "").encode())
        ):
            raise TokenRefusedError
        if query.get("iss", self.issuer.settings.issuer) != self.issuer.settings.issuer:
            raise TokenRefusedError
        code = query.get("code", "")
        if not code or "error" in query:
            raise TokenRefusedError
        return self.issuer.identity(self._exchange(code, begun.verifier), begun.nonce)

    def _exchange(self, code: str, verifier: str) -> str:
        client = self.issuer.settings.client_id
        basic = base64.b64encode(f"{quote(client, safe='')}:{quote(self._secret, safe='')}".encode()).decode()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "client_id": client,
            "code_verifier": verifier,
        }
        answer = asked(
            self._ask,
            "POST",
            self.issuer.places().token,
            headers={
                "Authorization": f"Basic {basic}",
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
            },
            body=urlencode(form).encode(),
            limit=LARGEST_ANSWER,
        )
        if answer.status >= 500:
            raise SourceUnavailableError(f"{self.issuer.settings.issuer} answers {answer.status}")
        told = read_json(answer.body) if answer.status == 200 else None
        token = told.get("id_token") if isinstance(told, dict) else None
        if not isinstance(token, str):
            raise TokenRefusedError
        return token

    def _cookie(self, begun: Begun) -> str:
        text = base64.urlsafe_b64encode(json.dumps(asdict(begun)).encode()).decode()
        return f"{text}.{self._seal(text)}"

    def _begun(self, cookie: str) -> Begun | None:
        text, _, seal = cookie.partition(".")
        if not text or not hmac.compare_digest(self._seal(text).encode(), seal.encode()):
            return None
        return Begun(**json.loads(base64.urlsafe_b64decode(text)))

    def _seal(self, text: str) -> str:
        return self._custody.identifier(f"oidc sign-in {text}").hex()
