"""Sessions: asked for, looked at, answered, called off."""

from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response

from daemon.app.requests import series
from daemon.app.requests.conversation import begin
from daemon.app.requests.create_session import create_session
from daemon.app.requests.history import history, why_not
from daemon.app.requests.relax import relax
from daemon.app.sessions import SessionDesk
from daemon.http.answers.document import Page, answers
from daemon.http.answers.find import WhyNot
from daemon.http.answers.sessions import Happened, Session
from daemon.http.asking import AnyDoors, Asking
from daemon.http.bodies import (
    Accepted,
    Cancelled,
    Declined,
    EditedSession,
    NewSession,
    Nothing,
    Relaxed,
    Rescheduled,
)
from daemon.http.pages import Limit, page_of
from daemon.http.problems import ProblemError
from daemon.http.repeats import RepeatableRoute
from engine.documents.clocktimes import parse_clock
from engine.errors import InputError
from engine.ids import SessionId
from engine.model.session import EventSession, SessionStatus
from engine.time.instant import parse_instant

router = APIRouter(prefix="/v1/sessions", tags=["sessions"], route_class=RepeatableRoute)
Document = dict[str, Any]
FINAL = (SessionStatus.CANCELLED, SessionStatus.FAILED)


class Seen:
    """A session as whoever asks may see it, with what they may do with it."""

    def __init__(
        self,
        id: str,
        doors: AnyDoors,
        principal: Asking,
        if_match: Annotated[str | None, Header(description="The ETag that the session must have.")] = None,
    ) -> None:
        self.doors, self.principal, self.id = doors, principal, SessionId(id)
        self.expects: int | None = None
        with doors.access.store.reading() as tx:
            self.session = self.desk.found(tx, self.id)
        if if_match not in (None, "*"):
            if if_match != etag(self.session):
                raise ProblemError(HTTPStatus.PRECONDITION_FAILED, "The session has changed; look at it anew")
            self.expects = self.session.version

    @property
    def desk(self) -> SessionDesk:
        """The desk, asked by whoever asks; what it changes must still be what they saw, if they say so."""
        return replace(self.freely, expects=self.expects)

    @property
    def freely(self) -> SessionDesk:
        """The desk, asked by whoever asks, whatever became of the session."""
        return self.doors.access.desk.asked_by(self.principal)

    def alive(self) -> SessionId:
        """Refuse what is over (409)."""
        if self.session.status in FINAL:
            raise ProblemError(HTTPStatus.CONFLICT, f"The session is {self.session.status}")
        return self.id

    def hosts(self) -> SessionId:
        """Refuse attendees (403) before what is over (409)."""
        self.principal.must_be_host(self.session.host_user_id, "do that")
        return self.alive()

    def shown(self, response: Response) -> Document:
        """Give it as it now stands, with its version."""
        return _shown(self.freely, self.id, response)


AnySession = Annotated[Seen, Depends()]


def etag(session: EventSession) -> str:
    """Name a session's version (RFC 9110, 8.8.3)."""
    return f'"{session.version}"'


def _shown(desk: SessionDesk, session_id: SessionId, response: Response) -> Document:
    with desk.store.reading() as tx:
        found = desk.found(tx, session_id)
        response.headers["ETag"] = etag(found)
        return desk.view_in(tx, found)


@router.get("", responses=answers(Page[Session]))
def list_sessions(
    doors: AnyDoors,
    principal: Asking,
    status: SessionStatus | None = None,
    cursor: Annotated[str | None, Query(max_length=255)] = None,
    limit: Limit = 50,
) -> Document:
    """List the sessions that one attends, newest first; an operator's token lists all."""
    try:
        return page_of(doors.access.desk.asked_by(principal).page(status, cursor, limit + 1), limit, "id")
    except InputError as error:
        detail = {"field": "cursor", "detail": str(error)}
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), errors=[detail]) from error


@router.post("", status_code=HTTPStatus.CREATED, responses=answers(Session, 201))
def create(body: NewSession, doors: AnyDoors, principal: Asking, response: Response) -> Document:
    """Ask for a session; times are proposed by themselves."""
    document = body.model_dump(exclude_defaults=True)
    desk = doors.access.desk.asked_by(principal)
    message = document.pop("message", None)
    if message is None:
        session = create_session(desk, document)
    elif set(document) - {"hostUserId"}:
        raise InputError("A message says all of it", "Leave the other fields out, or the message")
    else:
        session = begin(desk, message, document.get("hostUserId"))
    response.headers["Location"] = f"/v1/sessions/{session.id}"
    return _shown(desk, session.id, response)


@router.get("/{id}", responses=answers(Session))
def show(seen: AnySession, response: Response) -> Document:
    """Show a session with its booking."""
    return seen.shown(response)


