"""From an accepted slot to an event that stands in every calendar."""

from collections.abc import Sequence
from dataclasses import replace

from engine import sessions
from engine.booking.case import Case
from engine.booking.step import Said, Step, enter
from engine.booking.telling import confirmed_entries, notices
from engine.instants import format_instant
from engine.model.booking import Booking, BookingState, Effect, Hold
from engine.model.session import EventSession, SessionStatus
from engine.timespan import Instant, Span

CONFLICTS = "conflicts"
"""Metadata: foreign events found on a booked slot, in words."""


NOT_HELD = "not_held"
NOT_FREE = "not_free"
"""Why a choice was given back before anything was written (`Booking.reason`)."""
_OVER = (CONFLICTS, sessions.NOT_BOOKED, sessions.FAILED_BOOKINGS)


def accepted(booking: Booking, session: EventSession, now: Instant) -> Step:
    """Take up a session's chosen slot, and hold it in the same transaction: from now on nobody is offered it.

    Raises:
        ValueError: none is chosen.
    """
    if session.final_time is None:
        raise ValueError(f"session {session.id} has no final time")
    becoming = replace(booking, slot=session.final_time.span, after=None, reason=None)
    step = enter(booking, BookingState.ACCEPTED, now, becoming=becoming)
    return replace(step, holds=holds_of(session, session.final_time.span))


def holds_of(session: EventSession, slot: Span) -> tuple[Hold, ...]:
    """Hold a time for everybody who must be there."""
    return tuple(Hold(person=user, span=slot, session=session.id) for user in sorted(session.required_ids))


def is_chosen(session: EventSession | None) -> bool:
    """Tell whether a session waits to be booked."""
    return bool(session and session.status is SessionStatus.PENDING and session.final_time)


def held(case: Case, session: EventSession, effects: Sequence[Effect]) -> Step:
    """Hold the slot for every required person and plan every effect, in one transaction."""
    slot = case.booking.slot
    if slot is None:
        raise ValueError(f"the booking of session {session.id} has no slot")
    step = enter(case.booking, BookingState.HELD, case.now, becoming=_next_epoch(case.booking))
    return replace(step, planned=tuple(effects), holds=holds_of(session, slot))


def _next_epoch(booking: Booking) -> Booking:
    return replace(booking, epoch=booking.epoch + 1, reason=None)


def not_held(case: Case, why: str) -> Step:
    """Give the slot up before anything was done for it: it is not offered any more."""
    becoming = replace(case.booking, reason=NOT_HELD, failed=case.booking.failed + 1)
    if case.booking.state in (BookingState.ACCEPTED, BookingState.DRAFT):
        step = enter(case.booking, BookingState.PROPOSED, case.now, becoming=becoming)
    else:
        step = Step(before=case.booking, after=becoming)
    undoing = case.booking.state not in (BookingState.ACCEPTED, BookingState.PROPOSED, BookingState.DRAFT)
    return replace(give_back(case, step, why, keep_slot=False), release=not undoing)


def prepared(case: Case) -> Step:
    """Go on: the slot was free a moment ago."""
    return enter(case.booking, BookingState.PREPARED, case.now)


def releasing(case: Case, why: str) -> Step:
    """Turn back before anything was written: the slot is no longer free."""
    becoming = replace(
        case.booking, after=BookingState.PROPOSED, reason=NOT_FREE, failed=case.booking.failed + 1
    )
    step = enter(case.booking, BookingState.RELEASING, case.now, becoming=becoming)
    return give_back(case, step, why, keep_slot=False)


def give_back(case: Case, step: Step, why: str, *, keep_slot: bool) -> Step:
    """Take the choice back with a step, and tell whoever accepted: in the session, and by a notice."""
    session = case.session
    if session is None or session.final_time is None or session.status is not SessionStatus.PENDING:
        return step
    again = "It is still on offer." if keep_slot else "It is not on offer any more."
    when = format_instant(session.final_time.start)
    after = sessions.unbooked(session, why, failed=step.after.failed, keep_slot=keep_slot)
    again = f"{again} {_others(after, session.final_time.span)}"
    return replace(
        step,
        session=after,
        says=Said(f"The accepted time, {when}, could not be booked: {why}. {again}", not_booked=True),
        outbox=(*step.outbox, *notices(case, (session.host_user_id,), "not_booked", why=why)),
        wake=True,
    )


def _others(session: EventSession, chosen: Span) -> str:
    """Name the next best times."""
    rest = [format_instant(slot.start) for slot in session.proposed_times if slot.span != chosen]
    return f"The next best times are {'; '.join(rest)}." if rest else "Other times are being looked for."


def writing(case: Case) -> Step:
    """Begin to write, under a fence of its own."""
    becoming = replace(case.booking, fence=case.booking.fence + 1)
    return enter(case.booking, BookingState.WRITING, case.now, becoming=becoming)


def verifying(case: Case) -> Step:
    """Every write is acknowledged: read them back."""
    return enter(case.booking, BookingState.VERIFYING, case.now)


def writing_again(case: Case, changed: Sequence[Effect]) -> Step:
    """Write a copy once more that was acknowledged and is not there."""
    return replace(enter(case.booking, BookingState.WRITING, case.now), changed=tuple(changed))


def confirmed(case: Case, changed: Sequence[Effect], conflicts: Sequence[str]) -> Step:
    """Say that it stands, and only now: the session, the mails and the log in the same transaction."""
    session = case.session
    if session is None:
        raise ValueError(f"the session of booking {case.booking.session} is gone")
    stands = replace(case.booking, conflicts=tuple(conflicts), failed=0)
    step = enter(case.booking, BookingState.CONFIRMED, case.now, becoming=stands)
    scheduled = sessions.schedule(session, now=case.now)
    metadata = {key: value for key, value in session.metadata.items() if key not in _OVER}
    if conflicts:
        metadata[CONFLICTS] = list(conflicts)
    return replace(
        step,
        changed=tuple(changed),
        session=replace(scheduled, metadata=metadata),
        outbox=confirmed_entries(case, scheduled, tuple(conflicts)),
    )
