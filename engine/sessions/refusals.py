"""What a session in its state refuses, each with what to do instead."""

from engine.errors import InputError, UnknownThingError
from engine.ids import UserId
from engine.model.session import EventSession, SessionStatus, TimeSlot
from engine.time.instant import format_instant
from engine.time.span import Instant

MOST_NAMED = 5
"""Of its proposed times an error names this many."""


def numbered(session: EventSession, number: int) -> TimeSlot:
    """Give the proposed slot of that number, counted from 1.

    Raises:
        InputError: there is no such slot.
    """
    if not 1 <= number <= len(session.proposed_times):
        raise InputError(
            f"Session {session.id} has no slot {number}",
            f"It has {len(session.proposed_times)} proposed times; `session show` lists them",
        )
    return session.proposed_times[number - 1]


def acceptable(session: EventSession, start: Instant, user: UserId, now: Instant) -> TimeSlot:
    """Give the slot that somebody may say yes to now.

    Raises:
        InputError: the session is over or expired, or no slot that is still to come begins then.
        UnknownThingError: the user does not attend.
    """
    attends(session, user)
    still_open(session, now)
    slot = next((slot for slot in session.proposed_times if slot.start == start), None)
    if slot is None:
        raise InputError(
            f"{format_instant(start)} is not a proposed time of session {session.id}",
            _proposals(session),
        )
    if slot.start < now:
        raise InputError(f"{format_instant(start)} has passed", "Reject the proposals to be given new ones")
    return slot


def _proposals(session: EventSession) -> str:
    """Name what can be accepted instead."""
    times = "; ".join(format_instant(slot.start) for slot in session.proposed_times[:MOST_NAMED])
    return f"Accept one of its proposed times: {times}" if times else "Wait for its proposed times"


def same_again(session: EventSession, slot: TimeSlot) -> EventSession:
    """Give the session whose time is settled, where it is settled on this slot.

    Raises:
        InputError: another time is being booked.
    """
    if session.final_time is None or session.final_time.span != slot.span:
        raise InputError(f"Another time of session {session.id} is being booked", "Reschedule it first")
    return session


def attends(session: EventSession, user: UserId) -> None:
    """Insist that somebody attends.

    Raises:
        UnknownThingError: they do not.
    """
    if user not in session.attendee_ids:
        raise UnknownThingError(f"{user} does not attend session {session.id}", "Name one of its attendees")


def alive(session: EventSession) -> None:
    """Insist that it is not over.

    Raises:
        InputError: it was cancelled, or has failed.
    """
    if session.status in (SessionStatus.CANCELLED, SessionStatus.FAILED):
        raise InputError(f"Session {session.id} is {session.status}", "Create a new session")


def still_open(session: EventSession, now: Instant) -> None:
    """Insist that a time is still looked for.

    Raises:
        InputError: the session is over, scheduled or expired.
    """
    alive(session)
    if session.status is SessionStatus.SCHEDULED:
        raise InputError(f"Session {session.id} is scheduled", "Reschedule it to choose another time")
    if session.final_time is None and now >= session.expires_at:
        raise InputError(
            f"Session {session.id} expired at {format_instant(session.expires_at)}", "Create a new session"
        )
