"""What to do next for one booking: a local transition, one remote call, or waiting."""

from dataclasses import dataclass
from typing import TypeAlias

from engine.booking.outcome import Code
from engine.booking.policy import OnForeign
from engine.booking.snapshot import BookingSnapshot, unsettled
from engine.booking.steps import booking_steps, failing, undo_steps
from engine.booking.timing import FRESH, LONG_PAUSE, QUARANTINE, VERIFY_DEADLINE, WRITE_DEADLINE
from engine.booking.transition import Transition
from engine.model.booking import BookingState, Delivery, Effect, EffectState, Want, Why
from engine.model.session import SessionStatus
from engine.skipped import after
from engine.time.span import Instant


@dataclass(frozen=True, slots=True)
class Apply:
    """Make a transition; nothing remote is needed."""

    transition: Transition


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
class Idle:
    """Nothing to do until somebody does something."""


Move: TypeAlias = Apply | PlanHolds | Check | Write | Look | Verify | Withdraw | Sweep | Inspect | Wait | Idle


def next_move(snapshot: BookingSnapshot) -> Move:
    """Decide what this booking needs now."""
    turned = _turn_back(snapshot)
    if turned is not None:
        return Apply(turned)
    return _NEXT[snapshot.booking.state](snapshot)


def _turn_back(snapshot: BookingSnapshot) -> Transition | None:
    """Follow a session that was called off, or is gone, without anybody telling the booking."""
    if snapshot.booking.after in _ENDS or snapshot.booking.state in _ENDS:
        return None
    if snapshot.session is None and is_past(snapshot):
        return None
    if snapshot.session is None:
        return undo_steps.withdrawn(snapshot, Why.GONE, BookingState.CANCELLED)
    if snapshot.session.status is SessionStatus.CANCELLED:
        return undo_steps.withdrawn(snapshot, Why.CANCELLED, BookingState.CANCELLED)
    if snapshot.session.status is SessionStatus.FAILED:
        return undo_steps.withdrawn(snapshot, Why.FAILED, BookingState.FAILED)
    return None


def is_past(snapshot: BookingSnapshot) -> bool:
    """Tell whether a confirmed event is over: a session that is no longer kept takes nothing back then."""
    slot = snapshot.booking.slot
    return snapshot.booking.state is BookingState.CONFIRMED and slot is not None and slot.end <= snapshot.now


_ENDS = (BookingState.CANCELLED, BookingState.FAILED)


def _proposed(snapshot: BookingSnapshot) -> Move:
    if snapshot.session is not None and booking_steps.is_chosen(snapshot.session):
        return Apply(booking_steps.accepted(snapshot.booking, snapshot.session, snapshot.now))
    return Idle()


def _accepted(snapshot: BookingSnapshot) -> Move:
    slot = snapshot.booking.slot
    if slot is None or slot.start < snapshot.now:
        return Apply(booking_steps.not_held(snapshot, "the time has passed"))
    return PlanHolds()


def _held(snapshot: BookingSnapshot) -> Move:
    return Apply(booking_steps.prepared(snapshot)) if _is_fresh(snapshot) else _when(snapshot, Check())


def _prepared(snapshot: BookingSnapshot) -> Move:
    return Apply(booking_steps.writing(snapshot)) if _is_fresh(snapshot) else _when(snapshot, Check())


def _writing(snapshot: BookingSnapshot) -> Move:
    if failing.refusals(snapshot):
        return Apply(failing.write_failed(snapshot))
    waiting = next((each for each in snapshot.copies if each.state is not EffectState.WRITTEN), None)
    if waiting is None:
        return Apply(booking_steps.verifying(snapshot))
    if snapshot.waited >= WRITE_DEADLINE:
        return Apply(failing.out_of_time(snapshot))
    if waiting.next_at - snapshot.now > LONG_PAUSE:
        return Apply(failing.held_up(snapshot))
    if waiting.next_at > snapshot.now:
        return Wait(min(waiting.next_at, after(snapshot.booking.since, WRITE_DEADLINE, snapshot.skipped)))
    if unsettled(waiting):
        return Look(waiting)
    return Write(waiting) if _is_fresh(snapshot) else _when(snapshot, Check())


