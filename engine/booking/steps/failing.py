"""What a write that cannot be done means for the session: everything is undone, and then?"""

from dataclasses import replace

from engine.booking.outbox.outbox_entries import notices
from engine.booking.outcome import Code
from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps import booking_steps
from engine.booking.steps.undo_steps import names_of, undoing
from engine.booking.transition import Said, Transition
from engine.model.booking import BookingState, Effect, EffectState, Want, Why
from engine.sessions import state_machine

TRIES = 3
"""A slot whose id is taken, or that an optional person's calendar refuses, is tried in so many epochs."""


def refusals(snapshot: BookingSnapshot) -> list[Effect]:
    """Give the copies of this epoch that are not to be had."""
    return [
        each for each in snapshot.copies if each.state is EffectState.REFUSED and each.want is Want.PRESENT
    ]


def write_failed(snapshot: BookingSnapshot) -> Transition:
    """Undo all because at least one copy was refused.

    A required person who removed their copy has declined; a refusing provider takes the choice back and
    leaves the slot on offer; a taken id, or an optional person's copy, is tried again in a new epoch.
    """
    failed = refusals(snapshot)
    declined = [each for each in failed if each.required and each.last_code in (Code.DECLINED, Code.MOVED)]
    if declined:
        return _declined(snapshot, declined)
    if _worth_another_epoch(snapshot, failed):
        taken = all(each.last_code == Code.TAKEN for each in failed)
        return undoing(snapshot, Why.TAKEN if taken else Why.OPTIONAL, BookingState.PROPOSED)
    return given_back(snapshot, Why.REFUSED, names_of(failed))


def out_of_time(snapshot: BookingSnapshot) -> Transition:
    """Undo all because a calendar has not answered for too long."""
    late = [each for each in snapshot.copies if each.state is not EffectState.WRITTEN]
    return given_back(snapshot, Why.DEADLINE, names_of(late))


def held_up(snapshot: BookingSnapshot) -> Transition:
    """Undo all because a calendar takes no writes for long; the choice stands for after the pause."""
    return undoing(snapshot, Why.HELD_UP, BookingState.PROPOSED)


def no_longer_free(snapshot: BookingSnapshot, why: str) -> Transition:
    """Undo all because the slot was taken while some copy was still waiting to be written."""
    return given_back(snapshot, Why.FOREIGN, why, keep_slot=False)


def given_back(snapshot: BookingSnapshot, why: Why, words: str, *, keep_slot: bool = True) -> Transition:
    """Undo all, take the choice back and say why."""
    counted = replace(snapshot, booking=replace(snapshot.booking, failed=snapshot.booking.failed + 1))
    transition = undoing(counted, why, BookingState.PROPOSED)
    return booking_steps.give_back(
        snapshot, replace(transition, before=snapshot.booking), words, keep_slot=keep_slot
    )


def _declined(snapshot: BookingSnapshot, declined: list[Effect]) -> Transition:
    """Take a required person's removal of the fresh copy as their no, and tell whoever accepted."""
    transition, session = undoing(snapshot, Why.DECLINED, BookingState.PROPOSED), snapshot.session
    if session is None or session.final_time is None:
        return transition
    why = f"{declined[0].attendee} removed or moved it while it was being booked"
    told = notices(snapshot, (session.host_user_id,), "not_booked", why=why)
    after = state_machine.decline(session, declined[0].attendee, now=snapshot.now)
    said = Said(f"The time that was accepted could not be booked: {why}.", not_booked=True)
    return replace(
        transition,
        session=replace(after, record=replace(after.record, not_booked=why)),
        outbox=(*transition.outbox, *told),
        says=said,
        wake=True,
    )


def _worth_another_epoch(snapshot: BookingSnapshot, failed: list[Effect]) -> bool:
    tried = {each.epoch for each in snapshot.effects if each.last_code not in (None, Code.HELD)}
    mendable = all(each.last_code == Code.TAKEN or not each.required for each in failed)
    return mendable and len(tried) < TRIES
