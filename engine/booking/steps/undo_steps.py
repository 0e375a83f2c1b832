"""From a write that failed, or an event that is no longer wanted, to calendars that hold nothing of it."""

from collections.abc import Sequence
from dataclasses import replace

from engine.booking.outbox.outbox_entries import cancellations, notices
from engine.booking.outcome import DEFINITE
from engine.booking.session_events import let_be
from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps.booking_steps import accepted, give_back, is_chosen
from engine.booking.timing import (
    QUARANTINE,
    REFUSALS_BEFORE_STUCK,
    STUCK_RETRY,
    UNDO_DEADLINE,
)
from engine.booking.transition import Said, Transition, enter
from engine.ids import UserId
from engine.model.booking import (
    RELEASED,
    Booking,
    BookingState,
    Delivery,
    Effect,
    EffectState,
    Want,
    Why,
)

LET_BE = "An operator let it be"


def undoing(snapshot: BookingSnapshot, why: Why, after: BookingState) -> Transition:
    """Want every effect ever planned gone, also the never-written ones, and every invitation taken back."""
    becoming = replace(snapshot.booking, after=after, reason=why)
    transition = enter(snapshot.booking, BookingState.UNDOING, snapshot.now, becoming=becoming)
    changed = tuple(unwanted(each, snapshot) for each in snapshot.effects if each.want is Want.PRESENT)
    return replace(transition, changed=changed, outbox=cancellations(snapshot))


def unwanted(effect: Effect, snapshot: BookingSnapshot) -> Effect:
    """Want a copy gone, or an invitation taken back."""
    written = effect.delivery is Delivery.WRITTEN
    sent = effect.delivery is Delivery.INVITED and (effect.attempts > 0 or effect.sequence > 0)
    state = _once_sent(effect, sent=sent) if written or sent else EffectState.GONE
    return replace(effect, want=Want.ABSENT, state=state, attempts=0, next_at=snapshot.now, at=None)


def _once_sent(effect: Effect, *, sent: bool) -> EffectState:
    """Keep in mind that a write was sent, though nothing was found of it: it may land yet."""
    again = effect.state is EffectState.PLANNED and (sent or effect.attempts > 0)
    return EffectState.AMBIGUOUS if again else effect.state


def unfinished(snapshot: BookingSnapshot) -> list[Effect]:
    """Give the copies that may still be there, in the reverse order of writing."""
    written = [each for each in snapshot.effects if each.delivery is Delivery.WRITTEN]
    left = [each for each in written if each.want is Want.ABSENT and each.state is not EffectState.GONE]
    order = {each.attendee: place for place, each in enumerate(snapshot.copies)}
    return sorted(left, key=lambda each: (each.epoch, order.get(each.attendee, -1)), reverse=True)


def quarantine(snapshot: BookingSnapshot) -> Transition:
    """Wait until no write that was under way can land any more."""
    return enter(snapshot.booking, BookingState.QUARANTINE, snapshot.now, next_at=snapshot.now + QUARANTINE)


def ended(snapshot: BookingSnapshot) -> Transition:
    """End the undo: nothing is left, so the holds are freed.

    A session whose time is chosen by now is taken up in the same transaction: nobody else would notice it.
    """
    end = snapshot.booking.after or BookingState.PROPOSED
    transition = enter(snapshot.booking, end, snapshot.now, becoming=replace(snapshot.booking, after=None))
    if end is BookingState.PROPOSED and snapshot.session is not None and is_chosen(snapshot.session):
        again = accepted(transition.after, snapshot.session, snapshot.now)
        transition = replace(
            transition, after=again.after, audit=(*transition.audit, *again.audit), holds=again.holds
        )
    return replace(transition, release=True, wake=end is BookingState.PROPOSED)


def undoing_again(snapshot: BookingSnapshot, found: Sequence[Effect]) -> Transition:
    """Delete once more: a late write was found, or a calendar could not be looked at."""
    return replace(enter(snapshot.booking, BookingState.UNDOING, snapshot.now), changed=tuple(found))


def is_stuck(snapshot: BookingSnapshot) -> bool:
    """Tell whether the undo cannot be finished for now: tried too often, or for too long.

    Where no daemon ran for a day, nothing has been tried yet.
    """
    left = unfinished(snapshot)
    too_long = snapshot.waited >= UNDO_DEADLINE and all(each.attempts for each in left)
    refusals = (each for each in left if each.last_code in DEFINITE)
    return too_long or any(each.attempts >= REFUSALS_BEFORE_STUCK for each in refusals)


