"""Busy times of one kind, sorted once, and the minutes that they touch as the bits of a whole number."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from math import inf
from operator import lt
from typing import NamedTuple

from engine.find.start_grid import Grid
from engine.time.intervals import Stretch, united
from engine.time.span import MINUTE, Instant

_MOST_KEPT = 8
_FIRST_FEW = 8
"""So many of a column are looked at before all of it."""
_BITS = tuple(1 << bit for bit in range(8))


class Touched(NamedTuple):
    """The units of time that busy times touch: bit k stands for [base + k * unit, base + (k + 1) * unit).

    `whole` are the same, mostly the very same number, but for minutes within which something ends for good.
    It is good for whatever lies between two instants.
    """

    since: float
    until: float
    base: Instant
    unit: int
    bits: int
    whole: int

    def does_for(self, grid: Grid, margin: int) -> bool:
        """Whether it reaches so many seconds beyond a grid on either side."""
        start, end = grid.stretch
        return self.since <= start - margin and end + margin <= self.until


_UNTRIED = Touched(inf, -inf, 0, MINUTE, 0, 0)
"""Does for nothing."""


class BusyIntervals:
    """Intervals [start, end) in seconds, sorted by start; they may overlap.

    `ends[k]` is the latest end of the first k + 1 of them, so that both columns ascend: any instant from
    `starts[k]` to before `ends[k]` is busy. Two threads may work the same out of them twice, never wrongly.
    """

    __slots__ = ("_coarse", "_minutes", "_united", "ends", "starts")

    def __init__(self, starts: Sequence[Instant], ends: Sequence[Instant]) -> None:
        self.starts: Sequence[Instant] = starts
        self.ends: Sequence[Instant] = ends
        if not all(map(lt, starts, ends)):
            some = [one for one in zip(starts, ends, strict=True) if one[0] < one[1]]
            self.starts, self.ends = zip(*some, strict=True) if some else ((), ())
        if list(self.starts) != sorted(self.starts):
            self.starts, self.ends = zip(*sorted(zip(self.starts, self.ends, strict=True)), strict=True)
        self.ends = _latest(self.ends)
        self._minutes: Touched | None = None
        self._coarse: dict[tuple[int, int], Touched | None] = {}
        self._united: list[Stretch] | None = None

    @classmethod
    def of(cls, intervals: Iterable[Stretch]) -> "BusyIntervals":
        """Take them in any order; those without length are none."""
        starts, ends = tuple(zip(*intervals, strict=True)) or ((), ())
        return cls(starts, ends)

    def __bool__(self) -> bool:
        return bool(self.starts)

    @property
    def united(self) -> list[Stretch]:
        """The same as disjoint intervals."""
        if self._united is None:
            self._united = united(zip(self.starts, self.ends, strict=True))
        return self._united

    def meet(self, start: Instant, end: Instant) -> bool:
        """Whether one of them meets [start, end)."""
        index = bisect_left(self.starts, end)
        return index > 0 and self.ends[index - 1] > start

    def near(self, start: Instant, end: Instant) -> list[Stretch]:
        """Give intervals that together are busy just where these are in [start, end)."""
        last = bisect_left(self.starts, end)
        first = bisect_right(self.ends, start, 0, last)
        return list(zip(self.starts[first:last], self.ends[first:last], strict=True))

    def touched(self, grid: Grid, margin: int) -> Touched:
        """Give what is touched from so many seconds before a grid to as many after it.

        Its unit is the grid's stride where everything begins and ends at lattice points, else a minute. What
        was worked out once does for other grids, too, as long as nothing beyond it was left out.
        """
        lattice = grid.stride, grid.origin % grid.stride
        row = self._coarse.get(lattice, _UNTRIED)
        if row is not None and not row.does_for(grid, margin):
            row = self._row(grid, margin, *lattice) if self._lie_on(*lattice) else None
            self._keep_coarse(lattice, row)
        if row is not None:
            return row
        row = self._minutes
        if row is None or not row.does_for(grid, margin):
            row = self._minutes = self._row(grid, margin, MINUTE, 0)
        return row

    def _keep_coarse(self, lattice: tuple[int, int], row: Touched | None) -> None:
        """Keep a row, or that there is none for a lattice: not everything begins and ends on it."""
        if len(self._coarse) >= _MOST_KEPT:
            self._coarse.clear()
        self._coarse[lattice] = row

    def touched_minutes(self, grid: Grid, margin: int) -> Touched:
        """Give the minutes that are touched, however coarse the intervals are."""
        row = self._minutes
        return row if row and row.does_for(grid, margin) else self._row(grid, margin, MINUTE, 0)

    def _lie_on(self, stride: int, phase: int) -> bool:
        """Whether everything begins and ends there; where it does not, the first few tell so."""
        columns = (self.starts, self.ends)
        return all(_on(column[:_FIRST_FEW], stride, phase) for column in columns) and all(
            _on(column, stride, phase) for column in columns
        )

    def _row(self, grid: Grid, margin: int, unit: int, phase: int) -> Touched:
        since, until = grid.stretch[0] - margin, grid.stretch[1] + margin
        first = bisect_right(self.ends, since)
        last = bisect_left(self.starts, until, first)
        starts, ends = self.starts[first:last], self.ends[first:last]
        earliest = max(since, starts[0]) if starts else since
        base = earliest - (earliest - phase) % unit
        touched, whole = (
            _laid_out(starts, (*ends[:-1], min(ends[-1], until)), base, unit) if starts else (0, 0)
        )
        all_before = first == 0 and (not starts or starts[0] >= since)
        all_after = last == len(self.ends) and (not ends or ends[-1] <= until)
        return Touched(-inf if all_before else since, inf if all_after else until, base, unit, touched, whole)


def _on(column: Sequence[Instant], stride: int, phase: int) -> bool:
    return set(map(stride.__rmod__, column)) <= {phase}


def _latest(ends: Iterable[Instant]) -> tuple[Instant, ...]:
    """Give for each the latest so far; `max` as a function takes six times as long.

    As a tuple of numbers it holds nothing that a collector of garbage would have to visit again.
    """
    latest = 0
    return tuple([latest := end if end > latest else latest for end in ends])


def _laid_out(
    starts: Sequence[Instant], ends: Sequence[Instant], base: Instant, unit: int
) -> tuple[int, int]:
    """Give the units that ascending intervals touch, the first of them at the base, and the same as `whole`.

    What is less than a unit apart is joined. A run of bits is 2**stop - 2**begin, and so are many together.
    """
    up = unit - 1 - base
    last = (ends[-1] + up) // unit
    begun, stopped = bytearray((last >> 3) + 1), bytearray((last >> 3) + 1)
    begun[0] = 1
    stopped[last >> 3] = _BITS[last & 7]
    broken = [last - 1] if ends[-1] % MINUTE else []
    for end, start in zip(ends, starts[1:], strict=False):
        if start - end >= unit:
            place = (end + up) // unit
            stopped[place >> 3] |= _BITS[place & 7]
            if end % MINUTE:
                broken.append(place - 1)
            place = (start - base) // unit
            begun[place >> 3] |= _BITS[place & 7]
    touched = int.from_bytes(stopped, "little") - int.from_bytes(begun, "little")
    if not broken:
        return touched, touched
    ended = bytearray(len(stopped))
    for place in broken:
        ended[place >> 3] |= _BITS[place & 7]
    last_touched = int.from_bytes(ended, "little")
    return touched, touched ^ last_touched ^ (last_touched & touched >> 1)
