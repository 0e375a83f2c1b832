"""The issuer: what it says of itself, its keys, and whether a token is its own.

OpenID Connect Discovery 1.0 section 4 (where things are), Core 1.0 section 3.1.3.7 (what makes an ID token
valid), RFC 8725 (algorithms are pinned, keys come from the issuer alone).
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import JWKRegistry, KeySet

from config.api import OidcSettings
from connectors.web.answer import Answer
from daemon.app.accounts.tokens import TokenRefusedError
from daemon.http.oidc.published import Published
from engine.errors import SourceError, SourceUnavailableError
from engine.ports.world import Clock
from engine.time.span import MINUTE
from engine.trouble import Trouble, attempt

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]
"""Signatures whose keys can be public; `none` and what shares a secret are refused."""
DISCOVERY = "/.well-known/openid-configuration"
LEEWAY = MINUTE
LARGEST_TOKEN = 16_384
LARGEST_DOCUMENT = 512 * 1024
KINDS = ("RSA", "EC", "OKP")
"""Kinds of keys (`kty`) whose public half verifies."""

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
        self._places = Published(self._describe, clock, settings.issuer)
        self._keys = Published(self._fetch_keys, clock, settings.issuer)

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
        found = self._places.look(lambda _: True)
        if found is None:
            raise SourceUnavailableError(f"{self.settings.issuer} does not say where it is")
        return found

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
        answer = asked(self._ask, "GET", url, headers={"Accept": "application/json"}, limit=LARGEST_DOCUMENT)
        document = read_json(answer.body) if answer.status == 200 else None
        if not isinstance(document, dict):
            raise SourceUnavailableError(f"{url} answers {answer.status}, and no description")
        return document

    def _claims(self, token: str) -> Mapping[str, Any]:
        if len(token) > LARGEST_TOKEN:
            raise TokenRefusedError
        now = self._clock.now()
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
            claims = self._opened(token)
            checks.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise TokenRefusedError from error
        if not isinstance(claims.get("sub"), str) or not claims["sub"] or claims["iat"] > now + LEEWAY:
            raise TokenRefusedError
        return claims

    def _opened(self, token: str) -> dict[str, Any]:
        """Open a token by the issuer's keys; one that does not fit may have been replaced under its name."""
        kid = _part(token, 0).get("kid")
        keys = self._keys_that(lambda one: _holds(one, kid))
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        except BadSignatureError:
            newer = self._keys_that(lambda one: one is not keys and _holds(one, kid))
            return jwt.decode(token, newer, algorithms=ALGORITHMS).claims

    def _keys_that(self, suit: Callable[[KeySet], bool]) -> KeySet:
        """Give the issuer's keys; they are fetched again where those at hand do not suit, and not often."""
        found = self._keys.look(suit)
        if found is None:
            raise TokenRefusedError
        return found

    def _fetch_keys(self) -> KeySet:
        return KeySet(list(_signing(self._document(self.places().keys))))


def asked(ask: Ask, *request: Any, **more: Any) -> Answer:
    """Ask the issuer; whatever keeps an answer away is that it does not answer.

    Raises:
        SourceUnavailableError: there is none, or none that can be read.
    """
    try:
        return ask(*request, **more)
    except SourceUnavailableError:
        raise
    except SourceError as error:
        raise SourceUnavailableError(error.what, error.remedy) from error


def read_json(text: bytes | str) -> Any:
    """Read what somebody else wrote; None where it cannot be read, however deep it goes."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _holds(keys: KeySet, kid: object) -> bool:
    return kid is None or any(key.kid == kid for key in keys.keys)


def _signing(document: Mapping[str, Any]) -> Iterator[Any]:
    """Give the public keys that sign; a secret among them would let anybody sign.

    One that is of no use here, or cannot be read, is left out: the others are as good.
    """
    found = document.get("keys")
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict) and _signs(one):
            key = attempt(partial(JWKRegistry.import_key, one))
            if not isinstance(key, Trouble):
                yield key


def _signs(key: Mapping[str, Any]) -> bool:
    return key.get("kty") in KINDS and key.get("use", "sig") == "sig" and "d" not in key


def _audiences(claims: Mapping[str, Any]) -> list[Any]:
    given = claims.get("aud")
    return given if isinstance(given, list) else [given]


def _part(token: str, number: int) -> Mapping[str, Any]:
    """Read a part of a JWT without believing it; nothing where it cannot be read."""
    parts = token.split(".")
    if len(token) > LARGEST_TOKEN or number >= len(parts):
        return {}
    try:
        plain = base64.urlsafe_b64decode(parts[number] + "=" * (-len(parts[number]) % 4))
    except ValueError:
        return {}
    found = read_json(plain)
    return found if isinstance(found, dict) else {}
