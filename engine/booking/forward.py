"""From an accepted slot to an event that stands in every calendar."""

from collections.abc import Sequence
from dataclasses import replace

from engine import sessions
from engine.booking.case import Case
from engine.booking.step import Step, enter
from engine.booking.telling import confirmed_entries
from engine.model.booking import Booking, BookingState, Effect, Hold
from engine.model.session import EventSession, SessionStatus
from engine.timespan import Instant

CONFLICTS = "conflicts"
"""Metadata: foreign events found on a booked slot, in words."""


_OVER = (CONFLICTS, sessions.NOT_BOOKED, sessions.FAILED_BOOKINGS)


def accepted(booking: Booking, session: EventSession, now: Instant) -> Step:
    """Take up a session's chosen slot.

    Raises:
        ValueError: none is chosen.
    """
    if session.final_time is None:
        raise ValueError(f"session {session.id} has no final time")
    becoming = replace(booking, slot=session.final_time.span, after=None, reason=None)
    return enter(booking, BookingState.ACCEPTED, now, becoming=becoming)


def is_chosen(session: EventSession | None) -> bool:
    """Tell whether a session waits to be booked."""
    return bool(session and session.status is SessionStatus.PENDING and session.final_time)


def held(case: Case, session: EventSession, effects: Sequence[Effect]) -> Step:
    """Hold the slot for every required person and plan every effect, in one transaction."""
    slot = case.booking.slot
    if slot is None:
        raise ValueError(f"the booking of session {session.id} has no slot")
    step = enter(case.booking, BookingState.HELD, case.now, becoming=_next_epoch(case.booking))
    holds = tuple(Hold(person=user, span=slot, session=session.id) for user in sorted(session.required_ids))
    return replace(step, planned=tuple(effects), holds=holds)


def _next_epoch(booking: Booking) -> Booking:
    return replace(booking, epoch=booking.epoch + 1)


def not_held(case: Case, why: str) -> Step:
    """Give the slot up because somebody else holds that time: it is not offered any more."""
    step = enter(case.booking, BookingState.PROPOSED, case.now)
    return replace(step, session=_given_back(case.session, why), wake=True)


def prepared(case: Case) -> Step:
    """Go on: the slot was free a moment ago."""
    return enter(case.booking, BookingState.PREPARED, case.now)


def releasing(case: Case, why: str) -> Step:
    """Turn back before anything was written: the slot is no longer free."""
    becoming = replace(case.booking, after=BookingState.PROPOSED, reason=why)
    step = enter(case.booking, BookingState.RELEASING, case.now, becoming=becoming)
    return replace(step, session=_given_back(case.session, why), wake=True)


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
    step = enter(case.booking, BookingState.CONFIRMED, case.now)
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


def conflicts_of(session: EventSession | None) -> Sequence[str]:
    """Give the foreign events that a session is known to collide with."""
    return tuple(session.metadata.get(CONFLICTS, ())) if session else ()


def _given_back(session: EventSession | None, why: str) -> EventSession | None:
    if not is_chosen(session) or session is None:
        return None
    return sessions.unbooked(session, why, keep_slot=False)
