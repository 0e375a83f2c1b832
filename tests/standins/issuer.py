"""An OpenID Connect issuer on loopback: discovery, keys, a token endpoint; it lies where it is told to.

It is as strict as Core 1.0 lets it be: a code is good once, for its redirect_uri, with its verifier, from a
client that authenticates by Basic.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

CLIENT, SECRET = "gatherly & co", "s3cret:with/odd characters"


@cache
def _keys() -> Mapping[str, Any]:
    """Make keys once a process: that takes longer than all else."""
    return {
        "rsa": RSAKey.generate_key(2048, {"kid": "rsa"}, auto_kid=False),
        "ec": ECKey.generate_key("P-256", {"kid": "ec"}, auto_kid=False),
        "ed": OKPKey.generate_key("Ed25519", {"kid": "ed"}, auto_kid=False),
    }


class IssuerStandIn:
    """Honest unless `description`, `jwks` or `answer` say otherwise; `now` is its clock."""

    def __init__(self, server: HTTPServer, now: int) -> None:
        self.url = server.url_for("").rstrip("/")
        self.now = now
        self.keys = dict(_keys())
        self.description: dict[str, Any] = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize?tenant=1",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
        }
        self.jwks: list[dict[str, Any]] = [key.as_dict(private=False) for key in self.keys.values()]
        self.answer: Mapping[str, Any] = {}
        """What the token endpoint says instead."""
        self.answers: dict[str, Callable[[Request], Response]] = {}
        """What answers instead, by what is asked for: `description`, `keys` or `token`."""
        self.asked: list[str] = []
        self._codes: dict[str, tuple[dict[str, str], Mapping[str, Any]]] = {}
        server.expect_request("/.well-known/openid-configuration").respond_with_handler(self._describe)
        server.expect_request("/authorize").respond_with_handler(self._ask)
        server.expect_request("/jwks").respond_with_handler(self._jwks)
        server.expect_request("/token", method="POST").respond_with_handler(self._token)

    def claims(self, **more: Any) -> dict[str, Any]:
        """Give honest claims, with others over them; None leaves one out."""
        honest = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "sub-1",
            "iat": self.now,
            "exp": self.now + 600,
            "email": "alice@example.com",
            "email_verified": True,
        }
        return {key: value for key, value in {**honest, **more}.items() if value is not None}

    def token(self, key: str = "rsa", **more: Any) -> str:
        """Sign an ID token."""
        alg = {"rsa": "RS256", "ec": "ES256", "ed": "Ed25519"}[key]
        return self.signed(self.keys[key], alg, key, **more)

    def signed(self, key: RSAKey | ECKey | OKPKey | OctKey, alg: str, kid: str | None, **more: Any) -> str:
        """Sign whatever is wanted by whatever key, as a forger would."""
        header = {"alg": alg, **({} if kid is None else {"kid": kid})}
        return jwt.encode(header, self.claims(**more), key, algorithms=[alg])

    def authorize(self, address: str, **who: Any) -> dict[str, str]:
        """Let somebody sign in who was sent here; gives what their browser takes back."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert query["response_type"] == "code"
        assert set(query["scope"].split()) == {"openid", "email"}
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = (query, who)
        return {"code": code, "state": query["state"], "iss": self.url}

    def _ask(self, request: Request) -> Response:
        """Ask a browser that was sent here whether it is Alice's."""
        query = urlencode(self.authorize(request.url))
        back = f"{request.args['redirect_uri']}?{query}"
        page = f'<!doctype html><title>Issuer</title><p><a href="{escape(back)}">I am Alice</a></p>'
        return Response(page, content_type="text/html")

    def _describe(self, request: Request) -> Response:
        self.asked.append("description")
        if "description" in self.answers:
            return self.answers["description"](request)
        return Response(json.dumps(self.description), content_type="application/json")

    def _jwks(self, request: Request) -> Response:
        self.asked.append("keys")
        if "keys" in self.answers:
            return self.answers["keys"](request)
        return self.published()

    def published(self) -> Response:
        """Give the keys."""
        return Response(json.dumps({"keys": self.jwks}), content_type="application/json")

    def _token(self, request: Request) -> Response:
        self.asked.append("token")
        if "token" in self.answers:
            return self.answers["token"](request)
        if self.answer:
            return Response(json.dumps(self.answer), content_type="application/json")
        form = {key: values[0] for key, values in parse_qs(request.get_data(as_text=True)).items()}
        basic = base64.b64encode(f"{quote(CLIENT, safe='')}:{quote(SECRET, safe='')}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {basic}":
            return Response('{"error": "invalid_client"}', 401)
        begun = self._codes.pop(form.get("code", ""), None)
        if begun is None or not _fits(form, begun[0]):
            return Response('{"error": "invalid_grant"}', 400)
        token = self.token(**{"nonce": begun[0]["nonce"], **begun[1]})
        body = {"access_token": "a", "token_type": "Bearer", "id_token": token}
        return Response(json.dumps(body), content_type="application/json")


def _fits(form: Mapping[str, str], query: Mapping[str, str]) -> bool:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return form.get("redirect_uri") == query["redirect_uri"] and challenge == query["code_challenge"]


def way_back(answer: Mapping[str, str], **lies: str | None) -> dict[str, str]:
    """Give what a browser brings back, with lies over it; None leaves one out."""
    told = {key: value for key, value in {**answer, **lies}.items() if value is not None}
    return dict(parse_qsl(urlencode(told)))
