"""Logging in: Basic at once (RFC 7617), Digest where the server asks for it (RFC 7616)."""

import re
import threading
from base64 import b64encode
from functools import partial

import httpx2

from connectors.web.urls import Url

_DIGEST = re.compile(r"\bDigest\s+(.*)", re.IGNORECASE | re.DOTALL)
_NEXT_SCHEME = re.compile(r",\s*(?:Basic|Bearer|Negotiate|NTLM|Digest)\s", re.IGNORECASE)
_STALE = re.compile(r"\bstale\s*=\s*\"?true", re.IGNORECASE)


class Login:
    """A name and a password, and what the server wants to be told of them; safe to share between threads."""

    def __init__(self, username: str, password: str) -> None:
        self._basic = "Basic " + b64encode(f"{username}:{password}".encode()).decode("ascii")
        self._new_digest = partial(httpx2.DigestAuth, username, password)
        self._digest = self._new_digest()
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
            return _as_sent(request.headers["Authorization"])

    def learn(self, method: str, url: Url, sent: str, challenge: str) -> bool:
        """Take a 401's WWW-Authenticate; tell whether asking again may succeed.

        It may where the server wants Digest and got Basic, or where only its nonce had grown old.
        """
        wanted = _digest_challenge(challenge)
        if wanted is None or (sent.startswith("Digest ") and not _STALE.search(wanted)):
            return False
        with self._lock:
            self._challenged = self._answers(httpx2.Request(method, str(url)), wanted)
            return self._challenged

    def _answers(self, request: httpx2.Request, challenge: str) -> bool:
        """Have the library take a challenge; what it cannot answer in whatever way is refused."""
        flow = self._digest.auth_flow(request)
        next(flow)
        headers = [(b"WWW-Authenticate", challenge.encode("latin-1", "replace"))]
        try:
            flow.send(httpx2.Response(401, headers=headers, request=request))
            _as_sent(request.headers["Authorization"])
        except (httpx2.ProtocolError, NotImplementedError, ValueError, LookupError, StopIteration):
            self._digest = self._new_digest()
            return False
        return True


def _as_sent(header: str) -> str:
    """Spell a header as `Http` sends it: its UTF-8 bytes, told as Latin-1.

    Raises:
        ValueError: it holds what no header can.
    """
    if any(ord(one) < 32 or ord(one) == 127 for one in header):
        raise ValueError("a challenge holds control characters")
    return header.encode().decode("latin-1")


def _digest_challenge(header: str) -> str | None:
    """Cut the Digest challenge out of a header that may hold several."""
    found = _DIGEST.search(header)
    return None if found is None else f"Digest {_NEXT_SCHEME.split(found[1])[0]}"
