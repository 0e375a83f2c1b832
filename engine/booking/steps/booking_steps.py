"""From an accepted slot to an event that stands in every calendar."""

from collections.abc import Sequence
from dataclasses import replace

from engine.booking.outbox.outbox_entries import confirmed_entries, notices
from engine.booking.snapshot import BookingSnapshot
from engine.booking.taken import taken_by
from engine.booking.transition import Said, Transition, enter
from engine.model.booking import Booking, BookingState, Effect, Hold
from engine.model.session import EventSession, SessionStatus
from engine.sessions import state_machine
from engine.time.instant import format_instant
from engine.time.span import Instant, Span

NOT_HELD = "not_held"
NOT_FREE = "not_free"
"""Why a choice was given back before anything was written (`Booking.reason`)."""


def accepted(booking: Booking, session: EventSession, now: Instant) -> Transition:
    """Take up a session's chosen slot, and hold it in the same transaction: from now on nobody is offered it.

    Raises:
        ValueError: none is chosen.
    """
    if session.final_time is None:
        raise ValueError(f"session {session.id} has no final time")
    becoming = replace(booking, slot=session.final_time.span, after=None, reason=None)
    transition = enter(booking, BookingState.ACCEPTED, now, becoming=becoming)
    return replace(transition, holds=holds_of(session, session.final_time.span))


def holds_of(session: EventSession, slot: Span) -> tuple[Hold, ...]:
    """Hold a time for everybody who must be there; of a series each occurrence, as far as it is known."""
    people = sorted(session.required_ids)
    return tuple(
        Hold(person=user, span=span, session=session.id)
        for user in people
        for span in taken_by(session, slot, user)
    )


def is_chosen(session: EventSession | None) -> bool:
    """Tell whether a session waits to be booked."""
    return bool(session and session.status is SessionStatus.PENDING and session.final_time)


def held(snapshot: BookingSnapshot, session: EventSession, effects: Sequence[Effect]) -> Transition:
    """Hold the slot for every required person and plan every effect, in one transaction."""
    slot = snapshot.booking.slot
    if slot is None:
        raise ValueError(f"the booking of session {session.id} has no slot")
    transition = enter(
        snapshot.booking, BookingState.HELD, snapshot.now, becoming=_next_epoch(snapshot.booking)
    )
    return replace(transition, planned=tuple(effects), holds=holds_of(session, slot))


def _next_epoch(booking: Booking) -> Booking:
    return replace(booking, epoch=booking.epoch + 1, reason=None)


def not_held(snapshot: BookingSnapshot, why: str) -> Transition:
    """Give the slot up before anything was done for it: it is not offered any more."""
    becoming = replace(snapshot.booking, reason=NOT_HELD, failed=snapshot.booking.failed + 1)
    if snapshot.booking.state in (BookingState.ACCEPTED, BookingState.DRAFT):
        transition = enter(snapshot.booking, BookingState.PROPOSED, snapshot.now, becoming=becoming)
    else:
        transition = Transition(before=snapshot.booking, after=becoming)
    undoing = snapshot.booking.state not in (BookingState.ACCEPTED, BookingState.PROPOSED, BookingState.DRAFT)
    return replace(give_back(snapshot, transition, why, keep_slot=False), release=not undoing)


def prepared(snapshot: BookingSnapshot) -> Transition:
    """Go on: the slot was free a moment ago."""
    return enter(snapshot.booking, BookingState.PREPARED, snapshot.now)


def releasing(snapshot: BookingSnapshot, why: str) -> Transition:
    """Turn back before anything was written: the slot is no longer free."""
    becoming = replace(
        snapshot.booking, after=BookingState.PROPOSED, reason=NOT_FREE, failed=snapshot.booking.failed + 1
    )
    transition = enter(snapshot.booking, BookingState.RELEASING, snapshot.now, becoming=becoming)
    return give_back(snapshot, transition, why, keep_slot=False)


def give_back(snapshot: BookingSnapshot, transition: Transition, why: str, *, keep_slot: bool) -> Transition:
    """Take the choice back with a transition, and tell whoever accepted: in the session, and by a notice."""
    session = snapshot.session
    if session is None or session.final_time is None or session.status is not SessionStatus.PENDING:
        return transition
    again = "It is still on offer." if keep_slot else "It is not on offer any more."
    when = format_instant(session.final_time.start)
    after = state_machine.unbooked(session, why, failed=transition.after.failed, keep_slot=keep_slot)
    if session.record.invitation is not None:
        after = state_machine.cancel(after, why, now=snapshot.now)
    again = f"{again} {_others(after, session.final_time.span)}"
    return replace(
        transition,
        session=after,
        says=Said(f"The accepted time, {when}, could not be booked: {why}. {again}", not_booked=True),
        outbox=(*transition.outbox, *notices(snapshot, (session.host_user_id,), "not_booked", why=why)),
        wake=True,
    )


def _others(session: EventSession, chosen: Span) -> str:
    """Name the next best times."""
    rest = [format_instant(slot.start) for slot in session.proposed_times if slot.span != chosen]
    return f"The next best times are {'; '.join(rest)}." if rest else "Other times are being looked for."


def writing(snapshot: BookingSnapshot) -> Transition:
    """Begin to write, under a fence of its own."""
    becoming = replace(snapshot.booking, fence=snapshot.booking.fence + 1)
    return enter(snapshot.booking, BookingState.WRITING, snapshot.now, becoming=becoming)


def verifying(snapshot: BookingSnapshot) -> Transition:
    """Every write is acknowledged: read them back."""
    return enter(snapshot.booking, BookingState.VERIFYING, snapshot.now)


def writing_again(snapshot: BookingSnapshot, changed: Sequence[Effect]) -> Transition:
    """Write a copy once more that was acknowledged and is not there."""
    return replace(enter(snapshot.booking, BookingState.WRITING, snapshot.now), changed=tuple(changed))


def confirmed(snapshot: BookingSnapshot, changed: Sequence[Effect], conflicts: Sequence[str]) -> Transition:
    """Say that it stands, and only now: the session, the mails and the log in the same transaction."""
    session = snapshot.session
    if session is None:
        raise ValueError(f"the session of booking {snapshot.booking.session} is gone")
    stands = replace(snapshot.booking, conflicts=tuple(conflicts), failed=0)
    transition = enter(snapshot.booking, BookingState.CONFIRMED, snapshot.now, becoming=stands)
    scheduled = state_machine.schedule(session, now=snapshot.now)
    record = replace(session.record, conflicts=tuple(conflicts), not_booked=None, failed_bookings=0)
    return replace(
        transition,
        changed=tuple(changed),
        session=replace(scheduled, record=record),
        outbox=confirmed_entries(snapshot),
    )
