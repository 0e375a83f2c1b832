"""Signing a browser in at the issuer that the operator chose."""

from http import HTTPStatus

from fastapi import APIRouter, Depends, Request, Response

from daemon.app.accounts.tokens import TokenRefusedError
from daemon.http.asking import AnyDoors, counted_by_address
from daemon.http.doors import Doors
from daemon.http.oidc.code_flow import CALLBACK, COOKIE, LASTS
from daemon.http.oidc.sign_in import OidcSignIn
from daemon.http.problems import ProblemError
from daemon.http.site.answers import PageRoute, go_on, said
from daemon.http.site.sign_in import is_secure, signed_in
from engine.errors import SourceUnavailableError

COUNTED = [Depends(counted_by_address)]
router = APIRouter(route_class=PageRoute, include_in_schema=False, dependencies=COUNTED)
BEGIN = "/oidc/sign-in"
REFUSED = "The sign-in was not finished, or was begun in another browser. Try once more."
NOBODY = "You are signed in there, and nobody here has that address. Whoever runs gatherly can let you in."
AWAY = "The place where you sign in does not answer. Try again in a while, or take a link by mail."


@router.get(BEGIN)
def begin(request: Request, doors: AnyDoors) -> Response:
    """Send a browser to the issuer."""
    oidc = _oidc(doors)
    try:
        address, cookie = oidc.flow.begin(doors.access.clock.now())
    except SourceUnavailableError:
        return said(request, HTTPStatus.SERVICE_UNAVAILABLE, AWAY, back="/sign-in")
    answer = go_on(address)
    answer.set_cookie(
        COOKIE, cookie, max_age=LASTS, httponly=True, samesite="lax", secure=is_secure(doors), path=CALLBACK
    )
    return answer


@router.get(CALLBACK)
def come_back(request: Request, doors: AnyDoors) -> Response:
    """Sign in whoever comes back from the issuer; nobody who is no user here."""
    oidc, query = _oidc(doors), dict(request.query_params)
    try:
        user = oidc.come_back(query, request.cookies.get(COOKIE, ""), doors.access.clock.now())
    except TokenRefusedError:
        return said(request, HTTPStatus.FORBIDDEN, REFUSED, back="/sign-in")
    except SourceUnavailableError:
        return said(request, HTTPStatus.SERVICE_UNAVAILABLE, AWAY, back="/sign-in")
    if user is None:
        return said(request, HTTPStatus.NOT_FOUND, NOBODY, back="/sign-in")
    answer = signed_in(doors, doors.browsers.let_in(user))
    answer.delete_cookie(COOKIE, path=CALLBACK, httponly=True, samesite="lax", secure=is_secure(doors))
    return answer


def _oidc(doors: Doors) -> OidcSignIn:
    if doors.oidc is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "Nothing is here")
    return doors.oidc
