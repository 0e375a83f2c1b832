"""People: oneself, one's settings, and when somebody is busy."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from daemon.app.accounts.availability import availability, block_document, explain_at
from daemon.app.accounts.people import add_user, leave
from daemon.app.accounts.permission import require_self, shares_time
from daemon.app.accounts.settings import change_settings, personal_document, personal_document_in
from daemon.app.accounts.views import note_view
from daemon.http.answers.document import Page, answers
from daemon.http.answers.users import AvailabilityBlock, Explanation, User
from daemon.http.asking import AnyDoors, Asking, Operator
from daemon.http.asking_origin import origin_of
from daemon.http.bodies import NewUser, Settings
from daemon.http.pages import Limit, from_cursor, page_of
from daemon.http.repeats import RepeatableRoute
from engine.availability.explain import explanation_document
from engine.errors import UnknownThingError
from engine.ids import UserId
from engine.time.instant import parse_instant
from engine.time.span import Span

router = APIRouter(prefix="/v1", tags=["users"], route_class=RepeatableRoute)
Cursor = Annotated[str | None, Query(max_length=255)]
Document = dict[str, Any]
TIME = "RFC 3339, as 2026-11-20T14:00:00Z."


@router.get("/me", responses=answers(User))
def show_me(doors: AnyDoors, principal: Asking) -> Document:
    """Show oneself."""
    return personal_document(doors.access, UserId(str(principal.user)))


@router.get("/users", responses=answers(Page[User]))
def list_users(doors: AnyDoors, operator: Operator, cursor: Cursor = None, limit: Limit = 50) -> Document:
    """List everybody (operators)."""
    with doors.access.store.reading() as tx:
        ids = [{"id": one.id} for one in tx.users.all()]
        shown = page_of(from_cursor(ids, cursor, "id"), limit, "id")
        items = [personal_document_in(tx, doors.access, one["id"]) for one in shown["items"]]
    return {**shown, "items": items}


@router.post("/users", status_code=HTTPStatus.CREATED, responses=answers(User, 201))
def add(body: NewUser, doors: AnyDoors, operator: Operator, response: Response) -> Document:
    """Let somebody in whom no file names (operators)."""
    user = add_user(doors.access, operator, body.email, body.name, body.timezone, body.id or body.email)
    response.headers["Location"] = f"/v1/users/{quote(user.id)}"
    return personal_document(doors.access, user.id)


@router.delete(
    "/users/{id}", status_code=HTTPStatus.NO_CONTENT, responses={202: {"description": "Copies go first."}}
)
def forget(id: str, doors: AnyDoors, principal: Asking) -> Response:
    """Forget somebody: oneself, or as an operator anybody; copies in calendars are withdrawn first."""
    left = leave(doors.access, principal, UserId(id))
    if not left:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return JSONResponse({"id": id, "withdrawing": left}, HTTPStatus.ACCEPTED)


@router.get("/users/{id}", responses=answers(User))
def show_user(id: str, doors: AnyDoors, principal: Asking) -> Document:
    """Show an account: one's own, or as an operator anybody's."""
    require_self(principal, UserId(id))
    return personal_document(doors.access, UserId(id))


@router.patch("/users/{id}", responses=answers(User))
def change_user(id: str, body: Settings, doors: AnyDoors, principal: Asking) -> Document:
    """Change settings; they stand over the configuration's values."""
    require_self(principal, UserId(id))
    change_settings(doors.access, principal, UserId(id), body.model_dump(exclude_unset=True))
    return personal_document(doors.access, UserId(id))


@router.get("/users/{id}/availability", responses=answers(Page[AvailabilityBlock]))
def show_availability(
    id: str,
    request: Request,
    doors: AnyDoors,
    principal: Asking,
    start: Annotated[str, Query(alias="from", description=TIME)],
    end: Annotated[str, Query(alias="to", description=TIME)],
) -> Document:
    """Show when somebody is busy; others' times are bare."""
    window = Span(parse_instant(start), max(parse_instant(start), parse_instant(end)))
    found = availability(doors.access, principal, UserId(id), window)
    _noted(doors, principal, UserId(id), window, request)
    return {"items": [block_document(one) for one in found], "next": None}


@router.get("/users/{id}/why", responses=answers(Explanation))
def show_why(
    id: str,
    request: Request,
    doors: AnyDoors,
    principal: Asking,
    at: Annotated[str, Query(description=TIME)],
) -> Document:
    """Say why somebody is free or busy at a moment; of others without titles."""
    user = UserId(id)
    with doors.access.store.reading() as tx:
        if tx.users.get(user) is None or not shares_time(tx, principal, user):
            raise UnknownThingError(f"There is no user {user}")
    moment = parse_instant(at)
    document = explanation_document(explain_at(doors.access, user, moment))
    _noted(doors, principal, user, Span(moment, moment + 1), request)
    if principal.user == user:
        return document
    return {**document, "causes": [{**cause, "text": cause["code"]} for cause in document["causes"]]}


def _noted(doors: AnyDoors, principal: Asking, user: UserId, window: Span, request: Request) -> None:
    access = doors.access
    note_view(access.store, access.clock.now(), principal, user, window, origin_of(request))
