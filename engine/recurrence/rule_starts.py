"""The starts that one RRULE generates between two wall times (RFC 5545 section 3.3.10).

A rule is followed period by period: years, months, weeks or days that lie in the window and in step with the
interval. Within a period its days are found, within a day its times; BYSETPOS picks among a period's starts.
Wall times are seconds (`Wall`), days are `date.toordinal` numbers.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from engine.model.recurrence import Frequency, Rule, Wall, wall_seconds
from engine.recurrence.rule_days import day_filter, days_of_month, days_of_year
from engine.time.span import DAY

_WEEK = 7


def rule_starts(rule: Rule, start: Wall, first: Wall, last: Wall) -> Iterator[Wall]:
    """Give the rule's starts from `first` to `last`, both included, in order.

    Args:
        rule: what to follow.
        start: DTSTART; nothing lies before it.
        first: where to begin; a COUNT is counted from the start nevertheless.
        last: where to end.
    """
    end = last if rule.until is None else min(last, wall_seconds(rule.until))
    if rule.count is None:
        yield from _between(rule, start, max(first, start), end)
        return
    for number, at in enumerate(_between(rule, start, start, end)):
        if number >= rule.count:
            return
        if at >= first:
            yield at


def _between(rule: Rule, start: Wall, first: Wall, last: Wall) -> Iterator[Wall]:
    if last < first:
        return
    periods = _sub_daily(rule, start, first, last) if rule.frequency > Frequency.DAILY else None
    if periods is None:
        periods = _daily_or_longer(rule, start, first, last)
    for starts in periods:
        picked = _picked(starts, rule.by_set_position) if rule.by_set_position else starts
        for at in picked:
            if first <= at <= last:
                yield at


def _picked(starts: Sequence[Wall], positions: Iterable[int]) -> list[Wall]:
    count = len(starts)
    indices = {position - 1 if position > 0 else count + position for position in positions}
    return [starts[index] for index in sorted(indices) if 0 <= index < count]


def _daily_or_longer(rule: Rule, start: Wall, first: Wall, last: Wall) -> Iterator[Sequence[Wall]]:
    times = _times(rule, start % DAY)
    only = times[0] if len(times) == 1 else None
    for days in _PERIODS[rule.frequency](rule, start // DAY, first // DAY, last // DAY):
        if only is not None:
            yield [day * DAY + only for day in days]
        else:
            yield [day * DAY + time for day in days for time in times]


def _times(rule: Rule, start: int) -> list[int]:
    """Give the seconds of a day at which a rule with days starts."""
    hours = rule.by_hour or (start // 3600,)
    minutes = rule.by_minute or (start // 60 % 60,)
    seconds = rule.by_second or (start % 60,)
    return sorted(
        {
            hour * 3600 + minute * 60 + min(second, 59)
            for hour in hours
            for minute in minutes
            for second in seconds
        }
    )


def _years(rule: Rule, start: int, first: int, last: int) -> Iterator[Sequence[int]]:
    begin, from_year, to_year = date.fromordinal(start), _year(first), _year(last)
    find = days_of_year(rule, begin)
    for year in range(_in_step(begin.year, from_year, rule.interval), to_year + 1, rule.interval):
        yield find(year)


def _months(rule: Rule, start: int, first: int, last: int) -> Iterator[Sequence[int]]:
    begin = date.fromordinal(start)
    find = days_of_month(rule, begin)
    month = _in_step(begin.year * 12 + begin.month - 1, _month(first), rule.interval)
    for number in range(month, _month(last) + 1, rule.interval):
        if not rule.by_month or number % 12 + 1 in rule.by_month:
            yield find(number // 12, number % 12 + 1)


def _weeks(rule: Rule, start: int, first: int, last: int) -> Iterator[Sequence[int]]:
    """Weeks begin on WKST, which decides what INTERVAL skips."""
    shift = (rule.week_start + 1) % _WEEK
    week, step = (start - shift) // _WEEK, rule.interval
    weekdays: set[int] = {day.weekday for day in rule.by_day} or {(start - 1) % _WEEK}
    offsets = sorted((weekday - rule.week_start) % _WEEK for weekday in weekdays)
    matches = day_filter(rule, with_weekdays=False)
    for number in range(_in_step(week, (first - shift) // _WEEK, step), (last - shift) // _WEEK + 1, step):
        monday = number * _WEEK + shift
        days = [monday + offset for offset in offsets if monday + offset >= 1]
        yield days if matches is None else [day for day in days if matches(day)]


def _days(rule: Rule, start: int, first: int, last: int) -> Iterator[Sequence[int]]:
    matches = day_filter(rule, with_weekdays=True)
    for day in range(_in_step(start, first, rule.interval), last + 1, rule.interval):
        if matches is None or matches(day):
            yield (day,)


_PERIODS: dict[Frequency, Callable[[Rule, int, int, int], Iterator[Sequence[int]]]] = {
    Frequency.YEARLY: _years,
    Frequency.MONTHLY: _months,
    Frequency.WEEKLY: _weeks,
    Frequency.DAILY: _days,
}


def _in_step(begin: int, first: int, interval: int) -> int:
    """Give the first number from `first` on that is whole intervals away from `begin`."""
    return begin if first <= begin else begin + -(-(first - begin) // interval) * interval


def _year(day: int) -> int:
    return date.fromordinal(min(max(day, 1), date.max.toordinal())).year


def _month(day: int) -> int:
    at = date.fromordinal(min(max(day, 1), date.max.toordinal()))
    return at.year * 12 + at.month - 1


def _sub_daily(rule: Rule, start: Wall, first: Wall, last: Wall) -> Iterator[Sequence[Wall]]:
    """Follow HOURLY, MINUTELY or SECONDLY, unit by unit, inside the days that the rule allows."""
    unit = {Frequency.HOURLY: 3600, Frequency.MINUTELY: 60, Frequency.SECONDLY: 1}[rule.frequency]
    matches = day_filter(rule, with_weekdays=True)
    within = _inner_times(rule, start, unit)
    begin, end, step = start // unit, last // unit, rule.interval
    number = _in_step(begin, first // unit, step)
    while number <= end:
        at = number * unit
        if matches is not None and not matches(at // DAY):
            number = _in_step(begin, (at // DAY + 1) * (DAY // unit), step)
            continue
        if not rule.by_hour or at % DAY // 3600 in rule.by_hour:
            yield [at + inner for inner in within if _allowed(rule, at + inner)]
        number += step


def _inner_times(rule: Rule, start: Wall, unit: int) -> list[int]:
    """Give the seconds inside a unit at which it starts: BYMINUTE and BYSECOND widen longer units."""
    seconds = (rule.by_second or (start % 60,)) if unit > 1 else (0,)
    minutes = (rule.by_minute or (start // 60 % 60,)) if unit == 3600 else (0,)
    return sorted({minute * 60 + min(second, 59) for minute in minutes for second in seconds})


def _allowed(rule: Rule, at: Wall) -> bool:
    """Whether BYMINUTE and BYSECOND, where they narrow, let a start be."""
    if rule.frequency >= Frequency.MINUTELY and rule.by_minute and at // 60 % 60 not in rule.by_minute:
        return False
    return not (rule.frequency is Frequency.SECONDLY and rule.by_second and at % 60 not in rule.by_second)
