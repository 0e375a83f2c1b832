"""Apply what was decided of a booking: one transition, one transaction."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from daemon.booking import held_resources
from daemon.booking.held_offers import wake_those_that_wait, withhold, without_held
from engine.booking.ids import outbox_id
from engine.booking.offers import yes_to
from engine.booking.outbox.not_booked import note_of
from engine.booking.outcome import dated
from engine.booking.policy import Policy
from engine.booking.session_events import SessionEvent, happened
from engine.booking.session_words import TOLD, words_of
from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps.consequences import consequence
from engine.booking.target import Targets
from engine.booking.transition import Said, Transition
from engine.errors import HoldRefusedError, InputError, UnknownThingError
from engine.ids import InstallId, MessageId, SessionId
from engine.model.booking import Booking, BookingState
from engine.model.session import EventSession, Message, MessageRole
from engine.notices.session_notices import SessionChange, told_of
from engine.ports.store import Store, Transaction
from engine.stale import retry_stale
from engine.text.plain_text import one_line
from engine.time.local_time import zone_info
from engine.time.span import Instant, Span

NO_POLICY = Policy()

Vet = Callable[[Transaction, EventSession, EventSession, Instant], None]
"""Asked of a session before and after a change, in its transaction; raises `InputError` to refuse it."""

SessionCommand = Callable[[EventSession], EventSession]
"""One of `engine.sessions.state_machine`, with everything but the session filled in."""


def apply_transition(tx: Transaction, transition: Transition, now: Instant) -> Booking:
    """Write a transition down.

    Raises:
        StaleVersionError: the booking or its session is not what the transition was decided on.
        HoldRefusedError: somebody else holds the slot.
    """
    if transition.release:
        tx.ledger.release(transition.after.session)
    tx.ledger.hold(transition.holds)
    booking = _advanced(tx, transition)
    tx.ledger.plan(transition.planned)
    for effect in transition.changed:
        tx.ledger.record(dated(effect, now))
    known = _known(tx, transition)
    if transition.holds or transition.release or transition.after.state is BookingState.CONFIRMED:
        of = transition.session or known or tx.sessions.get(transition.after.session)
        held_resources.follow(tx, transition, of, now)
    session = None if transition.session is None else without_held(tx, transition.session)
    if session is not None:
        tx.sessions.put(session)
    _offers_follow(tx, transition, now)
    if transition.says is not None and tx.sessions.get(booking.session) is not None:
        tx.messages.add(_message(booking, transition.says, now))
    tx.outbox.add(transition.outbox)
    _tell(tx, transition, known, session or known, now)
    states = transition.before.state, transition.after.state
    events = happened(known, session or known, *states, now)
    for entry in (*transition.audit, *events):
        tx.audit.add(entry)
    if session or known:
        _write_down(tx, transition.after.session, [SessionEvent(entry.action) for entry in events], now)
    if transition.wake:
        tx.wakes.add((transition.after.session,), now)
    return booking


def _write_down(tx: Transaction, session_id: SessionId, events: Sequence[SessionEvent], now: Instant) -> None:
    """Say in the conversation what was done, on the host's clock."""
    session = tx.sessions.get(session_id) if TOLD.intersection(events) else None
    if session is None:
        return
    host = tx.users.get(session.host_user_id)
    zone = zone_info("UTC" if host is None else host.timezone)
    for event, words in words_of(events, session, zone):
        name = outbox_id(str(event), session.id, session.version)
        tx.messages.add(_said(name, session.id, words, None, now))


def _known(tx: Transaction, transition: Transition) -> EventSession | None:
    """Give the session as it was, where the transition may mean something for it."""
    enters = transition.before.state is not transition.after.state
    return tx.sessions.get(transition.after.session) if enters or transition.session is not None else None


def _tell(
    tx: Transaction,
    transition: Transition,
    before: EventSession | None,
    after: EventSession | None,
    now: Instant,
) -> None:
    """Write down what people are to be told of it."""
    if before is not None and after is not None:
        tx.outbox.add(told_of(SessionChange(before, after, transition.before, transition.after, now)))


