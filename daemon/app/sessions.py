"""What people ask of sessions: each is one transaction, and the daemon's jobs do the rest.

The command line and the HTTP interface ask alike; it works whether or not the daemon is running.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from daemon.app.family.resources import require_resources
from daemon.app.offers import OfferJudge
from daemon.app.session_views import SessionViews
from daemon.booking.pauses import KnownPauses, name_pauses
from daemon.booking.transitions import apply_transition, change_within, gather_snapshot
from daemon.conversations.guest_door import GuestDoor
from daemon.conversations.opening import open_session
from daemon.knowledge import KnowledgePolicy
from engine.booking.offers import SlotTakenError
from engine.booking.session_words import moment
from engine.booking.steps.undo_steps import released
from engine.booking.target import Targets
from engine.bounds import LONGEST_DESCRIPTION, LONGEST_LOCATION, LONGEST_MESSAGE, LONGEST_REASON
from engine.documents.reading import checked_length
from engine.errors import InputError
from engine.ids import MessageId, SessionId, UserId
from engine.model.booking import BookingState
from engine.model.session import EventSession, Message, MessageRole
from engine.model.user import User
from engine.ports.store import Transaction
from engine.ports.world import Clock, Randomness
from engine.sessions import guests, refusals
from engine.sessions import state_machine as machine
from engine.sessions.session_options import SessionOptions, asked_words, session_of, title_of, user_named
from engine.sessions.state_machine import Confirm
from engine.stale import retry_stale
from engine.time.instant import local_instant
from engine.time.span import Instant

if TYPE_CHECKING:
    from daemon.conversations.conversation import Conversation

Reading = Callable[[Mapping[UserId, User], SessionId, Instant], EventSession]
"""Reads what was asked for into a session, given the users, its id and the moment."""

After = Callable[[Transaction, EventSession, EventSession, Instant], None]
"""What follows a change in its transaction: given the session before and after, and the moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDesk(SessionViews):
    """Takes what its principal asks: a user for themselves, an operator for whom they name, or the host.

    Where a user may not do what they ask, verbs raise `NotAllowedError`; what they may not see is not there.
    `expire_after`, and the `horizon` up to which calendars are read, in seconds.

    `offers` judges every time that is accepted; `broken` says who has a connector that is out of service;
    `pauses` are named to whoever accepts; `policy` is how what is known is judged; `also` is done in the
    transaction of whatever is asked; `asks_model` whether what is unclear is read a second time.
    """

    clock: Clock
    randomness: Randomness
    targets: Targets
    confirm: Confirm
    expire_after: int
    horizon: int
    offers: OfferJudge | None = None
    broken: Mapping[UserId, str] = field(default_factory=dict)
    door: GuestDoor = field(default_factory=GuestDoor)
    asks_model: bool = False
    pauses: KnownPauses | None = None
    also: Callable[[Transaction], None] | None = None
    policy: Callable[[], KnowledgePolicy] | None = None

    @property
    def conversation(self) -> "Conversation":
        """Who hears what is said in sessions."""
        from daemon.conversations.conversation import Conversation

        return Conversation(
            randomness=self.randomness,
            targets=self.targets,
            confirm=self.confirm,
            expire_after=self.expire_after,
            install=self.store.install,
            vet=self.offers.vet if self.offers else None,
            broken=self.broken,
            door=self.door,
            policy=self.policy,
            asks_model=self.asks_model,
        )

    def create(self, options: SessionOptions) -> EventSession:
        """Take down what is asked for as a session; the daemon proposes times by itself.

        Whoever must come and is known not to be bookable now is waited for, and named from the beginning.

        Raises:
            InputError: it cannot be read, or somebody of it cannot be booked for.
        """

        def read(users: Mapping[UserId, User], session_id: SessionId, now: Instant) -> EventSession:
            return session_of(options, users, session_id, now, self.expire_after, self.horizon)

        return self.take(read)

    def take(self, read: Reading) -> EventSession:
        """Take down a session that is read from whatever words were used, as `create` does."""
        now = self.clock.now()
        with self.store.writing() as tx:
            if self.also is not None:
                self.also(tx)
            users = {user.id: user for user in tx.users.all()}
            session_id = SessionId(self.randomness.token())
            new = read(users, session_id, now)
            self.principal.must_be_host(new.host_user_id, "ask for a session")
            require_resources(tx, new.resource_ids)
            return open_session(
                tx,
                new,
                users,
                (self.message(session_id, asked_words(new), now),),
                targets=self.targets,
                broken=self.broken,
                door=self.door,
                now=now,
            )

    def accept(self, session_id: SessionId, number: int, user: str | None = None) -> EventSession:
        """Take somebody's yes to a proposal, by its number from 1; without a name the host's.

        Where it is known that a calendar cannot be written to for a while, the booking says so at once.
        """

        def command(session: EventSession, speaker: UserId, now: Instant) -> EventSession:
            slot = refusals.numbered(session, number)
            return machine.accept(session, slot.start, speaker, now=now, confirm=self.confirm)

        paused = self._paused(session_id)
        return self.change(session_id, user, f"Slot {number} suits me.", command, paused)

    def accept_at(self, session_id: SessionId, at: str, user: str | None = None) -> EventSession:
        """Take somebody's yes to a time that they name: RFC 3339, or without an offset in their own zone.

        Raises:
            InputError: it is no time, or none that was proposed.
            SlotTakenError: somebody is booked or held then; names the next best times.
        """
        with self.store.reading() as tx:
            session, users = self.found(tx, session_id), {each.id: each for each in tx.users.all()}
        zones = {name: ZoneInfo(one.timezone) for name, one in users.items()}
        start = local_instant(at, zones.get(self._speaker(session, user, users), UTC))

        def command(session: EventSession, speaker: UserId, now: Instant) -> EventSession:
            named = machine.with_named(session, start)
            return machine.accept(named, start, speaker, now=now, confirm=self.confirm)

        says = f"{moment(start, zones.get(session.host_user_id, UTC))} suits me."
        return self.change(session_id, user, says, command, self._paused(session_id))

    def _paused(self, session_id: SessionId) -> Mapping[UserId, str]:
        if self.pauses is None:
            return {}
        with self.store.reading() as tx:
            session = tx.sessions.get(session_id)
            users = session.required_ids if session is not None else ()
            met = self.pauses.of_reads(tx, users)
            read = {one.connector: one.user_id for one in tx.calendars.accounts() if one.user_id in users}
        return met | self.pauses.of(users, read)

    def choose(self, tx: Transaction, session: EventSession, now: Instant) -> None:
        """Take the best proposal unasked (`confirm = "auto"`), in the transaction that proposes it."""
        booking = tx.ledger.booking(session.id)
        failed = booking.failed if booking is not None else 0
        with suppress(InputError):
            change_within(
                tx,
                session.id,
                lambda fresh: machine.choose(fresh, guests.best(fresh), failed=failed, now=now),
                targets=self.targets,
                install=self.store.install,
                now=now,
            )

    def decline(self, session_id: SessionId, user: str | None = None) -> EventSession:
        """Take somebody's no."""

        def command(session: EventSession, speaker: UserId, now: Instant) -> EventSession:
            return machine.decline(session, speaker, now=now)

        return self.change(session_id, user, "I cannot come.", command)

    def reject(self, session_id: SessionId) -> EventSession:
        """Take none of the proposals; others are looked for."""

        def command(session: EventSession, speaker: UserId, now: Instant) -> EventSession:
            self.principal.must_be_host(session.host_user_id, "reject all proposals")
            return machine.reject(session, now=now)

        return self.change(session_id, None, "None of these.", command)

    def reschedule(self, session_id: SessionId, message: str | None = None) -> EventSession:
        """Go back to looking for a time; what was booked is withdrawn."""

        def command(session: EventSession, speaker: UserId, now: Instant) -> EventSession:
            self.principal.must_be_host(session.host_user_id, "move the session")
            return self.conversation.rescheduled(session, message, users, now)

        with self.store.reading() as tx:
            users = {user.id: user for user in tx.users.all()}
        says = checked_length(message or "Please find another time.", "--message", LONGEST_MESSAGE)
        return self.change(session_id, None, says, command)

    def edit(
        self,
        session_id: SessionId,
        *,
        title: str | None = None,
        description: str | None = None,
        location: str | None = None,
    ) -> EventSession:
        """Say otherwise what it is about, or where; the copies of one that is booked follow.

        Raises:
            InputError: nothing is said otherwise, or a text is too long.
        """
        if title is None and description is None and location is None:
            raise InputError("Nothing was named to change", "Give --title, --description or --location")
        words = {
            "title": None if title is None else title_of(title),
            "description": description and checked_length(description, "--description", LONGEST_DESCRIPTION),
            "location": location and checked_length(location, "--location", LONGEST_LOCATION),
        }
        changed = ", ".join(key for key, value in words.items() if value is not None)

        def command(session: EventSession, speaker: UserId, now: Instant) -> EventSession:
            self.principal.must_be_host(session.host_user_id, "change the session's words")
            return machine.edit(session, **words)

        return self.change(session_id, None, f"Another {changed}.", command)

    def cancel(self, session_id: SessionId, reason: str | None = None) -> EventSession:
        """Call it off for everybody."""

        def command(session: EventSession, speaker: UserId, now: Instant) -> EventSession:
            self.principal.must_be_host(session.host_user_id, "call the session off")
            return machine.cancel(session, reason, now=now)

        says = checked_length(reason or "Please call it off.", "--reason", LONGEST_REASON)
        return self.change(session_id, None, says, command)

    def release(self, session_id: SessionId) -> EventSession:
        """End a stuck booking as it stands; the audit log keeps it.

        Raises:
            NotAllowedError: somebody else than an operator asks.
            InputError: it is not stuck.
        """
        self.principal.must_be_operator("end a stuck booking")
        now = self.clock.now()
        with self.store.writing() as tx:
            session = self.found(tx, session_id)
            found = gather_snapshot(tx, session_id, self.targets, self.store.install, now)
            if found.booking.state is not BookingState.STUCK:
                raise InputError(f"The booking of session {session_id} is {found.booking.state}, not stuck")
            apply_transition(tx, released(found, self.principal.actor, self.principal.user), now)
        return session

    def change(
        self,
        session_id: SessionId,
        user: str | None,
        says: str,
        command: Callable[[EventSession, UserId, Instant], EventSession],
        paused: Mapping[UserId, str] | None = None,
        then: After | None = None,
    ) -> EventSession:
        """Change a session by a command of its host's, or of whom they name; `then` follows with it."""

        def change() -> EventSession:
            with self.store.writing() as tx:
                if self.also is not None:
                    self.also(tx)
                before = self.found(tx, session_id)
                changed = self._change_within(tx, session_id, user, says, command)
                if then is not None:
                    then(tx, before, changed, self.clock.now())
                name_pauses(tx, session_id, paused or {})
                return changed

        try:
            return retry_stale(change, f"Session {session_id}")
        except SlotTakenError as refusal:
            self._look_again(session_id)
            if self.offers is not None:
                raise self.offers.advised(self.store, session_id, refusal, self.clock.now()) from refusal
            raise

    def _look_again(self, session_id: SessionId) -> None:
        """Have a session looked at whose offer was no longer true."""
        with self.store.writing() as tx:
            tx.wakes.add((session_id,), self.clock.now())

    def _change_within(
        self,
        tx: Transaction,
        session_id: SessionId,
        user: str | None,
        says: str,
        command: Callable[[EventSession, UserId, Instant], EventSession],
    ) -> EventSession:
        now = self.clock.now()
        before = self.found(tx, session_id)
        users = {each.id: each for each in tx.users.all()}
        speaker = self._speaker(before, user, users)

        def admitted(session: EventSession) -> EventSession:
            changed = command(session, speaker, now)
            self.door.admit(tx, session, changed, now)
            return changed

        after = change_within(
            tx,
            session_id,
            admitted,
            targets=self.targets,
            install=self.store.install,
            now=now,
            vet=self.offers.judge if self.offers else None,
        )
        if after != before:
            tx.messages.add(self.message(session_id, says, now))
        return after

    def _speaker(self, session: EventSession, named: str | None, users: Mapping[UserId, User]) -> UserId:
        who = None if named is None else user_named(named, users)
        return self.principal.speaker(who, session.host_user_id)

    def message(self, session_id: SessionId, content: str, now: Instant) -> Message:
        """Make a message of who asks."""
        return Message(
            id=MessageId(self.randomness.token()),
            session_id=session_id,
            role=MessageRole.USER,
            content=content,
            timestamp=now,
        )
