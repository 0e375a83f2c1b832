"""What lies around a start in somebody's own calendar: the gap to other events, the day's edges, its load."""

from bisect import bisect_left, bisect_right
from typing import TypeAlias

from engine.find.attendance import BACK_TO_BACK
from engine.find.person import Person
from engine.find.person_bits import kept
from engine.learning.features import Keys
from engine.learning.worths import EDGES, GAPS, LOADS
from engine.time.local_time import LocalDay
from engine.time.span import MINUTE, Instant

CLOSE = 30 * MINUTE
"""Seconds: an event nearer than this is close."""
FEW = 3
"""More events than these make a full day."""
Lying: TypeAlias = tuple[int, int, int]
"""What lies around a start, as places in `GAPS`, `EDGES` and `LOADS`."""


_Day: TypeAlias = tuple[int, Instant, Instant]
"""Somebody's events of one local day: how many, as a place in `LOADS`, from where to where."""
_EMPTY: _Day = (0, 0, 0)


def keys_of(person: Person, start: Instant, end: Instant) -> Keys:
    """Say it of [start, end); nothing of somebody whose calendar is unknown."""
    if person.known_until is None:
        return ()
    return keys_around((gap_of(person, start, end), *place_of(person, start)))


def keys_around(lies: Lying) -> Keys:
    """Give the buckets of features for what lies around a start."""
    gap, edge, load = lies
    return GAPS[gap], EDGES[edge], LOADS[load]


def gap_of(person: Person, start: Instant, end: Instant) -> int:
    """Tell how near events are to [start, end), as a place in `GAPS`."""
    meet = person.blocking.meet
    if not meet(start - CLOSE, end + CLOSE):
        return 2
    return 0 if meet(start - BACK_TO_BACK, end + BACK_TO_BACK) else 1


def place_of(person: Person, start: Instant) -> tuple[int, int]:
    """Tell where a start lies among the events of its day, as places in `EDGES` and `LOADS`."""
    load, first, last = _day(person, person.local.day(start))
    if not load:
        return 0, load
    return 1 if start < first else 2 if start >= last else 3, load


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
    return 1 if until - since <= FEW else 2, starts[since], ends[until - 1]
