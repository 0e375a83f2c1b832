"""At which starts one occurrence suits everybody who must come, day by day on the host's clock.

A row is a whole number: bit m stands for the m-th lattice point of a local day. Rows of different days can
be laid over one another, whatever their offsets: a series keeps the host's local clock.
"""

from bisect import bisect_left
from functools import lru_cache

from engine.find import bitmaps, interval_search
from engine.find.answer import Blocker
from engine.find.barriers import barriers
from engine.find.bitmaps import Candidates
from engine.find.person import People
from engine.find.request import FindRequest
from engine.find.start_grid import positions
from engine.model.recurrence import Wall
from engine.time.intervals import holds
from engine.time.local_time import MINUTES_A_DAY, zone_info
from engine.time.span import DAY, MINUTE, Instant
from engine.time.wall_clock import WallClock


class _Days:
    """A zone's local days (`date.toordinal`), worked out once."""

    def __init__(self, zone: str) -> None:
        self.clock = WallClock(zone_info(zone))
        self._known: dict[int, tuple[Instant, bool]] = {}
        self._points: dict[tuple[int, int], tuple[Instant, ...]] = {}

    def day(self, day: int) -> tuple[Instant, bool]:
        """Give when a day begins, and whether the clock is left alone on it."""
        found = self._known.get(day)
        if found is None:
            begins = self.clock.instant(day * DAY)
            steady = self.clock.instant((day + 1) * DAY) - begins == DAY
            found = self._known[day] = begins, steady
        return found

    def instant(self, wall: Wall) -> Instant:
        """Give the instant of a wall time, as calendars read it (RFC 5545 section 3.3.5)."""
        begins, steady = self.day(wall // DAY)
        return begins + wall % DAY if steady else self.clock.instant(wall)

    def points(self, day: int, stride: int) -> tuple[Instant, ...]:
        """Give the starts of a day's lattice points, so many seconds apart on its clock."""
        found = self._points.get((day, stride))
        if found is None:
            walls = range(day * DAY, (day + 1) * DAY, stride)
            found = self._points[day, stride] = tuple(map(self.instant, walls))
        return found


@lru_cache(maxsize=64)
def days_of(zone: str) -> _Days:
    """Give a zone's local days, with what is already worked out of them."""
    return _Days(zone)


class Suiting:
    """What suits, of a request whose window reaches over all occurrences that are looked at."""

    def __init__(self, request: FindRequest, people: People) -> None:
        self._request, self._people = request, people
        self._days = days_of(request.host.timezone)
        self._clock = self._days.clock
        self._stride = request.step * MINUTE
        self._size = -(-MINUTES_A_DAY // request.step)
        self._rows: dict[int, int] = {}
        found = bitmaps.on_grid(request, people)
        self._grid: Candidates | None = found
        swept = [] if found is not None else interval_search.candidates(request, people)
        self._between = swept if found is None else list(found.between())
        self._swept = frozenset(swept)

    @property
    def full(self) -> int:
        """Every lattice point of a day."""
        return (1 << self._size) - 1

    def at(self, day: int, point: int) -> Instant:
        """Give the start of an occurrence on a day (`date.toordinal`), as calendars read its wall time."""
        begins, steady = self._days.day(day)
        return begins + point * self._stride if steady else self._clock.instant(self._wall(day, point))

    def _wall(self, day: int, point: int) -> Wall:
        return day * DAY + point * self._stride

    def _is_steady(self, day: int) -> bool:
        return self._days.day(day)[1]

    def same_clock(self, start: Instant, first: int, day: int) -> Instant:
        """Give when the clock shows on a day what it is meant to show at a start of the first day."""
        if day == first:
            return start
        return self._days.instant((day - first) * DAY + self._clock.wall(start))

    def day(self, at: Instant) -> int:
        """Tell the local day of an instant, by `date.toordinal`."""
        return self._clock.wall(at) // DAY

    def between(self, day: int, first: Instant, last: Instant) -> int:
        """Give the lattice points of a day whose starts lie from one instant to another, both included."""
        begins, steady = self._days.day(day)
        if not steady:
            starts = self._days.points(day, self._stride)
            return sum(1 << point for point, start in enumerate(starts) if first <= start <= last)
        low = max(0, -((begins - first) // self._stride))
        high = min(self._size, (last - begins) // self._stride + 1)
        return (1 << high) - (1 << low) if low < high else 0

    def first_starts(self, day: int, first: Instant, last: Instant) -> int:
        """Give those of them at which a series can begin: its first start is what the clock then shows."""
        points = self.between(day, first, last)
        if self._is_steady(day):
            return points
        shown = (
            one for one in positions(points) if self._clock.wall(self.at(day, one)) == self._wall(day, one)
        )
        return sum(1 << one for one in shown)

    def row(self, day: int) -> int:
        """Give the lattice points of a local day at which an occurrence suits."""
        found = self._rows.get(day)
        if found is None:
            found = self._rows[day] = self._row(day)
        return found

    def _row(self, day: int) -> int:
        begins, steady = self._days.day(day)
        if self._grid is not None and steady:
            place, rest = divmod(begins - self._grid.grid.origin, self._grid.grid.stride)
            if not rest:
                points = self._grid.points
                return (points >> place if place >= 0 else points << -place) & self.full
        row = 0
        for point, start in enumerate(self._days.points(day, self._stride)):
            if self.suits(start):
                row |= 1 << point
        return row

    def suits(self, start: Instant) -> bool:
        """Tell whether nothing stands against an occurrence that begins then."""
        if self._grid is not None:
            place, rest = divmod(start - self._grid.grid.origin, self._grid.grid.stride)
            if not rest:
                return place >= 0 and bool(self._grid.points >> place & 1)
        elif start in self._swept:
            return True
        return not self.against(start)

    def against(self, start: Instant) -> list[Blocker]:
        """Name all that stands against an occurrence that begins then."""
        found = barriers(self._request, (start, start + 1), self._people)
        return [Blocker(one.code, one.user) for one in found if holds(one.starts, start)]

    def nearest(self, day: int, to: Instant, after: Instant, before: Instant) -> Instant | None:
        """Give the candidate of a local day that is nearest to a start; of two equally near the earlier.

        It begins at `after` or later, and is over at `before` or sooner: where its neighbours lie.
        """
        first = max(self.at(day, 0), after)
        last = min(self.at(day + 1, 0) - 1, before - self._request.duration)
        found = self._on_lattice(first, last, to)
        begin = bisect_left(self._between, first)
        found += self._between[begin : bisect_left(self._between, last + 1)]
        return min(found, key=lambda one: (abs(one - to), one), default=None)

    def _on_lattice(self, first: Instant, last: Instant, to: Instant) -> list[Instant]:
        """Give the candidates on the lattice that lie next to a start, one on either side."""
        if self._grid is None or last < first:
            return []
        grid = self._grid.grid
        near = self._grid.points & grid.points(first, last)
        if not near:
            return []
        place = max((to - grid.origin) // grid.stride, 0)
        below, above = near & ((2 << place) - 1), near >> (place + 1)
        found = [below.bit_length() - 1] if below else []
        found += [place + 1 + (above & -above).bit_length() - 1] if above else []
        return [grid.at(one) for one in found]

    def point(self, start: Instant) -> int:
        """Give the lattice point of a start on its own local day."""
        return self._clock.wall(start) % DAY // (self._stride)

    def starts(self, day: int, points: int) -> list[Instant]:
        """Give the starts of some lattice points of a day, in order."""
        if self._is_steady(day):
            midnight, stride = self.at(day, 0), self._stride
            return [midnight + point * stride for point in positions(points)]
        return [self.at(day, point) for point in positions(points)]
