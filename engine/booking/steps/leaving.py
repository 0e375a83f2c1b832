"""Somebody is taken out of what is booked: their copy goes, and it stands for everybody else."""

from collections.abc import Collection
from dataclasses import replace

from engine.booking.outbox.outbox_entries import cancellations
from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps.booking_steps import holds_of
from engine.booking.steps.undo_steps import unwanted, withdrawn
from engine.booking.steps.updating import updated
from engine.booking.taken import over_at
from engine.booking.timing import QUARANTINE
from engine.booking.transition import Transition, stay
from engine.ids import UserId
from engine.model.booking import BookingState, Effect, EffectState, Want, Why
from engine.model.session import EventSession


def who_left(before: EventSession, after: EventSession) -> frozenset[UserId]:
    """Give who was taken out of a session whose time is chosen."""
    if before.final_time is None or after.final_time is None:
        return frozenset()
    return frozenset(before.attendee_ids) - frozenset(after.attendee_ids)


def taken_out(snapshot: BookingSnapshot, after: EventSession, users: Collection[UserId]) -> Transition | None:
    """Want the copies of these people gone, and everybody else's without them.

    Their time stays held until their copies are gone (docs/ledger.md R5). What is
    accepted, and not yet taken up, is held without them; what is being written is undone, and the time that
    was chosen booked without them. What is over is left to the others as it was.
    """
    booking, now = snapshot.booking, snapshot.now
    if booking.state is BookingState.ACCEPTED:
        return _freed(replace(snapshot, session=after), stay(snapshot, ()))
    if booking.state is not BookingState.CONFIRMED or booking.slot is None:
        return withdrawn(snapshot, Why.LEFT, BookingState.PROPOSED)
    theirs = [each for each in snapshot.current if each.attendee in users and each.want is Want.PRESENT]
    rest = [each for each in snapshot.effects if each not in theirs]
    since = booking.since + QUARANTINE
    gone = [replace(unwanted(each, snapshot), next_at=max(now, since)) for each in theirs]
    others = None if over_at(after, booking.slot) <= now else updated(replace(snapshot, effects=tuple(rest)))
    step = others or stay(snapshot, ())
    step = replace(
        step,
        changed=(*step.changed, *gone),
        outbox=(*step.outbox, *cancellations(replace(snapshot, effects=tuple(theirs)))),
    )
    left = replace(snapshot, effects=(*rest, *gone), session=after)
    return step if left.leaving else _freed(left, step)


def host_left(snapshot: BookingSnapshot, session: EventSession) -> Transition:
    """Want the host's own copy of what took place gone, and leave everybody else's as it is.

    Where the booking does not stand, all of it is undone.
    """
    if snapshot.booking.state is BookingState.CONFIRMED:
        return taken_out(snapshot, session, {session.host_user_id}) or stay(snapshot, ())
    return withdrawn(snapshot, Why.CANCELLED, BookingState.CANCELLED) or stay(snapshot, ())


def let_go(snapshot: BookingSnapshot, result: Effect) -> Transition:
    """Record what became of the copy of somebody who was taken out; with the last their time is freed."""
    step = stay(snapshot, (result,))
    is_last = all(each.attendee == result.attendee for each in snapshot.leaving)
    return _freed(snapshot, step) if result.state is EffectState.GONE and is_last else step


def _freed(snapshot: BookingSnapshot, step: Transition) -> Transition:
    """Hold just what everybody who still attends takes."""
    session, slot = snapshot.session, snapshot.booking.slot
    if session is None or slot is None:
        return step
    return replace(step, release=True, holds=holds_of(session, slot))