def stuck(snapshot: BookingSnapshot) -> Transition:
    """Say so, with the calendars that still hold a copy; try hourly from now on."""
    transition = enter(snapshot.booking, BookingState.STUCK, snapshot.now, next_at=snapshot.now + STUCK_RETRY)
    left = ", ".join(str(each.calendar) for each in unfinished(snapshot))
    hourly = tuple(replace(each, next_at=snapshot.now + STUCK_RETRY) for each in unfinished(snapshot))
    told = notices(snapshot, _host(snapshot), "stuck", calendars=left)
    words = f"The event cannot be removed: {names_of(unfinished(snapshot))}. It is tried hourly."
    first = BookingState.STUCK not in snapshot.booking.entered
    return replace(transition, changed=hourly, outbox=told, says=Said(words) if first else None)


def awaits_read_back(snapshot: BookingSnapshot) -> bool:
    """Tell whether a stuck booking is one that was written everywhere, and could not be read back."""
    return any(each.want is Want.PRESENT for each in snapshot.copies)


def unverified(snapshot: BookingSnapshot) -> Transition:
    """Say that a booking was written and could not be read back for too long; read hourly from now on.

    It does not turn back: every calendar has acknowledged its copy.
    """
    transition = enter(snapshot.booking, BookingState.STUCK, snapshot.now, next_at=snapshot.now + STUCK_RETRY)
    unseen = [each for each in snapshot.copies if each.next_at > snapshot.now]
    later = tuple(replace(each, next_at=snapshot.now + STUCK_RETRY) for each in unseen)
    names = ", ".join(str(each.calendar) for each in unseen)
    words = (
        f"The event was written everywhere, but cannot be read back: {names_of(unseen)}. It is tried hourly."
    )
    return replace(
        transition,
        changed=later,
        says=Said(words),
        outbox=notices(snapshot, _host(snapshot), "stuck", calendars=names),
    )


def _host(snapshot: BookingSnapshot) -> tuple[UserId, ...]:
    return (snapshot.session.host_user_id,) if snapshot.session else ()


def released(snapshot: BookingSnapshot, actor: str, by: UserId | None = None) -> Transition:
    """End a stuck booking as it stands, at an operator's word; what it left behind stays unwanted.

    The log keeps `actor`, and `by` where the operator is a user.

    Raises:
        ValueError: it is not stuck.
    """
    end = snapshot.booking.after or BookingState.PROPOSED
    transition = enter(
        snapshot.booking, end, snapshot.now, actor=actor, becoming=replace(snapshot.booking, after=None)
    )
    copies = [each for each in snapshot.copies if each.want is Want.PRESENT]
    left = tuple(_let_be(each) for each in (*unfinished(snapshot), *copies))
    line = let_be(snapshot.booking.session, [each.calendar for each in left], snapshot.now, actor, by)
    freed = replace(
        transition,
        release=True,
        changed=left,
        wake=end is BookingState.PROPOSED,
        audit=(line, *transition.audit),
    )
    return (
        give_back(snapshot, freed, "an operator ended it as it stood", keep_slot=False) if copies else freed
    )


def _let_be(effect: Effect) -> Effect:
    said = f"{LET_BE}: {effect.last_error}" if effect.last_error else LET_BE
    return replace(effect, want=Want.ABSENT, last_code=RELEASED, last_error=said)


def withdrawn(snapshot: BookingSnapshot, why: Why, after: BookingState) -> Transition | None:
    """Turn back from wherever the booking is; None where there is nothing to turn back from."""
    state = snapshot.booking.state
    becoming = replace(snapshot.booking, after=after, reason=why, next_at=snapshot.now)
    if state in _BEFORE_HOLDS:
        if state is after:
            return None
        transition = enter(snapshot.booking, after, snapshot.now, becoming=becoming)
        return replace(transition, release=state is BookingState.ACCEPTED)
    if state in (BookingState.HELD, BookingState.PREPARED):
        return enter(snapshot.booking, BookingState.RELEASING, snapshot.now, becoming=becoming)
    if state in (BookingState.WRITING, BookingState.VERIFYING, BookingState.CONFIRMED):
        return undoing(snapshot, why, after)
    if state in (BookingState.FAILED, BookingState.CANCELLED):
        return None
    if state is BookingState.STUCK and awaits_read_back(snapshot):
        return undoing(snapshot, why, after)
    return Transition(before=snapshot.booking, after=_redirected(snapshot.booking, becoming))


_BEFORE_HOLDS = (BookingState.DRAFT, BookingState.PROPOSED, BookingState.ACCEPTED)


def _redirected(booking: Booking, becoming: Booking) -> Booking:
    """Keep when it is next looked at: a quarantine is not cut short by a change of mind."""
    return replace(becoming, next_at=booking.next_at)


def names_of(effects: Sequence[Effect]) -> str:
    """Name calendars with what went wrong, in one line."""
    return "; ".join(f"{each.calendar} ({each.attendee}): {each.last_error}" for each in effects)
