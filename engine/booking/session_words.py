"""What gatherly did with a session, in words for its conversation."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from engine.booking.session_events import SessionEvent
from engine.model.session import EventSession, TimeSlot
from engine.model.session_metadata import Key
from engine.sessions.state_machine import EXPIRED
from engine.time.instant import to_datetime
from engine.time.span import Instant

MOST_NAMED = 6
"""So many proposed times stand in one message."""


TOLD = frozenset(
    {
        SessionEvent.PROPOSED,
        SessionEvent.BOOKED,
        SessionEvent.MOVED,
        SessionEvent.REOPENED,
        SessionEvent.CANCELLED,
    }
)


def words_of(
    events: Iterable[SessionEvent], session: EventSession, zone: tzinfo
) -> Iterator[tuple[SessionEvent, str]]:
    """Say what happened to a session as it now stands, on the host's clock."""
    for event in events:
        words = _words(event, session, zone)
        if words is not None:
            yield event, words


def _words(event: SessionEvent, session: EventSession, zone: tzinfo) -> str | None:
    slot = session.final_time
    if event is SessionEvent.PROPOSED:
        return f"Proposed: {'; '.join(_time(one, zone) for one in session.proposed_times[:MOST_NAMED])}."
    if event is SessionEvent.BOOKED and slot is not None:
        return f"Booked: {_time(slot, zone)}. It stands in every calendar."
    if event is SessionEvent.MOVED and slot is not None:
        return f"Moved: {_time(slot, zone)}."
    if event is SessionEvent.REOPENED:
        return "Reopened: what was booked is withdrawn, and other times are looked for."
    if event is SessionEvent.CANCELLED:
        reason = session.metadata.get(Key.REASON)
        if reason == EXPIRED:
            return "Cancelled: nobody chose a time before it expired."
        return f"Cancelled: {reason}" if reason else "Cancelled."
    return None


def moment(at: Instant, zone: tzinfo) -> str:
    """Name a moment as conversations do, on the host's clock: `Monday 16 November 2026, 11:00`."""
    local = to_datetime(at).astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M}"


def _time(slot: TimeSlot, zone: tzinfo) -> str:
    return f"{moment(slot.start, zone)} to {to_datetime(slot.end).astimezone(zone):%H:%M}"
