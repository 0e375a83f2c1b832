"""The one guarded way out to HTTP servers: where it may go, how long, how much.

http and https only, no user in the address, addresses judged and pinned at every connection (`network`),
at most five redirects, each judged like a first request, credentials dropped when the host changes, at most
10 MiB after decompression, gzip or nothing, one deadline for the whole call, certificates always checked.
"""

import hashlib
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urljoin

import httpcore2
import httpx2

from connectors.gzip import Decoder
from connectors.network import Deadline, PinnedNetwork, RefusedAddressError, Resolver, system_resolver
from engine.errors import SourceUnavailableError
from engine.ports import Clock

USER_AGENT = "gatherly/0.1 (calendar sync)"
MEBIBYTE = 1024 * 1024
LARGEST_BODY = 10 * MEBIBYTE
FEED_SECONDS = 30.0
CALL_SECONDS = 20.0
MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization"})
LONGEST_ADDRESS = 8192

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\\]")


class CallFailedError(SourceUnavailableError):
    """No answer came; `sent` says whether the request may have arrived all the same."""

    def __init__(self, what: str, remedy: str = "", *, sent: bool) -> None:
        super().__init__(what, remedy)
        self.sent = sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer; header names in lower case, several of one name joined by commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str = field(repr=False)

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters, in lower case; empty where none is named."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def retry_after(self) -> int | None:
        """Seconds the server asks to wait, where it says so in seconds."""
        text = self.headers.get("retry-after", "").strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def masked(url: str) -> str:
    """Name an address without giving it away: its host, and a hash to tell two apart."""
    mark = hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:8]
    try:
        host = httpx2.URL(url).host
    except httpx2.InvalidURL:
        host = ""
    return f"{host or 'an address'} (#{mark})"


class Http:
    """Calls servers; safe to share between threads. Each call opens or reuses a pinned connection."""

    def __init__(
        self,
        clock: Clock,
        *,
        allow_private: bool = False,
        resolver: Resolver = system_resolver,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._deadline = Deadline(clock)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls,
            network_backend=PinnedNetwork(resolver, self._deadline, allow_private=allow_private),
            max_connections=32,
            max_keepalive_connections=4,
            keepalive_expiry=30.0,
        )

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        body: bytes = b"",
        seconds: float = CALL_SECONDS,
        limit: int = LARGEST_BODY,
        follow: bool = False,
    ) -> Answer:
        """Send a request and read the whole answer, whatever its status.

        Args:
            method: GET, PUT, PROPFIND and so on.
            url: an absolute http or https address without a user.
            headers: sent as they are, besides our own.
            body: sent as it is.
            seconds: the deadline of the whole call, redirects included.
            limit: the most bytes that the answer may have once decompressed.
            follow: go where a redirect points; otherwise it is the answer.

        Raises:
            CallFailedError: refused, unreachable, too slow, broken off.
            SourceIncompleteError: larger than the limit, or packed in a way that cannot be read.
        """
        with self._deadline.within(seconds):
            return self._journey(method, checked_url(url), dict(headers), body, limit, follow)

    def close(self) -> None:
        """Let go of connections."""
        self._pool.close()

    def _journey(
        self, method: str, target: httpx2.URL, headers: dict[str, str], body: bytes, limit: int, follow: bool
    ) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._call(method, target, headers, body, limit, follow)
            location = answer.headers.get("location")
            if not (follow and answer.status in REDIRECTS and location):
                return answer
            following = checked_url(urljoin(str(target), location))
            if target.scheme == "https" and following.scheme != "https":
                raise CallFailedError(
                    f"{masked(str(target))} redirects away from https", "Use the final address", sent=True
                )
            if _origin(following) != _origin(target):
                headers = {name: headers[name] for name in headers if name.lower() not in CREDENTIALS}
            if answer.status == 303:
                method, body = "GET", b""
            target = following
        raise CallFailedError(
            f"{masked(str(target))} redirects more than {MOST_REDIRECTS} times",
            "Use the final address",
            sent=True,
        )

    def _call(
        self, method: str, target: httpx2.URL, headers: dict[str, str], body: bytes, limit: int, follow: bool
    ) -> Answer:
        place = masked(str(target))
        try:
            with self._pool.stream(
                method, str(target), headers=_headers(target, headers, method, body), content=body
            ) as response:
                return _answer(response, target, limit, skip_body=follow and response.status in REDIRECTS)
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout, httpcore2.PoolTimeout) as error:
            raise CallFailedError(f"{place}: {_words(error)}", _remedy(error), sent=False) from error
        except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise CallFailedError(f"{place}: {_words(error)}", "Trying again may help", sent=True) from error


def checked_url(url: str) -> httpx2.URL:
    """Read an address and refuse what gatherly does not go to, before anything is resolved.

    Raises:
        CallFailedError: another scheme, a user in the address, control characters, no host.
    """
    refusal = _refusal(url)
    if refusal:
        raise CallFailedError(f"{masked(url)}: {refusal}", "Give an http or https address", sent=False)
    return httpx2.URL(url)


def _origin(url: httpx2.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def _refusal(url: str) -> str | None:
    if len(url) > LONGEST_ADDRESS or _FORBIDDEN.search(url):
        return "the address is too long or holds blanks, backslashes or control characters"
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        return f"the address cannot be read: {error}"
    if parsed.scheme not in ("http", "https"):
        return f"{parsed.scheme or 'no'}: is not a scheme gatherly speaks"
    if parsed.userinfo:
        return "the address holds a user or password"
    if parsed.port is not None and not 0 < parsed.port < 65536:
        return "the address has a port that does not exist"
    return None if parsed.host else "the address names no host"


def _headers(
    target: httpx2.URL, headers: Mapping[str, str], method: str, body: bytes
) -> list[tuple[str, str]]:
    own = {"Host": target.netloc.decode("ascii"), "User-Agent": USER_AGENT, "Accept-Encoding": "gzip"}
    if body or method in ("PUT", "POST"):
        own["Content-Length"] = str(len(body))
    return [*own.items(), *headers.items()]


def _answer(response: httpcore2.Response, target: httpx2.URL, limit: int, *, skip_body: bool) -> Answer:
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    body = b"" if skip_body else _body(response, headers, masked(str(target)), limit)
    return Answer(status=response.status, headers=headers, body=body, url=str(target))


def _body(response: httpcore2.Response, headers: Mapping[str, str], place: str, limit: int) -> bytes:
    decoder = Decoder(headers.get("content-encoding", ""), limit, place)
    for chunk in response.iter_stream():
        decoder.feed(chunk)
    return decoder.finish()


def _words(error: Exception) -> str:
    text = str(error)
    if isinstance(error, httpcore2.TimeoutException):
        return "no complete answer in time"
    return text or type(error).__name__


def _remedy(error: Exception) -> str:
    if isinstance(error, RefusedAddressError):
        return "If this is meant, set allow_private_network = true on this connector"
    return "Check the address and the network"
