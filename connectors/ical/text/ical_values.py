"""DATE, DATE-TIME, PERIOD and DURATION values (RFC 5545 section 3.3)."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from engine.errors import InputError
from engine.time.span import Instant

_STAMP = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[Tt ](\d\d):?(\d\d)(?::?(\d\d))?([Zz])?)?\Z", re.ASCII)
_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10})S)?)?\Z",
    re.ASCII | re.IGNORECASE,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A wall time and the zone it is read in; a date is its midnight, a `floating` one names no zone."""

    wall: datetime
    zone: tzinfo
    is_date: bool = False
    floating: bool = field(default=False, compare=False)

    @property
    def instant(self) -> Instant:
        """The moment it names: before a gap's jump, and the first of two (RFC 5545 section 3.3.5)."""
        return instant_of(self.wall, self.zone)

    def within(self, zone: tzinfo) -> datetime:
        """Give the same moment as wall time of another zone; a date stays what it is."""
        if self.is_date or zone is self.zone:
            return self.wall
        return wall_of(self.instant, zone)


@dataclass(frozen=True, slots=True)
class Period:
    """An RDATE with a length of its own, in wall-clock terms."""

    start: Stamp
    length: timedelta


@dataclass(frozen=True, slots=True)
class Duration:
    """Days that follow the calendar, and seconds that follow the clock (section 3.3.6); may be negative."""

    days: int
    seconds: int


def instant_of(wall: datetime, zone: tzinfo) -> Instant:
    """Give the instant of a wall time in a zone."""
    return (wall.replace(tzinfo=zone) - _EPOCH) // _SECOND


def wall_of(at: Instant, zone: tzinfo) -> datetime:
    """Give a zone's wall time at an instant."""
    return (_EPOCH + timedelta(seconds=at)).astimezone(zone).replace(tzinfo=None, fold=0)


@lru_cache(maxsize=4096)
def parse_wall(text: str) -> tuple[datetime, bool, bool]:
    """Read a DATE or DATE-TIME: its wall time, whether it is a date, whether it is in UTC.

    Raises:
        InputError: it is neither, or names a time that does not exist.
    """
    found = _STAMP.match(text.strip())
    if found is None:
        raise InputError(f"{text[:40]!r} is not a date or time")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        if hour == 24 and minute == second == 0:
            wall = datetime(year, month, day) + timedelta(days=1)  # noqa: DTZ001 - a wall time
        else:
            wall = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001 - a wall time
    except (ValueError, OverflowError) as error:
        raise InputError(f"{text[:40]!r} is not a date or time: {error}") from error
    return wall, found[4] is None, found[7] is not None


def parse_duration(text: str) -> Duration:
    """Read a DURATION; one whose parts are missing (`P1DT`) means what it holds.

    Raises:
        InputError: it is not a duration.
    """
    found = _DURATION.match(text.strip())
    if found is None or not any(found.groups()[1:]):
        raise InputError(f"{text[:40]!r} is not a duration")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    sign = -1 if found[1] == "-" else 1
    return Duration(sign * (weeks * 7 + days), sign * (hours * 3600 + minutes * 60 + seconds))


def later(start: Stamp, duration: Duration) -> Instant:
    """Give the end of something that starts then: days by the calendar, the rest by the clock.

    Raises:
        InputError: it lies beyond the year 9999.
    """
    try:
        return instant_of(start.wall + timedelta(days=duration.days), start.zone) + duration.seconds
    except OverflowError as error:
        raise InputError("the end lies beyond the calendar") from error
