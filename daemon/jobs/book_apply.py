"""Apply what was decided of a booking: one step, one transaction."""

from collections.abc import Callable
from contextlib import suppress

from engine.booking.case import Case
from engine.booking.consequences import consequence
from engine.booking.step import Step
from engine.booking.target import Targets
from engine.errors import StaleVersionError, UnknownThingError
from engine.ids import InstallId, SessionId
from engine.model.booking import Booking
from engine.model.session import EventSession
from engine.ports import Store, Transaction
from engine.timespan import Instant

MOST_STALE = 20
"""So often a command is decided anew because somebody else was quicker."""

SessionCommand = Callable[[EventSession], EventSession]
"""One of `engine.sessions`, with everything but the session filled in."""


def apply_step(tx: Transaction, step: Step, now: Instant) -> Booking:
    """Write a step down.

    Raises:
        StaleVersionError: the booking or its session is not what the step was decided on.
        HoldRefusedError: somebody else holds the slot.
    """
    booking = _advanced(tx, step)
    tx.ledger.hold(step.holds)
    tx.ledger.plan(step.planned)
    for effect in step.changed:
        tx.ledger.record(effect)
    if step.release:
        tx.ledger.release(step.after.session)
    if step.session is not None:
        tx.sessions.put(step.session)
    tx.outbox.add(step.outbox)
    for entry in step.audit:
        tx.audit.add(entry)
    if step.wake:
        tx.wakes.add((step.after.session,), now)
    return booking


def _advanced(tx: Transaction, step: Step) -> Booking:
    if step.before.version == 0:
        return step.before if step.after == step.before else tx.ledger.open(step.after)
    return tx.ledger.advance(step.before, step.after)


def gather_case(
    tx: Transaction, session: SessionId, targets: Targets, install: InstallId, now: Instant
) -> Case:
    """Read all that a decision on one booking needs; a session without a booking has a draft of one."""
    return Case(
        booking=tx.ledger.booking(session) or Booking(session=session, since=now),
        effects=tuple(tx.ledger.effects(session)),
        session=tx.sessions.get(session),
        targets=targets,
        install=install,
        now=now,
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
    for _ in range(MOST_STALE):
        with suppress(StaleVersionError), store.writing() as tx:
            return change_within(tx, session, command, targets=targets, install=store.install, now=now)
    raise StaleVersionError(f"Session {session} keeps changing", "Try again in a moment")


def change_within(
    tx: Transaction,
    session: SessionId,
    command: SessionCommand,
    *,
    targets: Targets,
    install: InstallId,
    now: Instant,
) -> EventSession:
    """Do what `change_session` does as part of a larger transaction.

    Raises:
        StaleVersionError: somebody else was quicker; nothing of this transaction counts.
    """
    case = gather_case(tx, session, targets, install, now)
    before = case.session
    if before is None:
        raise UnknownThingError(f"There is no session {session}", "`gatherly session list` shows them")
    after = command(before)
    if after == before:
        return before
    apply_step(tx, consequence(case, before, after), now)
    return tx.sessions.get(session) or after
