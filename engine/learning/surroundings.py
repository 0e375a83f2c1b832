"""What lies around a time in somebody's own calendar: the gap to other events, the day's edges, its load.

Said of one start, and of all lattice points at once; both ways say the same.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from engine.find.attendance import BACK_TO_BACK
from engine.find.blocked_starts import Edges, points_blocked
from engine.find.person import Person
from engine.find.person_bits import kept
from engine.find.start_grid import Grid, bits
from engine.learning.features import Feature, Key, Keys
from engine.learning.worths import EDGES, GAPS, LOADS
from engine.time.local_time import LocalDay, local_days, local_time
from engine.time.span import MINUTE, Instant, Span

CLOSE = 30 * MINUTE
"""Seconds: an event nearer than this is close."""
FEW = 3
"""More events than these make a full day."""
Places: TypeAlias = tuple[tuple[Key, int], ...]
"""Buckets of one feature, and the lattice points that lie in each; no point lies in two."""


class _Day(NamedTuple):
    """Somebody's events of one local day: how many, from where to where."""

    events: int
    first: Instant
    last: Instant

    @property
    def load(self) -> str:
        if not self.events:
            return "0"
        return "few" if self.events <= FEW else "many"


_EMPTY = _Day(0, 0, 0)


def keys_of(person: Person, start: Instant, end: Instant) -> Keys:
    """Say it of [start, end); nothing of somebody whose calendar is unknown."""
    if person.known_until is None:
        return ()
    day = _day(person, person.local.day(start))
    return (
        (Feature.GAP, _gap(person, start, end)),
        (Feature.EDGE, _edge(day, start)),
        (Feature.LOAD, day.load),
    )


def places_of(person: Person, grid: Grid, duration: int) -> tuple[Places, ...]:
    """Say it of a grid's lattice points as starts of so many seconds."""
    if person.known_until is None:
        return ()
    return kept(person, ("around", grid, duration), lambda: _places(person, grid, duration))


def keys_at(places: Iterable[Places], point: int) -> Keys:
    """Give the buckets in which one lattice point lies."""
    return tuple([key for buckets in places for key, points in buckets if points >> point & 1])


def _gap(person: Person, start: Instant, end: Instant) -> str:
    if person.blocking.meet(start - BACK_TO_BACK, end + BACK_TO_BACK):
        return "none"
    return "short" if person.blocking.meet(start - CLOSE, end + CLOSE) else "wide"


def _edge(day: _Day, start: Instant) -> str:
    if not day.events:
        return "only"
    if start < day.first:
        return "first"
    return "last" if start >= day.last else "between"


def _day(person: Person, day: LocalDay) -> _Day:
    """Look at the events that meet a local day."""
    days: dict[LocalDay, _Day] = kept(person, "days", dict)
    found = days.get(day)
    if found is None:
        found = days[day] = _looked_at(person, person.local.first(day, 0), person.local.first(day + 1, 0))
    return found


def _looked_at(person: Person, begin: Instant, end: Instant) -> _Day:
    starts, ends = person.blocking.starts, person.blocking.ends
    until = bisect_left(starts, end)
    since = bisect_right(ends, begin, 0, until)
    return _Day(until - since, starts[since], ends[until - 1]) if since < until else _EMPTY


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


def _places(person: Person, grid: Grid, duration: int) -> tuple[Places, ...]:
    beside, close = (
        points_blocked(Edges(person.blocking, duration + margin, margin), grid)
        for margin in (BACK_TO_BACK, CLOSE)
    )
    every = grid.all
    none, few, before, after = _laid_out(person, grid)
    busy = every & ~none
    last = after & ~before
    return (
        tuple(zip(GAPS, (beside, close & ~beside, every & ~close), strict=True)),
        tuple(zip(EDGES, (none, before, last, busy & ~before & ~last), strict=True)),
        tuple(zip(LOADS, (none, few, busy & ~few), strict=True)),
    )


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
