"""Links for people without an account: GET shows, POST acts; and a person's bookings as a calendar."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Header, Query, Response
from fastapi.responses import HTMLResponse
from pydantic import Field

from daemon.app.links import Act, DeadLinkError, LinkDesk, LinkView
from daemon.app.outsiders.guests import GuestDesk, GuestView, starts_of
from daemon.app.outsiders.invitations import InvitationDesk
from daemon.app.outsiders.visits import VisitDesk, VisitView
from daemon.http.asking import AnyDoors, counted_by_address
from daemon.http.doors import Doors
from daemon.http.guest_page import guest_page
from daemon.http.invitation_page import confirming_page
from daemon.http.link_page import choice_page, dead_page, done_page, link_page
from daemon.http.zone_choice import LONGEST_ZONE, known_zone
from engine.errors import InputError, NotAllowedError
from engine.model.notices import LinkVerb
from engine.model.session import EventSession
from engine.time.instant import parse_instant

LONGEST_START = 64
MOST_TICKS = 20
_NONE: list[str] = []
_GONE: dict[int | str, dict[str, Any]] = {
    410: {"description": "The link is not valid any more.", "content": {"text/html": {}}}
}
router = APIRouter(
    tags=["links"], dependencies=[Depends(counted_by_address)], default_response_class=HTMLResponse
)


def _links(doors: Doors) -> LinkDesk:
    access = doors.access
    return LinkDesk(access, access.custody.identifier)


def _guests(doors: Doors) -> GuestDesk:
    return GuestDesk(doors.access, doors.access.custody.identifier)


def _dead() -> HTMLResponse:
    return HTMLResponse(dead_page(), HTTPStatus.GONE)


@router.get("/r/{token}", operation_id="show_link", responses=_GONE)
def show(
    token: str,
    doors: AnyDoors,
    start: Annotated[str, Query(max_length=LONGEST_START)] = "",
    tz: Annotated[str, Query(max_length=LONGEST_ZONE)] = "",
) -> HTMLResponse:
    """Show what a link leads to; opening it does nothing."""
    asked, visit = _guests(doors).show(token), VisitDesk(doors.access).show(token)
    try:
        view = None if asked is not None or visit is not None else _links(doors).show(token)
    except DeadLinkError:
        return _dead()
    now = doors.access.clock.now()
    if asked is not None:
        return HTMLResponse(guest_page(asked, now, known_zone(tz, asked.host.timezone), marked=start))
    if visit is not None:
        zone = known_zone(tz, str(visit.visit.person["zone"]))
        return HTMLResponse(confirming_page(visit, now, zone))
    return _dead() if view is None else HTMLResponse(link_page(view, now, marked=start))


@router.post("/r/{token}", operation_id="act_by_link", responses=_GONE)
def act(
    token: str,
    doors: AnyDoors,
    verb: Annotated[str, Form(max_length=LONGEST_START)] = "",
    start: Annotated[
        list[Annotated[str, Field(max_length=LONGEST_START)]], Form(max_length=MOST_TICKS)
    ] = _NONE,
    tz: Annotated[str, Query(max_length=LONGEST_ZONE)] = "",
) -> HTMLResponse:
    """Do what was pressed; a link takes one answer."""
    asked, visit = _guests(doors).show(token), VisitDesk(doors.access).show(token)
    if asked is not None:
        return _answered(doors, asked, token, verb, start, tz)
    if visit is not None:
        return _confirmed(doors, visit, token, verb)
    links = _links(doors)
    try:
        view = links.show(token)
        pressed = LinkVerb(verb) if verb in set(LinkVerb) else view.link.verbs[0]
        if verb not in {"", *view.link.verbs}:
            return _dead()
        session = links.act(token, Act(verb=pressed, start=start[0] if start else ""))
    except DeadLinkError:
        return _dead()
    except (InputError, NotAllowedError) as error:
        return _again(links, token, doors, str(error))
    return HTMLResponse(done_page(*_done(pressed, view, session)))


def _confirmed(doors: Doors, visit: VisitView, token: str, verb: str) -> HTMLResponse:
    """Book what a stranger confirms; where it is not to be had any more, lead back to what is."""
    if verb not in ("", LinkVerb.CONFIRM):
        return _dead()
    try:
        VisitDesk(doors.access).confirm(token)
    except DeadLinkError:
        return _dead()
    except InputError as error:
        again = InvitationDesk(doors.access).address(visit.invitation)
        return HTMLResponse(choice_page("Not booked", error.what, "See what is free now", again), 409)
    words = "It is being written into the calendar. An invitation comes by mail once it stands."
    return HTMLResponse(done_page("Thank you, it is confirmed", words))


def _answered(
    doors: Doors, asked: GuestView, token: str, verb: str, start: list[str], tz: str
) -> HTMLResponse:
    """Take a guest's answer: what suits, that none does, or that they cannot come."""
    desk = _guests(doors)
    try:
        if verb not in set(asked.link.verbs):
            return _dead()
        if verb == LinkVerb.CANNOT:
            desk.leave(token)
            return HTMLResponse(done_page("You cannot come", "The host is told."))
        if verb == LinkVerb.SUITS and not start and asked.late is None:
            raise InputError("Nothing is ticked", "Tick what suits you, or press None of these")
        ticked = () if verb == LinkVerb.NONE else starts_of(start, parse_instant)
        desk.tick(token, ticked)
    except DeadLinkError:
        return _dead()
    except InputError as error:
        return _asked_again(doors, token, str(error), tz)
    words = "The host chooses one of them; an invitation follows." if ticked else "The host is told."
    heading = "Thank you, that is noted" if ticked else "Noted: none of these"
    return HTMLResponse(done_page(heading, words))


