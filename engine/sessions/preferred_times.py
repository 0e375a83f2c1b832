"""What a session's host would like without insisting: kept with it, and counted when times are ranked.

It stands in the metadata as `understand` writes it, its times in the host's zone; as rules it is soft, and
binds nobody but the host.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from engine.documents.clocktimes import clock_text, day_words, parse_clock
from engine.errors import InputError
from engine.model.constraint import EVERY_DAY, Constraint, ConstraintLevel, PreferredWindow
from engine.model.session import EventSession, TimeRange
from engine.model.session_metadata import Key
from engine.time.local_time import MINUTES_A_DAY
from engine.time.weekday import Weekday
from engine.understand.reading import Wish

NEARLY = 60
"""Minutes around a time that would be liked within which another is still near it."""
_STRONG, _WEAK = 10, 4
"""Priorities: of what was said, and of what is near it."""
_ID = "preferred"


def kept(wish: Wish) -> dict[str, Any]:
    """Write a wish for a session's metadata; what it does not say is left out."""
    document: dict[str, Any] = {}
    if wish.time_range is not None:
        start, end = wish.time_range.start or 0, wish.time_range.end or MINUTES_A_DAY
        document["timeRange"] = {"start": clock_text(start), "end": clock_text(end)}
    if wish.days_of_week:
        document["daysOfWeek"] = day_words(wish.days_of_week)
    if wish.dates is not None:
        last = wish.dates.last
        document["dates"] = {
            "from": wish.dates.first.isoformat(),
            "to": None if last is None else last.isoformat(),
        }
    if wish.at is not None:
        document["at"] = clock_text(wish.at)
    return {Key.PREFERRED_TIMES.value: document}


def preferred_rules(session: EventSession) -> tuple[Constraint, ...]:
    """Give what the host would like of a session's time as soft rules; what cannot be read says nothing."""
    document = session.metadata.get(Key.PREFERRED_TIMES)
    if not isinstance(document, Mapping):
        return ()
    try:
        found = list(_windows(document, session.duration))
    except (InputError, KeyError, TypeError, ValueError, AttributeError):
        return ()
    return tuple(
        Constraint(
            id=f"{session.id}:{_ID}:{number}",
            name="said of this session",
            user=session.host_user_id,
            level=ConstraintLevel.SOFT,
            priority=priority,
            rule=rule,
        )
        for number, (rule, priority) in enumerate(found)
    )


def _windows(document: Mapping[str, Any], duration: int) -> Iterator[tuple[PreferredWindow, int]]:
    named = [Weekday.from_word(str(word)) for word in document.get("daysOfWeek") or ()]
    days = tuple(named) or EVERY_DAY
    dates = _dates(document.get("dates"))
    if document.get("at") is not None:
        at = parse_clock(document["at"], "at")
        yield PreferredWindow(at, (at + duration) % MINUTES_A_DAY or MINUTES_A_DAY, days, dates), _STRONG
        around = TimeRange(max(0, at - NEARLY), min(MINUTES_A_DAY, at + duration + NEARLY))
        yield PreferredWindow(around.start or 0, around.end or MINUTES_A_DAY, days, dates), _WEAK
        return
    time_range = document.get("timeRange") or {"start": "00:00", "end": "24:00"}
    start = parse_clock(time_range["start"], "start")
    end = parse_clock(time_range["end"], "end", end=True)
    if document.get("timeRange") or named or dates is not None:
        yield PreferredWindow(start, end, days, dates), _STRONG


def _dates(document: Mapping[str, Any] | None) -> tuple[date, date] | None:
    if document is None:
        return None
    last = document["to"]
    return date.fromisoformat(document["from"]), date.max if last is None else date.fromisoformat(last)
