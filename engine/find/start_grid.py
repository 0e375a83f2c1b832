"""The lattice of starts that people expect, and sets of its points as the bits of whole numbers.

A start is on the lattice where the host's clock shows zero seconds and a minute divisible by the step. Bit g
of a number stands for the start `origin + g * stride`, its cell g for the starts between that point and the
next. Where numbers hold cells, too, the bit of cell g is that of the point `size + g`.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from engine.time.intervals import Stretch
from engine.time.local_time import LocalTime, local_time
from engine.time.span import DAY, MINUTE, Instant, Span

_FEW_BITS = 100


def lattice_points(local: LocalTime, step: int, stretch: Stretch) -> Iterator[Instant]:
    """Give the lattice points of a stretch in order; the step, in minutes, begins anew each day."""
    stride = step * MINUTE
    for era in local.eras:
        start, end = max(era.start, stretch[0]), min(era.end, stretch[1])
        if start >= end:
            continue
        if DAY % stride == 0:
            yield from range(start + -(start + era.offset) % stride, end, stride)
            continue
        for day in range((start + era.offset) // DAY, (end - 1 + era.offset) // DAY + 1):
            midnight = day * DAY - era.offset
            first = max(start, midnight)
            yield from range(first + -(first - midnight) % stride, min(end, midnight + DAY), stride)


class Grid(NamedTuple):
    """Lattice points in a row, for whole UTC days: neighbouring windows share what is kept of them.

    It begins on a whole minute.
    """

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

    @property
    def cells(self) -> int:
        """Every bit set that stands for a cell where numbers hold cells, too: those follow the points."""
        return self.all << self.size

    @property
    def step(self) -> int:
        """Minutes from one lattice point to the next."""
        return self.stride // MINUTE

    def at(self, point: int) -> Instant:
        """Give the start that a bit stands for."""
        return self.origin + point * self.stride

    def at_or_after(self, start: Instant) -> Instant:
        """Give the first lattice point that is not before a start."""
        return start + (self.origin - start) % self.stride

    def starts(self, points: int) -> list[Instant]:
        """Give the lattice points that are set as bits, the earliest first."""
        before, stride = self.origin - self.stride, self.stride
        return [before + end * stride for end in _ends(points)]

    def points(self, first: Instant, last: Instant) -> int:
        """Give the lattice points from one start to another, both included, as bits."""
        begin = -((self.origin - first) // self.stride)
        return bits(begin, (last - self.origin) // self.stride + 1)

    def cells_within(self, start: Instant, end: Instant) -> int:
        """Give the cells that lie whole between two instants, as bits that follow those of the points."""
        begin = -((self.origin - start) // self.stride)
        return bits(begin, min((end - self.origin) // self.stride, self.size)) << self.size


def bits(begin: int, end: int) -> int:
    """Give a number with the bits from begin to before end set; there are none before 0."""
    begin = max(begin, 0)
    return (1 << end) - (1 << begin) if end > begin else 0


def positions(number: int) -> list[int]:
    """Give the positions of the bits that are set, lowest first."""
    if number.bit_count() > _FEW_BITS:
        return [end - 1 for end in _ends(number)]
    found = []
    while number:
        place = number.bit_length() - 1
        found.append(place)
        number ^= 1 << place
    found.reverse()
    return found


def highest_first(number: int) -> Iterator[int]:
    """Give the positions of the bits that are set, highest first: for a few of them."""
    while number:
        place = number.bit_length() - 1
        yield place
        number ^= 1 << place


def single_bits(number: int) -> Iterator[int]:
    """Give each bit that is set as a number of its own, lowest first: for a few of them."""
    while number:
        lowest = number & -number
        yield lowest
        number ^= lowest


def _ends(number: int) -> Iterable[int]:
    """Tell behind how many digits, from the lowest on, each bit that is set ends."""
    return accumulate(map(len, f"{number:b}"[::-1].replace("1", "1 ").split())) if number else ()


@lru_cache(maxsize=4096)
def grid_of_days(zone: str, step: int, first_day: int, end_day: int) -> Grid | None:
    """Give the row of those UTC days' lattice; None where a zone's clock gives no single one."""
    stride = step * MINUTE
    if DAY % stride:
        return None
    start, end = first_day * DAY, end_day * DAY
    eras = local_time(zone, Span(start, end)).eras
    phases = {-era.offset % stride for era in eras if era.start < end and era.end > start}
    if len(phases) > 1:
        return None
    origin = start - (start - phases.pop()) % stride - stride
    return None if origin % MINUTE else _grid(origin, stride, (end - origin) // stride + 2)


@lru_cache(maxsize=4096)
def _grid(origin: Instant, stride: int, size: int) -> Grid:
    """Give the same row to zones that share it: what is kept under it is found by being the same."""
    return Grid(origin, stride, size)


def points_in(stretches: Iterable[Stretch], grid: Grid) -> int:
    """Give the lattice points that lie in one of some stretches, as bits; the stretches may overlap."""
    origin, stride, size = grid
    found = 0
    for start, end in stretches:
        found |= bits(-((origin - start) // stride), min(-((origin - end) // stride), size))
    return found


def number_of(digits: bytes | bytearray) -> int:
    """Read binary digits, the lowest bit first."""
    return int(digits[::-1], 2)


def every_nth(number: int, step: int, count: int) -> int:
    """Give a number that is made of every so-manieth bit of another: bit k is its bit k * step.

    Bits are moved beside their neighbours, then pairs, then fours; the eights are every so-manieth byte.
    """
    if step == 1:
        return number & ((1 << count) - 1)
    number &= each_nth_bit(step, count)
    rows = -(-count // 8)
    for moving, distance in _moves(step, rows):
        moved = number & moving
        number ^= moved | moved >> distance
    return int.from_bytes(number.to_bytes(rows * step, "little")[::step], "little")


@lru_cache(maxsize=256)
def _moves(step: int, rows: int) -> tuple[tuple[int, int], ...]:
    """Give which bits move how far down to stand beside the one, the two, the four before them."""
    moves = []
    for before in (1, 2, 4):
        moving = 0
        for bit in range(8):
            if bit & before:
                beside = bit % before
                moving |= 1 << (bit - beside) * step + beside
        moves.append((moving * each_nth_bit(8 * step, rows), before * (step - 1)))
    return tuple(moves)


@lru_cache(maxsize=256)
def each_nth_bit(step: int, count: int) -> int:
    """Give a number with so many bits set, each so far from the one before it; bit 0 is the first."""
    return ((1 << step * count) - 1) // ((1 << step) - 1)


def counted(count: int, numbers: Sequence[int]) -> int:
    """Give the bits that are set in so many of the numbers: reached[k] are those set in k of them so far."""
    reached = [-1] + [0] * count
    for number in numbers:
        for level in range(count, 0, -1):
            reached[level] |= reached[level - 1] & number
    return reached[count]
