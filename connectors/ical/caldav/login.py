"""Logging in: Basic at once (RFC 7617), Digest where the server asks for it (RFC 7616)."""

import re
import threading
from base64 import b64encode

import httpx2

from connectors.urls import Url

_DIGEST = re.compile(r"\bDigest\s+(.*)", re.IGNORECASE | re.DOTALL)
_NEXT_SCHEME = re.compile(r",\s*(?:Basic|Bearer|Negotiate|NTLM|Digest)\s", re.IGNORECASE)
_STALE = re.compile(r"\bstale\s*=\s*\"?true", re.IGNORECASE)


class Login:
    """A name and a password, and what the server wants to be told of them; safe to share between threads."""

    def __init__(self, username: str, password: str) -> None:
        self._basic = "Basic " + b64encode(f"{username}:{password}".encode()).decode("ascii")
        self._digest = httpx2.DigestAuth(username, password)
        self._lock = threading.Lock()
        self._challenged = False

    @property
    def scheme(self) -> str:
        """How the server wants to be logged in to, as far as is known."""
        return "Digest" if self._challenged else "Basic"

    def authorization(self, method: str, url: Url) -> str:
        """Give the Authorization header of a request."""
        with self._lock:
            if not self._challenged:
                return self._basic
            request = httpx2.Request(method, str(url))
            next(self._digest.auth_flow(request))
            return str(request.headers["Authorization"])

    def learn(self, method: str, url: Url, sent: str, challenge: str) -> bool:
        """Take a 401's WWW-Authenticate; tell whether asking again may succeed.

        It may where the server wants Digest and got Basic, or where only its nonce had grown old.
        """
        wanted = _digest_challenge(challenge)
        if wanted is None or (sent.startswith("Digest ") and not _STALE.search(wanted)):
            return False
        with self._lock:
            request = httpx2.Request(method, str(url))
            flow = self._digest.auth_flow(request)
            next(flow)
            answer = httpx2.Response(401, headers={"WWW-Authenticate": wanted}, request=request)
            try:
                flow.send(answer)
            except (httpx2.ProtocolError, NotImplementedError, ValueError, StopIteration):
                return False
            self._challenged = True
            return True


def _digest_challenge(header: str) -> str | None:
    """Cut the Digest challenge out of a header that may hold several."""
    found = _DIGEST.search(header)
    return None if found is None else f"Digest {_NEXT_SCHEME.split(found[1])[0]}"
