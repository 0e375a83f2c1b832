"""What happens to a session, as lines of the log: an event each, named as they are told live.

They hold ids, times and counts; no title, no reason and no message.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engine.ids import CalendarKey, SessionId, UserId
from engine.model.booking import ACTOR, AuditEntry, BookingState
from engine.model.session import Answer, EventSession, Response, SessionStatus
from engine.model.session_metadata import Key
from engine.sessions.state_machine import EXPIRED
from engine.time.span import Instant

SESSION = "session"


class SessionEvent(StrEnum):
    """What may happen to a session."""

    ASKED = "session.asked"
    PROPOSED = "session.proposed"
    ANSWERED = "session.answered"
    ACCEPTED = "session.accepted"
    BOOKED = "session.booked"
    MOVED = "session.moved"
    REOPENED = "session.reopened"
    CANCELLED = "session.cancelled"
    FAILED = "session.failed"
    STUCK = "session.stuck"
    RELEASED = "session.released"


@dataclass(frozen=True, slots=True)
class _Change:
    """A session before and after a transition of its booking, and the booking's states."""

    before: EventSession
    after: EventSession
    was: BookingState
    now: BookingState


def asked(session: EventSession, now: Instant) -> AuditEntry:
    """Write down that somebody asked for a session."""
    details = {"required": len(session.required_ids), "minutes": session.duration}
    return _entry(SessionEvent.ASKED, session, now, details, session.host_user_id)


def let_be(
    session: SessionId, calendars: Iterable[CalendarKey | None], now: Instant, actor: str, by: UserId | None
) -> AuditEntry:
    """Write down that an operator ended a booking whose copies could not be taken out of these calendars."""
    left = sorted({str(one) for one in calendars if one is not None})
    return AuditEntry(
        at=now,
        actor=actor,
        action=str(SessionEvent.RELEASED),
        object_type=SESSION,
        object_id=session,
        details={"calendars": left},
        user_id=by,
    )


def happened(
    before: EventSession | None, after: EventSession | None, was: BookingState, now: BookingState, at: Instant
) -> list[AuditEntry]:
    """Give what a transition means for its session; `was` and `now` are the booking's states."""
    if before is None or after is None:
        return []
    change = _Change(before, after, was, now)
    return [_entry(event, after, at, details, by) for event, details, by in _events(change)]


def _events(change: _Change) -> Iterator[tuple[SessionEvent, dict[str, Any], UserId | None]]:
    before, after = change.before, change.after
    fresh = [one for one in after.responses if one not in before.responses]
    chosen = after.final_time if before.final_time is None else None
    for response in fresh if chosen is None else ():
        yield SessionEvent.ANSWERED, _answer(after, response), response.user_id
    if chosen is not None:
        yield SessionEvent.ACCEPTED, {"start": chosen.start, "end": chosen.end}, _speaker(after, fresh)
    if before.final_time is not None and after.final_time is None and _is_open(after):
        yield SessionEvent.REOPENED, {}, None
    if _is_offered_anew(before, after):
        yield SessionEvent.PROPOSED, {"slots": len(after.proposed_times)}, None
    yield from _endings(change)


def _endings(change: _Change) -> Iterator[tuple[SessionEvent, dict[str, Any], UserId | None]]:
    before, after = change.before, change.after
    slot = after.final_time
    if slot is not None and change.now is BookingState.CONFIRMED:
        times = {"start": slot.start, "end": slot.end}
        if change.was is not BookingState.CONFIRMED:
            yield SessionEvent.BOOKED, times, None
        elif before.final_time is not None and before.final_time.span != slot.span:
            yield SessionEvent.MOVED, times, None
    if change.now is BookingState.STUCK and change.was is not BookingState.STUCK:
        yield SessionEvent.STUCK, {}, None
    if before.status is not after.status and after.status is SessionStatus.CANCELLED:
        yield SessionEvent.CANCELLED, {"expired": after.metadata.get(Key.REASON) == EXPIRED}, None
    if before.status is not after.status and after.status is SessionStatus.FAILED:
        yield SessionEvent.FAILED, {}, None


def _is_open(session: EventSession) -> bool:
    return session.status is SessionStatus.PENDING


def _is_offered_anew(before: EventSession, after: EventSession) -> bool:
    """Tell whether there are times that were not on offer; one that only left the offer is no news."""
    known = {slot.start for slot in (*before.proposed_times, *before.withheld)}
    return _is_open(after) and any(slot.start not in known for slot in after.proposed_times)


def _answer(session: EventSession, response: Response) -> dict[str, Any]:
    numbers = {slot.start: number for number, slot in enumerate(session.proposed_times, 1)}
    return {
        "answer": str(response.answer),
        "slot": None if response.slot is None else numbers.get(response.slot),
    }


def _speaker(session: EventSession, fresh: list[Response]) -> UserId:
    """Name who took the time: whoever said yes just now, else the host."""
    said = next((one.user_id for one in fresh if one.answer is Answer.ACCEPTED), None)
    return said or session.host_user_id


def _entry(
    event: SessionEvent, session: EventSession, at: Instant, details: dict[str, Any], by: UserId | None
) -> AuditEntry:
    return AuditEntry(
        at=at,
        actor=by or ACTOR,
        action=str(event),
        object_type=SESSION,
        object_id=session.id,
        details=details,
        user_id=by,
    )
