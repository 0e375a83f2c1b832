"""What lies around all lattice points at once in somebody's own calendar: gaps, and places in a day."""

from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import NamedTuple

from engine.find.attendance import BACK_TO_BACK
from engine.find.blocked_starts import Edges, points_blocked
from engine.find.lanes import Table, laid_out
from engine.find.person import Person
from engine.find.person_bits import kept, no_break
from engine.find.rows import ONE, counts_in
from engine.find.start_grid import Grid
from engine.learning.surroundings import CLOSE, FEW, Lying, gap_of, place_of
from engine.learning.worths import GAPS
from engine.time.local_time import local_days, local_time
from engine.time.span import MINUTE, Instant, Span

PLACES = ((0, 0), (1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2))
"""Where a start can lie in a day of so many events: pairs of what stands in `EDGES` and in `LOADS`."""
_PARTS = (ONE[1], ONE[5], ONE[3]), (ONE[2], ONE[6], ONE[4])
"""Places before, between and after the events of a day of few, and of a full one; in an empty one it is 0."""
EITHER_GAP = ((0, 1), (1, 2))
"""Two of `GAPS` of which a cell's starts may have either."""
_ANY_GAP, _ANY_PLACE = len(GAPS) + len(EITHER_GAP), len(PLACES)
"""Stand for the cells whose starts may have any gap, or lie in several places."""
_WIDE = len(GAPS) - 1
"""Points that are neither close to an event nor right beside one."""
_PLACE_BITS, _BYTE_BITS = 3, 8
_PLACE_MASK, _ALL_BUT_ONE = 7, 127


class Around:
    """What lies around a grid's lattice points: a row whose buckets are a gap and, in its last bits, a place.

    Gaps stand in `GAPS` and `EITHER_GAP`, places in `PLACES`.
    """

    __slots__ = ("_cells", "_duration", "_grid", "_person", "points")

    def __init__(self, points: bytes, person: Person, grid: Grid, duration: int) -> None:
        self.points = points
        self._person, self._grid, self._duration = person, grid, duration
        self._cells: bytes | None = None

    def at(self, point: int) -> Lying:
        """Tell what lies around a lattice point."""
        bucket = self.points[point]
        return bucket >> _PLACE_BITS, *PLACES[bucket & _PLACE_MASK]

    def between(self, start: Instant) -> Lying:
        """Tell what lies around a start between lattice points; most of it is known of its cell."""
        person, end = self._person, start + self._duration
        cell, rest = divmod(start - self._grid.origin, self._grid.stride)
        bucket = self.cells[cell]
        gap, place = bucket >> _PLACE_BITS, bucket & _PLACE_MASK
        if place == _ANY_PLACE or rest < MINUTE:
            return gap_of(person, start, end), *place_of(person, start)
        return gap if gap == _WIDE else gap_of(person, start, end), *PLACES[place]

    def cells_by(self, table: Table, points: int) -> int:
        """Lay out what a table has for the cells, packed."""
        return laid_out(self.cells, table)

    @property
    def cells(self) -> bytes:
        """The row of cells: worked out where it is asked for."""
        if self._cells is None:
            self._cells = self._of_cells()
        return self._cells

    def _of_cells(self) -> bytes:
        """Tell cells by the points at their two ends.

        A place is a cell's if it is that of both its ends, within one local day.
        """
        grid, row = self._grid, int.from_bytes(self.points, "little")
        ones, place_bits, all_but_one, any_gap, _ = _constant_rows(grid.size)
        places = row & place_bits
        moved = places ^ places >> _BYTE_BITS
        apart = moved + all_but_one >> _BYTE_BITS - 1 & ones | _ends_of_days(self._person.user.timezone, grid)
        if grid.stride <= min(CLOSE - BACK_TO_BACK, self._duration + 2 * BACK_TO_BACK):
            gaps = _gaps_within(row >> _PLACE_BITS, ones)
        else:
            gaps = any_gap
        cells = gaps << _PLACE_BITS | places | apart * _ANY_PLACE
        return cells.to_bytes(grid.size, "little")[:-1] + ONE[_ANY_GAP << _PLACE_BITS | _ANY_PLACE]


def around(person: Person, grid: Grid, duration: int) -> Around | None:
    """Say it of starts of so many seconds; nothing of somebody whose calendar is unknown."""
    if person.known_until is None:
        return None
    return kept(person, ("around", duration, *grid), lambda: _around(person, grid, duration))


def _around(person: Person, grid: Grid, duration: int) -> Around:
    beside = no_break(person, duration, grid)
    close = points_blocked(Edges(person.blocking, duration + CLOSE, CLOSE), grid) | beside
    gaps = _constant_rows(grid.size).wide - counts_in((beside, close), grid.size)
    places = int.from_bytes(_places(person, grid), "little")
    row = (gaps << _PLACE_BITS | places).to_bytes(grid.size, "little")
    return Around(row, person, grid, duration)


def _gaps_within(gaps: int, ones: int) -> int:
    """Give the gaps of cells, from those of points: what is right beside one end is close to all between."""
    short, wide = gaps & ones, gaps >> 1 & ones
    beside = ones ^ short ^ wide
    near, far = beside | beside >> _BYTE_BITS, wide & wide >> _BYTE_BITS
    either = ones ^ near ^ far
    return near | (near | far) << 1 | either << 2


class _Midnights(NamedTuple):
    """A local day on a grid: from midnight to midnight, and the lattice points [low, high) it stands for."""

    begin: Instant
    end: Instant
    low: int
    high: int


@lru_cache(maxsize=4096)
def _days_on(zone: str, grid: Grid) -> tuple[_Midnights, ...]:
    local, (origin, stride, _) = local_time(zone, Span(*grid.stretch)), grid
    found = []
    for day, start, end in local_days(local, grid.stretch):
        low, high = -((origin - start) // stride), -((origin - end) // stride)
        found.append(_Midnights(local.first(day, 0), local.first(day + 1, 0), low, high))
    return tuple(found)


def _places(person: Person, grid: Grid) -> bytes:
    """Write the row of places: midnights ascend, and so do the events that meet a day."""
    starts, ends = person.blocking.starts, person.blocking.ends
    origin, stride, _ = grid
    parts, since, until = [], 0, 0
    for begin, end, low, high in _days_on(person.user.timezone, grid):
        until = bisect_left(starts, end, since)
        since = bisect_right(ends, begin, since, until)
        if since == until:
            parts.append(ONE[0] * (high - low))
            continue
        first, last = -((origin - starts[since]) // stride), -((origin - ends[until - 1]) // stride)
        if not low <= first <= last <= high:
            first = min(max(first, low), high)
            last = min(max(last, first), high)
        before, between, after = _PARTS[until - since > FEW]
        parts += (before * (first - low), between * (last - first), after * (high - last))
    return b"".join(parts)


class _Constant(NamedTuple):
    """Rows, read as numbers: ones, bits of places, what lifts any but 0 to a byte's last bit, and gaps."""

    ones: int
    places: int
    all_but_one: int
    any_gap: int
    wide: int


@lru_cache(maxsize=64)
def _constant_rows(size: int) -> _Constant:
    ones = int.from_bytes(ONE[1] * size, "little")
    return _Constant(ones, *(ones * one for one in (_PLACE_MASK, _ALL_BUT_ONE, _ANY_GAP, _WIDE)))


@lru_cache(maxsize=4096)
def _ends_of_days(zone: str, grid: Grid) -> int:
    """Read the row that has a one at the last lattice point of each local day as a number."""
    return sum([1 << _BYTE_BITS * (high - 1) for _, _, low, high in _days_on(zone, grid) if low < high])
