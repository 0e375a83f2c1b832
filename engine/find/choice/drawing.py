"""Candidates that are drawn one by one, best first: what the two ways of telling their costs share."""

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple, TypeAlias

from engine.find.bitmaps import Candidates
from engine.find.bitplanes import Bitplanes, by_clock, times, total, weighted
from engine.find.person_bits import freed_otherwise
from engine.find.proposals import Pick, Setting
from engine.find.ranking import DAY_AHEAD, EVEN_MINUTES, MOST_DAYS_AHEAD, UNEVEN_START
from engine.find.rows import minutes_of_day
from engine.find.start_grid import Grid, bits
from engine.time.intervals import Stretch
from engine.time.local_time import LocalDay, local_days, local_time
from engine.time.span import Instant, Span

Drawn: TypeAlias = tuple[Instant, float]
"""A candidate, and what it costs."""
Promise: TypeAlias = tuple[int, Instant]
"""What a start between lattice points costs at least, and the start."""
Removed: TypeAlias = tuple[int, tuple[Stretch, ...]]
"""Lattice points that can no longer be drawn, and the stretches in which they lie."""

FEW = 3
"""Points that are compared one by one rather than all at once."""
_UNEVEN = bytes(-UNEVEN_START if minute % EVEN_MINUTES else 0 for minute in minutes_of_day())


class Cost(NamedTuple):
    """The order of candidates by what they cost: the smallest is the best."""

    cost: float
    worst: float
    start: Instant


class Looked(NamedTuple):
    """A candidate between lattice points: what it costs at least, and all of it once that is known."""

    least: float
    rank: Cost | None


class Left:
    """What can still be drawn: not the lattice points of `removed`, and no start of the stretches `gone`."""

    __slots__ = ("gone", "removed")

    def __init__(self) -> None:
        self.removed = 0
        self.gone: list[Stretch] = []

    def take(self, removed: Removed) -> None:
        """Take something away."""
        self.removed |= removed[0]
        self.gone += removed[1]

    def lacks(self, start: Instant) -> bool:
        """Whether a start between lattice points can no longer be drawn."""
        for first, end in self.gone:  # noqa: SIM110 - a quarter of the time that `any` takes
            if first <= start < end:
                return True
        return False