def _asked_again(doors: Doors, token: str, wrong: str, tz: str) -> HTMLResponse:
    """Show a guest why it could not be done, with what can be ticked now."""
    asked = _guests(doors).show(token)
    if asked is None:
        return _dead()
    zone = known_zone(tz, asked.host.timezone)
    return HTMLResponse(guest_page(asked, doors.access.clock.now(), zone, wrong=wrong), HTTPStatus.CONFLICT)


def _again(links: LinkDesk, token: str, doors: Doors, wrong: str) -> HTMLResponse:
    """Show why it could not be done, with what can be pressed now."""
    try:
        view = links.show(token)
    except DeadLinkError:
        return _dead()
    return HTMLResponse(link_page(view, doors.access.clock.now(), wrong=wrong), HTTPStatus.CONFLICT)


def _done(verb: LinkVerb, view: LinkView, session: EventSession | None) -> tuple[str, str]:
    """Say what has been done, and what comes of it."""
    if verb is LinkVerb.QUIET:
        return "No more mails", "You get no more mails from gatherly. Your page brings them back."
    if verb is LinkVerb.RELAX:
        return "Asked again", "A new session with that change looks for times. You are told of them."
    if verb is LinkVerb.NONE:
        return "None of these", "Other times are looked for. You are told of them."
    if verb is LinkVerb.CANNOT:
        return "You cannot come", "The host is told."
    if session is not None and session.final_time is not None:
        return "Taken", "It is being written into everybody's calendar. You are told once it stands in all."
    return "Noted", "The host is told. It is booked once everybody who must come has taken the time."


@router.get(
    "/feed/{token}.ics",
    operation_id="show_feed",
    response_class=Response,
    responses={
        200: {"content": {"text/calendar": {}}},
        304: {"description": "Nothing has changed."},
        404: {"description": "The address is not valid any more.", "content": {"text/html": {}}},
    },
)
def feed(token: str, doors: AnyDoors, if_none_match: Annotated[str, Header(max_length=200)] = "") -> Response:
    """Give a person's bookings as a calendar to subscribe to."""
    try:
        found = _links(doors).feed(token)
    except DeadLinkError:
        return HTMLResponse(dead_page(), HTTPStatus.NOT_FOUND)
    headers = {"ETag": found.etag, "Cache-Control": "private, no-cache"}
    if found.etag in if_none_match:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(found.text, media_type="text/calendar; charset=utf-8", headers=headers)
