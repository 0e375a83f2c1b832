"""`/new`: a session asked for by form or by sentence, previewed while one types."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from daemon.app.requests.conversation import begin
from daemon.app.requests.create_session import create_session
from daemon.app.requests.try_find import try_find
from daemon.http.asking import AnyDoors
from daemon.http.doors import Doors
from daemon.http.site.answers import PageRoute, go_on, page
from daemon.http.site.browsing import Form, OwnForm, SignedIn, field_of
from daemon.http.site.shown_pages import people_of, shown
from daemon.pages.new_page import EMPTY, find_document, new_page, preview_of, session_document_of
from daemon.pages.sentence import reading_rows
from daemon.pages.session_parts import attendees
from daemon.pages.viewer import Viewer, ended
from engine.bounds import LONGEST_ADDRESS
from engine.documents.sessions import session_document
from engine.errors import GatherlyError, InputError
from engine.ids import SessionId, UserId
from engine.model.guest import Guest
from engine.model.user import User
from engine.sessions.guests import parted
from engine.sessions.session_options import user_named
from engine.sessions.spoken import request_of, requested
from engine.time.span import DAY

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MOST_KNOWN = 60
NOBODY: Form = {}
UNNAMED = SessionId("new")
"""The session of a preview, which is never kept."""


@router.get("/new")
def blank(
    request: Request,
    doors: AnyDoors,
    viewer: SignedIn,
    with_: Annotated[str, Query(alias="with", max_length=LONGEST_ADDRESS)] = "",
) -> Response:
    """Show the form; `with` names somebody by address."""
    form = {"others": [with_]} if with_ else NOBODY
    return shown("new.html", new_page(viewer, _known(doors, viewer), form, EMPTY), request, doors, viewer)


@router.post("/new")
def ask(request: Request, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Ask for the session; leads to its page, or says on the form what is missing."""
    try:
        made = _made(doors, viewer, form)
    except GatherlyError as error:
        values = new_page(viewer, _known(doors, viewer), form, EMPTY, ended(str(error)))
        return shown("new.html", values, request, doors, viewer, HTTPStatus.UNPROCESSABLE_ENTITY)
    return go_on(f"/sessions/{quote(made, safe='')}")


@router.post("/new/preview")
def preview(request: Request, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Show what would be offered; nothing is kept or sent."""
    try:
        values = _preview(doors, viewer, form)
    except GatherlyError as error:
        values = {**EMPTY, "heading": ended(str(error))}
    return page("preview.html", {"preview": values, "viewer": viewer}, request)


def _made(doors: Doors, viewer: Viewer, form: Form) -> str:
    desk = doors.access.desk.asked_by(viewer.as_user)
    sentence = field_of(form, "message")
    if sentence:
        return begin(desk, sentence).id
    document = session_document_of(form)
    if not document["inviteeIds"] and not document.get("optionalIds"):
        raise InputError("Nobody is named", "Tick people, or write an address")
    return create_session(desk, document).id


def _preview(doors: Doors, viewer: Viewer, form: Form) -> Mapping[str, Any]:
    with doors.access.store.reading() as tx:
        users = {one.id: one for one in tx.users.all()}
    sentence, rows = field_of(form, "message"), list[dict[str, str]]()
    if sentence:
        now = viewer.reader.now
        reading = request_of(sentence, now, viewer.reader.zone)
        rows = reading_rows(reading, users, viewer.reader.zone)
        document = session_document(requested(reading, viewer.user, users, UNNAMED, now, DAY))
    else:
        document = session_document_of(form)
    asked = [Guest(address=str(one["address"])) for one in document.pop("guests", ())]
    for key in ("inviteeIds", "optionalIds"):
        if key in document:
            names, outside = parted(document[key], users, required=key == "inviteeIds")
            document[key] = [user_named(one, users) for one in names]
            asked += outside
    doors.access.desk.door.rules.check(asked)
    guests = [one.address for one in asked]
    if not guests and not document.get("inviteeIds") and not document.get("optionalIds"):
        return EMPTY
    document.setdefault("duration", viewer.user.default_preferences.preferred_duration or 60)
    answer = try_find(doors.access, viewer.as_user, find_document(document, viewer), doors.compute)
    return {**preview_of(answer, document, viewer, users, guests), "reading": rows}


def _known(doors: Doors, viewer: Viewer) -> list[User]:
    """Give whom the reader has had sessions with, the latest first; operators see everybody."""
    if viewer.operator:
        with doors.access.store.reading() as tx:
            return [one for one in tx.users.all() if one.id != viewer.id][:MOST_KNOWN]
    sessions = doors.access.desk.asked_by(viewer.as_user).page(None, None, MOST_KNOWN)
    ids = dict.fromkeys(user for one in sessions for user in attendees(one) if user != viewer.id)
    with doors.access.store.reading() as tx:
        people = people_of(tx, ids)
    return [people[UserId(one)] for one in ids if UserId(one) in people][:MOST_KNOWN]
