"""Which network addresses gatherly may talk to: public ones; private ones where an operator allows it."""

import ipaddress
import re
from collections.abc import Iterator
from typing import TypeAlias

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
