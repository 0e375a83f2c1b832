"""Busy times of one kind, sorted once, and the minutes that they touch as the bits of a whole number."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import inf
from typing import NamedTuple

from engine.find.start_grid import Grid, each_nth_bit, every_nth
from engine.time.intervals import Stretch, united
from engine.time.span import DAY, MINUTE, Instant

_PAGE = 512
"""Minutes that are collected in a number of their own: small numbers are quicker to change."""
_RUNS = tuple((1 << length) - 1 for length in range(_PAGE + 1))
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
    """Touched minutes, good for whatever lies between two instants."""

    since: float
    until: float
    touched: Touched


class BusyIntervals:
    """Intervals [start, end) in seconds, sorted by start; they may overlap.

    `ends[k]` is the latest end of the first k + 1 of them, so that both columns ascend: any instant from
    `starts[k]` to before `ends[k]` is busy.
    """

    __slots__ = ("_coarse", "_row", "_united", "ends", "starts")

    def __init__(self, intervals: Iterable[Stretch]) -> None:
        ordered = sorted([one for one in intervals if one[0] < one[1]])
        self.starts: Sequence[Instant]
        self.ends: Sequence[Instant]
        self.starts, ends = zip(*ordered, strict=True) if ordered else ((), ())
        self.ends = tuple(accumulate(ends, max))
        self._row: _Row | None = None
        self._coarse: dict[tuple[int, int], _Row] = {}
        self._united: list[Stretch] | None = None

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
        since, until = grid.stretch[0] - margin, grid.stretch[1] + margin
        lattice = grid.stride, grid.origin % grid.stride
        row = self._coarse.get(lattice, self._row)
        if row is None or since < row.since or until > row.until:
            row = self._worked_out(since, until)
            coarse = _coarse(row.touched, *lattice)
            if coarse is None:
                self._row = row
            else:
                if len(self._coarse) >= _MOST_KEPT:
                    self._coarse.clear()
                row = self._coarse[lattice] = _Row(row.since, row.until, coarse)
        return row.touched

    def touched_minutes(self, grid: Grid, margin: int) -> Touched:
        """Give the minutes that are touched, however coarse the intervals are."""
        since, until = grid.stretch[0] - margin, grid.stretch[1] + margin
        row = self._row
        if row is None or since < row.since or until > row.until:
            row = self._worked_out(since, until)
        return row.touched

    def _worked_out(self, since: Instant, until: Instant) -> _Row:
        first = bisect_right(self.ends, since)
        last = bisect_left(self.starts, until, first)
        starts, ends = self.starts[first:last], self.ends[first:last]
        base = max(since, starts[0]) // DAY * DAY if starts else since
        size = (min(until, ends[-1]) - base) // MINUTE + 1 if ends else 0
        begins = [(start - base) // MINUTE for start in starts]
        stops = [-((base - end) // MINUTE) for end in ends]
        _keep_inside(begins, stops, size)
        found = whole = _runs(begins, stops, size)
        broken = [stop for end, stop in zip(ends, stops, strict=True) if end % MINUTE]
        if broken:
            whole &= ~_last_minutes(broken, found, size)
        complete = first == 0 and (not starts or starts[0] >= since)
        return _Row(
            -inf if complete else since,
            inf if last == len(self.ends) and (not ends or ends[-1] <= until) else until,
            Touched(base, MINUTE, found, whole),
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


def _runs(begins: Sequence[int], stops: Sequence[int], size: int) -> int:
    """Set the bits of some runs; both columns ascend."""
    pages, long, done = [0] * (size // _PAGE + 1), 0, -1
    for begin, stop in zip(begins, stops, strict=True):
        if stop > done:
            done = stop
            if stop - begin <= _PAGE:
                pages[begin // _PAGE] |= _RUNS[stop - begin] << begin % _PAGE
            else:
                long |= ((1 << stop - begin) - 1) << begin
    return _bound(pages) | long


def _last_minutes(stops: Iterable[int], runs: int, size: int) -> int:
    """Give the last minute of each run that stops at one of some minutes."""
    pages = [0] * (size // _PAGE + 1)
    for stop in stops:
        pages[(stop - 1) // _PAGE] |= 1 << (stop - 1) % _PAGE
    return _bound(pages) & ~(runs >> 1)


def _bound(pages: list[int]) -> int:
    """Join pages to one number; what runs over the end of a page belongs to the next."""
    width = 2 * _PAGE // 8
    even, odd = (
        int.from_bytes(b"".join([page.to_bytes(width, "little") for page in pages[side::2]]), "little")
        for side in (0, 1)
    )
    return even | odd << _PAGE


def _coarse(found: Touched, stride: int, phase: int) -> Touched | None:
    """Give whole strides where everything begins and ends at a lattice point; else None."""
    base, step = found.base - (found.base - phase) % stride, stride // MINUTE
    bits = found.bits << (found.base - base) // MINUTE
    count = -(-bits.bit_length() // step)
    if found.whole != found.bits or (bits ^ bits << 1) & ~each_nth_bit(step, count + 1):
        return None
    coarse = every_nth(bits, step, count)
    return Touched(base, stride, coarse, coarse)
