"""The one guarded way out to HTTP servers: where it may go, how long, how much.

http and https only, no user in the address, addresses judged and pinned at every connection (`network`),
at most five redirects, each judged like a first request, credentials dropped when scheme, host or port
change, at most 10 MiB after decompression, gzip or nothing, one deadline for the whole call, certificates
always checked.
Whatever a server does, and whatever a library makes of it, ends as an answer or as an error of ours.
"""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import httpcore2

from connectors.sandbox.room import Room
from connectors.web.answer import Answer, CallFailedError
from connectors.web.failure_words import speaks_no_tls, words_of
from connectors.web.gzip import Decoder
from connectors.web.network import (
    Deadline,
    PinnedNetwork,
    RefusedAddressError,
    RefusedCertificateError,
    Resolver,
    system_resolver,
)
from connectors.web.retry_after import asked_seconds
from connectors.web.trust import MACHINES, Trust, refused, version_of
from connectors.web.urls import (
    HTTP,
    HTTPS,
    BadAddressError,
    Origin,
    Url,
    masked,
    raw_header,
    read_url,
    without_tls,
)
from engine.errors import SourceError
from engine.ports.world import Clock
from engine.shortage import shortage_in
from engine.trouble import Trouble, attempt, met

USER_AGENT = "gatherly/0.1 (calendar sync)"
MEBIBYTE = 1024 * 1024
LARGEST_BODY = 10 * MEBIBYTE
FEED_SECONDS = 30.0
CALL_SECONDS = 20.0
TLS_SECONDS = 4.0
"""How long a server of a `webcal:` address may take to speak TLS before it is asked without."""
MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"})
"""Methods that change nothing (RFC 9110, 9.2.1; RFC 4918; RFC 3253): sent twice, they do no harm."""


