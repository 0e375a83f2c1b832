"""Tokens that a forger makes of what anybody can get hold of."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping

from joserfc.jwk import OctKey, RSAKey

from tests.standins.issuer import SECRET, IssuerStandIn


def _without_signature(issuer: IssuerStandIn) -> str:
    head, body, _ = issuer.token().split(".")
    return f"{head}.{body}."


def _changed(issuer: IssuerStandIn) -> str:
    head, _, seal = issuer.token().split(".")
    return f"{head}.{issuer.token(sub='bob').split('.')[1]}.{seal}"


def none_of_case(issuer: IssuerStandIn, word: str) -> str:
    """Sign by nothing, which is written in some letters or other."""
    head = base64.urlsafe_b64encode(json.dumps({"alg": word}).encode()).rstrip(b"=").decode()
    return f"{head}.{issuer.token().split('.')[1]}."


def _secret_of_the_public_key(issuer: IssuerStandIn) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"rsa"}').rstrip(b"=").decode()
    signed = f"{head}.{issuer.token().split('.')[1]}"
    secret = issuer.keys["rsa"].as_pem(private=False)
    seal = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(seal).rstrip(b'=').decode()}"


FORGED: Mapping[str, Callable[[IssuerStandIn], str]] = {
    "signed by another's key": lambda issuer: issuer.signed(RSAKey.generate_key(2048), "RS256", "rsa"),
    "signed by another's key of no name": lambda issuer: issuer.signed(
        RSAKey.generate_key(2048), "RS256", None
    ),
    "signed by a key that is not known": lambda issuer: issuer.signed(
        RSAKey.generate_key(2048), "RS256", "new"
    ),
    "signed by the client's secret": lambda issuer: issuer.signed(OctKey.import_key(SECRET), "HS256", "rsa"),
    "signed by the public key as a secret": _secret_of_the_public_key,
    "not signed": _without_signature,
    "signed by nothing": lambda issuer: none_of_case(issuer, "none"),
    "with another's body": _changed,
}
