"""Busy times of one kind, sorted once, and the minutes that they touch as the bits of a whole number."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import compress
from math import inf
from operator import gt, lt
from typing import NamedTuple

from engine.find.start_grid import Grid
from engine.time.intervals import Stretch, united
from engine.time.span import MINUTE, Instant

_PAGE = 960
"""Minutes that are collected in a number of their own: small numbers are quicker to change."""
_MOST_KEPT = 8


class Touched(NamedTuple):
    """The units of time that busy times touch: bit k stands for [base + k * unit, base + (k + 1) * unit).

    `whole` are the same but for minutes within which something ends for good.
    """

    base: Instant
    unit: int
    bits: int
    whole: int


class _Row(NamedTuple):
    """Touched units, good for whatever lies between two instants."""

    since: float
    until: float
    touched: Touched

    def does_for(self, grid: Grid, margin: int) -> bool:
        """Whether it reaches so many seconds beyond a grid on either side."""
        start, end = grid.stretch
        return self.since <= start - margin and end + margin <= self.until


class BusyIntervals:
    """Intervals [start, end) in seconds, sorted by start; they may overlap.

    `ends[k]` is the latest end of the first k + 1 of them, so that both columns ascend: any instant from
    `starts[k]` to before `ends[k]` is busy. Two threads may work the same out of them twice, never wrongly.
    """

    __slots__ = ("_coarse", "_minutes", "_off_lattices", "_united", "ends", "starts")

    def __init__(self, starts: Sequence[Instant], ends: Sequence[Instant]) -> None:
        self.starts: Sequence[Instant] = starts
        self.ends: Sequence[Instant] = ends
        if not all(map(lt, starts, ends)):
            some = [one for one in zip(starts, ends, strict=True) if one[0] < one[1]]
            self.starts, self.ends = zip(*some, strict=True) if some else ((), ())
        if any(map(gt, self.starts, self.starts[1:])):
            self.starts, self.ends = zip(*sorted(zip(self.starts, self.ends, strict=True)), strict=True)
        if any(map(gt, self.ends, self.ends[1:])):
            self.ends = _latest(self.ends)
        self._minutes: _Row | None = None
        self._coarse: dict[tuple[int, int], _Row] = {}
        self._off_lattices: set[tuple[int, int]] = set()
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
        if lattice not in self._off_lattices:
            row = self._coarse.get(lattice)
            if row is not None and row.does_for(grid, margin):
                return row.touched
            if self._lie_on(*lattice):
                return self._keep_coarse(lattice, self._row(grid, margin, *lattice)).touched
            self._off_lattices.add(lattice)
        row = self._minutes
        if row is None or not row.does_for(grid, margin):
            row = self._minutes = self._row(grid, margin, MINUTE, 0)
        return row.touched

    def _keep_coarse(self, lattice: tuple[int, int], row: _Row) -> _Row:
        if len(self._coarse) >= _MOST_KEPT:
            self._coarse.clear()
        self._coarse[lattice] = row
        return row

    def touched_minutes(self, grid: Grid, margin: int) -> Touched:
        """Give the minutes that are touched, however coarse the intervals are."""
        row = self._minutes
        return (
            row.touched if row and row.does_for(grid, margin) else self._row(grid, margin, MINUTE, 0).touched
        )

    def _lie_on(self, stride: int, phase: int) -> bool:
        columns = (self.starts, self.ends)
        return all(not (column and (column[0] - phase) % stride) for column in columns) and all(
            set(map(stride.__rmod__, column)) <= {phase} for column in columns
        )

    def _row(self, grid: Grid, margin: int, unit: int, phase: int) -> _Row:
        since, until = grid.stretch[0] - margin, grid.stretch[1] + margin
        first = bisect_right(self.ends, since)
        last = bisect_left(self.starts, until, first)
        starts, ends = self.starts[first:last], self.ends[first:last]
        earliest = max(since, starts[0]) if starts else since
        base = earliest - (earliest - phase) % unit
        size = (min(until, ends[-1]) - base) // unit + 1 if ends else 0
        begins = [(start - base) // unit for start in starts]
        stops = [-((base - end) // unit) for end in ends]
        _keep_inside(begins, stops, size)
        found = whole = _runs(begins, stops, size)
        broken = list(compress(stops, map(MINUTE.__rmod__, ends)))
        if broken:
            whole &= ~_last_minutes(broken, found, size)
        all_before = first == 0 and (not starts or starts[0] >= since)
        all_after = last == len(self.ends) and (not ends or ends[-1] <= until)
        return _Row(
            -inf if all_before else since, inf if all_after else until, Touched(base, unit, found, whole)
        )


def _keep_inside(begins: list[int], stops: list[int], size: int) -> None:
    """Cut what begins before the first minute or ends after the last; both ascend."""
    index = 0
    while index < len(begins) and begins[index] < 0:
        begins[index] = 0
        index += 1
    index = len(stops) - 1
    while index >= 0 and stops[index] > size:
        stops[index] = size
        index -= 1


def _latest(ends: Iterable[Instant]) -> list[Instant]:
    """Give for each the latest so far; a loop, for `max` as a function takes six times as long."""
    found: list[Instant] = []
    latest = 0
    for end in ends:
        if end > latest or not found:
            latest = end
        found.append(latest)
    return found


def _runs(begins: Sequence[int], stops: Sequence[int], size: int) -> int:
    """Set the bits of some runs."""
    pages = [0] * (size // _PAGE + 1)
    for begin, stop in zip(begins, stops, strict=True):
        page = begin // _PAGE
        pages[page] |= ((1 << stop - begin) - 1) << begin - page * _PAGE
    return _joined(pages)


def _last_minutes(stops: Iterable[int], runs: int, size: int) -> int:
    """Give the last minute of each run that stops at one of some minutes."""
    ends = [stop - 1 for stop in stops]
    return _runs(ends, [end + 1 for end in ends], size) & ~(runs >> 1)


def _joined(pages: Iterable[int]) -> int:
    """Join pages to one number; what runs over the end of a page belongs to the next ones."""
    found = 0
    for at, page in enumerate(pages):
        found |= page << at * _PAGE
    return found
