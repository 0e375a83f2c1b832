"""What a booking takes of people's time: one slot, or each occurrence of a series."""

from engine.bounds import LATEST
from engine.model.session import EventSession
from engine.time.span import Instant, Span


def taken_by(session: EventSession | None, slot: Span) -> tuple[Span, ...]:
    """Give what a booking of a slot takes: of a series where each occurrence lies, if known."""
    final = session.final_time if session is not None else None
    return final.known_spans if final is not None and final.span == slot else (slot,)


def over_at(session: EventSession | None, slot: Span) -> Instant:
    """Give when the last that is booked is over."""
    final = session.final_time if session is not None else None
    if session is not None and session.is_endless:
        return LATEST
    return final.last_end if final is not None and final.span == slot else slot.end
