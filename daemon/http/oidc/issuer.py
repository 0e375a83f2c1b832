"""The issuer: what it says of itself, its keys, and whether a token is its own.

OpenID Connect Discovery 1.0 section 4 (where things are), Core 1.0 section 3.1.3.7 (what makes an ID token
valid), RFC 8725 (algorithms are pinned, keys come from the issuer alone).
"""

import base64
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from config.api import OidcSettings
from connectors.web.answer import Answer
from daemon.app.accounts.tokens import TokenRefusedError
from engine.errors import SourceUnavailableError
from engine.ports.world import Clock
from engine.time.span import HOUR, MINUTE

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]
"""Signatures whose keys can be public; `none` and what shares a secret are refused."""
DISCOVERY = "/.well-known/openid-configuration"
KEPT = HOUR
"""Seconds for which an issuer's description and keys hold."""
FETCH_EVERY = 10.0
"""Seconds between two looks for a key that is not known."""
LEEWAY = MINUTE
LARGEST_TOKEN = 16_384
LARGEST_DOCUMENT = 512 * 1024

Ask = Callable[..., Answer]
"""The guarded way out: `connectors.web.http.Http.request`."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where an issuer does what."""

    authorization: str
    token: str
    keys: str


class Issuer:
    """Knows one issuer; safe between threads. `ask` is the guarded way out."""

    def __init__(self, settings: OidcSettings, ask: Ask, clock: Clock) -> None:
        self.settings = settings
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._places: Places | None = None
        self._keys: KeySet | None = None
        self._described_until = self._fetched_at = float("-inf")

    def is_of(self, token: str) -> bool:
        """Tell whether a token says that it is this issuer's; nothing of it is believed yet."""
        return _part(token, 1).get("iss") == self.settings.issuer

    def bearer(self, token: str) -> Mapping[str, Any]:
        """Give the claims of an ID token that is shown as a bearer token.

        Raises:
            TokenRefusedError: it is not the issuer's, not for us, over, or not yet good.
            SourceUnavailableError: the issuer cannot be asked for its keys.
        """
        claims = self._claims(token)
        if (self.settings.audience or self.settings.client_id) not in _audiences(claims):
            raise TokenRefusedError
        return claims

    def identity(self, token: str, nonce: str) -> Mapping[str, Any]:
        """Give the claims of the ID token of a sign-in that began with this nonce.

        Raises:
            TokenRefusedError: it is not the issuer's answer to that sign-in.
            SourceUnavailableError: the issuer cannot be asked for its keys.
        """
        claims, ours = self._claims(token), self.settings.client_id
        meant = ours in _audiences(claims) and claims.get("azp", ours) == ours
        if not meant or not nonce or claims.get("nonce") != nonce:
            raise TokenRefusedError
        return claims

    def places(self) -> Places:
        """Give where the issuer does what, from its description.

        Raises:
            SourceUnavailableError: it cannot be read, or is another's.
        """
        with self._lock:
            now = self._clock.monotonic()
            if self._places is None or now >= self._described_until:
                self._places, self._described_until = self._describe(), now + KEPT
            return self._places

    def _describe(self) -> Places:
        document = self._document(self.settings.issuer.rstrip("/") + DISCOVERY)
        if document.get("issuer") != self.settings.issuer:
            raise SourceUnavailableError(
                f"{self.settings.issuer} describes another issuer",
                "Write [api.oidc] issuer as it names itself",
            )
        try:
            return Places(
                authorization=str(document["authorization_endpoint"]),
                token=str(document["token_endpoint"]),
                keys=str(document["jwks_uri"]),
            )
        except KeyError as error:
            raise SourceUnavailableError(f"{self.settings.issuer} does not say its {error}") from error

    def _document(self, url: str) -> Mapping[str, Any]:
        if not (url.startswith("https://") or self.settings.allow_private_network):
            raise SourceUnavailableError(f"{url} is not https", "An issuer is asked by https")
        answer = self._ask("GET", url, headers={"Accept": "application/json"}, limit=LARGEST_DOCUMENT)
        try:
            document = json.loads(answer.body) if answer.status == 200 else None
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise SourceUnavailableError(f"{url} answers {answer.status}, and no description")
        return document

    def _claims(self, token: str) -> Mapping[str, Any]:
        if len(token) > LARGEST_TOKEN:
            raise TokenRefusedError
        header, now = _part(token, 0), self._clock.now()
        checks = jwt.JWTClaimsRegistry(
            now=now,
            leeway=LEEWAY,
            iss={"essential": True, "value": self.settings.issuer},
            sub={"essential": True},
            aud={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            claims = jwt.decode(token, self._keys_with(header.get("kid")), algorithms=ALGORITHMS).claims
            checks.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise TokenRefusedError from error
        if not isinstance(claims.get("sub"), str) or not claims["sub"] or claims["iat"] > now + LEEWAY:
            raise TokenRefusedError
        return claims

    def _keys_with(self, kid: object) -> KeySet:
        """Give the issuer's keys; they are fetched again for one that is not known, and not often."""
        places = self.places()
        with self._lock:
            now = self._clock.monotonic()
            known = self._keys is not None and _holds(self._keys, kid) and now < self._fetched_at + KEPT
            if not known and now >= self._fetched_at + FETCH_EVERY:
                self._fetched_at = now
                self._keys = KeySet.import_key_set(_signing(self._document(places.keys)))
            if self._keys is None or not _holds(self._keys, kid):
                raise TokenRefusedError
            return self._keys


def _holds(keys: KeySet, kid: object) -> bool:
    return kid is None or any(key.kid == kid for key in keys.keys)


def _signing(document: Mapping[str, Any]) -> Any:
    """Leave the public keys that sign; a secret among them would let anybody sign."""
    found = document.get("keys")
    keys = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return {
        "keys": [
            one
            for one in keys
            if one.get("kty") in ("RSA", "EC", "OKP") and one.get("use", "sig") == "sig" and "d" not in one
        ]
    }


def _audiences(claims: Mapping[str, Any]) -> list[Any]:
    given = claims.get("aud")
    return given if isinstance(given, list) else [given]


def _part(token: str, number: int) -> Mapping[str, Any]:
    """Read a part of a JWT without believing it; nothing where it cannot be read."""
    try:
        text = token.split(".")[number]
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (IndexError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
