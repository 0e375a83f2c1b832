"""Starts that something blocks: on the lattice, by the minute, and to the second.

Busy times are laid on whole minutes once (`busy_intervals`); a session's length and buffers are shifts of
those bits. The lattice points among them are all that most of a search needs. Starts between lattice points
are read off the minutes; only where something ends within a minute do the exact times tell.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple, Protocol

from engine.find.busy_intervals import BusyIntervals, Touched
from engine.find.start_grid import Grid, bits, counted, each_nth_bit, every_nth, points_in
from engine.time.intervals import Stretch, at_least, united
from engine.time.span import DAY, MINUTE, Instant


class Minutes(NamedTuple):
    """What is blocked minute by minute of a grid.

    `heads` are the minutes whose first instant is blocked. `full` are those that one thing alone blocks to
    their end, mostly the very same number; in the other heads something stops to block within the minute. Of
    `cuts` the first instants tell too little: less than a minute may be blocked in them.
    """

    heads: int
    full: int
    cuts: int = 0


class Blocked(Protocol):
    """A set of blocked starts on a grid.

    `points` are the blocked lattice points. With `on_lattice`, every run of free starts begins at one.
    """

    @property
    def points(self) -> int: ...  # noqa: D102 - said above

    @property
    def on_lattice(self) -> bool: ...  # noqa: D102 - said above

    def minutes(self) -> Minutes:
        """Give what is blocked minute by minute."""

    def near(self, start: Instant, end: Instant) -> list[Stretch]:
        """Give blocked starts to the second, all those of [start, end) among them."""

    def free_since(self, start: Instant) -> Instant:
        """Give the earliest start from which on all are free to one that is; at most a minute counts."""


class Edges(NamedTuple):
    """Busy intervals, and how near a start may come: t is blocked where one meets [t - after, t + reach).

    Both are whole minutes, in seconds; a session's length and its buffer make up the reach.
    """

    intervals: BusyIntervals
    reach: int
    after: int = 0

    @property
    def margin(self) -> int:
        """How many seconds beyond a grid may count: whole days."""
        return -(-max(self.reach, self.after) // DAY) * DAY


def points_blocked(edges: Edges, grid: Grid) -> int:
    """Give the lattice points that are blocked."""
    touched = edges.intervals.touched(grid, edges.margin)
    units = _blocked_units(touched.bits, touched, edges, grid)
    return units if touched.unit == grid.stride else every_nth(units, grid.step, grid.size)


def _blocked_units(bits: int, touched: Touched, edges: Edges, grid: Grid) -> int:
    """Give the units of a grid whose first instant is blocked where some are touched."""
    unit = touched.unit
    before, after = -(-edges.reach // unit) - 1, -(-edges.after // unit)
    found = _raised(bits, before + after)
    place = (touched.base - grid.origin) // unit - before
    found = found << place if place >= 0 else found >> -place
    return found & each_nth_bit(1, grid.size * grid.stride // unit)


def _lowered(number: int, most: int) -> int:
    """Set each bit that is at most so far below one that is set."""
    for step in _doubling(most):
        number |= number >> step
    return number


def cells_of(minutes: int, grid: Grid) -> int:
    """Give the cells of a grid in which some of these minutes lie."""
    return every_nth(_lowered(minutes, grid.step - 1), grid.step, grid.size)


def _raised(number: int, most: int) -> int:
    """Set each bit that is at most so far above one that is set."""
    for step in _doubling(most):
        number |= number << step
    return number


@lru_cache(maxsize=256)
def _doubling(most: int) -> tuple[int, ...]:
    """Give the steps that take a bit to every place up to so far away; each at most doubles the run."""
    steps, done = [], 0
    while done < most:
        steps.append(min(done + 1, most - done))
        done += steps[-1]
    return tuple(steps)


class BlockedByEdges:
    """What one kind of busy times blocks."""

    __slots__ = ("_edges", "_grid", "_minutes", "on_lattice", "points")

    def __init__(self, edges: Edges, grid: Grid) -> None:
        self._edges, self._grid = edges, grid
        self._minutes: Minutes | None = None
        touched = edges.intervals.touched(grid, edges.margin)
        if touched.unit == grid.stride:
            self.points = _blocked_units(touched.bits, touched, edges, grid)
            self.on_lattice = edges.after % grid.stride == 0
            return
        self._minutes = found = _minutes(touched, edges, grid)
        self.points = every_nth(found.heads, grid.step, grid.size)
        heads, lattice = found.heads, each_nth_bit(grid.step, grid.size + 1)
        freed = (heads | heads << 1) ^ heads
        self.on_lattice = heads == found.full and freed | lattice == lattice

    def minutes(self) -> Minutes:
        """Give what is blocked minute by minute."""
        if self._minutes is None:
            edges, grid = self._edges, self._grid
            self._minutes = _minutes(edges.intervals.touched_minutes(grid, edges.margin), edges, grid)
        return self._minutes

    def near(self, start: Instant, end: Instant) -> list[Stretch]:
        """Give blocked starts to the second, all those of [start, end) among them."""
        intervals, reach, after = self._edges
        before = reach - 1
        return [(s - before, e + after) for s, e in intervals.near(start - after, end + before)]

    def free_since(self, start: Instant) -> Instant:
        """Give the earliest start from which on all are free to one that is; at most a minute counts."""
        intervals, reach, after = self._edges
        index = bisect_left(intervals.starts, start + reach)
        return intervals.ends[index - 1] + after if index else start - MINUTE


def _minutes(touched: Touched, edges: Edges, grid: Grid) -> Minutes:
    heads = _blocked_units(touched.bits, touched, edges, grid)
    whole = touched.whole == touched.bits
    return Minutes(heads, heads if whole else _blocked_units(touched.whole, touched, edges, grid))


class BlockedByStarts:
    """Blocked starts that are known as such, as of rules: few, united stretches."""

    __slots__ = ("_grid", "_starts", "on_lattice", "points")

    def __init__(self, starts: Sequence[Stretch], grid: Grid) -> None:
        self._starts, self._grid = starts, grid
        self.points = points_in(starts, grid)
        self.on_lattice = not any(
            (end - grid.origin) % grid.stride or end - start < MINUTE for start, end in starts
        )

    def minutes(self) -> Minutes:
        """Give what is blocked minute by minute."""
        origin, most = self._grid.origin, self._grid.size * self._grid.step
        heads = full = cuts = 0
        for start, end in self._starts:
            begin, stop = -((origin - start) // MINUTE), -((origin - end) // MINUTE)
            heads |= bits(begin, min(stop, most))
            full |= bits(begin, min((end - origin) // MINUTE, most))
            if end - start < MINUTE:
                cuts |= bits(begin - 1, min(stop, most))
        return Minutes(heads, heads if full == heads else full, cuts)

    def near(self, start: Instant, end: Instant) -> list[Stretch]:
        """Give blocked starts to the second, all those of [start, end) among them."""
        return [one for one in self._starts if one[0] < end and one[1] > start]

    def free_since(self, start: Instant) -> Instant:
        """Give the earliest start from which on all are free to one that is; at most a minute counts."""
        return max([end for _, end in self.near(start - MINUTE, start)], default=start - MINUTE)


class BlockedByAny:
    """What at least one of several things blocks."""

    __slots__ = ("_minutes", "_sets", "on_lattice", "points")

    def __init__(self, sets: Sequence[Blocked]) -> None:
        self._sets = sets
        self._minutes: Minutes | None = None
        self.points = reduce(or_, [one.points for one in sets], 0)
        self.on_lattice = all([one.on_lattice for one in sets])

    def minutes(self) -> Minutes:
        """Give what is blocked minute by minute."""
        if self._minutes is None:
            self._minutes = any_minutes(self._sets)
        return self._minutes

    def near(self, start: Instant, end: Instant) -> list[Stretch]:
        """Give blocked starts to the second, all those of [start, end) among them."""
        return [stretch for one in self._sets for stretch in one.near(start, end)]

    def free_since(self, start: Instant) -> Instant:
        """Give the earliest start from which on all are free to one that is; at most a minute counts."""
        return max([one.free_since(start) for one in self._sets])


def any_minutes(sets: Sequence[Blocked]) -> Minutes:
    """Give the minutes that one of several sets blocks."""
    each = [one.minutes() for one in sets]
    heads = cuts = 0
    for one in each:
        heads |= one.heads
        cuts |= one.cuts
    if all([one.full is one.heads for one in each]):
        return Minutes(heads, heads, cuts)
    return Minutes(heads, reduce(or_, [one.full for one in each]), cuts)


class BlockedByMany:
    """What so many of several things block at once, as those do who cannot come of a group."""

    __slots__ = ("_count", "_minutes", "_sets", "on_lattice", "points")

    def __init__(self, count: int, sets: Sequence[Blocked]) -> None:
        self._count, self._sets = count, sets
        self._minutes: Minutes | None = None
        self.points = counted(count, [one.points for one in sets])
        self.on_lattice = all([one.on_lattice for one in sets])

    def minutes(self) -> Minutes:
        """Give what is blocked minute by minute."""
        if self._minutes is None:
            self._minutes = self._counted()
        return self._minutes

    def _counted(self) -> Minutes:
        """Count it; of two that block by turns, one may stop just after the other begins, between minutes."""
        each = [one.minutes() for one in self._sets]
        broken = reduce(or_, [one.heads & ~one.full | one.cuts for one in each], 0)
        heads = counted(self._count, [one.heads for one in each])
        between = counted(self._count, [one.heads | one.heads >> 1 for one in each])
        return Minutes(
            heads,
            counted(self._count, [one.full for one in each]),
            between & ~heads & ~(heads >> 1) | broken,
        )

    def near(self, start: Instant, end: Instant) -> list[Stretch]:
        """Give blocked starts to the second, all those of [start, end) among them."""
        return at_least(self._count, [united(one.near(start, end)) for one in self._sets])

    def free_since(self, start: Instant) -> Instant:
        """Give the earliest start from which on all are free to one that is; at most a minute counts."""
        return max([end for _, end in self.near(start - MINUTE, start)], default=start - MINUTE)
