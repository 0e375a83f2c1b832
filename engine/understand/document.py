"""A message to read, and its reading, as the JSON of `gatherly understand`."""

from typing import Any

from engine.documents.clocktimes import clock_text
from engine.documents.reading import Fields
from engine.documents.slots import parse_slot
from engine.model.session import SessionStatus, TimeRange
from engine.time.span import Span
from engine.understand.echo import echo
from engine.understand.reading import Context, Dates, Reading, SessionContext, Wish

CONTEXT_FIELDS = frozenset({"offered", "session"})
_SESSION_FIELDS = frozenset({"title", "status", "attendees", "duration", "finalTime"})
_MOST_OFFERED = 1_000


def parse_context(fields: Fields) -> Context:
    """Read the session that a message is said in, and the times that are offered in it.

    Raises:
        InputError: a field is unknown or wrong.
    """
    offered = fields.each("offered", parse_slot, _MOST_OFFERED)
    if not fields.has("session"):
        return Context(offered=offered)
    session = fields.child("session", _SESSION_FIELDS)
    final = session.maybe("finalTime", parse_slot)
    return Context(
        offered=offered,
        session=SessionContext(
            title=session.text("title", ""),
            status=session.word("status", SessionStatus, SessionStatus.PENDING),
            attendees=session.each("attendees", lambda value, path: str(value)),
            duration=session.whole("duration") if session.has("duration") else None,
            final=None if final is None else Span(final.start, final.end),
        ),
    )


def reading_document(reading: Reading) -> dict[str, Any]:
    """Write a reading, every key always present, but for the rule of what does not recur."""
    return {
        "intent": reading.intent.value,
        "attendees": list(reading.attendees),
        "title": reading.title,
        "duration": reading.duration,
        "dates": _dates(reading.dates),
        "daysOfWeek": [day.word for day in reading.days_of_week],
        "excludeDays": [day.word for day in reading.exclude_days],
        "excludeDates": [day.isoformat() for day in reading.exclude_dates],
        "timeRange": _range(reading.time_range),
        "at": _at(reading),
        "zone": reading.zone,
        "choice": reading.choice,
        "preferred": None if reading.preferred is None else _wish(reading.preferred),
        "confidence": round(reading.confidence, 2),
        "question": reading.question,
        "echo": echo(reading),
        **({"recurrence": reading.recurrence} if reading.recurrence else {}),
    }


def _dates(dates: Dates | None) -> dict[str, str | None] | None:
    if dates is None:
        return None
    return {"from": dates.first.isoformat(), "to": None if dates.last is None else dates.last.isoformat()}


def _range(time_range: TimeRange | None) -> dict[str, str] | None:
    if time_range is None:
        return None
    return {"start": clock_text(time_range.start or 0), "end": clock_text(time_range.end or 1440)}


def _at(reading: Reading) -> str | None:
    if reading.at is None:
        return None
    clock = clock_text(reading.at)
    return clock if reading.at_day is None else f"{reading.at_day.isoformat()}T{clock}"


def _wish(wish: Wish) -> dict[str, Any]:
    return {
        "timeRange": _range(wish.time_range),
        "daysOfWeek": [day.word for day in wish.days_of_week],
        "dates": _dates(wish.dates),
        "at": None if wish.at is None else clock_text(wish.at),
    }
