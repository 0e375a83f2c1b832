"""What somebody was told."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from daemon.app.accounts.notices import mark_notice, notice_document, notices
from daemon.http.answers.document import Page, answers
from daemon.http.answers.users import Notification
from daemon.http.asking import AnyDoors, Asking
from daemon.http.bodies import Marked
from daemon.http.pages import Limit, from_cursor, page_of
from engine.model.operations import NotificationStatus

router = APIRouter(prefix="/v1/notifications", tags=["notifications"])


@router.get("", responses=answers(Page[Notification]))
def list_notifications(
    doors: AnyDoors,
    principal: Asking,
    status: NotificationStatus | None = None,
    cursor: Annotated[str | None, Query(max_length=255)] = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """List one's notices, newest first."""
    found = [notice_document(one) for one in notices(doors.access, principal, status)]
    return page_of(from_cursor(found, cursor, "id"), limit, "id")


@router.patch("/{id}", responses=answers(Notification))
def mark(id: str, body: Marked, doors: AnyDoors, principal: Asking) -> dict[str, Any]:
    """Say what became of a notice."""
    return notice_document(mark_notice(doors.access, principal, id, NotificationStatus(body.status)))
