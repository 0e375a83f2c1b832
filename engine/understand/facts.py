"""The days and times of a message put together: one statement of when, or the reason why there is none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from engine.model.session import TimeRange
from engine.time.weekday import Weekday
from engine.understand.items import Days, Item, Length, Pick, Shift, Time, Zone
from engine.understand.reading import Dates, Wish
from engine.understand.times import settled
from engine.understand.tokens import Line
from engine.understand.words import DAY_END, NOON

_MOST_EXCLUDED = 62


@dataclass(slots=True)
class When:
    """What is said of days and times; `at` may still be of either half of the day (`bare`)."""

    dates: Dates | None = None
    days: tuple[Weekday, ...] = ()
    exclude_days: tuple[Weekday, ...] = ()
    exclude_dates: tuple[date, ...] = ()
    time_range: TimeRange | None = None
    at: int | None = None
    bare: bool = False
    zone: str | None = None
    wish: Wish | None = None
    length: int | None = None
    shift: Shift | None = None
    picks: tuple[int, ...] = ()
    problems: list[str] = field(default_factory=list)

    @property
    def says_days(self) -> bool:
        """Whether anything is said of days."""
        return bool(self.dates or self.days or self.exclude_days or self.exclude_dates)

    @property
    def says_times(self) -> bool:
        """Whether anything is said of the time of the day."""
        return self.at is not None or self.time_range is not None

    @property
    def empty(self) -> bool:
        """Whether it says nothing at all."""
        return not (self.says_days or self.says_times or self.wish or self.length or self.shift)

    @property
    def day(self) -> date | None:
        """The single day that is named."""
        if self.dates is None or self.dates.first != self.dates.last or self.days:
            return None
        return self.dates.first


def gather(line: Line[Item]) -> When:
    """Put together what a line says of days, times, length and zone."""
    found = When()
    here = [line.item(mark) for mark in re.findall(r"«[A-WYZ]\d+»", line.joined)]
    days = [item for item in here if isinstance(item, Days) and not item.old]
    times = [item for item in here if isinstance(item, Time) and not item.old]
    found.problems += [item.problem for item in days if item.problem]
    found.problems += [item.problem for item in times if item.problem]
    _days(found, [item for item in days if not item.soft and not item.negated])
    _excluded(found, [item for item in days if item.negated])
    _times(found, [item for item in times if not item.soft and not item.negated])
    _unwanted(found, [item for item in times if item.negated])
    _wish(found, [item for item in days if item.soft], [item for item in times if item.soft])
    _rest(found, here)
    return found


def _rest(found: When, here: Sequence[Item]) -> None:
    lengths = {item.minutes for item in here if isinstance(item, Length) and not item.old}
    if len(lengths) > 1:
        found.problems.append("two different lengths")
    elif lengths:
        found.length = lengths.pop()
        if not found.length:
            found.problems.append("a length of nothing")
    zones = {item.name for item in here if isinstance(item, Zone)}
    if len(zones) > 1 or None in zones:
        found.problems.append("a time zone that can be read in two ways")
    elif zones:
        found.zone = zones.pop() or None
    shifts = [item for item in here if isinstance(item, Shift)]
    if shifts:
        found.shift = Shift(
            minutes=sum(item.minutes for item in shifts),
            days=sum(item.days for item in shifts),
            same_time=any(item.same_time for item in shifts),
            same_day=any(item.same_day for item in shifts),
            later=any(item.later for item in shifts),
        )
    found.picks = tuple(dict.fromkeys(item.number for item in here if isinstance(item, Pick)))


def _days(found: When, items: list[Days]) -> None:
    items = [item for item in items if item.problem is None]
    bounds = [Dates(item.first, item.last) for item in items if item.bound and item.first]
    weeks = [
        Dates(item.first, item.last)
        for item in items
        if item.first and not item.bound and not item.single and not item.days and not item.dates
    ]
    sets = [item for item in items if item.days]
    singles = [item for item in items if (item.single or item.dates) and not item.days]
    span = _joined_weeks(found, weeks)
    for item in sets:
        if item.first:
            span = _met(found, span, Dates(item.first, item.last))
    weekdays = [item for item in singles if item.weekday is not None]
    if len(weekdays) > 1 and len(weekdays) == len(singles) and not any(item.moved for item in weekdays):
        sets.append(Days(days=tuple(sorted({item.weekday for item in weekdays if item.weekday is not None}))))
        singles = []
    found.days = tuple(sorted({day for item in sets for day in item.days}))
    if singles:
        span = _single(found, singles, span)
    for bound in bounds:
        span = _met(found, span, bound)
    found.dates = span


def _single(found: When, singles: list[Days], span: Dates | None) -> Dates | None:
    days = sorted({day for item in singles for day in (item.dates or (item.first,)) if day is not None})
    if (
        len(singles) == 1
        and singles[0].weekday is not None
        and span is not None
        and span.last
        and not singles[0].moved
    ):
        if (span.last - span.first).days > 6:
            found.days = tuple(sorted({*found.days, singles[0].weekday}))
            return span
        monday = span.last - timedelta(days=span.last.weekday())
        days = [monday + timedelta(days=singles[0].weekday.value)]
    if found.days and len(days) == 1:
        if Weekday(days[0].weekday()) not in found.days:
            found.problems.append("days that do not fit together")
        found.days = ()
    if span is not None and not all(
        span.first <= day and (span.last is None or day <= span.last) for day in days
    ):
        found.problems.append("days that do not fit together")
    between = (days[0] + timedelta(days=n) for n in range((days[-1] - days[0]).days + 1))
    missing = tuple(day for day in between if day not in days)
    if len(missing) > _MOST_EXCLUDED:
        found.problems.append("days that lie far apart")
    else:
        found.exclude_dates = missing
    return Dates(days[0], days[-1])


def _joined_weeks(found: When, weeks: list[Dates]) -> Dates | None:
    """Put spans together: one within the other is meant, those that touch are one."""
    span = None
    for week in weeks:
        if span is None:
            span = week
        elif _within(week, span) or _within(span, week):
            span = week if _within(week, span) else span
        elif (
            span.last is not None and week.first <= span.last + timedelta(days=1) and week.first >= span.first
        ):
            span = Dates(span.first, week.last)
        else:
            found.problems.append("spans of days that lie apart")
    return span


def _within(inner: Dates, outer: Dates) -> bool:
    return outer.first <= inner.first and (
        outer.last is None or (inner.last is not None and inner.last <= outer.last)
    )


def _met(found: When, one: Dates | None, other: Dates) -> Dates:
    if one is None:
        return other
    first = max(one.first, other.first)
    ends = [end for end in (one.last, other.last) if end is not None]
    last = min(ends) if ends else None
    if last is not None and last < first:
        found.problems.append("days that do not fit together")
        return one
    return Dates(first, last)


def _excluded(found: When, items: list[Days]) -> None:
    days: set[Weekday] = set()
    dates: set[date] = set(found.exclude_dates)
    for item in items:
        if item.days:
            days |= set(item.days)
        elif item.weekday is not None and not item.moved:
            days.add(item.weekday)
        elif item.problem is None:
            dates |= _each_day(found, item)
    if found.dates is not None and found.dates.last is not None:
        days, dates = _inside(found, found.dates.first, found.dates.last, days, dates)
    if found.days and days & set(found.days):
        found.days = tuple(day for day in found.days if day not in days)
        days = set()
        if not found.days:
            found.problems.append("days that are wanted and not wanted")
    found.exclude_days = tuple(sorted(days))
    found.exclude_dates = tuple(sorted(dates))


def _each_day(found: When, item: Days) -> set[date]:
    if item.dates:
        return set(item.dates)
    if item.first is None or item.last is None or (item.last - item.first).days > _MOST_EXCLUDED:
        found.problems.append("days that are excluded without an end")
        return set()
    return {item.first + timedelta(days=n) for n in range((item.last - item.first).days + 1)}


def _inside(
    found: When, first: date, last: date, days: set[Weekday], dates: set[date]
) -> tuple[set[Weekday], set[date]]:
    """Leave out what excludes nothing of the days that are asked for."""
    if first == last and (Weekday(first.weekday()) in days or first in dates):
        found.problems.append("a day that is wanted and not wanted")
    there = {Weekday((first + timedelta(days=n)).weekday()) for n in range(min((last - first).days, 6) + 1)}
    return days & there, {day for day in dates if first <= day <= last}


def _times(found: When, items: list[Time]) -> None:
    items = [item for item in items if item.problem is None]
    ats = list(dict.fromkeys(item.at for item in items if item.at is not None))
    bare = {item.at: item.bare for item in items if item.at is not None}
    ranges = [item for item in items if item.at is None]
    if len(ats) > 1:
        found.problems.append("two different times")
        return
    if ats:
        found.at, found.bare = ats[0], bare[ats[0]]
        _at_within(found, ranges)
        return
    if ranges:
        found.time_range = _together(found, ranges)


def _at_within(found: When, ranges: list[Time]) -> None:
    for part in ranges:
        time = Time(at=found.at, bare=found.bare)
        if part.part:
            time = settled(time, part)
        elif not part.start <= (found.at or 0) < part.end:
            time = replace(time, problem="times that do not fit together")
        if time.problem:
            found.problems.append(time.problem)
        found.at, found.bare = time.at, time.bare


def _together(found: When, ranges: list[Time]) -> TimeRange | None:
    parts = [item for item in ranges if item.part]
    start, end = 0, DAY_END
    for item in ranges:
        low, high = item.start, item.end
        if item.bound and item.bare and parts:
            low, high = _in_part(item, parts[0])
        start, end = max(start, low), min(end, high)
    if start >= end:
        found.problems.append("times that do not fit together")
        return None
    return TimeRange(start, end)


def _in_part(item: Time, part: Time) -> tuple[int, int]:
    """Read `morning, after 7` and `evening, before 8` in the part's half of the day."""
    edge = item.start if item.end == DAY_END else item.end
    other = (edge + NOON) % DAY_END
    if not part.start <= edge <= part.end and part.start <= other <= part.end:
        edge = other
    return (edge, DAY_END) if item.end == DAY_END else (0, edge)


