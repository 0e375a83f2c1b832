"""Calendars of gatherly's own."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from daemon.app.family.family_calendars import CalendarChange
from daemon.http.answers.document import Page, answers
from daemon.http.answers.family import CalendarAnswer
from daemon.http.family_asking import Desks
from daemon.http.family_bodies import EditedCalendar, NewCalendar
from daemon.http.pages import Limit, from_cursor, page_of
from daemon.http.repeats import RepeatableRoute

router = APIRouter(prefix="/v1/calendars", tags=["family"], route_class=RepeatableRoute)
Cursor = Annotated[str | None, Query(max_length=255)]
Document = dict[str, Any]


@router.get("", responses=answers(Page[CalendarAnswer]))
def list_calendars(desks: Desks, cursor: Cursor = None, limit: Limit = 50) -> Document:
    """List the calendars that one may know of."""
    return page_of(from_cursor(desks.calendars.listed(), cursor, "id"), limit, "id")


@router.post("", status_code=HTTPStatus.CREATED, responses=answers(CalendarAnswer, 201))
def create_calendar(body: NewCalendar, desks: Desks, response: Response) -> Document:
    """Make a calendar of one's own; operators make any."""
    made = desks.calendars.make(body.id, _change(body))
    response.headers["Location"] = f"/v1/calendars/{quote(body.id)}"
    return made


def _change(body: EditedCalendar) -> CalendarChange:
    return CalendarChange(
        name=body.name,
        type=body.type,
        owner=body.ownerId,
        members=None if body.members is None else {one.userId: one.may for one in body.members},
        visibility=body.visibility,
        mirror=body.mirror,
    )


@router.get("/{id}", responses=answers(CalendarAnswer))
def show_calendar(id: str, desks: Desks) -> Document:
    """Show one."""
    return desks.calendars.show(id)


@router.patch("/{id}", responses=answers(CalendarAnswer))
def edit_calendar(id: str, body: EditedCalendar, desks: Desks) -> Document:
    """Change one's own; what is left out stays."""
    return desks.calendars.edit(id, _change(body))


@router.delete("/{id}", status_code=HTTPStatus.NO_CONTENT)
def delete_calendar(id: str, desks: Desks) -> None:
    """Take one away in which nothing lies."""
    desks.calendars.remove(id)
