"""Message documents (F0 section 2)."""

from typing import Any

from engine.model.session import Message
from engine.time.instant import format_instant


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
