"""What a change of a session means for its booking, decided in the transaction of the change."""

from dataclasses import replace

from engine.booking.checks.calendar_changes import still_true
from engine.booking.outbox.outbox_entries import analytics
from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps import booking_steps
from engine.booking.steps.leaving import taken_out, who_left
from engine.booking.steps.undo_steps import withdrawn
from engine.booking.steps.updating import is_edit, is_series_edit, updated
from engine.booking.taken import taken_by
from engine.booking.transition import Transition
from engine.model.booking import BookingState, OutboxEntry, Why
from engine.model.session import EventSession, SessionStatus
from engine.model.session_metadata import Key
from engine.sessions.state_machine import EXPIRED


def consequence(snapshot: BookingSnapshot, before: EventSession, after: EventSession) -> Transition:
    """Give the booking's part of a session's change; the session itself is part of the transition.

    `snapshot` holds the session as it was. Opening a booking and turning back stand or fall with the change.
    """
    transition = _booking_part(snapshot, before, after) or Transition(
        before=snapshot.booking, after=snapshot.booking
    )
    counted = _counted(snapshot, before, after)
    woken = after.status is SessionStatus.PENDING and after.final_time is None
    return replace(
        transition,
        session=after,
        outbox=(*transition.outbox, *counted),
        wake=transition.wake or (woken and before != after),
    )


def _booking_part(snapshot: BookingSnapshot, before: EventSession, after: EventSession) -> Transition | None:
    if after.status is SessionStatus.CANCELLED:
        why = Why.EXPIRED if after.metadata.get(Key.REASON) == EXPIRED else Why.CANCELLED
        return withdrawn(snapshot, why, BookingState.CANCELLED)
    if after.status is SessionStatus.FAILED:
        return withdrawn(snapshot, Why.FAILED, BookingState.FAILED)
    if before.final_time is not None and after.final_time is None:
        return withdrawn(snapshot, _reopened_because(after), BookingState.PROPOSED)
    left = who_left(before, after)
    if left:
        return taken_out(snapshot, after, left)
    if is_series_edit(before, after):
        return _series_changed(snapshot, after)
    if is_edit(before, after):
        return updated(snapshot)
    chosen = after.final_time if booking_steps.is_chosen(after) and before.final_time is None else None
    if chosen is None:
        return None
    if snapshot.booking.state in (BookingState.DRAFT, BookingState.PROPOSED):
        return booking_steps.accepted(snapshot.booking, after, snapshot.now)
    held = booking_steps.holds_of(after, chosen.span)
    return Transition(before=snapshot.booking, after=snapshot.booking, holds=held)


def _series_changed(snapshot: BookingSnapshot, after: EventSession) -> Transition | None:
    """Bring every copy of a series in step, and hold just what it now takes."""
    transition, slot = updated(snapshot), snapshot.booking.slot
    if transition is None or slot is None:
        return None
    conflicts = still_true(snapshot.booking.conflicts, taken_by(after, slot))
    booking = replace(transition.after, conflicts=conflicts)
    return replace(transition, after=booking, release=True, holds=booking_steps.holds_of(after, slot))


def _reopened_because(session: EventSession) -> Why:
    history = session.record.history
    return Why.DECLINED if history and history[-1].what == "declined" else Why.RESCHEDULED


def _counted(snapshot: BookingSnapshot, before: EventSession, after: EventSession) -> tuple[OutboxEntry, ...]:
    """Count how a session ends, once."""
    if before.status is not after.status and after.status in _ENDS:
        return (analytics(snapshot, after.status.value),)
    return ()


_ENDS = (SessionStatus.CANCELLED, SessionStatus.FAILED)
