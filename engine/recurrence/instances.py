"""When a series takes place: its instances inside a window, by arithmetic on day numbers.

Everything happens in the series' own wall-clock time, counted in seconds (`date.toordinal` times a day, plus
the second of the day); zones come in at the very end. Work is bounded by the window, not by the age of the
series, except for COUNT, whose limit `vetting` sets. Google's series and feeds' alike are expanded
here.
"""

from itertools import chain

from engine.model.recurrence import Frequency, Rule, Series, Wall, wall_seconds
from engine.recurrence.rule_starts import rule_starts
from engine.time.span import DAY, Span
from engine.time.wall_clock import WallClock

SLACK = 2 * DAY
"""More than any two zones are apart."""

PERIODS = {Frequency.HOURLY: 3600, Frequency.MINUTELY: 60, Frequency.SECONDLY: 1}
"""Seconds of the sub-daily frequencies."""


def instances(series: Series, window: Span, clock: WallClock | None = None) -> list[Span]:
    """Give the spans of the instances that overlap the window, in no order, each start once.

    Args:
        series: what recurs; it is meant to have passed `engine.recurrence.vetting`.
        window: instants; the spans given are not clipped to it.
        clock: that of the series' zone, with what it already worked out, where the caller keeps one.
    """
    clock = clock or WallClock(series.zone)
    longest = series.length
    if series.extras:
        longest = max(longest, *(extra.length or 0 for extra in series.extras))
    first = clock.wall(window.start) - longest - SLACK
    last = clock.wall(window.end) + SLACK
    lengths = _lengths(series, first, last)
    solid = [rule for rule in series.rules if is_solid(rule, series.length)]
    if solid:
        lengths[series.start] = max(_solid_length(rule, series, last) for rule in solid)
    spans = (clock.span(start, lengths[start]) for start in lengths)
    return [span for span in spans if span.start < span.end and span.overlaps(window)]


def is_solid(rule: Rule, length: int) -> bool:
    """Whether a sub-daily rule's instances touch: then it is one block, and nothing is expanded."""
    if rule.frequency <= Frequency.DAILY or rule.has_parts:
        return False
    return PERIODS[rule.frequency] * rule.interval <= length


def _solid_length(rule: Rule, series: Series, last: Wall) -> int:
    """Give how long a solid block lasts, or how far it was asked for."""
    step = PERIODS[rule.frequency] * rule.interval
    end = last
    if rule.count is not None:
        end = min(end, series.start + (rule.count - 1) * step + series.length)
    if rule.until is not None:
        whole = max((wall_seconds(rule.until) - series.start) // step, 0)
        end = min(end, series.start + whole * step + series.length)
    return max(end - series.start, series.length)


def _lengths(series: Series, first: Wall, last: Wall) -> dict[Wall, int]:
    """Find the starts between two wall times, each with its length; what does not take place is left out."""
    length = series.length
    ruled = (rule_starts(one, series.start, first, last) for one in series.rules if not is_solid(one, length))
    starts = chain((series.start,), chain.from_iterable(ruled))
    found = {at: length for at in starts if first <= at <= last}
    for extra in series.extras:
        found[extra.start] = length if extra.length is None else extra.length
    for at in series.removed:
        found.pop(at, None)
    if series.removed_days:
        return {at: lasts for at, lasts in found.items() if at // DAY not in series.removed_days}
    return found
