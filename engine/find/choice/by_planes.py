"""The drawing where all is said at once: costs are few bits wide, and added up as bit planes."""

from collections.abc import Iterable
from functools import reduce
from itertools import repeat
from math import inf
from operator import or_

from engine.find.attendance import availability_when_feasible
from engine.find.bitmaps import Candidates
from engine.find.bitplanes import number_at, smallest, smallest_worst, total
from engine.find.choice.drawing import FEW, Cost, Drawing, Left, Looked, Promise, session_costs
from engine.find.proposals import SILENT, Pick, Said, Setting, asked
from engine.find.ranking import BASE, session_points
from engine.find.start_grid import single_bits
from engine.time.span import Instant


class ByPlanes(Drawing):
    """Draws by what everybody says at once; that speaks only against a time."""

    def __init__(self, scene: Setting, found: Candidates) -> None:
        super().__init__(scene, found, scene.scale.unit, scene.scale.no_break)
        self._told = scene.scored_bits(found.grid)
        self._costs = [one.costs for one in self._told]
        self._waiting = session_costs(scene.host.zone, found.grid, scene.today, self.unit)
        self._total = total((self._waiting, *self._costs))

    def pick(self, start: Instant, cost: float) -> Pick:
        """Let everybody who has something to say of a start say it."""
        point, rest = divmod(start - self.found.grid.origin, self.found.grid.stride)
        return asked(self.scene, start) if rest else Pick(start, self._said_at(point))

    def _said_at(self, point: int) -> list[Said]:
        return [one.at(point) if one.said >> point & 1 else SILENT for one in self._told]

    def best_point(self, left: Left) -> tuple[Instant | None, float]:
        """Give the best lattice point of what is left."""
        points = self.found.points & ~left.removed
        if not points:
            return None, inf
        best, cost = smallest(points, self._total)
        first = best & -best
        if best != first and number_at(self._waiting, first) != cost:
            # else nobody loses anything at the first
            best = self._fairest(best)
            first = best & -best
        return self.found.grid.at(first.bit_length() - 1), cost

    def _fairest(self, points: int) -> int:
        """Give the points among some, equally good, at which the least happy attendee is happiest."""
        silent = points & ~reduce(or_, [one.said for one in self._told])
        if silent:
            return silent
        if points.bit_count() <= FEW:
            return min(single_bits(points), key=self._worst_at_bit)
        return smallest_worst(points, self._costs)

    def worst_at(self, start: Instant) -> int:
        """Give what a lattice point costs whoever it costs most."""
        return self._worst_at_bit(1 << (start - self.found.grid.origin) // self.found.grid.stride)

    def _worst_at_bit(self, bit: int) -> int:
        return max([number_at(costs, bit) for costs in self._costs])

    def promising(self, cost: float) -> Iterable[Promise]:
        """Give the starts between lattice points that may cost no more than that."""
        return zip(repeat(0), self.soon(cost))

    def look(self, start: Instant, least: float, most: float) -> Looked:
        """Rank a start as long as it may cost no more than most."""
        scene, unit, lost = self.scene, self.unit, []
        cost: float = unit * (BASE - session_points(scene.host.clock(start), scene.today))
        end, points = start + scene.duration, scene.scale.points
        if (found := self.costs_a_break(start, cost, most)) is not None:
            return found
        for person, required in scene.people:
            state = availability_when_feasible(person, required, start, end)
            lost.append(-unit * points(person, required, state, start, end))
            cost += lost[-1]
            if cost > most:
                return Looked(cost, None)
        return Looked(cost, Cost(cost, max(lost), start))
