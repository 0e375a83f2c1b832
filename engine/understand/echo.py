"""A reading as one plain sentence, so that whoever wrote can see how it was taken."""

from collections.abc import Sequence
from datetime import date

from engine.documents.clocktimes import clock_text
from engine.model.session import TimeRange
from engine.time.weekday import WORKDAYS, Weekday
from engine.understand.reading import Dates, Intent, Reading, Wish

_BEGINNING = {
    Intent.REQUEST: "A new session",
    Intent.ACCEPT: "Take",
    Intent.REFUSE: "None of the offered times",
    Intent.REFINE: "Look again",
    Intent.RESCHEDULE: "Move the session",
    Intent.CANCEL: "Call the session off for everybody",
    Intent.DECLINE: "You stay away; the others meet",
    Intent.UNKNOWN: "Nothing that I can do",
}


def echo(reading: Reading) -> str:
    """Say a reading in one sentence, dates written out."""
    parts = [_BEGINNING[reading.intent]]
    if reading.intent is Intent.ACCEPT:
        parts.append(_taken(reading))
    parts += _what(reading)
    parts += when_words(reading)
    return " ".join(part for part in parts if part).strip() + "."


def _taken(reading: Reading) -> str:
    if reading.choice is None or reading.at_day is None or reading.at is None:
        return "one of the offered times"
    return f"time {reading.choice}: {day_words(reading.at_day)} at {clock_text(reading.at)}"


def _what(reading: Reading) -> list[str]:
    return [
        f"“{reading.title}”" if reading.title else "",
        f"with {listed(reading.attendees)}" if reading.attendees else "",
        f"of {reading.duration} minutes" if reading.duration else "",
    ]


def when_words(reading: Reading) -> list[str]:
    """Say the days and times that a reading asks for."""
    if reading.choice is not None:
        return []
    out = [
        _span(reading.dates) if reading.dates else "",
        _weekdays(reading.days_of_week),
        f"not on {listed([day.word.capitalize() for day in reading.exclude_days])}"
        if reading.exclude_days
        else "",
        f"not on {listed([day_words(day) for day in reading.exclude_dates])}"
        if reading.exclude_dates
        else "",
        _range(reading.time_range) if reading.time_range else "",
        f"at {clock_text(reading.at)}" if reading.at is not None else "",
        f"({reading.zone})" if reading.zone else "",
        _liked(reading.preferred) if reading.preferred else "",
    ]
    return [part for part in out if part]


def day_words(day: date) -> str:
    """Write a date out, as `Tuesday 24 November 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def listed(words: Sequence[str]) -> str:
    """Write `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def _span(dates: Dates) -> str:
    if dates.last is None:
        return f"from {day_words(dates.first)} on"
    if dates.first == dates.last:
        return f"on {day_words(dates.first)}"
    return f"from {day_words(dates.first)} to {day_words(dates.last)}"


def _weekdays(days: Sequence[Weekday]) -> str:
    if tuple(days) == WORKDAYS:
        return "on weekdays"
    return f"on a {' or '.join(day.word.capitalize() for day in days)}" if days else ""


def _range(time_range: TimeRange) -> str:
    start, end = time_range.start or 0, time_range.end or 1440
    if start == 0:
        return f"until {clock_text(end)}"
    return (
        f"from {clock_text(start)}" if end == 1440 else f"between {clock_text(start)} and {clock_text(end)}"
    )


def _liked(wish: Wish) -> str:
    parts = [
        _span(wish.dates) if wish.dates else "",
        _weekdays(wish.days_of_week),
        _range(wish.time_range) if wish.time_range else "",
        f"at {clock_text(wish.at)}" if wish.at is not None else "",
    ]
    return f"preferably {' '.join(part for part in parts if part)}"