class Drawing(ABC):
    """Draws candidates. A cost is what is lost of the base and of the most that everybody could say.

    Costs count in the scale's units, `unit` of them to a point.
    """

    def __init__(self, scene: Setting, found: Candidates, unit: int, no_break: int) -> None:
        self.scene, self.found, self.unit, self._no_break = scene, found, unit, no_break
        self._days = days_of(scene.host.zone, found.grid)
        self._looked: dict[Instant, Looked] = {}
        self._freed_otherwise: int | None = None

    @abstractmethod
    def pick(self, start: Instant, cost: float) -> Pick:
        """Let everybody who has something to say of a start say it."""

    @abstractmethod
    def best_point(self, left: Left) -> tuple[Instant | None, float]:
        """Give the best lattice point of what is left, and what it costs; beyond all if there is none."""

    @abstractmethod
    def promising(self, cost: float) -> Iterable[Promise]:
        """Give at least the starts between lattice points that may cost no more, the cheapest first."""

    @abstractmethod
    def worst_at(self, start: Instant) -> float:
        """Give what a lattice point costs whoever it costs most."""

    @abstractmethod
    def look(self, start: Instant, least: float, most: float) -> Looked:
        """Rank a start that costs so much at least, as long as it may cost no more than most."""

    def drawn(self) -> list[Drawn]:
        """Draw up to the limit: a day at a time, then what is apart from all drawn, then what is left."""
        taken: list[Drawn] = []
        for removed in (self._day, self._near, self._same):
            left = Left()
            for start, _ in taken:
                left.take(removed(start))
            while (best := self._best(left)) is not None:
                taken.append(best)
                if len(taken) == self.scene.limit:
                    return taken
                left.take(removed(best[0]))
        return taken

    def _best(self, left: Left) -> Drawn | None:
        """Give the best of what is left; those between lattice points are asked only if they might be."""
        on_lattice, cost = self.best_point(left)
        best: Cost | None = None
        for least, start in self.promising(cost):
            if least > cost:
                break
            if left.lacks(start):
                continue
            looked = self._looked.get(start)
            if looked is None or (looked.rank is None and looked.least <= cost):
                looked = self._looked[start] = self.look(start, least, cost)
            if looked.rank is None or looked.least > cost:
                continue
            if looked.least == cost and best is None and on_lattice is not None:
                best = Cost(cost, self.worst_at(on_lattice), on_lattice)
            if best is None or looked.least < cost or looked.rank < best:
                best, cost = looked.rank, looked.least
        if best is not None:
            return best.start, cost
        return None if on_lattice is None else (on_lattice, cost)

    def soon(self, cost: float) -> Sequence[Instant]:
        """Give the starts between lattice points of those days for which waiting costs no more than that.

        Such a start costs an uneven minute, too, where every even minute is a lattice point.
        """
        if self.found.on_lattice:
            return ()
        a_day = -self.unit * DAY_AHEAD
        if EVEN_MINUTES % self.found.grid.step == 0:
            cost += self.unit * UNEVEN_START
        if cost < 0:
            return ()
        if cost >= a_day * MOST_DAYS_AHEAD:
            return self.found.between()
        until = self.scene.host.last(self.scene.today + int(cost // a_day) + 1, 0)
        between = self.found.between(until)
        return between[: bisect_left(between, until)]

    def costs_a_break(self, start: Instant, cost: float, most: float) -> Looked | None:
        """Tell what a start costs at least if a break is lost there, and that is too much.

        It is where a start between lattice points is one because an event ends of somebody who must come.
        """
        if cost + self._no_break > most >= cost and self._ends_an_event(start):
            return Looked(cost + self._no_break, None)
        return None

    def _ends_an_event(self, start: Instant) -> bool:
        found, scene = self.found, self.scene
        if not found.is_freed_by_people(start):
            return False
        if self._freed_otherwise is None:
            required = [one for one, required in scene.people if required]
            cells = [freed_otherwise(one, scene.duration, found.grid) for one in required]
            self._freed_otherwise = reduce(or_, cells)
        return not self._freed_otherwise >> (start - found.grid.origin) // found.grid.stride & 1

    def _day(self, start: Instant) -> Removed:
        return self._days[self.scene.host.day(start)]

    def _near(self, start: Instant) -> Removed:
        return self._apart(self.scene.duration, start)

    def _same(self, start: Instant) -> Removed:
        return self._apart(1, start)

    def _apart(self, seconds: int, start: Instant) -> Removed:
        first, last = start - seconds + 1, start + seconds - 1
        return self.found.grid.points(first, last), ((first, last + 1),)


@lru_cache(maxsize=4096)
def days_of(zone: str, grid: Grid) -> dict[LocalDay, Removed]:
    """Give a zone's local days on a grid, each as the bits of its points and as stretches."""
    origin, stride, _ = grid
    days: dict[LocalDay, Removed] = {}
    for day, start, end in local_days(local_time(zone, Span(*grid.stretch)), grid.stretch):
        points = bits(-((origin - start) // stride), -((origin - end) // stride))
        known, stretches = days.get(day, (0, ()))
        days[day] = known | points, (*stretches, (start, end))
    return days


@lru_cache(maxsize=4096)
def session_costs(zone: str, grid: Grid, today: LocalDay, unit: int) -> Bitplanes:
    """Give what a start costs whoever comes: days to wait, and an uneven minute."""
    waits = (
        weighted(points, -unit * DAY_AHEAD * max(0, min(day - today, MOST_DAYS_AHEAD)))
        for day, (points, _) in days_of(zone, grid).items()
    )
    return total((times(by_clock(zone, grid, _UNEVEN, _UNEVEN), unit), *waits))
