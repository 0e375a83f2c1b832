"""Which candidates are proposed: the best of as many local days as there are, then the best of the rest."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple, TypeAlias

from engine.find.bitmaps import Candidates
from engine.find.bitplanes import (
    Bitplanes,
    by_clock,
    doubled,
    minutes_of_day,
    smallest,
    smallest_worst,
    total,
    weighted,
)
from engine.find.proposals import SILENT, Pick, Rank, Setting, asked, points_of, rank
from engine.find.ranking import BASE, DAY_AHEAD, EVEN_MINUTES, MOST_DAYS_AHEAD, UNEVEN_START, session_points
from engine.find.start_grid import Grid, bits
from engine.model.user import TentativeAs
from engine.time.local_time import LocalDay, local_days, local_time
from engine.time.span import DAY, Instant, Span


class _Loose(NamedTuple):
    """A candidate between lattice points, the host's day, and what it costs at least."""

    start: Instant
    day: LocalDay
    least: int


_Candidates: TypeAlias = tuple[int, list[_Loose]]
"""Lattice points as bits, and starts between them."""
_UNEVEN = bytes(-UNEVEN_START if minute % EVEN_MINUTES else 0 for minute in minutes_of_day())


def chosen(scene: Setting, starts: Sequence[Instant]) -> list[Pick]:
    """Choose at most `limit` candidates by ranking each of them.

    First the best of each day is taken, then what overlaps nothing taken, then what is left.
    """
    ranked = sorted(rank(scene, start) for start in starts)
    taken: list[Rank] = []
    for fits in (_on_another_day(scene), _apart(scene.duration), _apart(1)):
        for one in ranked:
            if len(taken) < scene.limit and fits(one, taken):
                taken.append(one)
    return [asked(scene, one.start) for one in taken]


def _on_another_day(scene: Setting) -> Callable[[Rank, list[Rank]], bool]:
    day = scene.host.day
    return lambda one, taken: all(day(one.start) != day(other.start) for other in taken)


def _apart(seconds: int) -> Callable[[Rank, list[Rank]], bool]:
    return lambda one, taken: all(abs(one.start - other.start) >= seconds for other in taken)


def chosen_on_grid(scene: Setting, found: Candidates) -> list[Pick]:
    """Choose the same candidates as `chosen` does, by adding up everybody's costs on the grid."""
    if any([one.tentative.starts and one.tentative_as is TentativeAs.SOFT for one, _ in scene.people]):
        return chosen(scene, found.starts())
    pool = _Pool(scene, found)
    return [pool.pick(start) for start in pool.drawn()]


class _Pool:
    """Candidates that are drawn one by one, best first; a cost is twice what is lost of the base."""

    def __init__(self, scene: Setting, found: Candidates) -> None:
        self.scene, self.found = scene, found
        self.scored_bits = scene.scored_bits(found.grid)
        self.costs = [one.costs for one in self.scored_bits]
        self.said = reduce(or_, [one.said for one in self.scored_bits], 0)
        self.days = _days_of(scene.host.zone, found.grid)
        self.total = total((_session_costs(scene.host.zone, found.grid, scene.today), *self.costs))
        self.ranks: dict[Instant, Rank] = {}

    def _rank(self, start: Instant) -> Rank:
        rank = self.ranks.get(start)
        if rank is None:
            points, worst = points_of(self.scene, start)
            rank = self.ranks[start] = Rank(2 * (BASE - points), -2 * worst, start)
        return rank

    def _loose(self) -> list[_Loose]:
        """Give the starts between lattice points, each with its day and what it costs whoever comes."""
        scene, found = self.scene, []
        for start in self.found.between:
            clock = scene.host.clock(start)
            found.append(_Loose(start, clock // DAY, 2 * (BASE - session_points(clock, scene.today))))
        return found

    def pick(self, start: Instant) -> Pick:
        """Let everybody who has something to say of a start say it."""
        point, rest = divmod(start - self.found.grid.origin, self.found.grid.stride)
        if rest:
            return asked(self.scene, start)
        return Pick(start, [one.at(point) if one.said >> point & 1 else SILENT for one in self.scored_bits])

    def drawn(self) -> Iterator[Instant]:
        """Draw up to the limit: a day at a time, then what is apart from all drawn, then what is left."""
        taken: list[Instant] = []
        loose = self._loose()
        for removed in (self._day, self._near, self._same):
            points, between = self.found.points, loose
            for start in taken:
                points, between = removed(start, points, between)
            while (points or between) and len(taken) < self.scene.limit:
                start = self._best(points, between)
                taken.append(start)
                yield start
                points, between = removed(start, points, between)
            if len(taken) == self.scene.limit:
                return

    def _best(self, points: int, between: list[_Loose]) -> Instant:
        """Give the best of some candidates; those between lattice points are asked only if they might be."""
        if not points:
            return min([self._rank(one.start) for one in between]).start
        best, cost = smallest(points, self.total)
        if best & (best - 1):
            best = best & ~self.said or smallest_worst(best, self.costs)
        start = self.found.grid.at((best & -best).bit_length() - 1)
        nearest = min([self._rank(one.start) for one in between if one.least <= cost], default=None)
        if nearest is None or nearest.doubt > cost:
            return start
        return nearest.start if nearest.doubt < cost else min(nearest, self._rank(start)).start

    def _day(self, start: Instant, points: int, between: list[_Loose]) -> _Candidates:
        day = self.scene.host.day(start)
        return points & ~self.days.get(day, 0), [one for one in between if one.day != day]

    def _near(self, start: Instant, points: int, between: list[_Loose]) -> _Candidates:
        return self._apart(self.scene.duration, start, points, between)

    def _same(self, start: Instant, points: int, between: list[_Loose]) -> _Candidates:
        return self._apart(1, start, points, between)

    def _apart(self, seconds: int, start: Instant, points: int, between: list[_Loose]) -> _Candidates:
        gone = self.found.grid.points(start - seconds + 1, start + seconds - 1)
        return points & ~gone, [one for one in between if abs(one.start - start) >= seconds]


@lru_cache(maxsize=4096)
def _session_costs(zone: str, grid: Grid, today: LocalDay) -> Bitplanes:
    """Give what a start costs whoever comes: days to wait, and an uneven minute."""
    waits = (
        weighted(points, -2 * DAY_AHEAD * max(0, min(day - today, MOST_DAYS_AHEAD)))
        for day, points in _days_of(zone, grid).items()
    )
    return total((doubled(by_clock(zone, grid, _UNEVEN, _UNEVEN)), *waits))


@lru_cache(maxsize=4096)
def _days_of(zone: str, grid: Grid) -> dict[LocalDay, int]:
    """Give a zone's local days on a grid, each as the bits of its points."""
    origin, stride, _ = grid
    days: dict[LocalDay, int] = {}
    for day, start, end in local_days(local_time(zone, Span(*grid.stretch)), grid.stretch):
        points = bits(-((origin - start) // stride), -((origin - end) // stride))
        days[day] = days.get(day, 0) | points
    return days
