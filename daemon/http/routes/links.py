"""Links for people without an account: GET shows, POST acts; and a person's bookings as a calendar."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Header, Query, Response
from fastapi.responses import HTMLResponse

from daemon.app.links import Act, DeadLinkError, LinkDesk, LinkView
from daemon.http.asking import AnyDoors, counted_by_address
from daemon.http.doors import Doors
from daemon.http.link_page import dead_page, done_page, link_page
from engine.errors import InputError, NotAllowedError
from engine.model.notices import LinkVerb
from engine.model.session import EventSession

LONGEST_START = 64
_GONE: dict[int | str, dict[str, Any]] = {
    410: {"description": "The link is not valid any more.", "content": {"text/html": {}}}
}
router = APIRouter(
    tags=["links"], dependencies=[Depends(counted_by_address)], default_response_class=HTMLResponse
)


def _links(doors: Doors) -> LinkDesk:
    access = doors.access
    return LinkDesk(access, access.custody.identifier)


def _dead() -> HTMLResponse:
    return HTMLResponse(dead_page(), HTTPStatus.GONE)


@router.get("/r/{token}", operation_id="show_link", responses=_GONE)
def show(
    token: str, doors: AnyDoors, start: Annotated[str, Query(max_length=LONGEST_START)] = ""
) -> HTMLResponse:
    """Show what a link leads to; opening it does nothing."""
    try:
        view = _links(doors).show(token)
    except DeadLinkError:
        return _dead()
    return HTMLResponse(link_page(view, doors.access.clock.now(), marked=start))


@router.post("/r/{token}", operation_id="act_by_link", responses=_GONE)
def act(
    token: str,
    doors: AnyDoors,
    verb: Annotated[str, Form(max_length=LONGEST_START)] = "",
    start: Annotated[str, Form(max_length=LONGEST_START)] = "",
) -> HTMLResponse:
    """Do what was pressed; a link takes one answer."""
    links = _links(doors)
    try:
        view = links.show(token)
        pressed = LinkVerb(verb) if verb in set(LinkVerb) else view.link.verbs[0]
        if verb not in {"", *view.link.verbs}:
            return _dead()
        session = links.act(token, Act(verb=pressed, start=start))
    except DeadLinkError:
        return _dead()
    except (InputError, NotAllowedError) as error:
        return _again(links, token, doors, str(error))
    return HTMLResponse(done_page(*_done(pressed, view, session)))


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