def _unwanted(found: When, items: list[Time]) -> None:
    for item in items:
        if item.problem is not None:
            continue
        if item.at is not None or item.bound:
            found.problems.append("a time that is excluded")
            continue
        if item.start <= 600 and item.end >= NOON:
            kept = (item.end, DAY_END)
        elif item.end >= 1260:
            kept = (0, item.start)
        elif item.start <= 480:
            kept = (item.end, DAY_END)
        else:
            found.problems.append("a part of the day that is excluded")
            continue
        had = found.time_range or TimeRange(0, DAY_END)
        start, end = max(had.start or 0, kept[0]), min(had.end or DAY_END, kept[1])
        if start >= end or (found.at is not None and not start <= found.at < end):
            found.problems.append("times that do not fit together")
        elif found.at is None:
            found.time_range = TimeRange(start, end)


def _wish(found: When, days: list[Days], times: list[Time]) -> None:
    if not days and not times:
        return
    liked = When()
    _days(liked, [item for item in days if not item.negated])
    _times(liked, [item for item in times if not item.negated])
    for item in days:
        if item.weekday is not None and not item.negated:
            liked.days = tuple(sorted({*liked.days, item.weekday}))
            if liked.dates is not None and liked.dates.first == liked.dates.last:
                liked.dates = None
    found.problems += liked.problems
    if liked.exclude_dates:
        found.problems.append("days that would be liked and lie apart")
    if not (liked.dates or liked.days or liked.says_times):
        return
    found.wish = Wish(
        time_range=liked.time_range,
        days_of_week=liked.days,
        dates=liked.dates,
        at=liked.at,
    )
