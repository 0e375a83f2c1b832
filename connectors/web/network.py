"""Connections that go where they were allowed to, and end when they were told to.

A name is resolved once for each connection, every answer is judged, and the connection goes to one of exactly
those addresses, so that no second answer can lead it elsewhere (DNS rebinding). Every wait inside a call is
cut to what is left of the call's deadline.
"""

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import httpcore2

from connectors.web.addresses import address_refusal, port_refusal
from engine.ports.world import Clock

Resolver: TypeAlias = Callable[[str], Sequence[str]]
"""Gives the addresses of a host name, best first; raises OSError where there are none."""


class RefusedAddressError(httpcore2.ConnectError):
    """The name leads where this connector may not go; nothing was connected to."""


def system_resolver(host: str) -> Sequence[str]:
    """Ask the system, as any program does (hosts file, DNS)."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Deadline:
    """When the call that runs in this thread has to be over, by the monotonic clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._local = threading.local()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Give what happens in the block that many seconds, and no more than a block around it still has."""
        around = getattr(self._local, "until", None)
        until = self._clock.monotonic() + seconds
        self._local.until = until if around is None else min(until, around)
        try:
            yield
        finally:
            self._local.until = around

    def left(self, timeout: float | None, error: type[Exception]) -> float:
        """Give how long one wait may last; raises the error when nothing is left."""
        until = getattr(self._local, "until", None)
        if until is None:
            raise error("a call without a deadline")
        rest = float(until - self._clock.monotonic())
        if rest <= 0:
            raise error("the call took too long")
        return rest if timeout is None else min(rest, timeout)


class TimedStream(httpcore2.NetworkStream):
    """A connection whose waits end with the call's deadline."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has come, at most that much."""
        return self._inner.read(max_bytes, self._deadline.left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        self._inner.write(buffer, self._deadline.left(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        """Hang up."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """Go over to TLS; the certificate is checked against the name, not the address."""
        left = self._deadline.left(timeout, httpcore2.ConnectTimeout)
        return TimedStream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Tell about the socket beneath."""
        return self._inner.get_extra_info(info)


class PinnedNetwork(httpcore2.NetworkBackend):
    """Connects to addresses that were judged, and to nothing else."""

    def __init__(self, resolver: Resolver, deadline: Deadline, *, allow_private: bool) -> None:
        self._resolver = resolver
        self._deadline = deadline
        self._allow_private = allow_private
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first of the host's addresses that answers."""
        failure: Exception = httpcore2.ConnectError("the name has no address")
        for address in self._judged(host, port):
            left = self._deadline.left(timeout, httpcore2.ConnectTimeout)
            try:
                stream = self._inner.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return TimedStream(stream, self._deadline)
        raise failure

    def _judged(self, host: str, port: int) -> Sequence[str]:
        """Resolve once; one address that is refused refuses the name."""
        refusal = port_refusal(port, allow_private=self._allow_private)
        if refusal:
            raise RefusedAddressError(refusal)
        addresses = self._resolve(host)
        for address in addresses:
            refusal = address_refusal(address, allow_private=self._allow_private)
            if refusal:
                raise RefusedAddressError(f"{address} {refusal}")
        return addresses

    def _resolve(self, host: str) -> Sequence[str]:
        """Ask the resolver in a thread of its own, since the system's knows no deadline."""
        answers: queue.SimpleQueue[Sequence[str] | OSError | UnicodeError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolver(host))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        threading.Thread(target=ask, name="gatherly-resolver", daemon=True).start()
        try:
            answer = answers.get(timeout=self._deadline.left(None, httpcore2.ConnectTimeout))
        except queue.Empty as error:
            raise httpcore2.ConnectTimeout("the name was not resolved in time") from error
        if isinstance(answer, OSError | UnicodeError):
            raise httpcore2.ConnectError(f"the name cannot be resolved: {answer}") from answer
        return answer
