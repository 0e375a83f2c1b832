"""How gatherly stands, for operators; a search tried out and one's figures, for everybody."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query

from daemon.app.insight.analytics import analytics
from daemon.app.insight.audit import audit_page
from daemon.app.read_now import ask_to_read
from daemon.app.requests.try_find import try_find
from daemon.app.status import gather
from daemon.http.answers.document import Page, answers
from daemon.http.answers.find import Found
from daemon.http.answers.service import Analytics, AuditLine, Connector, Due, Status
from daemon.http.asking import AnyDoors, Asking, Operator
from daemon.http.bodies import Nothing
from daemon.http.pages import Limit, from_cursor, page_of
from daemon.http.repeats import RepeatableRoute
from daemon.http.site.browsing import AskingOrBrowsing
from engine.operations.health_document import health_document

router = APIRouter(prefix="/v1", tags=["operations"], route_class=RepeatableRoute)
Cursor = Annotated[str | None, Query(max_length=255)]
Document = dict[str, Any]


@router.get("/status", responses=answers(Status))
def show_status(doors: AnyDoors, operator: Operator) -> Document:
    """Show what `gatherly status --json` shows (operators)."""
    with doors.access.store.reading() as tx:
        return health_document(gather(tx, doors.access.configuration, doors.access.clock.now()))


@router.get("/connectors", responses=answers(Page[Connector]))
def list_connectors(
    doors: AnyDoors, operator: Operator, cursor: Cursor = None, limit: Limit = 50
) -> Document:
    """List connectors with the age of what they read and their last error (operators)."""
    with doors.access.store.reading() as tx:
        health = health_document(gather(tx, doors.access.configuration, doors.access.clock.now()))
    return page_of(from_cursor(health["connectors"], cursor, "name"), limit, "name")


@router.post("/connectors/{name}/sync", status_code=HTTPStatus.ACCEPTED, responses=answers(Due, 202))
def sync_now(name: str, doors: AnyDoors, operator: Operator, body: Nothing | None = None) -> Document:
    """Have a connector read as soon as may be (operators)."""
    access = doors.access
    ask_to_read(operator, access.store, access.configuration.settings.connectors, name, access.clock.now())
    return {"name": name, "due": True}


@router.get("/audit", responses=answers(Page[AuditLine]))
def list_audit(doors: AnyDoors, operator: Operator, cursor: Cursor = None, limit: Limit = 50) -> Document:
    """List the audit log, newest first (operators)."""
    return page_of(audit_page(doors.access, cursor, limit + 1), limit, "id")


@router.post("/find", responses=answers(Found))
def try_a_search(body: dict[str, Any], doors: AnyDoors, principal: AskingOrBrowsing) -> Document:
    """Try a search: a request as `gatherly find` takes, of people whom the caller shares a session with."""
    return try_find(doors.access, principal, body, doors.compute)


@router.get("/analytics", responses=answers(Analytics))
def show_analytics(doors: AnyDoors, principal: Asking) -> Document:
    """Count how scheduling went: one's own sessions, for operators all."""
    return analytics(doors.access, principal, doors.tallies, doors.compute)
