"""What collides, and the ways out."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query

from daemon.http.answers.document import Page, answers
from daemon.http.answers.family import ConflictAnswer
from daemon.http.bodies import Nothing
from daemon.http.family_asking import Desks
from daemon.http.family_bodies import EditedConflict, Resolved
from daemon.http.pages import Limit, from_cursor, page_of
from daemon.http.repeats import RepeatableRoute
from engine.model.reservation import ConflictStatus

router = APIRouter(prefix="/v1/conflicts", tags=["family"], route_class=RepeatableRoute)
Cursor = Annotated[str | None, Query(max_length=255)]
Document = dict[str, Any]


@router.get("", responses=answers(Page[ConflictAnswer]))
def list_conflicts(
    desks: Desks, status: ConflictStatus | None = None, cursor: Cursor = None, limit: Limit = 50
) -> Document:
    """List what collides of one's own, newest first."""
    return page_of(from_cursor(desks.conflicts.listed(status), cursor, "id"), limit, "id")


@router.get("/{id}", responses=answers(ConflictAnswer))
def show_conflict(id: str, desks: Desks) -> Document:
    """Show one, with its options as they are now."""
    return desks.conflicts.show(id)


@router.patch("/{id}", responses=answers(ConflictAnswer))
def edit_conflict(id: str, body: EditedConflict, desks: Desks) -> Document:
    """Let one be, or open it again."""
    return desks.conflicts.ignore(id) if body.status == "ignored" else desks.conflicts.undo(id)


@router.delete("/{id}", status_code=HTTPStatus.NO_CONTENT)
def delete_conflict(id: str, desks: Desks) -> None:
    """Let one be."""
    desks.conflicts.ignore(id)


@router.post("/{id}/resolve", responses=answers(ConflictAnswer))
def resolve_conflict(id: str, desks: Desks, body: Resolved | None = None) -> Document:
    """Do what an option says; the best unless another is named."""
    return desks.conflicts.resolve(id, 1 if body is None else body.option)


@router.post("/{id}/ignore", responses=answers(ConflictAnswer))
def ignore_conflict(id: str, desks: Desks, body: Nothing | None = None) -> Document:
    """Let one be."""
    return desks.conflicts.ignore(id)


@router.post("/{id}/undo", responses=answers(ConflictAnswer))
def undo_conflict(id: str, desks: Desks, body: Nothing | None = None) -> Document:
    """Take a resolution back, within a day."""
    return desks.conflicts.undo(id)
