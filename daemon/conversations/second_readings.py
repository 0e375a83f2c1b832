"""Second readings: the language model is asked about what the grammar was unsure of, one message at a time.

What it says is shown to whoever wrote, as a question; nothing is done by it before their yes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import structlog

from daemon.conversations.language_model import Model
from daemon.conversations.meant import ASKED, READING, last_said
from daemon.runtime.guard import Guard
from engine.booking.timing import backoff
from engine.bounds import LONGEST_MESSAGE
from engine.errors import GatherlyError, InputError, StaleVersionError, WriteRefusedError
from engine.ids import MessageId, SessionId, UserId
from engine.model.booking import OutboxEntry, OutboxState
from engine.model.notices import Dispatch
from engine.model.session import Message, MessageRole
from engine.model.set_aside import Item, Work
from engine.notices.claims import claimed, is_free
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock, Randomness
from engine.sessions.spoken import context_of
from engine.time.span import MINUTE, Instant
from engine.trouble import Trouble, attempt
from engine.understand.document import reading_document
from engine.understand.echo import echo
from engine.understand.reading import Context, Reading
from engine.understand.second_question import question_of
from engine.understand.second_reading import read_answer

CLAIM = 2 * MINUTE
"""Longer than any answer is waited for: nobody else asks meanwhile."""
MOST_TRIES = 3
NOT_REACHED = "The language model that reads what I do not understand did not answer, so my question stands."
_MEANWHILE = "something else was said since"
_LOG = structlog.get_logger("gatherly")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One message in the light in which it is read."""

    message: Message
    zone: str
    context: Context

    @property
    def question(self) -> str:
        """What the model is asked."""
        return question_of(self.message.content, self.message.timestamp, self.zone, self.context)

    def read(self, answer: str) -> Reading:
        """Read what it says; raises InputError where that cannot be meant."""
        return read_answer(answer, self.message.content, self.message.timestamp, self.zone, self.context)


class SecondReadings:
    """Asks what is due, and shows what comes of it; without a model whatever still waits is let be."""

    def __init__(self, store: Store, clock: Clock, randomness: Randomness, model: Model | None) -> None:
        self._store = store
        self._clock = clock
        self._randomness = randomness
        self._model = model
        self._guard = Guard(store, clock)

    def due(self) -> Sequence[str]:
        """Give what is to be asked now."""
        with self._store.reading() as tx:
            due = tx.repositories.dispatches.due(self._clock.now())
        return [name for name in due if name.startswith(ASKED)]

    def run(self) -> int:
        """Ask about what is due, one after the other; gives how many questions came of it."""
        return sum(self._guarded(name) for name in self.due())

    def _guarded(self, name: str) -> bool:
        return self._guard.run(Item(step=Work.DISPATCH, name=name), partial(self._ask, name)) is True

    def _ask(self, name: str) -> bool:
        try:
            taken = self._claim(name)
        except StaleVersionError:
            return False
        if taken is None:
            return False
        with self._store.reading() as tx:
            asked = _asked(tx, taken)
        if isinstance(asked, str) or self._model is None:
            self._over(taken, asked if isinstance(asked, str) else "no model is set up any more")
            return False
        answer = attempt(partial(self._model, asked.question))
        if isinstance(answer, Trouble):
            self._unreached(taken, asked, answer.error)
            return False
        try:
            reading = asked.read(answer)
        except InputError as error:
            _LOG.info("message.second_reading_left", session=asked.message.session_id, error=str(error))
            self._over(taken, str(error))
            return False
        return self._offer(taken, asked, reading)

    def _claim(self, name: str) -> Dispatch | None:
        now = self._clock.now()
        with self._store.writing() as tx:
            found = tx.repositories.dispatches.get(name)
            if found is None or not is_free(found, now):
                return None
            return tx.repositories.dispatches.put(claimed(found, now, CLAIM))

    def _over(self, one: Dispatch, why: str) -> None:
        with self._store.writing() as tx:
            tx.repositories.dispatches.put(replace(one, state=OutboxState.DONE, last_error=why))

    def _unreached(self, one: Dispatch, asked: Asked, error: GatherlyError) -> None:
        """Ask again later; after some tries, or a definite no, say that no answer came."""
        now = self._clock.now()
        if not isinstance(error, WriteRefusedError) and one.attempts < MOST_TRIES:
            later = replace(one, next_at=now + backoff(one.attempts, 0), last_error=str(error))
            with self._store.writing() as tx:
                tx.repositories.dispatches.put(later)
            return
        _LOG.warning("message.model_unreached", session=asked.message.session_id, error=str(error))
        with self._store.writing() as tx:
            tx.repositories.dispatches.put(replace(one, state=OutboxState.DONE, last_error=str(error)))
            if not _said_since(tx, asked.message, one.user_id):
                tx.messages.add(self._words(asked.message.session_id, NOT_REACHED, now))

    def _offer(self, one: Dispatch, asked: Asked, reading: Reading) -> bool:
        """Keep what it took the message for, and ask whether that is so."""
        now, session = self._clock.now(), asked.message.session_id
        with self._store.writing() as tx:
            entry = tx.outbox.get(one.subject)
            late = entry is None or _said_since(tx, asked.message, one.user_id)
            done = replace(one, state=OutboxState.DONE, told_at=now, last_error=_MEANWHILE if late else None)
            tx.repositories.dispatches.put(done)
            if entry is None or late:
                return False
            kept = {**entry.payload, READING: reading_document(reading)}
            tx.outbox.record(replace(entry, payload=kept))
            words = f"Do you mean this? {echo(reading)} Answer yes, and it is done; or say it in other words."
            tx.messages.add(self._words(session, words, now))
        return True

    def _words(self, session: SessionId, words: str, now: Instant) -> Message:
        return Message(
            id=MessageId(self._randomness.token()),
            session_id=session,
            role=MessageRole.ASSISTANT,
            content=words[:LONGEST_MESSAGE],
            timestamp=now,
        )


def _asked(tx: Transaction, one: Dispatch) -> Asked | str:
    """Gather what a question needs; a text where there is nothing to ask any more."""
    entry = tx.outbox.get(one.subject)
    found = None if entry is None else _message(tx, entry)
    session = None if found is None else tx.sessions.get(found.session_id)
    user = None if one.user_id is None else tx.users.get(one.user_id)
    if found is None or session is None or user is None:
        return "its message, or who wrote it, is no longer there"
    if _said_since(tx, found, one.user_id):
        return _MEANWHILE
    users = {each: known for each in session.attendee_ids if (known := tx.users.get(each)) is not None}
    return Asked(message=found, zone=user.timezone, context=context_of(session, users))


def _message(tx: Transaction, entry: OutboxEntry) -> Message | None:
    session, message = SessionId(str(entry.payload["session"])), MessageId(str(entry.payload["message"]))
    return tx.messages.get(session, message)


def _said_since(tx: Transaction, message: Message, speaker: UserId | None) -> bool:
    last = None if speaker is None else last_said(tx, message.session_id, speaker)
    return last is None or last.id != message.id