def _offers_follow(tx: Transaction, transition: Transition, now: Instant) -> None:
    """Let other sessions' offers follow what is held and freed; what stands at last is news to them too."""
    if transition.holds:
        withhold(tx, transition.holds, now)
    stands = (
        transition.after.state is BookingState.CONFIRMED
        and transition.before.state is not BookingState.CONFIRMED
    )
    if transition.release or stands:
        wake_those_that_wait(tx, transition.after.session, now)


def _message(booking: Booking, said: Said, now: Instant) -> Message:
    """Make a message whose id is that of the transition that it tells of."""
    name = outbox_id("said", booking.session, booking.version)
    note = note_of(booking.epoch) if said.not_booked else None
    return _said(name, booking.session, said.words, note, now)


def _said(name: str, session: SessionId, words: str, note: Mapping[str, Any] | None, now: Instant) -> Message:
    return Message(
        id=MessageId(name),
        session_id=session,
        role=MessageRole.SYSTEM,
        content=one_line(words),
        metadata=note,
        timestamp=now,
    )


def _advanced(tx: Transaction, transition: Transition) -> Booking:
    if transition.before.version == 0:
        return (
            transition.before if transition.after == transition.before else tx.ledger.open(transition.after)
        )
    return tx.ledger.advance(transition.before, transition.after)


def gather_snapshot(
    tx: Transaction,
    session: SessionId,
    targets: Targets,
    install: InstallId,
    now: Instant,
    policy: Policy = NO_POLICY,
    skipped: Sequence[Span] = (),
) -> BookingSnapshot:
    """Read all that a decision on one booking needs; a session without a booking has a draft of one.

    What people ask for is decided without `policy`, and without the time that a clock `skipped`.
    """
    return BookingSnapshot(
        booking=tx.ledger.booking(session) or Booking(session=session, since=now),
        effects=tuple(tx.ledger.effects(session)),
        session=tx.sessions.get(session),
        targets=targets,
        install=install,
        now=now,
        policy=policy,
        skipped=skipped,
    )


def change_session(
    store: Store, session: SessionId, command: SessionCommand, *, targets: Targets, now: Instant
) -> EventSession:
    """Carry out one command on a session, with what it means for its booking, in one transaction.

    Opening a booking, turning back from one, telling people and waking the proposer are part of it. Decided
    anew when somebody else changes the session or its booking in between.

    Raises:
        UnknownThingError: there is no such session.
        InputError: the command refuses.
        StaleVersionError: others were quicker each time.
    """

    def change() -> EventSession:
        with store.writing() as tx:
            return change_within(tx, session, command, targets=targets, install=store.install, now=now)

    return retry_stale(change, f"Session {session}")


def change_within(
    tx: Transaction,
    session: SessionId,
    command: SessionCommand,
    *,
    targets: Targets,
    install: InstallId,
    now: Instant,
    vet: Vet | None = None,
) -> EventSession:
    """Do what `change_session` does as part of a larger transaction.

    Raises:
        InputError: the command or `vet` refuses, or somebody's time is held for another session.
        StaleVersionError: somebody else was quicker; nothing of this transaction counts.
    """
    snapshot = gather_snapshot(tx, session, targets, install, now)
    before = snapshot.session
    if before is None:
        raise UnknownThingError(f"There is no session {session}", "`gatherly session list` shows them")
    after = command(before)
    if after == before:
        return before
    if yes_to(before, after) is not None:
        tx.ledger.take_turns(sorted(set(after.required_ids)))
    if vet is not None:
        vet(tx, before, after, now)
    try:
        apply_transition(tx, consequence(snapshot, before, after), now)
    except HoldRefusedError as refusal:
        raise InputError(f"That time has just been taken: {refusal.what}", "Choose another one") from refusal
    return tx.sessions.get(session) or after
