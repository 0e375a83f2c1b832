"""How an event's status goes: proposed, then confirmed or cancelled; a confirmed one may still be cancelled.

F2 draws the way to cancelled from proposed alone; what was confirmed can be called off as well. Each change
leaves its moment behind.
"""

from dataclasses import replace

from engine.errors import InputError
from engine.model.event import CalendarEvent, EventStatus
from engine.time.span import Instant


def confirmed(event: CalendarEvent, now: Instant) -> CalendarEvent:
    """Confirm an event; confirming twice changes nothing.

    Raises:
        InputError: it was cancelled.
    """
    if event.status is EventStatus.CONFIRMED:
        return event
    if event.status is EventStatus.CANCELLED:
        raise InputError(f"Event {event.id} was cancelled", "Make a new one")
    return replace(event, status=EventStatus.CONFIRMED, confirmed_at=now, updated_at=now)


def cancelled(event: CalendarEvent, now: Instant) -> CalendarEvent:
    """Cancel an event; cancelling twice changes nothing."""
    if event.status is EventStatus.CANCELLED:
        return event
    return replace(event, status=EventStatus.CANCELLED, cancelled_at=now, updated_at=now)
