"""Wall-clock seconds of one zone turned into instants, a day's offset worked out once."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from engine.time.span import DAY, Instant, Span

EPOCH_DAY = 719_163
"""`date(1970, 1, 1).toordinal()`."""
EPOCH_WALL = EPOCH_DAY * DAY
FIRST_DAY, LAST_DAY = 1, 3_652_059
"""The days that `datetime` can name: 1 January of the year 1 to 31 December 9999."""
MOST_KNOWN = 1_000
"""Instants whose wall times a clock keeps: every series of a calendar asks for the ends of one window."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_START = datetime(1, 1, 1)  # noqa: DTZ001 - the beginning of wall time
_SECOND = timedelta(seconds=1)


class WallClock:
    """One zone's clock; keeps the offset of each day on which it does not change.

    A wall time in a gap is read with the offset before it, one that occurs twice is the first (RFC 5545
    section 3.3.5).
    """

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        always = zone.utcoffset(None) if isinstance(zone, (ZoneInfo, timezone)) else None
        self._always = None if always is None else int(always.total_seconds())
        """The offset of a zone that has one alone."""
        self._steady: dict[int, int | None] = {}
        self._walls: dict[Instant, int] = {}

    def instant(self, wall: int) -> Instant:
        """Give the instant of a wall time, in seconds as `engine.recurrence.instances` counts them."""
        if self._always is not None:
            return wall - EPOCH_WALL - self._always
        day = wall // DAY
        try:
            offset = self._steady[day]
        except KeyError:
            offset = self._steady[day] = self._steady_offset(day)
        if offset is None:
            offset = self._offset(wall)
        return wall - EPOCH_WALL - offset

    def wall(self, at: Instant) -> int:
        """Give the wall time of an instant."""
        known = self._walls.get(at)
        if known is None:
            if len(self._walls) >= MOST_KNOWN:
                self._walls.clear()
            known = self._walls[at] = self._wall(at)
        return known

    def _wall(self, at: Instant) -> int:
        inside = min(max(at, (FIRST_DAY + 1 - EPOCH_DAY) * DAY), (LAST_DAY - 1 - EPOCH_DAY) * DAY)
        local = (_EPOCH + timedelta(seconds=inside)).astimezone(self.zone).replace(tzinfo=None)
        return DAY + (local - _START) // _SECOND + (at - inside)

    def span(self, start: int, length: int) -> Span:
        """Give the span of an event that lasts so long by the wall clock; never less than nothing."""
        begins = self.instant(start)
        return Span(begins, max(begins, self.instant(start + length)))

    def _steady_offset(self, day: int) -> int | None:
        """Give a day's offset, or None where it changes on that day."""
        offsets = {self._offset(day * DAY + second) for second in (0, DAY // 2, DAY - 1)}
        return offsets.pop() if len(offsets) == 1 else None

    def _offset(self, wall: int) -> int:
        inside = min(max(wall, (FIRST_DAY + 1) * DAY), LAST_DAY * DAY - 1)
        local = _START + timedelta(seconds=inside - DAY)
        offset = self.zone.utcoffset(local.replace(tzinfo=self.zone))
        return 0 if offset is None else int(offset.total_seconds())
