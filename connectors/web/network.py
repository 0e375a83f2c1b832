"""Connections to allowed addresses (private ones by an operator's word), ended when they were told to end.

A name is resolved once for each connection, every answer is judged, and the connection goes to one of exactly
those addresses, so that no second answer can lead it elsewhere (DNS rebinding). Every wait inside a call is
cut to what is left of the call's deadline.

Which addresses those are is decided here too: public ones; private ones where an operator allows it.
"""

import ipaddress
import queue
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import httpcore2

from engine.ports.world import Clock

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


NEVER = _networks(
    "0.0.0.0/8",  # "this network"
    "169.254.0.0/16",  # link-local, where clouds keep their metadata
    "100.100.100.200/32",  # a cloud's metadata
    "168.63.129.16/32",  # a cloud's wire server, on an address that looks public
    "192.0.0.0/24",  # protocol assignments
    "192.0.2.0/24",  # documentation
    "192.88.99.0/24",  # 6to4 relays, withdrawn
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved and broadcast
    "::/128",  # unspecified
    "fe80::/10",  # link-local
    "fd00:ec2::/32",  # a cloud's metadata
    "fd00:42::42/128",  # a cloud's metadata
    "fd20:ce::/32",  # a cloud's metadata
    "ff00::/8",  # multicast
    "64:ff9b:1::/48",  # local translation: no telling where it ends
)
"""Refused whatever an operator allows."""

PRIVATE = _networks(
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "::1/128",
    "fc00::/7",
    "fec0::/10",
)
"""Refused unless the connector allows private networks."""

NOT_GLOBAL_V6 = _networks("2001::/23", "2001:db8::/32", "3fff::/20")
GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
COMPATIBLE = ipaddress.IPv6Network("::/96")

SERVICE_PORTS = frozenset(
    {1433, 1521, 1723, 2049, 2181, 2375, 2376, 3306, 3389, 3690, 4369, 5060, 5432, 5672, 5900, 5984}
    | {6379, 6443, 7001, 8500, 9042, 9200, 9300, 10250, 11211, 15672, 27017, 50070}
    | set(range(6000, 6064))
    | set(range(6665, 6670))
)
"""Where databases and control planes listen: no calendar is published there."""


def address_refusal(text: str, *, allow_private: bool) -> str | None:
    """Say why an address must not be connected to, or None where it may be.

    An IPv4 address that travels inside an IPv6 one (mapped, translated, 6to4, Teredo) is judged as well.
    """
    try:
        address = ipaddress.ip_address(re.sub(r"%.*\Z", "", text))
    except ValueError:
        return "is not an address"
    reasons = (_reason(one, allow_private) for one in _all_of(address))
    return next((reason for reason in reasons if reason), None)


def port_refusal(port: int, *, allow_private: bool) -> str | None:
    """Say why a port must not be connected to: on the public network only the web's ports and high ones."""
    if port in (80, 443) or (allow_private and 0 < port < 65536):
        return None
    if 1024 <= port < 65536 and port not in SERVICE_PORTS:
        return None
    return f"port {port} is not one of the web's"


def _all_of(address: Address) -> Iterator[Address]:
    if isinstance(address, ipaddress.IPv4Address):
        yield address
        return
    inner = _inside(address)
    if inner is None or address.sixtofour or address.teredo:
        yield address
    if inner is not None:
        yield inner
    if address.teredo:
        yield address.teredo[0]


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address in TRANSLATED or (address in COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _reason(address: Address, allow_private: bool) -> str | None:
    if any(address in network for network in NEVER):
        return "is a link-local, metadata or reserved address, which gatherly never talks to"
    if any(address in network for network in PRIVATE):
        return None if allow_private else "is on a private network"
    if isinstance(address, ipaddress.IPv6Address) and (
        address not in GLOBAL_V6 or any(address in network for network in NOT_GLOBAL_V6)
    ):
        return "is not a public address"
    return None


Resolver: TypeAlias = Callable[[str], Sequence[str]]
"""Gives the addresses of a host name, best first; raises OSError where there are none."""


class RefusedAddressError(httpcore2.ConnectError):
    """The name leads where this connector may not go; nothing was connected to."""


class RefusedCertificateError(httpcore2.ConnectError):
    """The server showed another certificate than the one that is trusted; nothing was sent to it."""


Refusal: TypeAlias = Callable[[bytes | None], str | None]
"""Says why a server's certificate (DER) is refused, None where it is not."""


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

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline, refusal: Refusal) -> None:
        self._inner = inner
        self._deadline = deadline
        self._refusal = refusal

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
        inner = self._inner.start_tls(ssl_context, server_hostname, left)
        refusal = self._refusal(inner.get_extra_info("ssl_object").getpeercert(True))
        if refusal is not None:
            inner.close()
            raise RefusedCertificateError(refusal)
        return TimedStream(inner, self._deadline, self._refusal)

    def get_extra_info(self, info: str) -> Any:
        """Tell about the socket beneath."""
        return self._inner.get_extra_info(info)


class PinnedNetwork(httpcore2.NetworkBackend):
    """Connects to addresses that were judged, and to nothing else."""

    def __init__(
        self, resolver: Resolver, deadline: Deadline, *, allow_private: bool, refusal: Refusal
    ) -> None:
        self._resolver = resolver
        self._deadline = deadline
        self._allow_private = allow_private
        self._refusal = refusal
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
                return TimedStream(stream, self._deadline, self._refusal)
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
        if not isinstance(answer, OSError | UnicodeError):
            return answer
        try:
            raise answer
        except (OSError, UnicodeError) as error:  # the client cuts off causes, and not what was being handled
            raise httpcore2.ConnectError(f"the name cannot be resolved: {error}") from error
