"""Who browses: the cookie of a signed-in browser, and what makes sure that a form is one of our own."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials

from daemon.app.accounts.browsers import Browser
from daemon.app.principal import Principal
from daemon.http.asking import BEARER, AnyDoors, asking, within
from daemon.http.doors import Doors
from daemon.http.problems import ProblemError
from daemon.http.site.answers import THEMES, SignedOutError, look_of
from daemon.pages.viewer import Viewer
from daemon.relations.relating import consents_of
from daemon.terminal.times import Reader
from engine.ids import UserId
from engine.ports.store import Transaction

COOKIE = "gatherly"
MOST_FIELDS = 300
FORM = "application/x-www-form-urlencoded"
Form = Mapping[str, Sequence[str]]


def browser_of(request: Request, doors: Doors) -> Browser | None:
    """Tell who shows the cookie, if anybody; how often is counted by it."""
    cookie = request.cookies.get(COOKIE, "")
    if not cookie:
        return None
    within(doors.by_token.wait(hashlib.sha256(cookie.encode()).hexdigest()))
    return doors.browsers.browser(cookie)


def is_own(request: Request, doors: Doors) -> bool:
    """Whether a request comes from one of our own pages, or from no page at all."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if origin is not None:
        told = urlsplit(origin)
        return told.scheme in ("http", "https") and told.netloc.lower() in {
            one.lower() for one in doors.hosts
        }
    return site in (None, "same-origin", "none")


async def _form(request: Request) -> Form:
    """Read a form.

    Raises:
        ProblemError: it is none, or has too many fields.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if body and kind != FORM:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "That is no form of ours")
    try:
        text = body.decode("utf-8")
        return parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "The form cannot be read") from error


AnyForm = Annotated[Form, Depends(_form)]
"""The fields of a form, from anybody."""


def _viewer(request: Request, doors: AnyDoors) -> Viewer:
    browser = browser_of(request, doors)
    if browser is None:
        raise SignedOutError
    with doors.access.store.reading() as tx:
        user = tx.users.get(UserId(str(browser.principal.user)))
        keeps_contacts = user is not None and _keeps_contacts(doors, tx, user.id)
    if user is None:
        raise SignedOutError
    keys = doors.access.configuration.settings.keys_of(user.id)
    theme, clock = look_of(request, keys.theme, keys.clock)
    return Viewer(
        user=user,
        principal=browser.principal,
        reader=Reader(user.timezone, doors.access.clock.now(), clock == "12h"),
        theme=theme if theme in THEMES else "",
        sunday_first=keys.week_starts == "sunday",
        keeps_contacts=keeps_contacts,
        csrf=masked(browser.csrf),
        at=request.url.path,
    )


def _keeps_contacts(doors: Doors, tx: Transaction, user: UserId) -> bool:
    configuration = doors.access.configuration
    return configuration.settings.relations.enabled and consents_of(configuration).wants(tx, user)


def masked(token: str) -> str:
    """Write a form's token otherwise each time: pages are compressed, and their size must not tell it."""
    plain = bytes.fromhex(token)
    pad = secrets.token_bytes(len(plain))
    return pad.hex() + _xor(pad, plain).hex()


def unmasked(shown: str) -> bytes:
    """Read a form's token; what is none gives no bytes."""
    try:
        both = bytes.fromhex(shown)
    except ValueError:
        return b""
    half = len(both) // 2
    return _xor(both[:half], both[half:]) if half and len(both) == 2 * half else b""


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(left, right, strict=True))


SignedIn = Annotated[Viewer, Depends(_viewer)]
"""Whoever is signed in."""


async def _vouched(request: Request, doors: AnyDoors, viewer: SignedIn, form: AnyForm) -> Form:
    shown, own = unmasked(field_of(form, "csrf")), unmasked(viewer.csrf)
    if not is_own(request, doors) or not hmac.compare_digest(shown, own):
        raise ProblemError(HTTPStatus.FORBIDDEN, "The form is not one of this page; open the page again")
    return form


OwnForm = Annotated[Form, Depends(_vouched)]
"""A form that a page of ours has given to this very browser."""


def field_of(form: Form, name: str) -> str:
    """Give the first value of a field, or nothing."""
    return next(iter(form.get(name, ())), "").strip()


def _either(
    request: Request,
    doors: AnyDoors,
    shown: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
) -> Principal:
    """Take a page's cookie where a program shows a token; a page of another site is nobody."""
    browser = browser_of(request, doors) if shown is None and is_own(request, doors) else None
    return asking(doors, shown) if browser is None else browser.principal


AskingOrBrowsing = Annotated[Principal, Depends(_either)]
"""Whoever shows a token, or the cookie of a signed-in browser."""
