"""Invitation links: GET shows the starts that are free, POST takes one; a mail asks to confirm it."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse

from daemon.app.links import DeadLinkError
from daemon.app.outsiders.invitations import InvitationDesk
from daemon.app.outsiders.visits import Taking, VisitDesk
from daemon.http.asking import AnyDoors, client_of, counted_by_address
from daemon.http.doors import Doors
from daemon.http.invitation_page import invitation_page
from daemon.http.link_page import dead_page, done_page
from daemon.http.zone_choice import LONGEST_ZONE, known_zone
from engine.errors import InputError
from engine.sessions.invitations import TakenError
from engine.time.instant import parse_instant
from engine.time.span import Instant

LONGEST_FIELD = 1000
_LONGEST_START = 64
_GONE: dict[int | str, dict[str, Any]] = {
    409: {"description": "It could not be taken; the page says why.", "content": {"text/html": {}}},
    410: {"description": "The link is not valid any more.", "content": {"text/html": {}}},
}
router = APIRouter(
    tags=["links"], dependencies=[Depends(counted_by_address)], default_response_class=HTMLResponse
)


@router.get("/i/{token}", operation_id="show_invitation", responses=_GONE)
def show(
    token: str, doors: AnyDoors, tz: Annotated[str, Query(max_length=LONGEST_ZONE)] = ""
) -> HTMLResponse:
    """Show what can be taken; opening it does nothing."""
    return _page(doors, token, tz)


@router.post("/i/{token}", operation_id="take_by_invitation", responses=_GONE)
def take(
    token: str,
    request: Request,
    doors: AnyDoors,
    start: Annotated[str, Form(max_length=_LONGEST_START)] = "",
    name: Annotated[str, Form(max_length=LONGEST_FIELD)] = "",
    email: Annotated[str, Form(max_length=LONGEST_FIELD)] = "",
    tz: Annotated[str, Form(max_length=LONGEST_ZONE)] = "",
) -> HTMLResponse:
    """Hold a time for whoever takes it."""
    try:
        view = InvitationDesk(doors.access).show(token)
        zone = known_zone(tz, view.owner.timezone)
        taking = Taking(start=_start(start), name=name, address=email, zone=zone, client=client_of(request))
        VisitDesk(doors.access).take(token, taking)
    except DeadLinkError:
        return HTMLResponse(dead_page(), HTTPStatus.GONE)
    except InputError as error:
        return _page(doors, token, tz, str(error), (name, email))
    words = "Open the mail that we have sent, and confirm. The time is held for you for 15 minutes."
    return HTMLResponse(done_page("One step is left: confirm it", words))


def _start(text: str) -> Instant:
    """Read a start; what is none is not to be had, as any other that is not offered."""
    try:
        return parse_instant(text)
    except InputError:
        raise TakenError from None


def _page(
    doors: Doors, token: str, tz: str, wrong: str = "", typed: tuple[str, str] = ("", "")
) -> HTMLResponse:
    try:
        view = InvitationDesk(doors.access).show(token)
    except DeadLinkError:
        return HTMLResponse(dead_page(), HTTPStatus.GONE)
    zone, now = known_zone(tz, view.owner.timezone), doors.access.clock.now()
    shown = invitation_page(view, now, zone, wrong=wrong, name=typed[0], email=typed[1])
    return HTMLResponse(shown, HTTPStatus.CONFLICT if wrong else HTTPStatus.OK)
