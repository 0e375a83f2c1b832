"""What is said in a session: read, and added to."""

from collections.abc import Sequence

from daemon.app.access import Access
from daemon.app.principal import Principal
from engine.errors import InputError
from engine.ids import MessageId, SessionId
from engine.model.session import Message, MessageRole
from engine.model.session_metadata import MessageKey


def conversation(access: Access, principal: Principal, session: SessionId) -> Sequence[Message]:
    """Give a session's messages, oldest first.

    Raises:
        UnknownThingError: no session that the asker sees.
    """
    with access.store.reading() as tx:
        access.desk.asked_by(principal).found(tx, session)
        return tx.messages.of(session)


def say(access: Access, principal: Principal, session: SessionId, content: str) -> Message:
    """Add a line.

    Raises:
        UnknownThingError: no session that the asker sees.
        InputError: the line is empty.
    """
    if not content.strip():
        raise InputError("content is empty", "Write something")
    with access.store.writing() as tx:
        access.desk.asked_by(principal).found(tx, session)
        message = Message(
            id=MessageId(access.desk.randomness.token()),
            session_id=session,
            role=MessageRole.USER,
            content=content,
            metadata=None if principal.user is None else {MessageKey.USER_ID: principal.user},
            timestamp=access.clock.now(),
        )
        tx.messages.add(message)
    return message
