"""When somebody can be asked at all: working hours, weekly availability, and dates that are different."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

from engine.model.constraint import DateOverride, WeeklyAvailability
from engine.model.user import User, WorkingHours
from engine.time.intervals import Stretch, clipped, united, without
from engine.time.local_time import LocalTime, daily_windows, day_number, local_days, local_time
from engine.time.span import DAY, Span

Plan: TypeAlias = tuple[
    tuple[WorkingHours, ...] | None, tuple[WeeklyAvailability, ...], tuple[DateOverride, ...]
]
"""All that decides on somebody's hours."""


def open_hours(user: User, days: tuple[int, int]) -> tuple[Stretch, ...] | None:
    """Give the united hours that touch some UTC days [first, end), counted from 1970; None = any time."""
    plan: Plan = (user.default_preferences.working_hours, user.availability, user.date_overrides)
    if plan == (None, (), ()):
        return None
    return _open_hours(user.timezone, plan, days)


@lru_cache(maxsize=4096)
def _open_hours(zone: str, plan: Plan, days: tuple[int, int]) -> tuple[Stretch, ...]:
    working, rows, overrides = plan
    reach = Span(days[0] * DAY, days[1] * DAY)
    local = local_time(zone, reach)
    usual = list(working or ())
    usual += [WorkingHours(row.start, row.end, (row.day,)) for row in rows if row.is_available]
    closed = [WorkingHours(row.start, row.end, (row.day,)) for row in rows if not row.is_available]
    if working is None and not any(row.is_available for row in rows):
        opened = [(reach.start - DAY, reach.end + DAY)]
        closed_by_date = united(_other_days(overrides, local, reach))
    else:
        opened = list(_usual_windows(usual, overrides, local, reach))
        closed_by_date = []
    taken = united((*closed_by_date, *_usual_windows(closed, overrides, local, reach)))
    opened = without(united(opened), taken)
    return tuple(united((*opened, *_other_windows(overrides, local, reach))))


def _usual_windows(
    ranges: Sequence[WorkingHours], overrides: Sequence[DateOverride], local: LocalTime, reach: Span
) -> Iterator[Stretch]:
    """Give weekly ranges, but for those that start on a date that is different."""
    different = {day_number(override.day) for override in overrides}
    for hours in ranges:
        for window in daily_windows(local, reach, hours.start, hours.end, hours.days):
            if local.day(window.start) not in different:
                yield window.start, window.end


def _other_days(overrides: Sequence[DateOverride], local: LocalTime, reach: Span) -> Iterator[Stretch]:
    different = {day_number(override.day) for override in overrides}
    for day, start, end in local_days(local, (reach.start - DAY, reach.end + DAY)):
        if day in different:
            yield start, end


def _other_windows(overrides: Sequence[DateOverride], local: LocalTime, reach: Span) -> Iterator[Stretch]:
    """Give the hours of the dates that are different, as far as they touch the stretch."""
    near = range(local.day(reach.start) - 2, local.day(reach.end) + 2)
    for override in overrides:
        day = day_number(override.day)
        for start, end in override.hours if day in near else ():
            opens, closes = local.first(day, start), local.last(day + (end <= start), end)
            yield from clipped([(opens, closes)] if opens < closes else [], reach.start, reach.end)
