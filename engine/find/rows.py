"""Rows: a byte for each lattice point that names the bucket in which it lies.

A row of cells names the bucket in which all starts of a cell lie, but for those of its first minute, which a
clock shows as its lattice point.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from engine.find.start_grid import Grid
from engine.time.local_time import MINUTES_A_DAY, LocalDay, local_days, local_time
from engine.time.span import DAY, MINUTE, Span
from engine.time.weekday import Weekday

ONE = tuple(bytes((bucket,)) for bucket in range(256))
"""The row of one point, for each bucket."""


class LocalPoints(NamedTuple):
    """The lattice points [begin, end) of a local day, the first of them so many minutes after midnight.

    `closes` is whether the last one's cell lies in that day, too; `whole` is whether the clock begins its
    minutes with the grid's.
    """

    day: LocalDay
    begin: int
    end: int
    minute: int
    closes: bool
    whole: bool


def counts_in(sets: Sequence[int], count: int) -> int:
    """Read the row that says how many of some sets of points hold each, as one number."""
    digits = [int.from_bytes(f"{points:0{count}b}".encode(), "big") for points in sets]
    return sum(digits) - _zeros(count, len(sets))


@lru_cache(maxsize=64)
def _zeros(count: int, rows: int) -> int:
    """Give what so many rows of digits that are zero add up to."""
    return int.from_bytes(b"0" * count, "big") * rows


def row_by_clock(zone: str, grid: Grid, weekday: bytes, weekend: bytes) -> bytes:
    """Write a row by the minute of a zone's local day, from one table for each kind of day."""
    return b"".join(
        [_every(weekend if is_weekend(one.day) else weekday, one, grid) for one in local_points(zone, grid)]
    )


def cells_by_clock(zone: str, grid: Grid, table: bytes, several: int) -> bytes:
    """Write a row of cells, from a table of what the minutes after each one have in common.

    `several` stands for cells in which a clock changes, or a day ends.
    """
    found = []
    for one in local_points(zone, grid):
        if not one.whole:
            found.append(ONE[several] * (one.end - one.begin))
            continue
        row = _every(table, one, grid)
        found.append(row if one.closes else row[:-1] + ONE[several])
    return b"".join(found)


def _every(table: bytes, one: LocalPoints, grid: Grid) -> bytes:
    return table[one.minute :: grid.step][: one.end - one.begin]


def local_points(zone: str, grid: Grid) -> Iterator[LocalPoints]:
    """Part a grid's points by local days."""
    local, (origin, stride, _) = local_time(zone, Span(*grid.stretch)), grid
    for day, start, end in local_days(local, grid.stretch):
        begin, stop = -((origin - start) // stride), -((origin - end) // stride)
        if begin < stop:
            minute = local.clock(grid.at(begin)) % DAY // MINUTE
            whole = (local.clock(start) - start) % MINUTE == 0
            yield LocalPoints(day, begin, stop, minute, (end - origin) % stride == 0, whole)


def is_weekend(day: LocalDay) -> bool:
    """Tell it of a local day."""
    return (day + 3) % 7 >= Weekday.SATURDAY


def minutes_of_day() -> range:
    """Give the minutes for which a table has an entry."""
    return range(MINUTES_A_DAY)
