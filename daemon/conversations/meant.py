"""What a second reading took a message for: kept until whoever wrote it says yes, and nobody else's to use.

It lies in the outbox, sealed and already told, under the name of its message: what apps may write into a
conversation cannot put it there. Only the speaker's last message can be meant by a yes.
"""

from collections.abc import Mapping
from typing import Any

from engine.booking.ids import outbox_id
from engine.ids import MessageId, SessionId, UserId
from engine.model.booking import OutboxEntry, OutboxKind, OutboxState
from engine.model.notices import Dispatch
from engine.model.session import Message, MessageRole
from engine.model.session_metadata import MessageKey
from engine.ports.store import Transaction
from engine.time.span import Instant

MODEL = "[messages] llm"
"""The outlet of questions to the language model."""
ASKED = "model/"
"""Begins the id of a dispatch that asks it."""
READING = "reading"


def meant_id(session: SessionId, message: MessageId) -> str:
    """Name the entry of a message."""
    return outbox_id("meant", session, message)


def ask_later(tx: Transaction, message: Message, speaker: UserId, now: Instant) -> None:
    """Have the model asked about a message, once what it stands in is kept."""
    name = meant_id(message.session_id, message.id)
    about = {"session": message.session_id, "message": message.id, "user": speaker}
    entry = OutboxEntry(
        id=name,
        kind=OutboxKind.NOTIFICATION,
        dedupe_key=name,
        payload=about,
        state=OutboxState.DONE,
        next_at=now,
        created_at=now,
    )
    tx.outbox.add((entry,))
    tx.repositories.dispatches.put(
        Dispatch(id=ASKED + name, user_id=speaker, outlet=MODEL, subject=name, next_at=now, created_at=now)
    )


def last_said(tx: Transaction, session: SessionId, speaker: UserId) -> Message | None:
    """Give the last message of a speaker in a session."""
    newest_first = reversed(tx.messages.of(session))
    return next((one for one in newest_first if _is_of(one, speaker)), None)


def _is_of(message: Message, speaker: UserId) -> bool:
    said_by = (message.metadata or {}).get(MessageKey.USER_ID.value)
    return message.role is MessageRole.USER and said_by == speaker


def meant_by(
    tx: Transaction, session: SessionId, speaker: UserId
) -> tuple[Message, Mapping[str, Any]] | None:
    """Give the speaker's last message with what it was taken for, where they were asked whether it is so."""
    last = last_said(tx, session, speaker)
    entry = None if last is None else tx.outbox.get(meant_id(session, last.id))
    if last is None or entry is None or entry.payload.get("user") != speaker:
        return None
    found = entry.payload.get(READING)
    return (last, found) if isinstance(found, Mapping) else None
