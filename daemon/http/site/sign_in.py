"""Signing a browser in by an address that works once, and out again."""

from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response

from daemon.app.accounts.sign_in_letters import mail_sign_in
from daemon.app.accounts.tokens import TokenRefusedError
from daemon.http.asking import AnyDoors, counted_by_address
from daemon.http.doors import Doors
from daemon.http.problems import ProblemError
from daemon.http.site.answers import PageRoute, go_on, page, said
from daemon.http.site.browsing import COOKIE, AnyForm, OwnForm, SignedIn, field_of, is_own
from engine.time.span import DAY

router = APIRouter(route_class=PageRoute, include_in_schema=False)
COUNTED = [Depends(counted_by_address)]
OVER = "It was used, or is older than 15 minutes. Ask for a new one."
NO_MAIL = "No mail is set up here. Whoever runs gatherly gives you a link: gatherly token USER --page."
NO_ADDRESS = "Write an address, as alice@example.com."
LASTS = 30 * DAY
LONGEST_ADDRESS = 254


@router.get("/sign-in", dependencies=COUNTED)
def ask(request: Request, doors: AnyDoors) -> Response:
    """Ask for an address, or lead to the issuer."""
    return _page(request, doors)


@router.post("/sign-in", dependencies=COUNTED)
def send(request: Request, doors: AnyDoors, form: AnyForm) -> Response:
    """Mail a link to a known address; of an unknown one the same is said."""
    _own(request, doors)
    address = field_of(form, "address")
    if "@" not in address or len(address) > LONGEST_ADDRESS:
        return _page(request, doors, NO_ADDRESS, HTTPStatus.UNPROCESSABLE_ENTITY)
    letter = doors.letters(doors.access.configuration)
    if letter is None:
        return _page(request, doors, NO_MAIL, HTTPStatus.SERVICE_UNAVAILABLE)
    mail_sign_in(doors.access, letter, address)
    return _page(request, doors, sent=True)


def _page(
    request: Request,
    doors: Doors,
    problem: str = "",
    status: HTTPStatus = HTTPStatus.OK,
    *,
    sent: bool = False,
) -> Response:
    issuer = doors.access.configuration.settings.api.oidc if doors.oidc else None
    name = "" if issuer is None else urlsplit(issuer.issuer).hostname
    values = {"title": "Sign in", "sent": sent, "problem": problem, "issuer": name}
    return page("sign_in.html", values, request, status)


@router.get("/sign-in/{secret}", dependencies=COUNTED)
def show(secret: str, request: Request, doors: AnyDoors) -> Response:
    """Show one button: programs that open the links of a mail use nothing up."""
    if not doors.browsers.is_invited(secret):
        return said(request, HTTPStatus.GONE, OVER, back="/sign-in")
    return page("sign_in_here.html", {"title": "Sign in here"}, request)


@router.post("/sign-in/{secret}", dependencies=COUNTED)
def sign_in(secret: str, request: Request, doors: AnyDoors) -> Response:
    """Sign the browser in, once."""
    _own(request, doors)
    try:
        cookie = doors.browsers.sign_in(secret)
    except TokenRefusedError:
        return said(request, HTTPStatus.GONE, OVER, back="/sign-in")
    return signed_in(doors, cookie)


def signed_in(doors: Doors, cookie: str) -> Response:
    """Lead to what needs them, with the cookie that signs their browser in."""
    answer = go_on("/")
    answer.set_cookie(
        COOKIE, cookie, max_age=LASTS, httponly=True, samesite="lax", secure=is_secure(doors), path="/"
    )
    return answer


@router.post("/sign-out")
def sign_out(request: Request, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Sign the browser out."""
    doors.browsers.sign_out(request.cookies.get(COOKIE, ""))
    answer = go_on("/sign-in")
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=is_secure(doors))
    return answer


def _own(request: Request, doors: Doors) -> None:
    if not is_own(request, doors):
        raise ProblemError(HTTPStatus.FORBIDDEN, "The form comes from elsewhere")


def is_secure(doors: Doors) -> bool:
    """Whether cookies are for https alone."""
    return doors.access.configuration.settings.api.base.startswith("https:")
