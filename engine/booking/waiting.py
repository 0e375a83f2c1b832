"""Known pauses: who asked to be left alone is waited for, in the open, before anything is written."""

from collections.abc import Sequence
from dataclasses import replace

from engine.booking import forward, outcome
from engine.booking.case import Case
from engine.booking.fresh import Held
from engine.booking.step import Step
from engine.model.booking import EffectState


def for_pauses(case: Case, held: Sequence[Held]) -> Step:
    """Wait until every pause is over, and show whose calendar is waited for; past the slot, give it back."""
    pauses = {one.user: one.pause for one in held}
    until = case.now + max(1, *(pause.retry_after or 0 for pause in pauses.values()))
    why = "; ".join(f"{user}: {pause}" for user, pause in pauses.items())
    if case.booking.slot is None or until >= case.booking.slot.start:
        return forward.releasing(case, f"The pause outlasts the time until it begins: {why}")
    marked = tuple(
        outcome.held_back(each, pauses[each.attendee], case.now)
        for each in case.copies
        if each.attendee in pauses and each.state is EffectState.PLANNED
    )
    later = replace(case.booking, next_at=until, reason=why)
    return Step(before=case.booking, after=later, changed=marked)
