"""From a write that failed, or an event that is no longer wanted, to calendars that hold nothing of it."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from engine.booking.case import Case
from engine.booking.forward import accepted, give_back, is_chosen
from engine.booking.outcome import DEFINITE
from engine.booking.step import Said, Step, enter
from engine.booking.telling import cancellations, notices
from engine.booking.timing import (
    QUARANTINE,
    REFUSALS_BEFORE_STUCK,
    STUCK_RETRY,
    UNDO_DEADLINE,
)
from engine.ids import UserId
from engine.model.booking import Booking, BookingState, Delivery, Effect, EffectState, Want


class Why(StrEnum):
    """Why a booking is undone (`Booking.reason`)."""

    REFUSED = "refused"
    DEADLINE = "deadline"
    TAKEN = "id_taken"
    OPTIONAL = "optional_refused"
    HELD_UP = "held_up"
    DECLINED = "declined"
    MOVED = "moved"
    FOREIGN = "foreign"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"
    GONE = "session_gone"


RELEASED = "released"
"""`Effect.last_code` of a copy that an operator let be."""

CALLED_OFF = frozenset({Why.CANCELLED, Why.EXPIRED, Why.GONE})


def undoing(case: Case, why: Why, after: BookingState) -> Step:
    """Want every effect ever planned gone, also the never-written ones, and every invitation taken back."""
    becoming = replace(case.booking, after=after, reason=why)
    step = enter(case.booking, BookingState.UNDOING, case.now, becoming=becoming)
    changed = tuple(_unwanted(each, case) for each in case.effects if each.want is Want.PRESENT)
    return replace(step, changed=changed, outbox=cancellations(case))


def _unwanted(effect: Effect, case: Case) -> Effect:
    written = effect.delivery is Delivery.WRITTEN
    sent = effect.delivery is Delivery.INVITED and effect.attempts > 0
    state = _once_sent(effect) if written or sent else EffectState.GONE
    return replace(effect, want=Want.ABSENT, state=state, attempts=0, next_at=case.now, at=None)


def _once_sent(effect: Effect) -> EffectState:
    """Keep in mind that a write was sent, though nothing was found of it: it may land yet."""
    again = effect.state is EffectState.PLANNED and effect.attempts > 0
    return EffectState.AMBIGUOUS if again else effect.state


def unfinished(case: Case) -> list[Effect]:
    """Give the copies that may still be there, in the reverse order of writing."""
    written = [each for each in case.effects if each.delivery is Delivery.WRITTEN]
    left = [each for each in written if each.want is Want.ABSENT and each.state is not EffectState.GONE]
    order = {each.attendee: place for place, each in enumerate(case.copies)}
    return sorted(left, key=lambda each: (each.epoch, order.get(each.attendee, -1)), reverse=True)


def quarantine(case: Case) -> Step:
    """Wait until no write that was under way can land any more."""
    return enter(case.booking, BookingState.QUARANTINE, case.now, next_at=case.now + QUARANTINE)


def ended(case: Case) -> Step:
    """End the undo: nothing is left, so the holds are freed.

    A session whose time is chosen by now is taken up in the same transaction: nobody else would notice it.
    """
    end = case.booking.after or BookingState.PROPOSED
    step = enter(case.booking, end, case.now, becoming=replace(case.booking, after=None))
    if end is BookingState.PROPOSED and case.session is not None and is_chosen(case.session):
        again = accepted(step.after, case.session, case.now)
        step = replace(step, after=again.after, audit=(*step.audit, *again.audit), holds=again.holds)
    return replace(step, release=True, wake=end is BookingState.PROPOSED)


def undoing_again(case: Case, found: Sequence[Effect]) -> Step:
    """Delete once more: a late write was found, or a calendar could not be looked at."""
    return replace(enter(case.booking, BookingState.UNDOING, case.now), changed=tuple(found))


def is_stuck(case: Case) -> bool:
    """Tell whether the undo cannot be finished for now: tried too often, or for too long.

    Where no daemon ran for a day, nothing has been tried yet.
    """
    left = unfinished(case)
    too_long = case.waited >= UNDO_DEADLINE and all(each.attempts for each in left)
    refusals = (each for each in left if each.last_code in DEFINITE)
    return too_long or any(each.attempts >= REFUSALS_BEFORE_STUCK for each in refusals)


def stuck(case: Case) -> Step:
    """Say so, with the calendars that still hold a copy; try hourly from now on."""
    step = enter(case.booking, BookingState.STUCK, case.now, next_at=case.now + STUCK_RETRY)
    left = ", ".join(str(each.calendar) for each in unfinished(case))
    hourly = tuple(replace(each, next_at=case.now + STUCK_RETRY) for each in unfinished(case))
    told = notices(case, _host(case), "stuck", calendars=left)
    words = f"The event cannot be removed: {names_of(unfinished(case))}. It is tried hourly."
    first = BookingState.STUCK not in case.booking.entered
    return replace(step, changed=hourly, outbox=told, says=Said(words) if first else None)


def awaits_read_back(case: Case) -> bool:
    """Tell whether a stuck booking is one that was written everywhere, and could not be read back."""
    return any(each.want is Want.PRESENT for each in case.copies)


def unverified(case: Case) -> Step:
    """Say that a booking was written and could not be read back for too long; read hourly from now on.

    It does not turn back: every calendar has acknowledged its copy.
    """
    step = enter(case.booking, BookingState.STUCK, case.now, next_at=case.now + STUCK_RETRY)
    unseen = [each for each in case.copies if each.next_at > case.now]
    later = tuple(replace(each, next_at=case.now + STUCK_RETRY) for each in unseen)
    names = ", ".join(str(each.calendar) for each in unseen)
    words = (
        f"The event was written everywhere, but cannot be read back: {names_of(unseen)}. It is tried hourly."
    )
    return replace(
        step, changed=later, says=Said(words), outbox=notices(case, _host(case), "stuck", calendars=names)
    )


def _host(case: Case) -> tuple[UserId, ...]:
    return (case.session.host_user_id,) if case.session else ()


def released(case: Case, actor: str) -> Step:
    """End a stuck booking as it stands, at an operator's word; what it left behind stays unwanted.

    Raises:
        ValueError: it is not stuck.
    """
    end = case.booking.after or BookingState.PROPOSED
    step = enter(case.booking, end, case.now, actor=actor, becoming=replace(case.booking, after=None))
    copies = [each for each in case.copies if each.want is Want.PRESENT]
    left = tuple(replace(each, want=Want.ABSENT, last_code=RELEASED) for each in (*unfinished(case), *copies))
    freed = replace(step, release=True, changed=left, wake=end is BookingState.PROPOSED)
    return give_back(case, freed, "an operator ended it as it stood", keep_slot=False) if copies else freed


def withdrawn(case: Case, why: Why, after: BookingState) -> Step | None:
    """Turn back from wherever the booking is; None where there is nothing to turn back from."""
    state = case.booking.state
    becoming = replace(case.booking, after=after, reason=why, next_at=case.now)
    if state in _BEFORE_HOLDS:
        if state is after:
            return None
        step = enter(case.booking, after, case.now, becoming=becoming)
        return replace(step, release=state is BookingState.ACCEPTED)
    if state in (BookingState.HELD, BookingState.PREPARED):
        return enter(case.booking, BookingState.RELEASING, case.now, becoming=becoming)
    if state in (BookingState.WRITING, BookingState.VERIFYING, BookingState.CONFIRMED):
        return undoing(case, why, after)
    if state in (BookingState.FAILED, BookingState.CANCELLED):
        return None
    if state is BookingState.STUCK and awaits_read_back(case):
        return undoing(case, why, after)
    return Step(before=case.booking, after=_redirected(case.booking, becoming))


_BEFORE_HOLDS = (BookingState.DRAFT, BookingState.PROPOSED, BookingState.ACCEPTED)


def _redirected(booking: Booking, becoming: Booking) -> Booking:
    """Keep when it is next looked at: a quarantine is not cut short by a change of mind."""
    return replace(becoming, next_at=booking.next_at)


def names_of(effects: Sequence[Effect]) -> str:
    """Name calendars with what went wrong, in one line."""
    return "; ".join(f"{each.calendar} ({each.attendee}): {each.last_error}" for each in effects)