def _verifying(snapshot: BookingSnapshot) -> Move:
    if any(each.state is not EffectState.WRITTEN for each in snapshot.copies):
        return Apply(booking_steps.writing_again(snapshot, ()))
    if snapshot.waited >= VERIFY_DEADLINE and any(each.next_at > snapshot.now for each in snapshot.copies):
        return Apply(undo_steps.unverified(snapshot))
    return _when_all_due(snapshot, Verify())


def _stuck(snapshot: BookingSnapshot) -> Move:
    """Go on hourly with what could not be done: reading back what is wanted, or removing what is not."""
    if undo_steps.unfinished(snapshot) or not undo_steps.awaits_read_back(snapshot):
        return _undoing(snapshot)
    if any(each.state is not EffectState.WRITTEN for each in snapshot.copies):
        return Apply(failing.out_of_time(snapshot))
    return _when_all_due(snapshot, Verify())


def _confirmed(snapshot: BookingSnapshot) -> Move:
    if any(_is_news(each) for each in snapshot.copies) or _is_to_abort(snapshot):
        return Inspect()
    open_ = [each for each in snapshot.copies if _is_in_progress(each)]
    due = next((each for each in open_ if each.next_at <= snapshot.now), None)
    if due is None:
        return Wait(min(each.next_at for each in open_)) if open_ else Idle()
    if due.want is Want.ABSENT:
        return Withdraw(due)
    return Look(due) if unsettled(due) else Write(due)


_IN_PROGRESS = (EffectState.PLANNED, EffectState.SENT, EffectState.AMBIGUOUS)


def _is_in_progress(effect: Effect) -> bool:
    """Tell whether a copy is to be brought in step, or is that of somebody who was taken out."""
    if effect.want is Want.ABSENT:
        return effect.state is not EffectState.GONE
    return effect.state in _IN_PROGRESS


def _is_news(effect: Effect) -> bool:
    """A change by its owner that nobody has answered yet."""
    changed = effect.last_code in (Code.DECLINED, Code.MOVED) and effect.last_error is None
    return effect.state is EffectState.WRITTEN and effect.want is Want.PRESENT and changed


def _is_to_abort(snapshot: BookingSnapshot) -> bool:
    return bool(snapshot.booking.conflicts) and snapshot.policy.on_foreign is OnForeign.ABORT


def _undoing(snapshot: BookingSnapshot) -> Move:
    left = undo_steps.unfinished(snapshot)
    if not left:
        return Apply(undo_steps.quarantine(snapshot))
    if snapshot.booking.state is BookingState.UNDOING and undo_steps.is_stuck(snapshot):
        return Apply(undo_steps.stuck(snapshot))
    due = next((each for each in left if each.next_at <= snapshot.now), None)
    return Withdraw(due) if due else Wait(min(each.next_at for each in left))


def _quarantine(snapshot: BookingSnapshot) -> Move:
    """Wait all of it, by time that passed: a write under way lands no sooner for a clock that was set."""
    until = after(snapshot.booking.next_at - QUARANTINE, QUARANTINE, snapshot.skipped)
    return Sweep() if until <= snapshot.now else Wait(until)


def _releasing(snapshot: BookingSnapshot) -> Move:
    return Apply(undo_steps.ended(snapshot))


def _resting(snapshot: BookingSnapshot) -> Move:
    return Idle()


def _is_fresh(snapshot: BookingSnapshot) -> bool:
    return snapshot.checked_at is not None and 0 <= snapshot.now - snapshot.checked_at <= FRESH


def _when(snapshot: BookingSnapshot, move: Move) -> Move:
    return move if snapshot.booking.next_at <= snapshot.now else Wait(snapshot.booking.next_at)


def _when_all_due(snapshot: BookingSnapshot, move: Move) -> Move:
    latest = max((each.next_at for each in snapshot.copies), default=snapshot.now)
    return move if latest <= snapshot.now else Wait(latest)


def leftovers(snapshot: BookingSnapshot) -> list[Effect]:
    """Give every copy that must not be there, whatever became of its deletion."""
    return [
        each for each in snapshot.effects if each.delivery is Delivery.WRITTEN and each.want is Want.ABSENT
    ]


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
