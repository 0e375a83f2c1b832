"""What people share, and what of it is kept for whom."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from daemon.http.answers.document import Page, answers
from daemon.http.answers.family import AvailabilityAnswer, ReservationAnswer, ResourceAnswer
from daemon.http.asking import Operator
from daemon.http.family_asking import Desks
from daemon.http.family_bodies import EditedReservation, EditedResource, NewReservation, NewResource
from daemon.http.pages import Limit, from_cursor, page_of
from daemon.http.repeats import RepeatableRoute
from engine.errors import InputError
from engine.time.instant import parse_instant
from engine.time.span import Span

router = APIRouter(prefix="/v1", tags=["family"], route_class=RepeatableRoute)
Cursor = Annotated[str | None, Query(max_length=255)]
Document = dict[str, Any]
TIME = "RFC 3339, as 2026-11-20T14:00:00Z."


@router.get("/resources", responses=answers(Page[ResourceAnswer]))
def list_resources(desks: Desks, cursor: Cursor = None, limit: Limit = 50) -> Document:
    """List what people share, retired things too."""
    return page_of(from_cursor(desks.resources.listed(), cursor, "id"), limit, "id")


@router.post("/resources", status_code=HTTPStatus.CREATED, responses=answers(ResourceAnswer, 201))
def create_resource(body: NewResource, operator: Operator, desks: Desks, response: Response) -> Document:
    """Add one (operators)."""
    response.headers["Location"] = f"/v1/resources/{quote(body.id)}"
    return desks.resources.add(body.id, body.type, body.name, body.capacity, body.attributes, body.location)


@router.get("/resources/{id}", responses=answers(ResourceAnswer))
def show_resource(id: str, desks: Desks) -> Document:
    """Show one."""
    return desks.resources.show(id)


@router.patch("/resources/{id}", responses=answers(ResourceAnswer))
def edit_resource(id: str, body: EditedResource, operator: Operator, desks: Desks) -> Document:
    """Change one (operators)."""
    return desks.resources.edit(
        id,
        kind=body.type,
        title=body.name,
        capacity=body.capacity,
        attributes=body.attributes,
        location=body.location,
        active=body.active,
    )


@router.delete("/resources/{id}", status_code=HTTPStatus.NO_CONTENT)
def delete_resource(id: str, operator: Operator, desks: Desks) -> None:
    """Retire one (operators); it stays listed."""
    desks.resources.retire(id)


@router.get("/resources/{id}/availability", responses=answers(AvailabilityAnswer))
def show_room(
    id: str,
    desks: Desks,
    start: Annotated[str, Query(alias="from", description=TIME)],
    end: Annotated[str, Query(alias="to", description=TIME)],
) -> Document:
    """Tell whether there is room, in F2's words."""
    return desks.resources.free(id, _span(start, end))


def _span(start: str, end: str) -> Span:
    since, until = parse_instant(start), parse_instant(end)
    if until < since:
        raise InputError("The time ends before it starts", "Give the earlier time first")
    return Span(since, until)


@router.get("/reservations", responses=answers(Page[ReservationAnswer]))
def list_reservations(desks: Desks, cursor: Cursor = None, limit: Limit = 50) -> Document:
    """List what is kept, by start."""
    return page_of(from_cursor(desks.resources.reservations(), cursor, "id"), limit, "id")


@router.post("/reservations", status_code=HTTPStatus.CREATED, responses=answers(ReservationAnswer, 201))
def create_reservation(body: NewReservation, desks: Desks, response: Response) -> Document:
    """Keep a resource for a time, without an event."""
    span = _span(body.startTime, body.endTime)
    made = desks.resources.reserve(body.resourceId, span, None, body.notes)
    response.headers["Location"] = f"/v1/reservations/{quote(str(made['id']))}"
    return made


@router.get("/reservations/{id}", responses=answers(ReservationAnswer))
def show_reservation(id: str, desks: Desks) -> Document:
    """Show one."""
    return desks.resources.reservation(id)


@router.patch("/reservations/{id}", responses=answers(ReservationAnswer))
def edit_reservation(id: str, body: EditedReservation, desks: Desks) -> Document:
    """Give one back."""
    return desks.resources.release(id)


@router.delete("/reservations/{id}", status_code=HTTPStatus.NO_CONTENT)
def delete_reservation(id: str, desks: Desks) -> None:
    """Give one back."""
    desks.resources.release(id)
