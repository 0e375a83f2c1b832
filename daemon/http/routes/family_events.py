"""Events of gatherly's own calendars."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from daemon.app.family.desks import FamilyDesks
from daemon.http.answers.document import Page, answers
from daemon.http.answers.family import EventAnswer
from daemon.http.asking import AnyDoors
from daemon.http.bodies import Nothing
from daemon.http.family_asking import Desks
from daemon.http.family_bodies import AnsweredEvent, CancelledEvent, EditedEvent, MovedEvent, NewEvent
from daemon.http.pages import Limit, from_cursor, page_of
from daemon.http.repeats import RepeatableRoute
from engine.documents.clocktimes import parse_date
from engine.documents.reading import checked_window
from engine.errors import InputError
from engine.family.event_change import EventChange, Remind
from engine.ids import UserId
from engine.model.event import AttendeeResponse
from engine.time.instant import parse_instant
from engine.time.span import DAY, Instant, Span

router = APIRouter(prefix="/v1/events", tags=["family"], route_class=RepeatableRoute)
Cursor = Annotated[str | None, Query(max_length=255)]
Document = dict[str, Any]
TIME = "RFC 3339, as 2026-11-20T14:00:00Z."
MONTH = 31 * DAY


@router.get("", responses=answers(Page[EventAnswer]))
def list_events(
    desks: Desks,
    doors: AnyDoors,
    start: Annotated[str | None, Query(alias="from", description=TIME)] = None,
    end: Annotated[str | None, Query(alias="to", description=TIME)] = None,
    calendar: Annotated[str | None, Query(max_length=255)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Document:
    """List what takes place, instance by instance; a month from now unless said."""
    since = doors.access.clock.now() if start is None else parse_instant(start)
    until = since + MONTH if end is None else parse_instant(end)
    if until < since:
        raise InputError("to is before from", "Give the earlier time as from")
    window = checked_window(Span(since, until), "from … to")
    return page_of(from_cursor(desks.events.listed(window, calendar), cursor, "id"), limit, "id")


@router.post("", status_code=HTTPStatus.CREATED, responses=answers(EventAnswer, 201))
def create_event(body: NewEvent, desks: Desks, response: Response) -> Document:
    """Add an event; proposed unless it says confirmed."""
    made = desks.events.add(_change(body), body.calendarId, confirm=body.status == "confirmed")
    response.headers["Location"] = f"/v1/events/{quote(made.id)}"
    return desks.events.show(made.id)


def _change(body: EditedEvent) -> EventChange:
    people = body.participants
    return EventChange(
        title=body.title,
        description=body.description,
        location=body.location,
        start=_instant(body.startTime),
        end=_instant(body.endTime),
        all_day=body.isAllDay if body.allDay is None else body.allDay,
        rule=body.recurrenceRule,
        priority=body.priority,
        flexibility=body.flexibility,
        required=None if people is None else tuple(UserId(one.userId) for one in people if one.required),
        optional=None if people is None else tuple(UserId(one.userId) for one in people if not one.required),
        addresses=None if body.attendees is None else tuple(one.email for one in body.attendees),
        resources=None if body.resourceIds is None else tuple(body.resourceIds),
        reminders=None
        if body.reminders is None
        else tuple(Remind(one.minutesBefore, one.reminderType) for one in body.reminders),
    )


def _instant(text: str | None) -> Instant | None:
    return None if text is None else parse_instant(text)


@router.get("/{id}", responses=answers(EventAnswer))
def show_event(id: str, desks: Desks) -> Document:
    """Show one."""
    return desks.events.show(id)


@router.patch("/{id}", responses=answers(EventAnswer))
def edit_event(id: str, body: EditedEvent, desks: Desks) -> Document:
    """Change one; what is left out stays."""
    return _shown(desks, desks.events.edit(id, _change(body)).id)


def _shown(desks: FamilyDesks, name: str) -> Document:
    return desks.events.show(name)


@router.delete("/{id}", status_code=HTTPStatus.NO_CONTENT)
def delete_event(id: str, desks: Desks) -> None:
    """Call one off; it is kept, as everything that was."""
    desks.events.cancel(id)


@router.post("/{id}/confirm", responses=answers(EventAnswer))
def confirm_event(id: str, desks: Desks, body: Nothing | None = None) -> Document:
    """Confirm a proposed one."""
    return _shown(desks, desks.events.confirm(id).id)


@router.post("/{id}/cancel", responses=answers(EventAnswer))
def cancel_event(id: str, desks: Desks, body: CancelledEvent | None = None) -> Document:
    """Call one off, or one instance of a series."""
    only = None if body is None or body.only is None else parse_date(body.only, "only")
    return _shown(desks, desks.events.cancel(id, only).id)


@router.post("/{id}/move", responses=answers(EventAnswer))
def move_event(id: str, body: MovedEvent, desks: Desks) -> Document:
    """Move one: of a series one instance, the rest of it, or all."""
    done = desks.events.move(
        id,
        parse_instant(body.startTime),
        _instant(body.endTime),
        only=None if body.only is None else parse_date(body.only, "only"),
        since=None if body.since is None else parse_date(body.since, "from"),
    )
    return _shown(desks, done.id)


_SAID = {
    "accept": AttendeeResponse.ACCEPTED,
    "decline": AttendeeResponse.DECLINED,
    "tentative": AttendeeResponse.TENTATIVE,
}


@router.post("/{id}/answer", responses=answers(EventAnswer))
def answer_event(id: str, body: AnsweredEvent, desks: Desks) -> Document:
    """Say whether one comes."""
    return _shown(desks, desks.events.answer(id, _SAID[body.answer], body.email).id)
