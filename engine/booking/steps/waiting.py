"""Known pauses: who asked to be left alone is waited for, in the open, before anything is written."""

from collections.abc import Sequence
from dataclasses import replace

from engine.booking import outcome
from engine.booking.last_look import Held
from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps import booking_steps
from engine.booking.transition import Transition
from engine.model.booking import EffectState


def for_pauses(snapshot: BookingSnapshot, held: Sequence[Held]) -> Transition:
    """Wait until every pause is over, and show whose calendar is waited for; past the slot, give it back."""
    pauses = {one.user: one.pause for one in held}
    until = snapshot.now + max(1, *(pause.retry_after or 0 for pause in pauses.values()))
    why = "; ".join(f"{user}: {pause}" for user, pause in pauses.items())
    if snapshot.booking.slot is None or until >= snapshot.booking.slot.start:
        return booking_steps.releasing(snapshot, f"The pause outlasts the time until it begins: {why}")
    marked = tuple(
        outcome.held_back(each, pauses[each.attendee], snapshot.now)
        for each in snapshot.copies
        if each.attendee in pauses and each.state is EffectState.PLANNED
    )
    later = replace(snapshot.booking, next_at=until, reason=why)
    return Transition(before=snapshot.booking, after=later, changed=marked)
