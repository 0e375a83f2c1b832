"""What a change of a session means for its booking, decided in the transaction of the change."""

from dataclasses import replace

from engine.booking import forward
from engine.booking.backward import Why, withdrawn
from engine.booking.case import Case
from engine.booking.step import Step
from engine.booking.telling import analytics, notices
from engine.booking.updating import is_edit, updated
from engine.model.booking import BookingState, OutboxEntry
from engine.model.session import EventSession, SessionStatus
from engine.sessions import EXPIRED, REASON, history_of


def consequence(case: Case, before: EventSession, after: EventSession) -> Step:
    """Give the booking's part of a session's change; the session itself is part of the step.

    `case` holds the session as it was. Opening a booking, turning back and telling people all stand or fall
    with the change.
    """
    step = _booking_part(case, before, after) or Step(before=case.booking, after=case.booking)
    told = _told(case, before, after)
    woken = after.status is SessionStatus.PENDING and after.final_time is None
    return replace(
        step, session=after, outbox=(*step.outbox, *told), wake=step.wake or (woken and before != after)
    )


def _booking_part(case: Case, before: EventSession, after: EventSession) -> Step | None:
    if after.status is SessionStatus.CANCELLED:
        why = Why.EXPIRED if after.metadata.get(REASON) == EXPIRED else Why.CANCELLED
        return withdrawn(case, why, BookingState.CANCELLED)
    if after.status is SessionStatus.FAILED:
        return withdrawn(case, Why.FAILED, BookingState.FAILED)
    if before.final_time is not None and after.final_time is None:
        return withdrawn(case, _reopened_because(after), BookingState.PROPOSED)
    if is_edit(before, after):
        return updated(case)
    chosen = after.final_time if forward.is_chosen(after) and before.final_time is None else None
    if chosen is None:
        return None
    if case.booking.state in (BookingState.DRAFT, BookingState.PROPOSED):
        return forward.accepted(case.booking, after, case.now)
    held = forward.holds_of(after, chosen.span)
    return Step(before=case.booking, after=case.booking, holds=held)


def _reopened_because(session: EventSession) -> Why:
    history = history_of(session)
    return Why.DECLINED if history and history[-1].get("what") == "declined" else Why.RESCHEDULED


def _told(case: Case, before: EventSession, after: EventSession) -> tuple[OutboxEntry, ...]:
    """Tell everybody of a change that concerns them, once; `change` counts the session's changes."""
    if after.status is SessionStatus.CANCELLED and before.status is not SessionStatus.CANCELLED:
        told = notices(case, after.attendee_ids, "cancelled", change=before.version)
        return (*told, analytics(case, "cancelled"))
    if after.status is SessionStatus.FAILED and before.status is not SessionStatus.FAILED:
        return (
            *notices(case, (after.host_user_id,), "failed", change=before.version),
            analytics(case, "failed"),
        )
    history = history_of(after)
    if before.final_time is not None and after.final_time is None and history:
        return notices(case, after.attendee_ids, str(history[-1].get("what")), change=before.version)
    return ()
