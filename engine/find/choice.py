"""Which candidates are proposed: the best of as many local days as there are, then the best of the rest."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial, reduce
from itertools import repeat
from math import inf
from operator import or_
from typing import NamedTuple, TypeAlias

from engine.find.attendance import availability_when_feasible
from engine.find.between import Between, Promise
from engine.find.bitmaps import Candidates
from engine.find.bitplanes import (
    Bitplanes,
    by_clock,
    minutes_of_day,
    number_at,
    smallest,
    smallest_worst,
    times,
    total,
    weighted,
)
from engine.find.person_bits import freed_otherwise
from engine.find.proposals import SILENT, Pick, Rank, Said, Setting, asked, rank
from engine.find.ranking import (
    BASE,
    DAY_AHEAD,
    EVEN_MINUTES,
    MOST_DAYS_AHEAD,
    UNEVEN_START,
    ScoredBits,
    session_points,
)
from engine.find.start_grid import Grid, bits, single_bits
from engine.model.session import Reason
from engine.model.user import TentativeAs
from engine.time.intervals import Stretch
from engine.time.local_time import LocalDay, local_days, local_time
from engine.time.span import Instant, Span


class _Cost(NamedTuple):
    """The order of candidates by what they cost: the smallest is the best."""

    cost: float
    worst: float
    start: Instant


class _Looked(NamedTuple):
    """A candidate between lattice points: what it costs at least, and all of it once that is known."""

    least: float
    rank: _Cost | None


_Drawn: TypeAlias = tuple[Instant, float]
"""A candidate, and what it costs."""
_Removed: TypeAlias = tuple[int, tuple[Stretch, ...]]
"""Lattice points, and cells, that can no longer be drawn, and the stretches in which they lie."""


class _Left(NamedTuple):
    """What can still be drawn: not these points and cells, and no start of these stretches."""

    removed: int
    gone: tuple[Stretch, ...]

    def without(self, removed: _Removed) -> "_Left":
        """Take something away."""
        return _Left(self.removed | removed[0], self.gone + removed[1])

    def lacks(self, start: Instant) -> bool:
        """Whether a start between lattice points can no longer be drawn."""
        return any([first <= start < end for first, end in self.gone])


FEW = 3
"""Points that are compared one by one rather than all at once."""
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
    if scene.unsure and any(
        one.tentative and one.tentative_as is TentativeAs.SOFT for one, _ in scene.people
    ):
        return chosen(scene, found.starts())
    pool = _Pool(scene, found)
    return [pool.pick(start, cost) for start, cost in pool.drawn()]


class _Pool:
    """Candidates that are drawn one by one, best first.

    A cost is what is lost of the base and of the most that everybody could say, in the scale's units.
    """

    def __init__(self, scene: Setting, found: Candidates) -> None:
        self.scene, self.found = scene, found
        self.defers = scene.scale.defers
        bounded = self.defers and not found.on_lattice
        self.scored_bits = scene.scored_bits(found.grid, bounded)
        self.unit = scene.scale.unit
        self.costs = [one.costs for one in self.scored_bits]
        self.days = _days_of(scene.host.zone, found.grid, bounded)
        self.waiting = _session_costs(scene.host.zone, found.grid, scene.today, self.unit, bounded)
        self.total = total((self.waiting, *self.costs))
        self.most = sum([one.most for one in self.scored_bits]) if self.defers else 0
        self.looked: dict[Instant, _Looked] = {}
        self.freed_otherwise: int | None = None
        self.between = Between(found.grid, self.total) if bounded else None

    def pick(self, start: Instant, cost: float) -> Pick:
        """Let everybody who has something to say of a start say it."""
        point, rest = divmod(start - self.found.grid.origin, self.found.grid.stride)
        if not self.defers:
            return asked(self.scene, start) if rest else Pick(start, self._said_at(point))
        if rest:
            said, later = self.scene.asked_at_once(start), partial(self.scene.told_later, start)
        else:
            said, later = self._said_at(point), partial(_later, self.scored_bits, point)
        points = BASE + (self.most - cost) / self.unit
        if points.is_integer() and points == session_points(self.scene.host.clock(start), self.scene.today):
            bit = 1 << point
            if not any(later() if rest else [one.said_later & bit for one in self.scored_bits]):
                return Pick(start, said)
        return Pick(start, said, later, points)

    def _said_at(self, point: int) -> list[Said]:
        return [one.at(point) if one.said >> point & 1 else SILENT for one in self.scored_bits]

    def drawn(self) -> list[_Drawn]:
        """Draw up to the limit: a day at a time, then what is apart from all drawn, then what is left."""
        taken: list[_Drawn] = []
        for removed in (self._day, self._near, self._same):
            left = _Left(0, ())
            for start, _ in taken:
                left = left.without(removed(start))
            while (best := self._best(left)) is not None:
                taken.append(best)
                if len(taken) == self.scene.limit:
                    return taken
                left = left.without(removed(best[0]))
        return taken

    def _best(self, left: "_Left") -> _Drawn | None:
        """Give the best of what is left; those between lattice points are asked only if they might be."""
        points = self.found.points & ~left.removed
        on_lattice, cost = self._best_point(points) if points else (None, inf)
        best: _Cost | None = None
        for least, start in self._promising(cost):
            if least > cost:
                break
            if left.lacks(start):
                continue
            looked = self.looked.get(start)
            if looked is None or (looked.rank is None and looked.least <= cost):
                looked = self.looked[start] = self._look(start, least, cost)
            if looked.rank is None or looked.least > cost:
                continue
            if looked.least == cost and best is None and on_lattice is not None:
                best = self._look(on_lattice, 0, inf).rank
            if best is None or looked.least < cost or looked.rank < best:
                best, cost = looked.rank, looked.least
        if best is not None:
            return best.start, cost
        return None if on_lattice is None else (on_lattice, cost)

    def _promising(self, cost: float) -> Iterable[Promise]:
        """Give the starts between lattice points that may cost no more than something else."""
        soon = self._soon(cost)
        return zip(repeat(0), soon) if self.between is None else self.between.promising(soon, cost)

    def _soon(self, cost: float) -> Sequence[Instant]:
        """Leave out the days for which waiting, at an uneven minute, costs more than something else."""
        if self.found.on_lattice:
            return ()
        a_day = -self.unit * DAY_AHEAD
        if EVEN_MINUTES % self.found.grid.step == 0:  # every even minute is a lattice point
            cost += self.unit * UNEVEN_START
        if cost < 0:
            return ()
        if cost >= a_day * MOST_DAYS_AHEAD:
            return self.found.between()
        until = self.scene.host.last(self.scene.today + int(cost // a_day) + 1, 0)
        between = self.found.between(until)
        return between[: bisect_left(between, until)]

    def _best_point(self, points: int) -> tuple[Instant, float]:
        best, cost = smallest(points, self.total)
        first = best & -best
        if (
            best != first and number_at(self.waiting, first) != cost
        ):  # else nobody loses anything at the first
            best = self._fairest(best)
            first = best & -best
        return self.found.grid.at(first.bit_length() - 1), cost

    def _fairest(self, points: int) -> int:
        """Give the points among some, equally good, at which the least happy attendee is happiest."""
        if not self.defers:
            silent = points & ~reduce(or_, [one.said for one in self.scored_bits])
            if silent:
                return silent
        if points.bit_count() <= FEW:
            return min(single_bits(points), key=self._worst_at)
        most = max([one.most for one in self.scored_bits])
        return smallest_worst(points, self.costs, [most - one.most for one in self.scored_bits])

    def _worst_at(self, bit: int) -> int:
        return max([number_at(one.costs, bit) - one.most for one in self.scored_bits])

    def _look(self, start: Instant, least: float, most: float) -> _Looked:
        """Rank a start of which it is known what it costs at least, as long as it may cost no more than most.

        Where more is said later, nothing that is said at once speaks for a time, so that is asked first.
        """
        scene, unit, defers, lost = self.scene, self.unit, self.defers, []
        waiting = unit * (BASE - session_points(scene.host.clock(start), scene.today))
        cost, end, points = max(waiting, least), start + scene.duration, scene.scale.points
        if cost + scene.scale.no_break > most >= cost and self._ends_an_event(start):
            return _Looked(cost + scene.scale.no_break, None)
        for (person, required), told in zip(scene.people, self.scored_bits, strict=True):
            state = availability_when_feasible(person, required, start, end)
            own = -unit * points(person, required, state, start, end)
            lost.append(own)
            cost += own if defers else told.most + own
            if cost > most:
                return _Looked(cost, None)
        return (
            self._look_on(start, waiting, lost, most)
            if defers
            else _Looked(cost, _Cost(cost, max(lost), start))
        )

    def _ends_an_event(self, start: Instant) -> bool:
        """Whether a start between lattice points is one because an event ends of somebody who must come."""
        found, scene = self.found, self.scene
        if not found.is_freed_by_people(start):
            return False
        if self.freed_otherwise is None:
            required = [one for one, required in scene.people if required]
            cells = [freed_otherwise(one, scene.duration, found.grid) for one in required]
            self.freed_otherwise = reduce(or_, cells)
        return not self.freed_otherwise >> (start - found.grid.origin) // found.grid.stride & 1

    def _look_on(self, start: Instant, waiting: float, lost: list[float], most: float) -> _Looked:
        """Ask for what is said later, too."""
        unit, now, cost = self.unit, self.scene.now, waiting + sum(lost)
        for index, told in enumerate(self.scored_bits):
            later = unit * told.later_points(start, now)
            lost[index] -= later
            cost += told.most - later
            if cost > most:
                return _Looked(cost, None)
        return _Looked(cost, _Cost(cost, max(lost), start))

    def _day(self, start: Instant) -> _Removed:
        return self.days[self.scene.host.day(start)]

    def _near(self, start: Instant) -> _Removed:
        return self._apart(self.scene.duration, start)

    def _same(self, start: Instant) -> _Removed:
        return self._apart(1, start)

    def _apart(self, seconds: int, start: Instant) -> _Removed:
        first, last = start - seconds + 1, start + seconds - 1
        return self.found.grid.points(first, last), ((first, last + 1),)


def _later(scored_bits: Sequence[ScoredBits], point: int) -> list[Sequence[Reason]]:
    return [one.later(point) for one in scored_bits]


@lru_cache(maxsize=4096)
def _session_costs(zone: str, grid: Grid, today: LocalDay, unit: int, cells: bool) -> Bitplanes:
    """Give what a start costs whoever comes: days to wait, and an uneven minute; of cells at least."""
    waits = (
        weighted(points, -unit * DAY_AHEAD * max(0, min(day - today, MOST_DAYS_AHEAD)))
        for day, (points, _) in _days_of(zone, grid, cells).items()
    )
    uneven = weighted(grid.cells if cells and EVEN_MINUTES % grid.step == 0 else 0, -unit * UNEVEN_START)
    return total((times(by_clock(zone, grid, _UNEVEN, _UNEVEN), unit), uneven, *waits))


@lru_cache(maxsize=4096)
def _days_of(zone: str, grid: Grid, cells: bool) -> dict[LocalDay, _Removed]:
    """Give a zone's local days on a grid, each as the bits of its points, and cells, and as stretches."""
    origin, stride, _ = grid
    days: dict[LocalDay, _Removed] = {}
    for day, start, end in local_days(local_time(zone, Span(*grid.stretch)), grid.stretch):
        points = bits(-((origin - start) // stride), -((origin - end) // stride))
        if cells:
            points |= grid.cells_within(start, end)
        known, stretches = days.get(day, (0, ()))
        days[day] = known | points, (*stretches, (start, end))
    return days