class Http:
    """Calls servers; safe to share between threads. Each call opens or reuses a pinned connection.

    `answered` is told each request's status; None where no answer came.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        allow_private: bool = False,
        resolver: Resolver = system_resolver,
        tls: ssl.SSLContext | None = None,
        tls_seconds: float = TLS_SECONDS,
        room: Room | None = None,
        trust: Trust = MACHINES,
        to_allow_private: str = "set allow_private_network = true on this connector",
        answered: Callable[[int | None], None] | None = None,
    ) -> None:
        self._answered = answered
        self._room = room or Room()
        self._clock = clock
        self._tls_seconds = tls_seconds
        self._to_allow_private = to_allow_private
        self._without_tls: set[Origin] = set()
        self._deadline = Deadline(clock)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls or (None if trust == MACHINES else trust.context()),
            network_backend=PinnedNetwork(
                resolver, self._deadline, allow_private=allow_private, refusal=trust.refusal
            ),
            max_connections=32,
            max_keepalive_connections=4,
            keepalive_expiry=30.0,
        )

    def request(
        self,
        method: str,
        url: Url | str,
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
            url: an absolute http, https or webcal address without a user.
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
            return self._journey(method, _read(url), dict(headers), body, limit, follow)

    def close(self) -> None:
        """Let go of connections."""
        self._pool.close()

    def _journey(
        self, method: str, target: Url, headers: dict[str, str], body: bytes, limit: int, follow: bool
    ) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._call(method, target, headers, body, limit, follow)
            location = answer.headers.get("location")
            if not (follow and answer.status in REDIRECTS and location):
                return answer
            following = _following(answer.url, location)
            if not answer.url.origin.may_hand_on_to(following.origin):
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
        self, method: str, target: Url, headers: dict[str, str], body: bytes, limit: int, follow: bool
    ) -> Answer:
        """Ask once; where a `webcal:` server knows no TLS, once more without, and from then on so."""
        if not target.plain_too:
            return self._ask(method, target, headers, body, limit, follow)
        if target.origin not in self._without_tls:
            try:
                return self._ask(method, target, headers, body, limit, follow)
            except _NoTlsError:
                self._without_tls.add(target.origin)
        return self._ask(method, without_tls(target), headers, body, limit, follow)

    def _ask(
        self, method: str, target: Url, headers: dict[str, str], body: bytes, limit: int, follow: bool
    ) -> Answer:
        """Ask; what a library makes of an answer that nobody thought of is an answer that cannot be read."""
        answer = attempt(lambda: self._asked_anew(method, target, headers, body, limit, follow))
        if self._answered is not None:
            self._answered(None if isinstance(answer, Trouble) else answer.status)
        if not isinstance(answer, Trouble):
            return answer
        if isinstance(answer.raised, SourceError):
            raise answer.raised
        what = f"{masked(str(target))}: the answer cannot be read ({met(answer.raised)})"
        raise CallFailedError(what, "Look at what the server answers", sent=True) from answer.raised

    def _asked_anew(
        self, method: str, target: Url, headers: dict[str, str], body: bytes, limit: int, follow: bool
    ) -> Answer:
        """Ask; where a kept connection had ended, what only reads is asked again (RFC 9110, 9.2.2)."""
        try:
            return self._asked(method, target, headers, body, limit, follow)
        except _KeptConnectionEndedError:
            if method not in SAFE:
                raise
            return self._asked(method, target, headers, body, limit, follow)

    def _asked(
        self, method: str, target: Url, headers: dict[str, str], body: bytes, limit: int, follow: bool
    ) -> Answer:
        place = masked(str(target))
        exchange = _Exchange()
        try:
            sent = _headers(target, headers, method, body)
            waits = {"timeout": {"connect": self._tls_seconds}} if target.plain_too else {}
            extensions = {"trace": exchange.note, **waits}
            with self._pool.stream(
                method, _wire(target), headers=sent, content=body, extensions=extensions
            ) as response:
                return self._answer(
                    response, target, limit, skip_body=follow and response.status in REDIRECTS
                )
        except httpcore2.ConnectError as error:
            kind = _NoTlsError if speaks_no_tls(error) else CallFailedError
            raise kind(f"{place}: {_words(error)}", self._remedy(error), sent=False) from error
        except (httpcore2.ConnectTimeout, httpcore2.PoolTimeout) as error:
            kind = _NoTlsError if target.plain_too else CallFailedError
            raise kind(f"{place}: {_words(error)}", self._remedy(error), sent=False) from error
        except httpcore2.TimeoutException as error:
            raise CallFailedError(f"{place}: {_words(error)}", "Trying again may help", sent=True) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            kind = _KeptConnectionEndedError if exchange.on_kept_connection else CallFailedError
            raise kind(f"{place}: {_words(error)}", "Trying again may help", sent=True) from error

    def _remedy(self, error: Exception) -> str:
        if isinstance(error, RefusedAddressError):
            return f"If this is meant, {self._to_allow_private}"
        if isinstance(error, RefusedCertificateError):
            return "Take its fingerprint anew if you gave it another; if you did not, somebody stands between"
        certificate, shortage = refused(error), shortage_in(error)
        if shortage is not None:
            return shortage.remedy
        return certificate[1] if certificate else "Check the address and the network"

    def _body(
        self, response: httpcore2.Response, headers: Mapping[str, str], place: str, limit: int
    ) -> bytes:
        decoder = Decoder(headers.get("content-encoding", ""), limit, place, self._claim_room)
        for chunk in response.iter_stream():
            decoder.feed(chunk)
        return decoder.finish()

    def _claim_room(self) -> None:
        if not self._room.claim(self._deadline.left(None, httpcore2.ReadTimeout)):
            raise httpcore2.ReadTimeout("too many large answers at once")

    def _answer(self, response: httpcore2.Response, target: Url, limit: int, *, skip_body: bool) -> Answer:
        headers: dict[str, str] = {}
        for raw_name, raw_value in response.headers:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        body = b"" if skip_body else self._body(response, headers, masked(str(target)), limit)
        wait = asked_seconds(headers.get("retry-after", ""), self._clock.now(), headers.get("date", ""))
        return Answer(
            status=response.status,
            headers=headers,
            body=body,
            url=target,
            retry_after=wait,
            tls=_tls_of(response),
        )


def _tls_of(response: httpcore2.Response) -> str | None:
    stream = response.extensions.get("network_stream")
    return None if stream is None else version_of(stream.get_extra_info("ssl_object"))


class _NoTlsError(CallFailedError):
    """The peer is not there for TLS, or speaks something else."""


class _KeptConnectionEndedError(CallFailedError):
    """The peer ended a connection from an earlier call before anything of an answer had come."""


@dataclass(slots=True)
class _Exchange:
    """Notes of a call whether it opened a connection of its own, and whether an answer began."""

    opened: bool = False
    answered: bool = False

    def note(self, event: str, _details: Mapping[str, Any]) -> None:
        self.opened |= event == "connection.connect_tcp.started"
        self.answered |= event == "http11.receive_response_headers.complete"

    @property
    def on_kept_connection(self) -> bool:
        return not self.opened and not self.answered


def _read(url: Url | str) -> Url:
    """Refuse what gatherly does not go to before anything is resolved."""
    if isinstance(url, Url):
        return url
    try:
        return read_url(url)
    except BadAddressError as error:
        raise CallFailedError(error.what, error.remedy, sent=False) from error


def _following(url: Url, location: str) -> Url:
    """Resolve where a redirect points, and refuse one away from https."""
    try:
        following = url.joined(raw_header(location))
    except BadAddressError as error:
        what = f"{masked(str(url))} redirects to what is no address: {error.what}"
        raise CallFailedError(what, "Use the final address", sent=True) from error
    if following.plain_too and url.origin.scheme == HTTP:
        return without_tls(following)
    if url.origin.scheme == HTTPS and (following.origin.scheme != HTTPS or following.plain_too):
        if following.plain_too:
            return replace(following, plain_too=False)
        raise CallFailedError(
            f"{masked(str(url))} redirects away from https", "Use the final address", sent=True
        )
    return following


def _wire(target: Url) -> httpcore2.URL:
    """Hand the address on in parts: read from text, it would lose its `;parameters`."""
    origin = target.origin
    return httpcore2.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=target.target)


def _headers(target: Url, headers: Mapping[str, str], method: str, body: bytes) -> list[tuple[bytes, bytes]]:
    own = {"Host": target.origin.netloc, "User-Agent": USER_AGENT, "Accept-Encoding": "gzip"}
    if body or method in ("PUT", "POST"):
        own["Content-Length"] = str(len(body))
    try:
        return [
            (name.encode("ascii"), value.encode("latin-1"))
            for name, value in [*own.items(), *headers.items()]
        ]
    except UnicodeEncodeError as error:
        what = f"{masked(str(target))}: a header cannot be sent as it is"
        raise CallFailedError(what, "Look at what the server asked for", sent=False) from error


def _words(error: Exception) -> str:
    timed_out = isinstance(error, httpcore2.TimeoutException)
    return "no complete answer in time" if timed_out else words_of(error)
