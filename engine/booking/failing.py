"""What a write that cannot be done means for the session: everything is undone, and then?"""

from dataclasses import replace

from engine import sessions
from engine.booking import forward
from engine.booking.backward import Why, names_of, undoing
from engine.booking.case import Case
from engine.booking.outcome import Code
from engine.booking.step import Said, Step
from engine.booking.telling import notices
from engine.model.booking import BookingState, Effect, EffectState, Want

TRIES = 3
"""A slot whose id is taken, or that an optional person's calendar refuses, is tried in so many epochs."""


def refusals(case: Case) -> list[Effect]:
    """Give the copies of this epoch that are not to be had."""
    return [each for each in case.copies if each.state is EffectState.REFUSED and each.want is Want.PRESENT]


def write_failed(case: Case) -> Step:
    """Undo all because at least one copy was refused.

    A required person who removed their copy has declined; a refusing provider takes the choice back and
    leaves the slot on offer; a taken id, or an optional person's copy, is tried again in a new epoch.
    """
    failed = refusals(case)
    declined = [each for each in failed if each.required and each.last_code in (Code.DECLINED, Code.MOVED)]
    if declined:
        return _declined(case, declined)
    if _worth_another_epoch(case, failed):
        taken = all(each.last_code == Code.TAKEN for each in failed)
        return undoing(case, Why.TAKEN if taken else Why.OPTIONAL, BookingState.PROPOSED)
    return given_back(case, Why.REFUSED, names_of(failed))


def out_of_time(case: Case) -> Step:
    """Undo all because a calendar has not answered for too long."""
    late = [each for each in case.copies if each.state is not EffectState.WRITTEN]
    return given_back(case, Why.DEADLINE, names_of(late))


def held_up(case: Case) -> Step:
    """Undo all because a calendar takes no writes for long; the choice stands for after the pause."""
    return undoing(case, Why.HELD_UP, BookingState.PROPOSED)


def no_longer_free(case: Case, why: str) -> Step:
    """Undo all because the slot was taken while some copy was still waiting to be written."""
    return given_back(case, Why.FOREIGN, why, keep_slot=False)


def given_back(case: Case, why: Why, words: str, *, keep_slot: bool = True) -> Step:
    """Undo all, take the choice back and say why."""
    counted = replace(case, booking=replace(case.booking, failed=case.booking.failed + 1))
    step = undoing(counted, why, BookingState.PROPOSED)
    return forward.give_back(case, replace(step, before=case.booking), words, keep_slot=keep_slot)


def _declined(case: Case, declined: list[Effect]) -> Step:
    """Take a required person's removal of the fresh copy as their no, and tell whoever accepted."""
    step, session = undoing(case, Why.DECLINED, BookingState.PROPOSED), case.session
    if session is None or session.final_time is None:
        return step
    why = f"{declined[0].attendee} removed or moved it while it was being booked"
    told = notices(case, (session.host_user_id,), "not_booked", why=why)
    after = sessions.decline(session, declined[0].attendee, now=case.now)
    metadata = {**after.metadata, sessions.NOT_BOOKED: why}
    said = Said(f"The time that was accepted could not be booked: {why}.", not_booked=True)
    return replace(
        step,
        session=replace(after, metadata=metadata),
        outbox=(*step.outbox, *told),
        says=said,
        wake=True,
    )


def _worth_another_epoch(case: Case, failed: list[Effect]) -> bool:
    tried = {each.epoch for each in case.effects if each.last_code not in (None, Code.HELD)}
    mendable = all(each.last_code == Code.TAKEN or not each.required for each in failed)
    return mendable and len(tried) < TRIES
