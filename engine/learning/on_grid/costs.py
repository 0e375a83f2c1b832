"""What a person's habits cost at all lattice points at once: each bucket's cost, wherever it occurs."""

from collections.abc import Sequence
from operator import add
from typing import Protocol

from engine.find.lanes import Lanes, Table, laid_out, table_of
from engine.learning.on_grid.around import EITHER_GAP, PLACES, Around
from engine.learning.on_grid.rows import KINDS, ByClock, ByDay
from engine.learning.worths import Worths


class Rows(Protocol):
    """The buckets of a grid's lattice points, and of its cells."""

    @property
    def points(self) -> bytes:
        """A row of the points."""

    def cells_by(self, table: Table, points: int) -> int:
        """Lay out what a table has for the cells, of whose points so much is known, packed."""


class Cost:
    """What is lost of `most`, in quarters of a point.

    It is that of some rows, whose buckets lose so much each, at highest one, and before them of others. The
    cells are worked out where they are asked for.
    """

    __slots__ = ("_before", "_cells", "_high", "_low", "_rows", "highest", "most", "packed")

    def __init__(
        self, rows: Rows, lost: Sequence[int], highest: int, most: int, before: "Cost | None" = None
    ) -> None:
        self._rows, self._before = rows, before
        self._low, self._high = table = table_of(lost, highest)
        self._cells: int | None = None
        self.packed, self.highest, self.most = laid_out(rows.points, table), highest, most
        if before is not None:
            self.packed += before.packed
            self.highest += before.highest
            self.most += before.most

    @property
    def lanes(self) -> Lanes:
        """What is lost at each lattice point."""
        return self.packed, self.highest

    @property
    def of_cells(self) -> Lanes:
        """What is lost at least at the starts of each cell, but for those of its first minute."""
        if self._cells is None:
            before = self._before
            own = self.packed if before is None else self.packed - before.packed
            own = self._rows.cells_by((self._low, self._high), own)
            self._cells = own if before is None else own + before.of_cells[0]
        return self._cells, self.highest


def cost_by_clock(worths: Worths, rows: ByClock) -> Cost:
    """Add up what habits cost by hour, kind of start and lunch."""
    starts, lunch = worths.starts, worths.lunch
    hours, best_hour, least_hour = _lost(worths.hours)
    kinds, best_kind, least_kind = _lost([starts[start] + meets * lunch for start, meets in KINDS])
    lost = tuple(map(add, rows.hours(hours), rows.kinds(kinds)))
    best = best_hour + best_kind
    return Cost(rows, lost, best - least_hour - least_kind, best)


def cost_by_day(worths: Worths, rows: ByDay, before: Cost) -> Cost:
    """Add what they cost by weekday and wait."""
    weekdays, leads = worths.weekdays, worths.leads
    lost, best, least = _lost([weekdays[weekday] + leads[lead] for weekday, lead in rows.pairs])
    return Cost(rows, lost[:-1], best - least, best, before)


def cost_around(worths: Worths, rows: Around, before: Cost) -> Cost:
    """Add what they cost by what lies around."""
    edges, loads, gaps = worths.edges, worths.loads, worths.gaps
    either = [max(gaps[one], gaps[other]) for one, other in EITHER_GAP]
    by_gap, best_gap, least_gap = _lost([*gaps, *either])
    by_place, best_place, least_place = _lost([edges[edge] + loads[load] for edge, load in PLACES])
    lost = [gap + place for gap in by_gap for place in by_place]
    best = best_gap + best_place
    return Cost(rows, lost, best - least_gap - least_place, best, before)


def _lost(worths: Sequence[int]) -> tuple[list[int], int, int]:
    """Give what each bucket loses of the most, nothing for any of several; that most, and the least."""
    most = max(worths)
    lost = [most - worth for worth in worths]
    lost.append(0)
    return lost, most, min(worths)


def speaks(worths: Worths, clock: ByClock, days: ByDay, around: Around | None, point: int) -> bool:
    """Whether some of a person's habits say anything of a lattice point."""
    hour, kind = clock.of_buckets[clock.points[point]]
    start, meets_lunch = KINDS[kind]
    weekday, lead = days.pairs[days.points[point]]
    if worths.speak_by_clock(weekday, hour, start, meets_lunch, lead):
        return True
    return around is not None and worths.speak_around(*around.at(point))
