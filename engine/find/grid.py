"""The lattice of a search as one arithmetic row, and sets of starts on it as the bits of whole numbers.

Bit g of a number stands for the start `origin + g * stride`, its cell g for the starts between that point and
the next. A set of starts becomes three numbers (`Rows`), from which the exact candidates follow: all lattice
points, and the few cells in which a run may lie that holds no lattice point.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from engine.find.request import FindRequest
from engine.localtime import local_time
from engine.stretches import Stretch, clipped
from engine.timespan import DAY, MINUTE, Instant, Span


class Grid(NamedTuple):
    """Lattice points in a row, for whole UTC days: neighbouring windows share what is kept of them."""

    origin: Instant
    stride: int
    size: int

    @property
    def stretch(self) -> Stretch:
        """What the row covers."""
        return self.origin, self.origin + self.size * self.stride

    @property
    def all(self) -> int:
        """Every bit set."""
        return (1 << self.size) - 1

    def at(self, point: int) -> Instant:
        """Give the start that a bit stands for."""
        return self.origin + point * self.stride

    def points(self, first: Instant, last: Instant) -> int:
        """Give the lattice points from one start to another, both included, as bits."""
        begin = -((self.origin - first) // self.stride)
        return bits(begin, (last - self.origin) // self.stride + 1)

    def cells(self, first: Instant, last: Instant) -> int:
        """Give the cells that hold starts from one to another, both included."""
        return bits((first - self.origin) // self.stride, (last - 1 - self.origin) // self.stride + 1)


def bits(begin: int, end: int) -> int:
    """Give a number with the bits from begin to before end set; there are none before 0."""
    begin = max(begin, 0)
    return ((1 << (end - begin)) - 1) << begin if end > begin else 0


def positions(number: int) -> Iterator[int]:
    """Give the positions of the bits that are set, lowest first."""
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low


def grid_of(request: FindRequest) -> Grid | None:
    """Give the row of a request's lattice; None where the host's clock gives no single row."""
    first, end = request.window.start // DAY, request.window.end // DAY + 1
    return _grid(request.host.timezone, request.step, first, end)


@lru_cache(maxsize=4096)
def _grid(zone: str, step: int, first_day: int, end_day: int) -> Grid | None:
    stride = step * MINUTE
    if DAY % stride:
        return None
    start, end = first_day * DAY, end_day * DAY
    eras = local_time(zone, Span(start, end)).eras
    phases = {-era.offset % stride for era in eras if era.start < end and era.end > start}
    if len(phases) > 1:
        return None
    origin = start - (start - phases.pop()) % stride - stride
    return Grid(origin, stride, (end - origin) // stride + 2)


Parted: TypeAlias = tuple[int, list[Stretch]]
"""Blocked starts, parted by `split`."""


class Rows(NamedTuple):
    """A set of blocked starts on a grid.

    `points` are the blocked lattice points. `covered` are cells that are blocked throughout, `touched` cells
    that may be blocked in part; a cell in neither is free throughout.
    """

    points: int
    touched: int
    covered: int


NOTHING = Rows(0, 0, 0)


def everything(grid: Grid) -> Rows:
    """Give the rows of a set that blocks all."""
    return Rows(grid.all, 0, grid.all)


def rows(stretches: Sequence[Stretch], grid: Grid) -> Rows:
    """Turn united stretches of blocked starts into rows."""
    return rows_of(split(stretches, grid), grid)


def rows_of(parted: Parted, grid: Grid) -> Rows:
    """Turn parted stretches of blocked starts into rows."""
    even, odd = parted
    covered = even | even >> 1
    points, touched = even, 0
    origin, stride, size = grid
    for start, end in odd:
        first, last = max(start - origin, 0), min(end - origin, size * stride)
        points |= bits(-(-first // stride), -(-last // stride))
        touched |= bits(first // stride, (last - 1) // stride + 1)
        covered |= bits(-(-(first - 1) // stride), last // stride)
    return Rows(points, touched, covered)


def split(stretches: Sequence[Stretch], grid: Grid) -> Parted:
    """Part stretches that begin just after one lattice point and end just before another from the rest.

    Those (the session meets something that fits the grid) are given as the points that they block; they also
    block the cells on both sides of each. The rest are given as they are.
    """
    origin, stride, size = grid
    even, odd = 0, []
    for stretch in clipped(stretches, *grid.stretch):
        before, after = stretch[0] - 1 - origin, stretch[1] - origin
        if before % stride or after % stride or before < 0 or after > size * stride:
            odd.append(stretch)
        else:
            first = before // stride + 1
            even |= ((1 << (after // stride - first)) - 1) << first
    return even, odd


def united_rows(parts: Iterable[Rows]) -> Rows:
    """Give the starts that one of several sets blocks."""
    points = touched = covered = 0
    for part in parts:
        points |= part.points
        touched |= part.touched
        covered |= part.covered
    return Rows(points, touched, covered)


def at_least(count: int, parts: Sequence[Rows]) -> Rows:
    """Give the starts that so many of several sets block at once."""
    touched = 0
    for part in parts:
        touched |= part.touched
    points = _counted(count, [part.points for part in parts])
    return Rows(points, touched, _counted(count, [part.covered for part in parts]))


def _counted(count: int, numbers: Sequence[int]) -> int:
    """Give the bits that are set in so many of the numbers: reached[k] are those set in k of them so far."""
    reached = [-1] + [0] * count
    for number in numbers:
        for level in range(count, 0, -1):
            reached[level] |= reached[level - 1] & number
    return reached[count]
