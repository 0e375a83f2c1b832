"""What lies around a time in somebody's own calendar: the gap to other events, the day's edges, its load.

Said of one start, and of all lattice points at once; both ways say the same.
"""

from bisect import bisect_left, bisect_right
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple, TypeAlias

from engine.find.attendance import BACK_TO_BACK
from engine.find.blocked_starts import Edges, points_blocked
from engine.find.person import Person
from engine.find.person_bits import kept, no_break
from engine.find.start_grid import Grid, bits
from engine.learning.features import Keys
from engine.learning.worths import EDGES, GAPS, LOADS
from engine.time.local_time import LocalDay, local_days, local_time
from engine.time.span import MINUTE, Instant, Span

CLOSE = 30 * MINUTE
"""Seconds: an event nearer than this is close."""
FEW = 3
"""More events than these make a full day."""
KINDS_OF_DAY = ((0, 0), (1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2))
"""Where a start can lie in a day of so many events: pairs of what stands in `EDGES` and in `LOADS`."""


EITHER_GAP = ((0, 1), (1, 2))
"""Two of `GAPS` of which a cell's starts may have either."""


class Around(NamedTuple):
    """What lies around a grid's lattice points: those of each gap, and of each place in each kind of day.

    Nothing where a calendar is unknown. With cells, those whose starts all lie there, and after the gaps the
    cells of `EITHER_GAP`.
    """

    gaps: tuple[int, ...] = ()
    days: tuple[int, ...] = ()

    def keys_at(self, point: int) -> Keys:
        """Give the buckets in which one lattice point lies."""
        if not self.gaps:
            return ()
        gap = next(index for index, points in enumerate(self.gaps) if points >> point & 1)
        day = next(index for index, points in enumerate(self.days) if points >> point & 1)
        edge, load = KINDS_OF_DAY[day]
        return GAPS[gap], EDGES[edge], LOADS[load]


UNKNOWN = Around()


class _Day(NamedTuple):
    """Somebody's events of one local day: how many, as a place in `LOADS`, from where to where."""

    load: int
    first: Instant
    last: Instant


_EMPTY = _Day(0, 0, 0)


def keys_of(person: Person, start: Instant, end: Instant) -> Keys:
    """Say it of [start, end); nothing of somebody whose calendar is unknown."""
    found = lying(person, start, end)
    if found is None:
        return ()
    gap, edge, load = found
    return GAPS[gap], EDGES[edge], LOADS[load]


Lying: TypeAlias = tuple[int, int, int]
"""The same as places in `GAPS`, `EDGES` and `LOADS`."""


def lying(person: Person, start: Instant, end: Instant) -> Lying | None:
    """Say it in numbers."""
    if person.known_until is None:
        return None
    day, meet = _day(person, person.local.day(start)), person.blocking.meet
    gap = 2
    if meet(start - CLOSE, end + CLOSE):
        gap = 0 if meet(start - BACK_TO_BACK, end + BACK_TO_BACK) else 1
    load, first, last = day
    if not load:
        return gap, 0, load
    return gap, 1 if start < first else 2 if start >= last else 3, load


def around(person: Person, grid: Grid, duration: int, cells: bool = False) -> Around:
    """Say it of a grid's lattice points, and cells, as starts of so many seconds."""
    if person.known_until is None:
        return UNKNOWN
    return kept(person, ("around", grid, duration, cells), lambda: _around(person, grid, duration, cells))


def _day(person: Person, day: LocalDay) -> _Day:
    """Look at the events that meet a local day."""
    days: dict[LocalDay, _Day] | None = person.memo.get("days")
    if days is None:
        days = kept(person, "days", dict)
    found = days.get(day)
    if found is None:
        found = days[day] = _looked_at(person, person.local.first(day, 0), person.local.first(day + 1, 0))
    return found


def _looked_at(person: Person, begin: Instant, end: Instant) -> _Day:
    starts, ends = person.blocking.starts, person.blocking.ends
    until = bisect_left(starts, end)
    since = bisect_right(ends, begin, 0, until)
    if since >= until:
        return _EMPTY
    return _Day(1 if until - since <= FEW else 2, starts[since], ends[until - 1])


class _Midnights(NamedTuple):
    """A local day on a grid: from midnight to midnight, and the lattice points [low, high) it stands for.

    `points` are the same as bits.
    """

    begin: Instant
    end: Instant
    low: int
    high: int
    points: int


@lru_cache(maxsize=4096)
def _days_on(zone: str, grid: Grid) -> tuple[_Midnights, ...]:
    local, (origin, stride, _) = local_time(zone, Span(*grid.stretch)), grid
    found = []
    for day, start, end in local_days(local, grid.stretch):
        low, high = max(-((origin - start) // stride), 0), -((origin - end) // stride)
        found.append(_Midnights(local.first(day, 0), local.first(day + 1, 0), low, high, bits(low, high)))
    return tuple(found)


class _Laid(NamedTuple):
    """The lattice points of days by their events: none, few, before the first of them, from the last on."""

    none: int
    few: int
    before: int
    after: int


def _around(person: Person, grid: Grid, duration: int, cells: bool) -> Around:
    every, beside = grid.all, no_break(person, duration, grid)
    close = points_blocked(Edges(person.blocking, duration + CLOSE, CLOSE), grid)
    none, few, before, after = _laid_out(person, grid)
    many, later = every & ~none & ~few, after & ~before
    between = every & ~none & ~before & ~later
    days = (none, before & few, before & many, later & few, later & many, between & few, between & many)
    gaps = beside, close & ~beside, every & ~close
    if not cells:
        return Around(gaps, days)
    same = every & ~_last_of_days(person.user.timezone, grid)
    of_days = tuple(points | (points & points >> 1 & same) << grid.size for points in days)
    return Around(_gaps_with_cells(gaps, grid, duration), of_days)


def _gaps_with_cells(gaps: tuple[int, int, int], grid: Grid, duration: int) -> tuple[int, ...]:
    """Add cells: what is right beside one of a cell's two points is close to all its starts."""
    beside, short, wide = gaps
    if grid.stride > min(CLOSE - BACK_TO_BACK, duration + 2 * BACK_TO_BACK):
        return (*gaps, 0, 0)
    inner, close = grid.all >> 1, beside | short
    near, far = (beside | beside >> 1) & inner, wide & wide >> 1
    either = inner & ~near & (close | close >> 1)
    return beside, short, wide | far << grid.size, near << grid.size, either << grid.size


@lru_cache(maxsize=4096)
def _last_of_days(zone: str, grid: Grid) -> int:
    """Give the last lattice point of each local day: the next one may be another day's."""
    return reduce(or_, [1 << high - 1 for _, _, low, high, _ in _days_on(zone, grid) if low < high], 0)


def _laid_out(person: Person, grid: Grid) -> _Laid:
    """Go through the days once: midnights ascend, and so do the events that meet a day."""
    starts, ends = person.blocking.starts, person.blocking.ends
    origin, stride, _ = grid
    none = few = before = after = since = until = 0
    for begin, end, low, high, points in _days_on(person.user.timezone, grid):
        until = bisect_left(starts, end, since)
        since = bisect_right(ends, begin, since, until)
        if since == until:
            none |= points
            continue
        if until - since <= FEW:
            few |= points
        first, last = -((origin - starts[since]) // stride), -((origin - ends[until - 1]) // stride)
        if first > low:
            before |= points if first >= high else (1 << first) - (1 << low)
        if last < high:
            after |= points if last <= low else (1 << high) - (1 << last)
    return _Laid(none, few, before, after)
