"""What to do next for one booking: a local step, one remote call, or waiting."""

from dataclasses import dataclass
from typing import TypeAlias

from engine.booking import backward, failing, forward
from engine.booking.case import Case, unsettled
from engine.booking.outcome import Code
from engine.booking.policy import OnForeign
from engine.booking.step import Step
from engine.booking.timing import FRESH, LONG_PAUSE, QUARANTINE, VERIFY_DEADLINE, WRITE_DEADLINE
from engine.model.booking import BookingState, Delivery, Effect, EffectState, Want
from engine.model.session import SessionStatus
from engine.skipped import after
from engine.timespan import Instant


@dataclass(frozen=True, slots=True)
class Take:
    """Make a transition; nothing remote is needed."""

    step: Step


@dataclass(frozen=True, slots=True)
class PlanHolds:
    """Plan the effects of a new epoch and hold the slot."""


@dataclass(frozen=True, slots=True)
class Check:
    """Read every required calendar: is the slot still free?"""


@dataclass(frozen=True, slots=True)
class Write:
    """Write one copy, its intent recorded first."""

    effect: Effect


@dataclass(frozen=True, slots=True)
class Look:
    """Look a copy up whose write nobody knows the outcome of."""

    effect: Effect


@dataclass(frozen=True, slots=True)
class Verify:
    """Read every copy back."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Delete one copy."""

    effect: Effect


@dataclass(frozen=True, slots=True)
class Sweep:
    """Look for late writes once more, by id and by mark."""


