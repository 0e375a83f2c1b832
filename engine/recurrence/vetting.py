"""Rules looked at before anybody follows them: what would take too long is refused, not tried.

Judged by the work that expanding would be, not by the frequency's name: the RFC's own examples use MINUTELY.
"""

from math import prod

from engine.errors import InputError
from engine.model.recurrence import Frequency, Rule, Series, Wall
from engine.recurrence.instances import is_solid
from engine.time.span import DAY, Span
from engine.time.wall_clock import EPOCH_WALL

MOST_STEPS = 200_000
"""Hours, minutes or seconds that are looked at."""
MOST_AT_ONCE = 20_000
"""Starts of rules by days: nobody has so many in a window, unless each lasts for years."""
MOST_COUNT = 10_000
MOST_COMBINATIONS = 5_000
MOST_EXTRAS = 5_000

_SECONDS = {
    Frequency.YEARLY: 366 * DAY,
    Frequency.MONTHLY: 30 * DAY,
    Frequency.WEEKLY: 7 * DAY,
    Frequency.DAILY: DAY,
    Frequency.HOURLY: 3600,
    Frequency.MINUTELY: 60,
    Frequency.SECONDLY: 1,
}
_LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


def vet(series: Series, window: Span) -> None:
    """Refuse a series whose instances in the window cannot be found in bounded time.

    Raises:
        InputError: says what is too much.
    """
    if len(series.extras) > MOST_EXTRAS or len(series.removed) > MOST_EXTRAS:
        raise InputError(f"more than {MOST_EXTRAS} RDATEs or EXDATEs")
    reach = window.seconds + series.length + 4 * DAY
    since_start = max(window.end + EPOCH_WALL - series.start, 0) + DAY
    for rule in series.rules:
        if not is_solid(rule, series.length):
            _vet_lists(rule)
            _vet_steps(rule, reach if rule.count is None else since_start)


def vet_from_start(series: Series, until: Wall) -> None:
    """Refuse a series that is too much for an expander that walks from its start.

    Raises:
        InputError: says what is too much.
    """
    for rule in series.rules:
        _vet_lists(rule)
        if never_matches(rule):
            raise InputError("RRULE matches no date")
        _vet_steps(rule, max(until - series.start, 0) + DAY)


def _vet_lists(rule: Rule) -> None:
    if (rule.count or 0) > MOST_COUNT:
        raise InputError(f"RRULE COUNT={rule.count} is too much to follow")
    if combinations(rule) > MOST_COMBINATIONS:
        raise InputError("RRULE lists too many combinations")


def _vet_steps(rule: Rule, reach: int) -> None:
    """Estimate the starts that are looked at in so many seconds."""
    periods = reach // (_SECONDS[rule.frequency] * rule.interval) + 1
    if rule.count is not None and not rule.has_parts:
        periods = min(periods, rule.count)
    if rule.frequency <= Frequency.DAILY:
        steps, most = periods * combinations(rule), MOST_AT_ONCE
    else:
        steps, most = periods, MOST_STEPS
    if steps > most:
        raise InputError(f"RRULE {rule.frequency.name} is too much to follow: about {steps} steps")


def combinations(rule: Rule) -> int:
    """Multiply the lengths of the BY-lists."""
    lists = (rule.by_second, rule.by_minute, rule.by_hour, rule.by_day, rule.by_month_day, rule.by_year_day)
    return prod([len(one) for one in (*lists, rule.by_week_number, rule.by_month) if one])


def never_matches(rule: Rule) -> bool:
    """Whether no month of BYMONTH has a day of BYMONTHDAY."""
    if not rule.by_month or not rule.by_month_day:
        return False
    longest = max(_LONGEST_MONTHS.get(month, 31) for month in rule.by_month)
    return all(abs(day) > longest for day in rule.by_month_day)