@router.patch("/{id}", responses=answers(Session))
def edit(body: EditedSession, seen: AnySession, response: Response) -> Document:
    """Change the words of the event; calendars follow."""
    seen.desk.edit(seen.hosts(), **body.model_dump(exclude_unset=True))
    return seen.shown(response)


@router.post("/{id}/accept", responses=answers(Session))
def accept(body: Accepted, seen: AnySession, response: Response) -> Document:
    """Say that a proposed time suits."""
    session = seen.alive()
    if body.start is not None:
        seen.desk.accept_at(session, body.start)
    else:
        first, *more = dict.fromkeys([body.slot or 1] if body.slots is None else body.slots)
        seen.desk.accept(session, first)
        for number in more:
            seen.freely.accept(session, number)
    return seen.shown(response)


@router.post("/{id}/decline", responses=answers(Session))
def decline(seen: AnySession, response: Response, body: Declined | None = None) -> Document:
    """Say that one cannot come: to a session, or to some occurrences of a series."""
    session = seen.alive()
    asked = _stretch(body)
    if asked is None:
        seen.desk.decline(session)
    else:
        series.stay_away(seen.desk, session, *asked)
    return seen.shown(response)


@router.post("/{id}/reject", responses=answers(Session))
def reject(seen: AnySession, response: Response, body: Nothing | None = None) -> Document:
    """Take none of the times; others are looked for."""
    seen.desk.reject(seen.hosts())
    return seen.shown(response)


def _one_of(body: Rescheduled | Cancelled | Declined | None) -> None:
    if body and body.only and body.from_:
        raise InputError("only names one occurrence, from that and all later ones", "Give one of them")


def _stretch(body: Cancelled | Declined | None) -> tuple[date, date | None] | None:
    """Give the days of a series that are named, both included; None where all of it is meant."""
    _one_of(body)
    if body is None or (body.only is None and body.from_ is None):
        if body is not None and body.until is not None:
            raise InputError("until ends what from begins", "Give from too")
        return None
    if body.only is not None:
        if body.until is not None:
            raise InputError(
                "until ends what from begins, and only names one occurrence", "Give from and until"
            )
        return body.only, body.only
    return (body.from_, body.until) if body.from_ is not None else None


@router.post("/{id}/reschedule", responses=answers(Session))
def reschedule(seen: AnySession, response: Response, body: Rescheduled | None = None) -> Document:
    """Go back to looking for a time; what is booked is withdrawn."""
    session, message = seen.hosts(), body.message if body else None
    _one_of(body)
    if body and body.to is not None and not body.only:
        raise InputError("to says when an occurrence is to be, and only names which", "Give only too")
    if body and body.only:
        to = None if body.to is None else parse_clock(body.to, "to")
        series.move_one(seen.desk, session, body.only, message, to=to)
    elif body and body.from_:
        series.propose_anew(seen.desk, session, body.from_, message)
    else:
        seen.desk.reschedule(session, message)
    return seen.shown(response)


@router.post("/{id}/cancel", responses=answers(Session))
def cancel(seen: AnySession, response: Response, body: Cancelled | None = None) -> Document:
    """Call it off for everybody."""
    session, reason = seen.hosts(), body.reason if body else None
    asked = _stretch(body)
    if asked is None:
        seen.desk.cancel(session, reason)
    else:
        series.call_off(seen.desk, session, *asked, reason)
    return seen.shown(response)


@router.post("/{id}/relax", status_code=HTTPStatus.CREATED, responses=answers(Session, 201))
def ask_anew(body: Relaxed, seen: AnySession, response: Response) -> Document:
    """Make a new session of a failed one, with one change that was found to help."""
    made = relax(seen.desk, seen.id, body.change)
    response.headers["Location"] = f"/v1/sessions/{made.id}"
    return _shown(seen.freely, made.id, response)


@router.get("/{id}/history", responses=answers(Page[Happened]))
def show_history(seen: AnySession) -> Document:
    """Say what happened to it, oldest first."""
    return {"items": history(seen.doors.access, seen.principal, seen.id), "next": None}


@router.get("/{id}/why", responses=answers(WhyNot))
def show_why_not(
    seen: AnySession, start: Annotated[str, Query(description="RFC 3339, as 2026-11-20T14:00:00Z.")]
) -> Document:
    """Say what stands against a time."""
    return why_not(seen.doors.access, seen.principal, seen.id, parse_instant(start))


@router.post("/{id}/release", responses=answers(Session))
def release(seen: AnySession, response: Response, body: Nothing | None = None) -> Document:
    """End a stuck booking as it stands (operators)."""
    seen.desk.release(seen.id)
    return seen.shown(response)
