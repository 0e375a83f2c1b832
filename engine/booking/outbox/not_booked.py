"""A message that says an accepted time was not booked bears the epoch, so that each is said once."""

from collections.abc import Iterable
from typing import Any

from engine.model.session import Message, MessageRole
from engine.model.session_metadata import MessageKey


def note_of(epoch: int) -> dict[str, Any]:
    """Give the metadata of the message about an epoch."""
    return {MessageKey.NOT_BOOKED.value: True, MessageKey.EPOCH.value: epoch}


def epochs_told(messages: Iterable[Message]) -> tuple[int, ...]:
    """Give the epochs that a session's messages tell of; what an app says does not count."""
    ours = (each.metadata for each in messages if each.role is MessageRole.SYSTEM and each.metadata)
    return tuple(note[MessageKey.EPOCH] for note in ours if note.get(MessageKey.NOT_BOOKED))
