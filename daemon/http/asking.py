"""Who asks: the bearer token of a request, and how often it may ask."""

import hashlib
import ipaddress
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from daemon.app.accounts.tokens import TokenRefusedError
from daemon.app.principal import Principal
from daemon.http.doors import Doors, handed
from daemon.http.problems import ProblemError

BEARER = HTTPBearer(auto_error=False, description="`gatherly token USER` prints one.")
CHALLENGE = {"WWW-Authenticate": "Bearer"}


def doors_of(request: Request) -> Doors:
    """Give what the application was made over."""
    return handed(request.scope)


async def _doors(request: Request) -> Doors:
    return doors_of(request)


AnyDoors = Annotated[Doors, Depends(_doors)]


def asking(
    doors: AnyDoors, shown: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]
) -> Principal:
    """Tell who shows a token, as often as it may.

    Raises:
        ProblemError: 401 where it is none, 429 with the seconds to wait.
    """
    if shown is None:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "A bearer token is needed", headers=CHALLENGE)
    counted_by_token(doors, shown.credentials)
    try:
        return doors.tokens.principal(shown.credentials)
    except TokenRefusedError as error:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, str(error), headers=CHALLENGE) from error


async def _operating(principal: Annotated[Principal, Depends(asking)]) -> Principal:
    principal.must_be_operator("see that")
    return principal


def counted_by_token(doors: Doors, token: str) -> None:
    """Let whoever shows a token ask as often as the configuration says.

    Raises:
        ProblemError: 429, with the seconds to wait.
    """
    within(doors.by_token.wait(hashlib.sha256(token.encode()).hexdigest()))


async def counted_by_address(request: Request, doors: AnyDoors) -> None:
    """Let an address ask a few times a minute for what needs no token.

    Raises:
        ProblemError: 429, with the seconds to wait.
    """
    within(doors.by_address.wait(client_of(request)))


def client_of(request: Request) -> str:
    """Tell clients apart: by their address, of IPv6 by the network that one of them has."""
    host = request.client.host if request.client else "socket"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)


def within(wait: int) -> None:
    """Let a request pass, unless it has to wait some seconds first.

    Raises:
        ProblemError: 429, with the seconds to wait.
    """
    if wait:
        detail = f"Too many requests; try again in {wait} s"
        raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(wait)})


Asking = Annotated[Principal, Depends(asking)]
"""Whoever shows a token."""
Operator = Annotated[Principal, Depends(_operating)]
"""An operator."""
