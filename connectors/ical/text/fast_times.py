"""Times in their usual shape, read straight from bytes; what repeats in a file is read once.

Everything of another shape raises `OddError`: the careful reading knows what to do with it.
"""

from collections.abc import Callable
from datetime import date, tzinfo
from typing import NamedTuple, TypeAlias

from connectors.ical.text.lines import content_lines
from connectors.ical.zones.file_zones import FileZones
from engine.model.recurrence import Wall
from engine.time.span import DAY, Instant
from engine.time.wall_clock import WallClock

Clocks: TypeAlias = Callable[[tzinfo], WallClock]
"""Gives a zone's clock, always the same one."""

_LONGEST_CACHE = 100_000


class OddError(Exception):
    """The event has a shape that only the careful reading knows."""


class Moment(NamedTuple):
    """A time as it stands there: wall seconds, its clock, whether it is a date or names no zone."""

    wall: Wall
    clock: WallClock
    is_date: bool
    floating: bool = False

    @property
    def instant(self) -> Instant:
        """The instant it names."""
        return self.clock.instant(self.wall)

    def on(self, clock: WallClock) -> Wall:
        """Give the same instant as wall time of another clock; a date stays what it is."""
        if clock is self.clock or self.is_date:
            return self.wall
        return clock.wall(self.instant)


def beside(start: Moment, moment: Moment) -> Moment:
    """Give a time as it is, unless it names no zone beside a start that does."""
    if moment.floating and not (start.floating or start.is_date):
        raise OddError
    return moment


class FastTimes:
    """Reads times for one file; remembers its days, times and parameters."""

    def __init__(self, zones: FileZones, clocks: Clocks) -> None:
        self._zones = zones
        self._clocks = clocks
        self._heads: dict[bytes, WallClock] = {}
        self._zoned: set[bytes] = set()
        self._days: dict[bytes, int] = {}
        self._times: dict[bytes, int] = {}
        self._utc = clocks(zones("UTC"))
        self._own = clocks(zones(None))

    def moment(self, rest: bytes) -> Moment:
        """Read what follows a property's name: `;TZID=Europe/Berlin:20261013T100000`."""
        head, _colon, value = rest.rpartition(b":")
        return self.value(head, value)

    def value(self, head: bytes, value: bytes) -> Moment:
        """Read a value under a property's parameters."""
        value = value.strip()
        clock = self._heads.get(head) or self._head(head)
        wall, is_date = self.wall(value)
        if is_date:
            return Moment(wall, self._own, True)
        if head and b"VALUE=DATE" in head and b"VALUE=DATE-TIME" not in head:
            raise OddError
        if value[15:]:
            return Moment(wall, self._utc, False)
        return Moment(wall, clock, False, head not in self._zoned)

    def wall(self, value: bytes) -> tuple[Wall, bool]:
        """Read a DATE or DATE-TIME: wall seconds, and whether it is a date."""
        day = self.day(value[:8])
        if len(value) == 8:
            return day * DAY, True
        if value[8:9] != b"T" or value[15:] not in (b"", b"Z"):
            raise OddError
        return day * DAY + self._time(value[9:15]), False

    def day(self, text: bytes) -> int:
        """Read eight digits as the number of a day."""
        known = self._days.get(text)
        if known is None:
            if len(text) != 8 or not text.isdigit() or len(self._days) > _LONGEST_CACHE:
                raise OddError
            known = self._days[text] = date(int(text[:4]), int(text[4:6]), int(text[6:])).toordinal()
        return known

    def _time(self, text: bytes) -> int:
        known = self._times.get(text)
        if known is None:
            if len(text) != 6 or not text.isdigit():
                raise OddError
            hour, minute, second = int(text[:2]), int(text[2:4]), int(text[4:])
            if hour > 23 or minute > 59 or second > 59:
                raise OddError
            known = self._times[text] = hour * 3600 + minute * 60 + second
        return known

    def _head(self, head: bytes) -> WallClock:
        """Read parameters as the careful reading does, once."""
        lines = list(content_lines(b"DTSTART" + head + b":20260101T000000"))
        if len(lines) != 1 or lines[0].params.get("RANGE") or len(self._heads) > _LONGEST_CACHE:
            raise OddError
        name = lines[0].params.get("TZID")
        if name and self._zones.named(name).guess:
            raise OddError
        if name:
            self._zoned.add(head)
        clock = self._heads[head] = self._clocks(self._zones(name))
        return clock
