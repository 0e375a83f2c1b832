"""Rules looked at before anybody follows them: what would take too long is refused, not tried.

Judged by the work that expanding would be, not by the frequency's name: the RFC's own examples use MINUTELY.
"""

from datetime import datetime, timedelta
from math import prod

from engine.errors import InputError
from engine.model.recurrence import Frequency, Rule, Series

MOST_STEPS = 200_000
MOST_COUNT = 10_000
MOST_COMBINATIONS = 5_000
SECONDS = {
    Frequency.YEARLY: 365 * 86400,
    Frequency.MONTHLY: 28 * 86400,
    Frequency.WEEKLY: 7 * 86400,
    Frequency.DAILY: 86400,
    Frequency.HOURLY: 3600,
    Frequency.MINUTELY: 60,
    Frequency.SECONDLY: 1,
}
LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


def vet(series: Series, until: datetime) -> None:
    """Refuse a series whose instances up to a wall time cannot be found in bounded time.

    Raises:
        InputError: says what is too much.
    """
    for rule in series.rules:
        if is_solid(rule, series.length):
            continue
        if (rule.count or 0) > MOST_COUNT:
            raise InputError(f"RRULE COUNT={rule.count} is too much")
        if combinations(rule) > MOST_COMBINATIONS:
            raise InputError("RRULE lists too many combinations")
        if never_matches(rule):
            raise InputError("RRULE matches no date")
        if steps(rule, series.start, until) > MOST_STEPS:
            raise InputError(
                f"RRULE is too long to follow: {rule.frequency.name} since {series.start:%Y-%m-%d}"
            )


def combinations(rule: Rule) -> int:
    """Multiply the lengths of the BY-lists."""
    lists = (rule.by_second, rule.by_minute, rule.by_hour, rule.by_day, rule.by_month_day, rule.by_year_day)
    return prod(max(1, len(one)) for one in (*lists, rule.by_week_number, rule.by_month))


def steps(rule: Rule, start: datetime, until: datetime) -> int:
    """Estimate how many dates a rule visits from its start on."""
    last = until if rule.until is None else min(until, rule.until)
    seconds = max((last - start).total_seconds(), 0)
    return int(seconds // (SECONDS[rule.frequency] * rule.interval)) + 1


def is_solid(rule: Rule, length: timedelta) -> bool:
    """Whether a sub-daily rule's instances touch: then it is one block, and nothing is expanded."""
    period = SECONDS[rule.frequency] * rule.interval
    return rule.frequency >= Frequency.HOURLY and not rule.has_parts and period <= length.total_seconds()


def never_matches(rule: Rule) -> bool:
    """Whether no month of BYMONTH has a day of BYMONTHDAY."""
    if not rule.by_month or not rule.by_month_day:
        return False
    longest = max(LONGEST_MONTHS.get(month, 31) for month in rule.by_month)
    return all(abs(day) > longest for day in rule.by_month_day)


def solid_end(rule: Rule, series: Series, until: datetime) -> datetime:
    """Give where a solid block ends, or the wall time up to which it was asked for."""
    step = timedelta(seconds=SECONDS[rule.frequency] * rule.interval)
    if rule.count is not None and rule.count * step.total_seconds() < 10**10:
        return min(until, series.start + (rule.count - 1) * step + series.length)
    if rule.until is not None:
        whole = max((rule.until - series.start) // step, 0)
        return min(until, series.start + whole * step + series.length)
    return until
