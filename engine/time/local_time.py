"""Local days and times of day as instants: each zone's offsets, and the one reading of gaps and folds.

A local day is its number since 1970-01-01, a time of day its minutes since midnight. Times that do not exist
(spring) are read as the first instant after the gap; of those that exist twice (autumn) a range runs from
the first occurrence of its start to the last of its end: the widest reading.
"""

import bisect
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo, available_timezones

from engine.errors import InputError
from engine.time.instant import to_datetime
from engine.time.intervals import Stretch
from engine.time.span import DAY, MINUTE, Instant, Span
from engine.time.weekday import Weekday

LocalDay: TypeAlias = int
"""Days since 1970-01-01 on somebody's own calendar."""

MINUTES_A_DAY = DAY // MINUTE
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_NOT_IANA = ("posix/", "right/", "localtime", "posixrules", "Factory")
_MARGIN = 3 * DAY


class Era(NamedTuple):
    """A stretch [start, end) in which a zone keeps one offset, in seconds east of UTC."""

    start: Instant
    end: Instant
    offset: int


@lru_cache(maxsize=2048)
def zone_info(name: str) -> ZoneInfo:
    """Look an IANA zone up by its name.

    Raises:
        InputError: IANA has no zone of this name.
    """
    if not name.startswith(_NOT_IANA):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            pass
    raise InputError(f"{name!r} is not an IANA time zone", "Write it as Europe/Berlin or America/New_York")


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Give the names of all zones: looked for on the disk once, as their rules are read once."""
    return frozenset(available_timezones())


def day_number(day: date) -> LocalDay:
    """Count a date's days since 1970-01-01."""
    return day.toordinal() - _EPOCH_DAY


def weekday_of(day: LocalDay) -> Weekday:
    """Tell the weekday of a day number; day 0 was a Thursday."""
    return Weekday((day + 3) % 7)


@dataclass(frozen=True, slots=True)
class LocalTime:
    """One zone's clock inside a horizon: eras in order, each touching the next.

    `steady` is the offset in seconds where it never changes.
    """

    zone: str
    eras: tuple[Era, ...]
    steady: int | None
    _starts: tuple[Instant, ...] = field(repr=False)

    def era_at(self, at: Instant) -> Era:
        """Give the era that holds an instant of the horizon."""
        return self.eras[bisect.bisect_right(self._starts, at) - 1] if len(self.eras) > 1 else self.eras[0]

    def clock(self, at: Instant) -> int:
        """Give the local seconds since 1970-01-01T00:00 that the clock on the wall shows."""
        return at + (self.era_at(at).offset if self.steady is None else self.steady)

    def day(self, at: Instant) -> LocalDay:
        """Tell the local day of an instant."""
        return self.clock(at) // DAY

    def minute(self, at: Instant) -> int:
        """Tell the minute of the local day at an instant."""
        return self.clock(at) % DAY // MINUTE

    def first(self, day: LocalDay, minute: int) -> Instant:
        """Give the first occurrence of a local time, or the end of the gap that swallows it."""
        wall = day * DAY + minute * MINUTE
        for start, end, offset in self.eras:
            at = wall - offset
            if at < end:
                return max(at, start)
        raise ValueError(f"day {day} lies beyond the horizon")

    def last(self, day: LocalDay, minute: int) -> Instant:
        """Give the last occurrence of a local time, or the end of the gap that swallows it."""
        wall = day * DAY + minute * MINUTE
        for start, end, offset in reversed(self.eras):
            at = wall - offset
            if at >= start:
                return min(at, end)
        raise ValueError(f"day {day} lies before the horizon")

    def written(self, at: Instant) -> str:
        """Write an instant as RFC 3339 with the local offset; seconds of an offset are cut off."""
        return written(at, self.era_at(at).offset if self.steady is None else self.steady)


@lru_cache(maxsize=16384)
def written(at: Instant, offset: int) -> str:
    """Write an instant as RFC 3339 with an offset in seconds, of which those beyond a minute are cut off."""
    minutes = offset // MINUTE
    return to_datetime(at + minutes * MINUTE).isoformat().removesuffix("+00:00") + _written_offset(minutes)


@lru_cache(maxsize=256)
def _written_offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def local_time(zone: str, horizon: Span) -> LocalTime:
    """Give a zone's clock, good from three days before the horizon to three days after it.

    Raises:
        InputError: IANA has no zone of this name.
    """
    return _local_time(zone, (horizon.start - _MARGIN) // DAY, (horizon.end + _MARGIN) // DAY + 1)


@lru_cache(maxsize=4096)
def _local_time(zone: str, first_day: int, end_day: int) -> LocalTime:
    eras = tuple(_merged(zone, first_day * DAY, end_day * DAY))
    steady = eras[0].offset if len(eras) == 1 else None
    return LocalTime(zone, eras, steady, tuple(era.start for era in eras))


def _merged(zone: str, start: Instant, end: Instant) -> Iterator[Era]:
    current: Era | None = None
    for year in range(to_datetime(start).year, to_datetime(end).year + 1):
        for era in _eras_of_year(zone, year):
            if era.end <= start or era.start >= end:
                continue
            if current is not None and current.offset == era.offset:
                current = current._replace(end=min(era.end, end))
                continue
            if current is not None:
                yield current
            current = Era(max(era.start, start), min(era.end, end), era.offset)
    if current is not None:
        yield current


@lru_cache(maxsize=4096)
def _eras_of_year(zone: str, year: int) -> tuple[Era, ...]:
    """Find a zone's offsets in one UTC year by looking once a day and halving where two looks differ."""
    info = zone_info(zone)
    start = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
    end = int(datetime(year + 1, 1, 1, tzinfo=UTC).timestamp())
    eras = []
    since, offset = start, _offset(info, start)
    for look in range(start + DAY, end + DAY, DAY):
        at = min(look, end - 1)
        found = _offset(info, at)
        if found != offset:
            change = _change(info, at - DAY, at, offset)
            eras.append(Era(since, change, offset))
            since, offset = change, found
    return (*eras, Era(since, end, offset))


def _offset(info: ZoneInfo, at: Instant) -> int:
    offset = datetime.fromtimestamp(at, info).utcoffset()
    return 0 if offset is None else offset // timedelta(seconds=1)


def _change(info: ZoneInfo, before: Instant, after: Instant, offset: int) -> Instant:
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(info, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def local_days(local: LocalTime, within: Stretch) -> Iterator[tuple[LocalDay, Instant, Instant]]:
    """Cut a stretch at local midnights, in order; a fold over midnight gives the same day twice."""
    for era in local.eras:
        start, end = max(era.start, within[0]), min(era.end, within[1])
        while start < end:
            day = (start + era.offset) // DAY
            midnight = min((day + 1) * DAY - era.offset, end)
            yield day, start, midnight
            start = midnight


def daily_windows(
    local: LocalTime, within: Span, start: int, end: int, days: Collection[Weekday]
) -> Iterator[Span]:
    """Give a daily range of minutes on the named local days that touch a stretch, unmerged, in order.

    An end not after the start runs past midnight and belongs to the day on which it starts; start = end is
    the whole 24 hours. Ranges that a gap swallows whole are left out.
    """
    overnight = 1 if end <= start else 0
    for day in range(local.day(within.start) - 2, local.day(within.end) + 2):
        if weekday_of(day) not in days:
            continue
        opens, closes = local.first(day, start), local.last(day + overnight, end)
        if opens < closes and opens < within.end and closes > within.start:
            yield Span(opens, closes)
