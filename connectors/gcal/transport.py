"""Google's libraries on the guarded way out: they see what they know, and reach only where `Http` goes."""

import json
from collections.abc import Mapping
from typing import Any

from google.auth import transport
from httplib2 import Response

from connectors.access import Access
from connectors.web.answer import Answer
from connectors.web.dated import DatedHttp
from engine.errors import SourceUnavailableError

OURS = frozenset({"content-length", "user-agent", "accept-encoding", "host", "connection"})
"""Headers that the guarded way out writes itself."""
UNAUTHORIZED = 401
LONGEST_REFUSAL = 1 << 16
MOST_NESTED = 500
"""Lists and objects of an answer that is no success; Google's have a dozen. One with more says nothing."""


class CalendarHttp:
    """What google-api-python-client takes for an `httplib2.Http`; safe to share between threads.

    A refused access token is exchanged once.
    """

    def __init__(self, http: DatedHttp, access: Access) -> None:
        self.way_out = http
        self._access = access

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,
        connection_type: Any = None,
    ) -> tuple[Response, bytes]:
        """Send a request with an access token; redirects are answers.

        Raises:
            SourceExpiredError: there is no grant that works.
            CallFailedError: no answer came.
        """
        token = self._access.token()
        answer = self._send(uri, method, body, headers or {}, token)
        if answer.status == UNAUTHORIZED:
            answer = self._send(uri, method, body, headers or {}, self._access.another(token))
        body = answer.body if answer.status < 300 else _refusal(answer.body)
        return Response({**answer.headers, "status": str(answer.status)}), body

    def close(self) -> None:
        """Let go of connections."""
        self.way_out.close()

    def _send(
        self, uri: str, method: str, body: str | bytes | None, headers: Mapping[str, str], token: str
    ) -> Answer:
        sent = {name: value for name, value in headers.items() if name.lower() not in OURS}
        data = body.encode() if isinstance(body, str) else body or b""
        return self.way_out.request(
            method, uri, headers={**sent, "Authorization": f"Bearer {token}"}, body=data
        )


def _refusal(body: bytes) -> bytes:
    """Keep what a refusal says where it can be Google's: libraries read it in this process."""
    nested = body[:LONGEST_REFUSAL].count(b"{") + body[:LONGEST_REFUSAL].count(b"[")
    return b"" if len(body) > LONGEST_REFUSAL or nested > MOST_NESTED else body


class _Answered(transport.Response):
    """An answer as google-auth reads it."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        """The status code."""
        return self._answer.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, names in lower case."""
        return self._answer.headers

    @property
    def data(self) -> bytes:
        """The body."""
        return self._answer.body


class TokenHttp(transport.Request):
    """What google-auth takes for a transport; used for one exchange, whose answer it keeps.

    Answers that say "later" raise at once: the library would wait and try again by itself.
    """

    def __init__(self, http: DatedHttp) -> None:
        self._http = http
        self.life: int | None = None
        self.scope: tuple[str, ...] = ()

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **kwargs: Any,
    ) -> transport.Response:
        """Send a request to the token endpoint.

        Raises:
            SourceUnavailableError: no answer came, or one that says to come again later.
        """
        sent = {name: value for name, value in (headers or {}).items() if name.lower() not in OURS}
        data = body.encode() if isinstance(body, str) else body or b""
        answer = self._http.request(method, url, headers=sent, body=data)
        if answer.status >= 500 or answer.status == 429:
            raise SourceUnavailableError(
                f"Google's token endpoint answered {answer.status}",
                "Trying again may help",
                retry_after=answer.retry_after,
            )
        self.life, self.scope = _life_and_scope(_told(answer))
        return _Answered(answer)


def _told(answer: Answer) -> Mapping[str, Any]:
    """Read what an OAuth server says (RFC 6749 section 5); whatever else answers in its place says nothing.

    Raises:
        SourceUnavailableError: it is neither a token nor a refusal.
    """
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        told = None
    said = "error" if answer.status >= 400 else "access_token"
    if not isinstance(told, dict) or not told.get(said):
        raise SourceUnavailableError(
            f"Google's token endpoint answered {answer.status} with what cannot be read",
            "Check token_uri, and what stands between",
        )
    return told


def _life_and_scope(told: Mapping[str, Any]) -> tuple[int | None, tuple[str, ...]]:
    """Read what google-auth keeps to itself: how long a token lasts, and what it allows."""
    try:
        return int(told["expires_in"]), tuple(str(told.get("scope", "")).split())
    except (ArithmeticError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None, ()
