"""What a booking takes of people's time: one slot, or each occurrence of a series."""

from dataclasses import replace

from engine.bounds import LATEST
from engine.ids import UserId
from engine.model.session import EventSession
from engine.time.span import Instant, Span


def taken_by(session: EventSession | None, slot: Span, user: UserId | None = None) -> tuple[Span, ...]:
    """Give what a booking of a slot takes: of a series where each occurrence lies, if known.

    Of a `user` what it takes of theirs: nothing where they stay away.
    """
    final = session.final_time if session is not None else None
    if session is None or final is None or final.span != slot:
        return (slot,)
    away = session.record.stays_away(user) if user is not None else frozenset[Instant]()
    if not away:
        return final.known_spans
    there = tuple(one for one in final.occurrences if one.start not in away)
    return replace(final, occurrences=there).known_spans if there else ()


def over_at(session: EventSession | None, slot: Span) -> Instant:
    """Give when the last that is booked is over."""
    final = session.final_time if session is not None else None
    if session is not None and session.is_endless:
        return LATEST
    return final.last_end if final is not None and final.span == slot else slot.end
