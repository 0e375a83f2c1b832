"""Which starts each rule speaks against: the one place that says what a rule means."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from engine.model.constraint import (
    EVERY_DAY,
    BlockedWindow,
    CustomRule,
    MaxEventsPerDay,
    MaxEventsPerWeek,
    MinGap,
    NoEventsAfter,
    NoEventsBefore,
    PreferredWindow,
    ResourcePriority,
    Rule,
)
from engine.rules.custom import forbidden
from engine.time.intervals import Stretch, gaps, starts_inside, starts_meeting, united
from engine.time.local_time import LocalDay, LocalTime, daily_windows, day_number, local_days, weekday_of
from engine.time.span import MINUTE, Instant, Span
from engine.time.weekday import Weekday


@dataclass(frozen=True, slots=True)
class Situation:
    """Starts of [start, end) in seconds for an event of a duration, among somebody's own events.

    `events` are sorted by start, each one once; they reach at least a week beyond the starts on either side
    where a rule counts by the week.
    """

    local: LocalTime
    starts: tuple[Instant, Instant]
    duration: int
    events: list[tuple[Instant, Instant]]

    @property
    def reach(self) -> Span:
        """The time that events at these starts can take."""
        return Span(self.starts[0], self.starts[1] + self.duration)


def starts_against(rule: Rule, situation: Situation) -> list[Stretch]:
    """Give, united, the starts that a rule speaks against; beyond `situation.starts` it means nothing."""
    match rule:
        case NoEventsBefore(minute):
            return united(_before(minute, situation))
        case NoEventsAfter(minute):
            return united(_after(minute, situation))
        case PreferredWindow(start, end, days, dates):
            inside = starts_inside(_windows(start, end, days, situation, dates), situation.duration)
            return gaps(inside, situation.starts)
        case BlockedWindow(start, end, days):
            return starts_meeting(_windows(start, end, days, situation), situation.duration)
        case MinGap(minutes):
            return starts_meeting(situation.events, situation.duration, minutes * MINUTE)
        case MaxEventsPerDay(count):
            return _full(count, situation, lambda day: day)
        case MaxEventsPerWeek(count):
            return _full(count, situation, lambda day: day - weekday_of(day))
        case CustomRule():
            asked = forbidden(rule, situation.reach, situation.local.zone)
            return starts_meeting(asked, situation.duration)
        case ResourcePriority():
            return []


def _windows(
    start: int,
    end: int,
    days: tuple[Weekday, ...],
    situation: Situation,
    dates: tuple[date, date] | None = None,
) -> list[Stretch]:
    local = situation.local
    first, last = (None, None) if dates is None else map(day_number, dates)
    return united(
        (window.start, window.end)
        for window in daily_windows(local, situation.reach, start, end, days)
        if first is None or last is None or first <= local.day(window.start) <= last
    )


def _before(minute: int, situation: Situation) -> Iterator[Stretch]:
    for day, start, end in local_days(situation.local, situation.starts):
        yield start, min(end, situation.local.first(day, minute))


def _after(minute: int, situation: Situation) -> Iterator[Stretch]:
    for day, start, end in local_days(situation.local, situation.starts):
        latest = situation.local.last(day, minute) - situation.duration
        yield max(start, latest + 1), end


def _full(count: int, situation: Situation, period: Callable[[LocalDay], LocalDay]) -> list[Stretch]:
    """Give the days whose period (day or week) already holds as many events as it may."""
    local = situation.local
    taken = Counter(period(local.day(start)) for start, _ in situation.events)
    days = local_days(local, situation.starts)
    return united((start, end) for day, start, end in days if taken[period(day)] >= count)


def words(rule: Rule) -> tuple[str, str]:
    """Name a rule by F2's type, and say in words what it asks."""
    match rule:
        case NoEventsBefore(minute):
            return "no_events_before", f"nothing before {_clock(minute)}"
        case NoEventsAfter(minute):
            return "no_events_after", f"nothing after {_clock(minute)}"
        case PreferredWindow(start, end, days, dates):
            return "preferred_window", f"rather {_range(start, end, days)}{_dated(dates)}"
        case BlockedWindow(start, end, days):
            return "blocked_window", f"never {_range(start, end, days)}"
        case MinGap(minutes):
            return "min_gap_minutes", f"{minutes} minutes between events"
        case MaxEventsPerDay(count):
            return "max_events_per_day", f"at most {count} events a day"
        case MaxEventsPerWeek(count):
            return "max_events_per_week", f"at most {count} events a week"
        case ResourcePriority():
            return "resource_priority", "some resources rather than others"
        case CustomRule():
            return "custom", "a rule of their own"


def _range(start: int, end: int, days: tuple[Weekday, ...]) -> str:
    on = "" if days == EVERY_DAY else f" on {', '.join(day.word.capitalize() for day in days)}"
    return f"{_clock(start)}-{_clock(end)}{on}"


def _dated(dates: tuple[date, date] | None) -> str:
    if dates is None:
        return ""
    first, last = (f"{day.day} {day:%B}" for day in dates)
    if dates[1] == date.max:
        return f" from {first} on"
    return f" on {first}" if first == last else f", {first} to {last}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
