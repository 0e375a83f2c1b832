"""What is said in a session: read, and added to; and a session that begins with a sentence."""

from collections.abc import Sequence

from daemon.app.access import Access
from daemon.app.principal import Principal
from daemon.app.sessions import SessionDesk
from engine.bounds import LONGEST_MESSAGE
from engine.documents.reading import checked_length
from engine.errors import InputError
from engine.ids import MessageId, SessionId, UserId
from engine.model.session import EventSession, Message, MessageRole
from engine.sessions.session_options import user_named
from engine.stale import retry_stale


def conversation(access: Access, principal: Principal, session: SessionId) -> Sequence[Message]:
    """Give a session's messages, oldest first.

    Raises:
        UnknownThingError: no session that the asker sees.
    """
    with access.store.reading() as tx:
        access.desk.asked_by(principal).found(tx, session)
        return tx.messages.of(session)


def say(
    desk: SessionDesk, session: SessionId, content: str, speaker: str | None = None
) -> tuple[Message, list[Message]]:
    """Say something in a session: it is kept, done where it is clear, and answered; gives it and the answers.

    Raises:
        UnknownThingError: no session that the asker sees, or the speaker does not attend it.
        NotAllowedError: a user speaks for somebody else.
        InputError: the line is empty, or too long.
    """
    if not content.strip():
        raise InputError("content is empty", "Write something")
    checked_length(content, "content", LONGEST_MESSAGE)

    def hear() -> tuple[Message, list[Message]]:
        now = desk.clock.now()
        with desk.store.writing() as tx:
            found = desk.found(tx, session)
            users = {user.id: user for user in tx.users.all()}
            named = None if speaker is None else user_named(speaker, users)
            message = Message(
                id=MessageId(desk.randomness.token()),
                session_id=session,
                role=MessageRole.USER,
                content=content,
                timestamp=now,
            )
            who = desk.principal.speaker(named, found.host_user_id)
            answers = desk.conversation.hear(tx, session, message, who, now)
            return tx.messages.get(session, message.id) or message, answers

    return retry_stale(hear, f"Session {session}")


def begin(desk: SessionDesk, text: str, host: str | None = None) -> EventSession:
    """Open the session that a sentence asks for.

    Raises:
        InputError: it is unclear whom or what it asks for; its words are the question.
        NotAllowedError: a user asks in somebody else's name.
    """
    checked_length(text, "message", LONGEST_MESSAGE)
    now = desk.clock.now()
    with desk.store.writing() as tx:
        users = {user.id: user for user in tx.users.all()}
        named = host if host is not None else desk.principal.user
        if named is None:
            raise InputError("Nobody is named who asks", "Name the host")
        who: UserId = user_named(named, users)
        desk.principal.must_be_host(who, "ask for a session")
        return desk.conversation.begin(tx, text, who, now)
