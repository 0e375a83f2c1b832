"""The drawing where more is said later: costs are as wide as a model makes them, and added up in lanes."""

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import takewhile
from math import inf

from engine.find.bitmaps import Candidates
from engine.find.choice.drawing import FEW, Cost, Drawing, Left, Looked, Promise, session_costs
from engine.find.lanes import Lanes, lanes_of, marked, number_at, numbers_of, sums_of, total
from engine.find.proposals import SILENT, Pick, Said, Setting
from engine.find.ranking import (
    BASE,
    DAY_AHEAD,
    EVEN_MINUTES,
    MOST_DAYS_AHEAD,
    UNEVEN_START,
    LaterScale,
    ScoredLanes,
    session_points,
)
from engine.find.rows import local_points
from engine.find.start_grid import Grid, positions
from engine.model.session import Reason
from engine.time.local_time import LocalDay
from engine.time.span import MINUTE, Instant


class ByLanes(Drawing):
    """Draws by what everybody says, at once and later.

    Of a start between lattice points, what it costs at least is read in its cell, so few are ever looked at;
    but nothing is read of the first minute of a cell, which a clock shows as its lattice point.
    """

    def __init__(
        self, scene: Setting, found: Candidates, scale: LaterScale, told: Sequence[ScoredLanes]
    ) -> None:
        super().__init__(scene, found, scale.unit, scale.no_break)
        self._told, self._size = told, found.grid.size
        self._waiting = _waiting(scene.host.zone, found.grid, scene.today, self.unit)
        self._sums = sums_of([self._waiting, *[one.costs for one in told]], self._size)
        self._ranked = sorted(positions(found.points), key=self._sums.__getitem__)
        self._most = sum([one.most for one in told])
        self._of_cells: Sequence[int] | None = None
        self._known, self._known_whole = 0, False
        self._promises: list[Promise] = []

    def pick(self, start: Instant, cost: float) -> Pick:
        """Let everybody who has something to say at once say it, and promise the rest if there is any."""
        scene, (origin, stride, _) = self.scene, self.found.grid
        point, rest = divmod(start - origin, stride)
        points = BASE + (self._most - cost) / self.unit
        if rest:
            said, later = self._said_between(start), partial(scene.told_later, start)
        else:
            said, later = self._said_at(point), partial(_later, self._told, point)
        plain = points.is_integer() and points == session_points(scene.host.clock(start), scene.today)
        if plain and not any(later() if rest else [one.speaks_later(point) for one in self._told]):
            return Pick(start, said)
        return Pick(start, said, later, points, partial(self._worst_of, start))

    def _worst_of(self, start: Instant) -> float:
        """Give the points of whoever is worst placed at a start that was drawn."""
        looked = self._looked.get(start)
        if looked is None or looked.rank is None:
            return -self.worst_at(start) / self.unit
        return -looked.rank.worst / self.unit

    def _said_at(self, point: int) -> list[Said]:
        bit = 1 << point
        return [one.at(point) if one.said & bit else SILENT for one in self._told]

    def _said_between(self, start: Instant) -> list[Said]:
        """Ask those who lose anything at once."""
        at_once, pairs = self.scene.said_at_once, zip(self._told, self.scene.people, strict=True)
        return [at_once(*pair, start) if told.cost_at_once(start) else SILENT for told, pair in pairs]

    def best_point(self, left: Left) -> tuple[Instant | None, float]:
        """Give the best lattice point of what is left; of equally good ones the fairest."""
        sums, removed = self._sums, left.removed
        standing = (point for point in self._ranked if not removed >> point & 1)
        point, following = next(standing, None), next(standing, None)
        if point is None:
            return None, inf
        cost = sums[point]
        if following is not None and sums[following] == cost and number_at(self._waiting, point) != cost:
            equal = takewhile(lambda one: sums[one] == cost, standing)
            point = self._fairest([point, following, *equal])
        return self.found.grid.at(point), cost

    def _fairest(self, points: Sequence[int]) -> int:
        """Give the first point among some at which the least happy attendee is happiest."""
        if len(points) <= FEW:
            return min(points, key=self._worst_at_point)
        felt = [[costs[point] - one.most for point in points] for one, costs in self._each()]
        worst = [max(column) for column in zip(*felt, strict=True)]
        return points[worst.index(min(worst))]

    def _each(self) -> Iterator[tuple[ScoredLanes, Sequence[int]]]:
        return ((one, numbers_of(one.costs, self._size)) for one in self._told)

    def worst_at(self, start: Instant) -> int:
        """Give what a lattice point costs whoever it costs most."""
        return self._worst_at_point((start - self.found.grid.origin) // self.found.grid.stride)

    def _worst_at_point(self, point: int) -> int:
        return max([number_at(one.costs, point) - one.most for one in self._told])

    def promising(self, cost: float) -> Sequence[Promise]:
        """Give at least the starts between lattice points that may cost no more than that."""
        if self._known_whole:
            return self._promises
        starts = self.soon(cost)
        if self.found.is_whole:
            starts, self._known_whole = self.found.between(), True
        if len(starts) > self._known:
            self._known, self._promises = len(starts), sorted(self._promised(starts))
        return self._promises

    def _promised(self, starts: Sequence[Instant]) -> Iterator[Promise]:
        """Say what starts cost at least; of a cell's first minute nothing is known."""
        least, (origin, stride, _) = self._least(), self.found.grid
        for start in starts:
            cell, rest = divmod(start - origin, stride)
            yield least[cell] if rest >= MINUTE else 0, start

    def _least(self) -> Sequence[int]:
        """Give what the starts of each cell cost at least."""
        if self._of_cells is None:
            scene = self.scene
            waiting = _waiting_of_cells(scene.host.zone, self.found.grid, scene.today, self.unit)
            self._of_cells = sums_of([waiting, *[one.cells for one in self._told]], self._size)
        return self._of_cells

    def _waiting_for(self, start: Instant) -> int:
        return self.unit * (BASE - session_points(self.scene.host.clock(start), self.scene.today))

    def look(self, start: Instant, least: float, most: float) -> Looked:
        """Rank a start as long as it may cost no more than most; what is said at once is quickly asked."""
        if (found := self.costs_a_break(start, least, most)) is not None:
            return found
        at_once, cost, now = [], least, self.scene.now
        for one in self._told:
            at_once.append(one.cost_at_once(start))
            cost += at_once[-1]
            if cost > most:
                return Looked(cost, None)
        worst, cost = -inf, self._waiting_for(start) + sum(at_once)
        for one, own in zip(self._told, at_once, strict=True):
            later = one.cost_later(start, now)
            worst = max(worst, own + later - one.most)
            cost += later
            if cost > most:
                return Looked(cost, None)
        return Looked(cost, Cost(cost, worst, start))


def _later(told: Sequence[ScoredLanes], point: int) -> list[Sequence[Reason]]:
    return [one.later(point) for one in told]


@lru_cache(maxsize=256)
def _waiting(zone: str, grid: Grid, today: LocalDay, unit: int) -> Lanes:
    """Give what a start costs whoever comes: days to wait, and an uneven minute."""
    planes = enumerate(session_costs(zone, grid, today, unit))
    packed, _ = total([marked(points, 1 << place) for place, points in planes])
    return packed, -unit * (UNEVEN_START + DAY_AHEAD * MOST_DAYS_AHEAD)


@lru_cache(maxsize=256)
def _waiting_of_cells(zone: str, grid: Grid, today: LocalDay, unit: int) -> Lanes:
    """Give what a start in each cell costs whoever comes at least; nothing where a day ends within it."""
    uneven = -unit * UNEVEN_START if EVEN_MINUTES % grid.step == 0 else 0
    found = []
    for one in local_points(zone, grid):
        wait = -unit * DAY_AHEAD * max(0, min(one.day - today, MOST_DAYS_AHEAD))
        found += [uneven + wait] * (one.end - one.begin - 1) + [uneven + wait if one.closes else 0]
    return lanes_of(found)
