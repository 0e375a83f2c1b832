"""A message heard in its session: read, kept with its reading, done where it is clear, and answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from daemon.booking.transitions import Vet, change_within
from daemon.conversations.guest_door import GuestDoor
from daemon.conversations.meant import ask_later, meant_by
from daemon.conversations.opening import open_session
from daemon.conversations.series_talk import SeriesTalk, wish_of
from daemon.knowledge import KnowledgePolicy
from engine.booking.offers import SlotTakenError
from engine.booking.target import Targets
from engine.bounds import LONGEST_MESSAGE
from engine.errors import InputError, UnknownThingError
from engine.ids import InstallId, MessageId, SessionId, UserId
from engine.model.session import EventSession, Message, MessageRole
from engine.model.session_metadata import Key, MessageKey
from engine.model.user import User
from engine.notices.session_notices import wished
from engine.ports.store import Transaction
from engine.ports.world import Randomness
from engine.sessions import refusals, spoken
from engine.sessions import state_machine as machine
from engine.sessions.state_machine import Confirm
from engine.time.span import Instant
from engine.understand.echo import echo
from engine.understand.grammar import understand
from engine.understand.reading import Intent, Reading
from engine.understand.second_reading import read_document
from engine.understand.series_wishes import SeriesWish, Verb, speaks_of_oneself
from engine.understand.yes_no import says_yes

Change = Callable[[EventSession], EventSession]
_ONES_OWN = (Intent.ACCEPT, Intent.DECLINE)
"""What everybody who attends says for themselves."""
_LEFT = "Then all stays as it is. Could you say it in other words?"
_NOT_UNDERSTOOD = "I did not take that as something to do. What would you like?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Hears what is said; all that follows from a message stands in one transaction with it."""

    randomness: Randomness
    targets: Targets
    confirm: Confirm
    expire_after: int
    install: InstallId
    vet: Vet | None = None
    broken: Mapping[UserId, str] = field(default_factory=dict)
    door: GuestDoor = field(default_factory=GuestDoor)
    policy: Callable[[], KnowledgePolicy] | None = None
    asks_model: bool = False
    """Whether what is unclear is read a second time, by a language model."""

    def begin(self, tx: Transaction, text: str, host: UserId, now: Instant) -> EventSession:
        """Open the session that a message asks for; the host is who says it.

        Raises:
            InputError: it is unclear, or asks for no session; its words are the question.
        """
        users = {user.id: user for user in tx.users.all()}
        reading = spoken.request_of(text, now, users[host].timezone)
        try:
            return self._open(tx, reading, text, users[host], users, now)
        except UnknownThingError as unknown:
            raise InputError(str(unknown)) from unknown

    def hear(
        self, tx: Transaction, session_id: SessionId, message: Message, speaker: UserId, now: Instant
    ) -> list[Message]:
        """Keep a message of somebody who attends, do what it says, and give the answers.

        Raises:
            UnknownThingError: there is no such session, or they do not attend it.
            StaleVersionError: somebody else was quicker; nothing of it counts.
        """
        session = tx.sessions.get(session_id)
        if session is None or speaker not in session.attendee_ids:
            raise UnknownThingError(
                f"{speaker} does not attend session {session_id}", "Name one of its attendees"
            )
        users = {user.id: user for user in tx.users.all()}
        zone = users[speaker].timezone if speaker in users else "UTC"
        wish = wish_of(session, message.content, zone, now)
        if wish is not None:
            return self._series_answered(tx, session, wish, message, speaker, users, now)
        reading = self._read(tx, session, message, speaker, users, zone, now)
        kept = {**(message.metadata or {}), MessageKey.USER_ID.value: speaker}
        tx.messages.add(replace(message, metadata={**kept, **spoken.message_metadata(reading)}))
        if self.asks_model and reading.may_be_read_again:
            ask_later(tx, message, speaker, now)
        said = self._answer(tx, session, reading, message, speaker, users, now)
        answers = [self._words(session_id, said, now)] if said else []
        for answer in answers:
            tx.messages.add(answer)
        return answers

    def _series_answered(
        self,
        tx: Transaction,
        session: EventSession,
        wish: SeriesWish,
        message: Message,
        speaker: UserId,
        users: Mapping[UserId, User],
        now: Instant,
    ) -> list[Message]:
        """Do what the host wishes of some of a series; what others wish of it the host is told."""
        reading = spoken.message_metadata(Reading(intent=Intent.RESCHEDULE, confidence=1.0))
        kept = {**(message.metadata or {}), MessageKey.USER_ID.value: speaker}
        tx.messages.add(replace(message, metadata={**kept, **reading}))
        talk = SeriesTalk(self, tx, session, users, now)
        own = speaker != session.host_user_id and wish.verb in (Verb.SKIP, Verb.STOP)
        try:
            if speaker == session.host_user_id:
                said = talk.do(wish)
            elif own and speaks_of_oneself(message.content):
                said = talk.stay_away(wish, speaker)
            else:
                tx.outbox.add((wished(session, speaker, message.content, message.id, now),))
                said = "Thank you, the host is told: only the host can change the session."
        except InputError as error:
            said = str(error)
        answer = self._words(session.id, said, now)
        tx.messages.add(answer)
        return [answer]

    def _read(
        self,
        tx: Transaction,
        session: EventSession,
        message: Message,
        speaker: UserId,
        users: Mapping[UserId, User],
        zone: str,
        now: Instant,
    ) -> Reading:
        """Read a message; a yes to what the speaker was asked is what they were asked."""
        context = spoken.context_of(session, users)
        agreed = says_yes(message.content)
        meant = None if agreed is None else meant_by(tx, session.id, speaker)
        if meant is None:
            return understand(message.content, now, zone, context)
        if not agreed:
            return Reading(intent=Intent.UNKNOWN, question=_LEFT)
        said, document = meant
        try:
            return read_document(document, said.content, now, zone, context)
        except InputError as error:
            return Reading(intent=Intent.UNKNOWN, question=f"That no longer fits: {error.what}")

    def rescheduled(
        self, session: EventSession, text: str | None, users: Mapping[UserId, User], now: Instant
    ) -> EventSession:
        """Give a session that is open again, with the new time that the host's words ask for, if any.

        Raises:
            InputError: the words ask for a time that is unclear, or the session is over.
        """
        again = machine.reschedule(session, now=now)
        host = users.get(session.host_user_id)
        if text is None or host is None:
            return again
        reading = understand(text, now, host.timezone, spoken.context_of(session, users))
        if reading.intent not in (Intent.RESCHEDULE, Intent.REFINE):
            return again
        if reading.question is not None:
            raise InputError(reading.question)
        return spoken.refined(again, reading, users, now)

    def _answer(
        self,
        tx: Transaction,
        session: EventSession,
        reading: Reading,
        message: Message,
        speaker: UserId,
        users: Mapping[UserId, User],
        now: Instant,
    ) -> str | None:
        """Do what is clear; gives what there is to say."""
        if not reading.sure:
            return reading.question or _NOT_UNDERSTOOD
        try:
            if reading.intent is Intent.REQUEST:
                opened = self._open(tx, reading, message.content, users[speaker], users, now)
                return f"I have opened another session, {opened.id}, for {opened.title}. {echo(reading)}"
            if speaker != session.host_user_id and reading.intent not in _ONES_OWN:
                return self._wished(tx, session, reading, message, speaker, users, now)
            return self._do(tx, session, reading, speaker, users, now)
        except SlotTakenError as error:
            tx.wakes.add((session.id,), now)
            return str(error)
        except InputError as error:
            return str(error)

    def _do(
        self,
        tx: Transaction,
        session: EventSession,
        reading: Reading,
        speaker: UserId,
        users: Mapping[UserId, User],
        now: Instant,
    ) -> str | None:
        asked = self._command(reading, speaker, users, now)

        def command(before: EventSession) -> EventSession:
            after = asked(before)
            self.door.admit(tx, before, after, now)
            return after

        after = change_within(
            tx, session.id, command, targets=self.targets, install=self.install, now=now, vet=self.vet
        )
        return _done(session, after, reading)

    def _wished(
        self,
        tx: Transaction,
        session: EventSession,
        reading: Reading,
        message: Message,
        speaker: UserId,
        users: Mapping[UserId, User],
        now: Instant,
    ) -> str:
        """Tell the host what somebody who attends would have: it is theirs to say, and the host's to do."""
        tx.outbox.add((wished(session, speaker, message.content, message.id, now),))
        host = users[session.host_user_id].name if session.host_user_id in users else session.host_user_id
        return f"Thank you, {host} is told: only the host can change the session. {echo(reading)}"

    def _command(
        self, reading: Reading, speaker: UserId, users: Mapping[UserId, User], now: Instant
    ) -> Change:
        change = partial(spoken.refined, reading=reading, users=users, now=now)
        verbs: Mapping[Intent, Change] = {
            Intent.ACCEPT: partial(self._accepted, reading=reading, speaker=speaker, now=now),
            Intent.DECLINE: partial(machine.decline, user=speaker, now=now),
            Intent.REFUSE: partial(machine.reject, now=now),
            Intent.CANCEL: partial(machine.cancel, now=now),
            Intent.REFINE: partial(machine.refine, change=change, refused=reading.refused, now=now),
            Intent.RESCHEDULE: lambda session: change(machine.reschedule(session, now=now)),
        }
        return verbs[reading.intent]

    def _accepted(
        self, session: EventSession, *, reading: Reading, speaker: UserId, now: Instant
    ) -> EventSession:
        slot = refusals.numbered(session, reading.choice or 0)
        return machine.accept(session, slot.start, speaker, now=now, confirm=self.confirm)

    def _open(
        self,
        tx: Transaction,
        reading: Reading,
        text: str,
        host: User,
        users: Mapping[UserId, User],
        now: Instant,
    ) -> EventSession:
        session_id = SessionId(self.randomness.token())
        new = spoken.requested(reading, host, users, session_id, now, self.expire_after)
        asked = Message(
            id=MessageId(self.randomness.token()),
            session_id=session_id,
            role=MessageRole.USER,
            content=text,
            metadata={MessageKey.USER_ID.value: host.id, **spoken.message_metadata(reading)},
            timestamp=now,
        )
        return open_session(
            tx, new, users, (asked,), targets=self.targets, broken=self.broken, door=self.door, now=now
        )

    def _words(self, session_id: SessionId, words: str, now: Instant) -> Message:
        return Message(
            id=MessageId(self.randomness.token()),
            session_id=session_id,
            role=MessageRole.ASSISTANT,
            content=words[:LONGEST_MESSAGE],
            timestamp=now,
        )


def is_read(message: Message) -> bool:
    """Whether a message bears its reading: it was heard before, and is done."""
    entities = (message.metadata or {}).get(Key.EXTRACTED_ENTITIES)
    return isinstance(entities, Mapping) and "reading" in entities


def _done(before: EventSession, after: EventSession, reading: Reading) -> str | None:
    """Say what was done where nothing else will; new proposals and what is booked speak for themselves."""
    if reading.intent is Intent.ACCEPT:
        if after.final_time is not None:
            return f"{echo(reading)} I am writing it into the calendars."
        return f"{echo(reading)} It is booked once the others agree."
    if reading.intent is Intent.DECLINE:
        return "You are down as not coming."
    if reading.intent is Intent.CANCEL:
        return None if before.status is not after.status else "It was called off already."
    return f"{echo(reading)} I am looking for times."
