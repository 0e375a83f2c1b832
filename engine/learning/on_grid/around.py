"""What lies around all lattice points at once in somebody's own calendar: gaps, and places in a day."""

from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import NamedTuple

from engine.find.attendance import BACK_TO_BACK
from engine.find.blocked_starts import Edges, points_blocked
from engine.find.person import Person
from engine.find.person_bits import kept, no_break
from engine.find.rows import ONE, buckets_in
from engine.find.start_grid import Grid
from engine.learning.surroundings import CLOSE, FEW, Lying
from engine.learning.worths import GAPS
from engine.time.local_time import local_days, local_time
from engine.time.span import Instant, Span

PLACES = ((0, 0), (1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2))
"""Where a start can lie in a day of so many events: pairs of what stands in `EDGES` and in `LOADS`."""
_BEFORE, _AFTER, _BETWEEN = 1, 3, 5
"""Places in a day of few events; those in a full day follow each, and that in an empty one is 0."""
EITHER_GAP = ((0, 1), (1, 2))
"""Two of `GAPS` of which a cell's starts may have either."""
_ANY_GAP, _ANY_PLACE = len(GAPS) + len(EITHER_GAP), len(PLACES)
"""Stand for the cells whose starts may have any gap, or lie in several places."""
_PLACE_BITS, _BYTE_BITS = 3, 8
_PLACE_MASK, _ALL_BUT_ONE = 7, 127


class Around(NamedTuple):
    """What lies around a grid's lattice points: a row whose buckets are a gap and, in its last bits, a place.

    Gaps stand in `GAPS` and `EITHER_GAP`, places in `PLACES`.
    """

    points: bytes
    zone: str
    grid: Grid
    duration: int

    def at(self, point: int) -> Lying:
        """Tell what lies around a lattice point."""
        bucket = self.points[point]
        return bucket >> _PLACE_BITS, *PLACES[bucket & _PLACE_MASK]

    @property
    def cells(self) -> bytes:
        """The row of cells, by the points at their two ends.

        A place is a cell's if it is that of both its ends, within one local day.
        """
        grid, row = self.grid, int.from_bytes(self.points, "little")
        ones, place_bits, all_but_one, any_gap = _constant_rows(grid.size)
        places = row & place_bits
        moved = places ^ places >> _BYTE_BITS
        apart = moved + all_but_one >> _BYTE_BITS - 1 & ones | _ends_of_days(self.zone, grid)
        if grid.stride <= min(CLOSE - BACK_TO_BACK, self.duration + 2 * BACK_TO_BACK):
            gaps = _gaps_within(row >> _PLACE_BITS, ones)
        else:
            gaps = any_gap
        cells = gaps << _PLACE_BITS | places | apart * _ANY_PLACE
        return cells.to_bytes(grid.size, "little")[:-1] + ONE[_ANY_GAP << _PLACE_BITS | _ANY_PLACE]


def around(person: Person, grid: Grid, duration: int) -> Around | None:
    """Say it of starts of so many seconds; nothing of somebody whose calendar is unknown."""
    if person.known_until is None:
        return None
    return kept(person, ("around", grid, duration), lambda: _around(person, grid, duration))


def _around(person: Person, grid: Grid, duration: int) -> Around:
    beside = no_break(person, duration, grid)
    close = points_blocked(Edges(person.blocking, duration + CLOSE, CLOSE), grid) | beside
    gaps = buckets_in((close & ~beside, grid.all & ~close), grid.size)
    places = int.from_bytes(_places(person, grid), "little")
    row = (gaps << _PLACE_BITS | places).to_bytes(grid.size, "little")
    return Around(row, person.user.timezone, grid, duration)


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


def _places(person: Person, grid: Grid) -> bytearray:
    """Write the row of places: midnights ascend, and so do the events that meet a day."""
    starts, ends, row = person.blocking.starts, person.blocking.ends, bytearray(grid.size)
    origin, stride, _ = grid
    since = until = 0
    for begin, end, low, high in _days_on(person.user.timezone, grid):
        until = bisect_left(starts, end, since)
        since = bisect_right(ends, begin, since, until)
        if since == until:
            continue
        full = until - since > FEW
        first, last = -((origin - starts[since]) // stride), -((origin - ends[until - 1]) // stride)
        if first > low:
            first = min(first, high)
            row[low:first] = ONE[_BEFORE + full] * (first - low)
        else:
            first = low
        if last < high:
            last = max(last, first)
            row[last:high] = ONE[_AFTER + full] * (high - last)
        else:
            last = high
        row[first:last] = ONE[_BETWEEN + full] * (last - first)
    return row


@lru_cache(maxsize=64)
def _constant_rows(size: int) -> tuple[int, int, int, int]:
    """Read rows of ones, of places' bits, of what lifts any but 0 to a byte's last bit, and of any gap."""
    ones = int.from_bytes(ONE[1] * size, "little")
    return ones, ones * _PLACE_MASK, ones * _ALL_BUT_ONE, ones * _ANY_GAP


@lru_cache(maxsize=4096)
def _ends_of_days(zone: str, grid: Grid) -> int:
    """Read the row that has a one at the last lattice point of each local day as a number."""
    return sum([1 << _BYTE_BITS * (high - 1) for _, _, low, high in _days_on(zone, grid) if low < high])
