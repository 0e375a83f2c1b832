"""What is said in a session."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query

from daemon.app.requests.conversation import conversation, say
from daemon.http.answers.document import Page, answers
from daemon.http.answers.sessions import Message
from daemon.http.asking import AnyDoors, Asking
from daemon.http.bodies import Said
from daemon.http.pages import Limit, from_cursor, page_of
from daemon.http.repeats import RepeatableRoute
from engine.documents.messages import message_document
from engine.ids import SessionId

router = APIRouter(prefix="/v1/sessions/{id}/messages", tags=["messages"], route_class=RepeatableRoute)


@router.get("", responses=answers(Page[Message]))
def list_messages(
    id: str,
    doors: AnyDoors,
    principal: Asking,
    cursor: Annotated[str | None, Query(max_length=255)] = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """List a session's messages, oldest first."""
    found = conversation(doors.access, principal, SessionId(id))
    return page_of(from_cursor([message_document(one) for one in found], cursor, "id"), limit, "id")


@router.post("", status_code=HTTPStatus.CREATED, responses=answers(Message, 201))
def add_message(id: str, body: Said, doors: AnyDoors, principal: Asking) -> dict[str, Any]:
    """Say something in a session: it is done where it is clear, and answered in the conversation."""
    message, _ = say(doors.access.desk.asked_by(principal), SessionId(id), body.content)
    return message_document(message)
