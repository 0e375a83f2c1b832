"""What a write that cannot be done means for the session: everything is undone, and then?"""

from dataclasses import replace

from engine import sessions
from engine.booking.backward import Why, names_of, undoing
from engine.booking.case import Case
from engine.booking.outcome import Code
from engine.booking.step import Step
from engine.booking.telling import notices
from engine.model.booking import BookingState, Effect, EffectState, Want
from engine.model.session import EventSession

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
        return _telling(case, undoing(case, Why.DECLINED, BookingState.PROPOSED), _declined(case, declined))
    why = Why.TAKEN if all(each.last_code == Code.TAKEN for each in failed) else Why.REFUSED
    step = undoing(case, why, BookingState.PROPOSED)
    if _worth_another_epoch(case, failed):
        return step
    return _telling(case, step, given_back(case, names_of(failed)))


def out_of_time(case: Case) -> Step:
    """Undo all because a calendar has not answered for too long."""
    late = [each for each in case.copies if each.state is not EffectState.WRITTEN]
    step = undoing(case, Why.DEADLINE, BookingState.PROPOSED)
    return _telling(case, step, given_back(case, names_of(late)))


def held_up(case: Case) -> Step:
    """Undo all because a calendar takes no writes for long; the choice stands for after the pause."""
    return undoing(case, Why.DEADLINE, BookingState.PROPOSED)


def no_longer_free(case: Case, why: str) -> Step:
    """Undo all because the slot was taken while some copy was still waiting to be written."""
    return _telling(case, undoing(case, Why.FOREIGN, BookingState.PROPOSED), given_back(case, why, False))


def given_back(case: Case, why: str, keep_slot: bool = True) -> EventSession | None:
    """Take the choice back and say why."""
    if case.session is None or case.session.final_time is None:
        return None
    return sessions.unbooked(case.session, why, keep_slot=keep_slot)


def _declined(case: Case, declined: list[Effect]) -> EventSession | None:
    session = case.session
    if session is None or session.final_time is None:
        return None
    return sessions.decline(session, declined[0].attendee, now=case.now)


def _worth_another_epoch(case: Case, failed: list[Effect]) -> bool:
    tried = {each.epoch for each in case.effects if each.last_code not in (None, Code.HELD)}
    mendable = all(each.last_code == Code.TAKEN or not each.required for each in failed)
    return mendable and len(tried) < TRIES


def _telling(case: Case, step: Step, session: EventSession | None) -> Step:
    if session is None:
        return step
    why = str(session.metadata.get(sessions.NOT_BOOKED, step.after.reason))
    told = notices(case, (session.host_user_id,), "not_booked", why=why)
    return replace(step, session=session, outbox=(*step.outbox, *told), wake=True)
