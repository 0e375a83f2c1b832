"""In which buckets of hour, kind of start, weekday and wait the lattice points lie: a row for each zone."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from engine.find.lanes import LIMIT, Table, laid_out, table_of
from engine.find.rows import (
    cells_by_clock,
    local_points,
    minutes_of_day,
    row_by_clock,
)
from engine.find.start_grid import Grid
from engine.learning.features import MOST_DAYS, lead_of, meets_lunch, start_of
from engine.learning.worths import HOURS, STARTS
from engine.time.local_time import weekday_of
from engine.time.span import DAY, Instant

KINDS = tuple((start, lunch) for start in range(len(STARTS)) for lunch in (False, True))
"""Kinds of start: a place in `STARTS`, and whether the session meets lunch."""
SEVERAL_HOURS, SEVERAL_KINDS = len(HOURS), len(KINDS)
"""Stand for the cells whose starts may have either of several."""
_Taken: TypeAlias = Callable[[Sequence[int]], tuple[int, ...]]
_SEVERAL = 0
_ALL = table_of((0, LIMIT - 1), LIMIT - 1)
_MOST_KEPT = 32
"""Zones and rows of days that are kept: each day brings a new row."""


class ByClock(NamedTuple):
    """What a zone's clock says of a grid: rows, and the hour and kind of start of their buckets.

    `hours` and `kinds` take what is worth something to those, bucket by bucket.
    """

    points: bytes
    cells: bytes
    of_buckets: tuple[tuple[int, int], ...]
    hours: _Taken
    kinds: _Taken

    def cells_by(self, table: Table, points: int) -> int:
        """Lay out what a table has for the cells, packed."""
        return laid_out(self.cells, table)


class ByDay(NamedTuple):
    """What a day says: a row, and the weekday and the lead of each of its buckets.

    `within` are the lanes, all bits set, of the cells that lie in one day as their points do.
    """

    points: bytes
    within: int
    pairs: tuple[tuple[int, int], ...]

    def cells_by(self, table: Table, points: int) -> int:
        """Give cells what their points have; nothing where the day ends before they do."""
        return points & self.within


class _Tables(NamedTuple):
    """The bucket of each minute of a day, and that of the minutes after it up to the next point."""

    at: bytes
    after: bytes
    of_buckets: tuple[tuple[int, int], ...]


class _Buckets(dict[tuple[int, int], int]):
    """Numbers buckets as they come."""

    def __missing__(self, bucket: tuple[int, int]) -> int:
        found = self[bucket] = len(self)
        return found


@lru_cache(maxsize=_MOST_KEPT)
def by_clock(zone: str, grid: Grid, minutes: int) -> ByClock:
    """Give the hour and the kind of start of every lattice point and cell on a zone's clock."""
    tables = _tables(minutes, grid.step)
    points = row_by_clock(zone, grid, tables.at, tables.at)
    cells = cells_by_clock(zone, grid, tables.after, _SEVERAL)
    hours, kinds = (itemgetter(*one) for one in zip(*tables.of_buckets, strict=True))
    return ByClock(points, cells, tables.of_buckets, hours, kinds)


@lru_cache(maxsize=256)
def _tables(minutes: int, step: int) -> _Tables:
    hours = [minute // 60 for minute in minutes_of_day()]
    kinds = [KINDS.index((start_of(opens), meets_lunch(opens, minutes))) for opens in minutes_of_day()]
    buckets = _Buckets({(SEVERAL_HOURS, SEVERAL_KINDS): _SEVERAL})
    at = bytes([buckets[one] for one in zip(hours, kinds, strict=True)])
    in_common = zip(
        _in_common(hours, step, SEVERAL_HOURS), _in_common(kinds, step, SEVERAL_KINDS), strict=True
    )
    after = bytes([buckets[one] for one in in_common])
    return _Tables(at, after, tuple(buckets))


def _in_common(found: Sequence[int], step: int, several: int) -> Iterator[int]:
    """Give what the minutes after each one have in common, up to the next lattice point."""
    rows = (set(found[minute + 1 : minute + step]) for minute in range(len(found)))
    return (row.pop() if len(row) == 1 else several for row in rows)


@lru_cache(maxsize=_MOST_KEPT)
def by_day(zone: str, grid: Grid, asked: Instant) -> ByDay:
    """Give every lattice point's and cell's weekday and wait, for who asks at a point or just before it."""
    days, buckets = list(_days(zone, grid, asked)), _Buckets()
    points, within = bytearray(), bytearray()
    for pair, count, closes in days:
        points += bytes((buckets[pair],)) * count
        within += bytes((True,)) * (count - 1) + bytes((closes,))
    for ((weekday, lead), *_), ((next_weekday, next_lead), *_) in pairwise(days):
        _ = buckets[weekday, next_lead], buckets[next_weekday, lead]
    return ByDay(bytes(points), laid_out(within, _ALL), tuple(buckets))


def _days(zone: str, grid: Grid, asked: Instant) -> Iterator[tuple[tuple[int, int], int, bool]]:
    """Part the points where a local day or a day of waiting ends: the latter may, within the cell before."""
    ends = [-((grid.origin - asked - lead * DAY) // grid.stride) for lead in range(1, MOST_DAYS + 1)]
    for one in local_points(zone, grid):
        borders = [one.begin, *(end for end in ends if one.begin < end < one.end), one.end]
        for begin, end in pairwise(borders):
            closes = end == one.end and one.closes and end not in ends
            yield (weekday_of(one.day), lead_of(grid.at(begin), asked)), end - begin, closes
