"""The days of a year or month that an RRULE's BY-parts name (RFC 5545 section 3.3.10)."""

from collections.abc import Callable, Sequence
from datetime import date

from engine.model.recurrence import NthDay, Rule

_WEEK = 7


def days_of_month(rule: Rule, start: date) -> Callable[[int, int], Sequence[int]]:
    """Give what finds a month's days, as ordinals in order; where none are named, the start's own day."""
    month_days, week_days = rule.by_month_day, rule.by_day
    odd = rule.by_year_day or rule.by_week_number
    strict = day_filter(rule, with_weekdays=False, with_month_days=False) if odd else None

    def find(year: int, month: int) -> Sequence[int]:
        before, length = first_of_month(year, month) - 1, month_length(year, month)
        if month_days or not week_days:
            named = month_days or (start.day,)
            days = sorted({day if day > 0 else length + 1 + day for day in named})
            found = [before + day for day in days if 1 <= day <= length]
            if week_days:
                wanted = set(_weekdays(week_days, before + 1, length))
                found = [day for day in found if day in wanted]
        else:
            found = _weekdays(week_days, before + 1, length)
        return found if strict is None else [day for day in found if strict(day)]

    return find


def days_of_year(rule: Rule, start: date) -> Callable[[int], Sequence[int]]:
    """Give what finds a year's days, as ordinals in order."""
    if rule.by_week_number or rule.by_year_day or (rule.by_day and not rule.by_month):
        return _filtered_year(rule, start)
    months = rule.by_month or (range(1, 13) if rule.by_month_day else (start.month,))
    of_month = days_of_month(rule, start)

    def find(year: int) -> Sequence[int]:
        return [day for month in months for day in of_month(year, month)]

    return find


def _filtered_year(rule: Rule, start: date) -> Callable[[int], Sequence[int]]:
    """Look at every day of a year: for week numbers, year days, and weekdays counted by the year."""
    matches = day_filter(rule, with_weekdays=False)
    plain: set[int] = {day.weekday for day in rule.by_day if not day.nth}
    nth = tuple(day for day in rule.by_day if day.nth)
    if rule.by_week_number and not rule.by_day and not rule.by_month_day and not rule.by_year_day:
        plain = {start.weekday()}

    def find(year: int) -> Sequence[int]:
        first, length = first_of_month(year, 1), year_length(year)
        counted = set(_nth_of_year(rule, nth, year, first, length))
        days = range(first, first + length)
        if plain or nth:
            days_named = [day for day in days if (day - 1) % _WEEK in plain or day in counted]
        else:
            days_named = list(days)
        return days_named if matches is None else [day for day in days_named if matches(day)]

    return find


def _nth_of_year(rule: Rule, nth: Sequence[NthDay], year: int, first: int, length: int) -> list[int]:
    if not rule.by_month:
        return _nth_days(nth, first, length)
    return [
        day
        for month in rule.by_month
        for day in _nth_days(nth, first_of_month(year, month), month_length(year, month))
    ]


def _weekdays(named: Sequence[NthDay], first: int, length: int) -> list[int]:
    """Give the days of a stretch that BYDAY names: every such weekday, or the nth."""
    plain = {day.weekday for day in named if not day.nth}
    found = {day for day in range(first, first + length) if (day - 1) % _WEEK in plain} if plain else set()
    found.update(_nth_days([day for day in named if day.nth], first, length))
    return sorted(found)


def _nth_days(named: Sequence[NthDay], first: int, length: int) -> list[int]:
    found = []
    last = first + length - 1
    for one in named:
        if one.nth > 0:
            day = first + (one.weekday - (first - 1)) % _WEEK + _WEEK * (one.nth - 1)
        else:
            day = last - ((last - 1) - one.weekday) % _WEEK + _WEEK * (one.nth + 1)
        if first <= day <= last:
            found.append(day)
    return found


def day_filter(
    rule: Rule, *, with_weekdays: bool, with_month_days: bool = True
) -> Callable[[int], bool] | None:
    """Give what tells whether a day is let through by the parts that narrow; None where nothing does."""
    weekdays = {day.weekday for day in rule.by_day} if with_weekdays else set()
    month_days = rule.by_month_day if with_month_days else ()
    dated = bool(rule.by_month or month_days or rule.by_year_day or rule.by_week_number)
    if not weekdays and not dated:
        return None

    def matches(day: int) -> bool:
        if weekdays and (day - 1) % _WEEK not in weekdays:
            return False
        return not dated or _dated(rule, month_days, day)

    return matches


def _dated(rule: Rule, month_days: Sequence[int], day: int) -> bool:
    at = date.fromordinal(day)
    if rule.by_month and at.month not in rule.by_month:
        return False
    if month_days and not _counted(at.day, month_length(at.year, at.month), month_days):
        return False
    if rule.by_year_day:
        number = day - first_of_month(at.year, 1) + 1
        if not _counted(number, year_length(at.year), rule.by_year_day):
            return False
    return not rule.by_week_number or _in_weeks(rule, at.year, day)


def _counted(number: int, length: int, named: Sequence[int]) -> bool:
    return number in named or number - length - 1 in named


def _in_weeks(rule: Rule, year: int, day: int) -> bool:
    """Whether a day lies in a numbered week; a week belongs to the year that has four days of it at least."""
    if day < _first_week(year, rule):
        year -= 1
    elif day >= _first_week(year + 1, rule):
        year += 1
    first, following = _first_week(year, rule), _first_week(year + 1, rule)
    return _counted((day - first) // _WEEK + 1, (following - first) // _WEEK, rule.by_week_number)


def _first_week(year: int, rule: Rule) -> int:
    fourth = first_of_month(year, 1) + 3
    return fourth - ((fourth - 1) - rule.week_start) % _WEEK


def first_of_month(year: int, month: int) -> int:
    """Give the ordinal of a month's first day, also for the years just outside the calendar."""
    if 1 <= year <= 9999:
        return date(year, month, 1).toordinal()
    return 365 * (year - 1) + (year - 1) // 4 - (year - 1) // 100 + (year - 1) // 400 + 1


def month_length(year: int, month: int) -> int:
    """Give a month's number of days."""
    if month == 2:
        return 29 if year_length(year) == 366 else 28
    return 30 if month in (4, 6, 9, 11) else 31


def year_length(year: int) -> int:
    """Give a year's number of days."""
    return 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365