@dataclass(frozen=True, slots=True)
class Inspect:
    """Look at every copy of a confirmed booking: somebody changed one."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before then."""

    until: Instant


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing to do until somebody does something."""


Move: TypeAlias = Take | PlanHolds | Check | Write | Look | Verify | Withdraw | Sweep | Inspect | Wait | Rest


def next_move(case: Case) -> Move:
    """Decide what this booking needs now."""
    turned = _turn_back(case)
    if turned is not None:
        return Take(turned)
    return _NEXT[case.booking.state](case)


def _turn_back(case: Case) -> Step | None:
    """Follow a session that was called off, or is gone, without anybody telling the booking."""
    if case.booking.after in _ENDS or case.booking.state in _ENDS:
        return None
    if case.session is None and is_past(case):
        return None
    if case.session is None:
        return backward.withdrawn(case, backward.Why.GONE, BookingState.CANCELLED)
    if case.session.status is SessionStatus.CANCELLED:
        return backward.withdrawn(case, backward.Why.CANCELLED, BookingState.CANCELLED)
    if case.session.status is SessionStatus.FAILED:
        return backward.withdrawn(case, backward.Why.FAILED, BookingState.FAILED)
    return None


def is_past(case: Case) -> bool:
    """Tell whether a confirmed event is over: a session that is no longer kept takes nothing back then."""
    slot = case.booking.slot
    return case.booking.state is BookingState.CONFIRMED and slot is not None and slot.end <= case.now


_ENDS = (BookingState.CANCELLED, BookingState.FAILED)


def _proposed(case: Case) -> Move:
    if case.session is not None and forward.is_chosen(case.session):
        return Take(forward.accepted(case.booking, case.session, case.now))
    return Rest()


def _accepted(case: Case) -> Move:
    slot = case.booking.slot
    if slot is None or slot.start < case.now:
        return Take(forward.not_held(case, "the time has passed"))
    return PlanHolds()


def _held(case: Case) -> Move:
    return Take(forward.prepared(case)) if _is_fresh(case) else _when(case, Check())


def _prepared(case: Case) -> Move:
    return Take(forward.writing(case)) if _is_fresh(case) else _when(case, Check())


def _writing(case: Case) -> Move:
    if failing.refusals(case):
        return Take(failing.write_failed(case))
    waiting = next((each for each in case.copies if each.state is not EffectState.WRITTEN), None)
    if waiting is None:
        return Take(forward.verifying(case))
    if case.waited >= WRITE_DEADLINE:
        return Take(failing.out_of_time(case))
    if waiting.next_at - case.now > LONG_PAUSE:
        return Take(failing.held_up(case))
    if waiting.next_at > case.now:
        return Wait(min(waiting.next_at, after(case.booking.since, WRITE_DEADLINE, case.skipped)))
    if unsettled(waiting):
        return Look(waiting)
    return Write(waiting) if _is_fresh(case) else _when(case, Check())


def _verifying(case: Case) -> Move:
    if any(each.state is not EffectState.WRITTEN for each in case.copies):
        return Take(forward.writing_again(case, ()))
    if case.waited >= VERIFY_DEADLINE and any(each.next_at > case.now for each in case.copies):
        return Take(backward.unverified(case))
    return _when_all_due(case, Verify())


def _stuck(case: Case) -> Move:
    """Go on hourly with what could not be done: reading back what is wanted, or removing what is not."""
    if backward.unfinished(case) or not backward.awaits_read_back(case):
        return _undoing(case)
    if any(each.state is not EffectState.WRITTEN for each in case.copies):
        return Take(failing.out_of_time(case))
    return _when_all_due(case, Verify())


def _confirmed(case: Case) -> Move:
    if any(_is_news(each) for each in case.copies) or _is_to_abort(case):
        return Inspect()
    update = next((each for each in case.copies if each.state in _IN_PROGRESS), None)
    if update is None:
        return Rest()
    if update.next_at > case.now:
        return Wait(update.next_at)
    return Look(update) if unsettled(update) else Write(update)


_IN_PROGRESS = (EffectState.PLANNED, EffectState.SENT, EffectState.AMBIGUOUS)


def _is_news(effect: Effect) -> bool:
    """A change by its owner that nobody has answered yet."""
    changed = effect.last_code in (Code.DECLINED, Code.MOVED) and effect.last_error is None
    return effect.state is EffectState.WRITTEN and changed


def _is_to_abort(case: Case) -> bool:
    return bool(case.booking.conflicts) and case.policy.on_foreign is OnForeign.ABORT


def _undoing(case: Case) -> Move:
    left = backward.unfinished(case)
    if not left:
        return Take(backward.quarantine(case))
    if case.booking.state is BookingState.UNDOING and backward.is_stuck(case):
        return Take(backward.stuck(case))
    due = next((each for each in left if each.next_at <= case.now), None)
    return Withdraw(due) if due else Wait(min(each.next_at for each in left))


def _quarantine(case: Case) -> Move:
    """Wait all of it, by time that passed: a write under way lands no sooner for a clock that was set."""
    until = after(case.booking.next_at - QUARANTINE, QUARANTINE, case.skipped)
    return Sweep() if until <= case.now else Wait(until)


def _releasing(case: Case) -> Move:
    return Take(backward.ended(case))


def _resting(case: Case) -> Move:
    return Rest()


def _is_fresh(case: Case) -> bool:
    return case.checked_at is not None and 0 <= case.now - case.checked_at <= FRESH


def _when(case: Case, move: Move) -> Move:
    return move if case.booking.next_at <= case.now else Wait(case.booking.next_at)


def _when_all_due(case: Case, move: Move) -> Move:
    latest = max((each.next_at for each in case.copies), default=case.now)
    return move if latest <= case.now else Wait(latest)


def leftovers(case: Case) -> list[Effect]:
    """Give every copy that must not be there, whatever became of its deletion."""
    return [each for each in case.effects if each.delivery is Delivery.WRITTEN and each.want is Want.ABSENT]


_NEXT = {
    BookingState.DRAFT: _proposed,
    BookingState.PROPOSED: _proposed,
    BookingState.ACCEPTED: _accepted,
    BookingState.HELD: _held,
    BookingState.PREPARED: _prepared,
    BookingState.WRITING: _writing,
    BookingState.VERIFYING: _verifying,
    BookingState.CONFIRMED: _confirmed,
    BookingState.UNDOING: _undoing,
    BookingState.QUARANTINE: _quarantine,
    BookingState.RELEASING: _releasing,
    BookingState.STUCK: _stuck,
    BookingState.FAILED: _resting,
    BookingState.CANCELLED: _resting,
}
