"""The lattice of a search as one arithmetic row, and sets of lattice points as the bits of whole numbers.

Bit g of a number stands for the start `origin + g * stride`, its cell g for the starts between that point and
the next.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from engine.find.request import FindRequest
from engine.time.intervals import Stretch
from engine.time.local_time import local_time
from engine.time.span import DAY, MINUTE, Instant, Span


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
    digits = f"{number:b}"[::-1]
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


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


def points_in(stretches: Iterable[Stretch], grid: Grid) -> int:
    """Give the lattice points that lie in one of some stretches, as bits; the stretches may overlap."""
    origin, stride, size = grid
    row = bytearray(b"0") * size
    for start, end in stretches:
        begin, stop = -((origin - start) // stride), -((origin - end) // stride)
        if begin < 0:
            begin = 0
        if begin < stop and begin < size:
            row[begin:stop] = b"1" * (min(stop, size) - begin)
    return number_of(row)


def number_of(digits: bytes | bytearray) -> int:
    """Read binary digits, the lowest bit first."""
    return int(digits[::-1], 2)


def counted(count: int, numbers: Sequence[int]) -> int:
    """Give the bits that are set in so many of the numbers: reached[k] are those set in k of them so far."""
    reached = [-1] + [0] * count
    for number in numbers:
        for level in range(count, 0, -1):
            reached[level] |= reached[level - 1] & number
    return reached[count]


def left_without_one(numbers: Sequence[int], among: int) -> list[int]:
    """Give for each number the bits, among some, that none of the others sets."""
    once, twice = counted(1, numbers), counted(2, numbers)
    return [among & ~twice & (number | ~once) for number in numbers]
