"""Message documents (F0 section 3)."""

from typing import Any

from engine.bounds import LONGEST_MESSAGE
from engine.documents.reading import Fields
from engine.ids import MessageId, SessionId
from engine.model.session import Message, MessageRole
from engine.time.instant import format_instant

MESSAGE_FIELDS = frozenset({"id", "sessionId", "role", "content", "metadata", "timestamp"})


def parse_message(document: object, path: str = "message") -> Message:
    """Read a Message document; all but its metadata is required.

    Raises:
        InputError: a field is missing, unknown or wrong.
    """
    fields = Fields.of(document, path, MESSAGE_FIELDS)
    return Message(
        id=MessageId(fields.id("id")),
        session_id=SessionId(fields.id("sessionId")),
        role=fields.word("role", MessageRole),
        content=fields.text("content", most=LONGEST_MESSAGE),
        metadata=fields.mapping("metadata") if fields.has("metadata") else None,
        timestamp=fields.instant("timestamp"),
    )


def message_document(message: Message) -> dict[str, Any]:
    """Write a Message document; metadata where it has any."""
    document: dict[str, Any] = {
        "id": message.id,
        "sessionId": message.session_id,
        "role": message.role.value,
        "content": message.content,
    }
    if message.metadata is not None:
        document["metadata"] = dict(message.metadata)
    document["timestamp"] = format_instant(message.timestamp)
    return document
