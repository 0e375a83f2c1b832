"""What blocks the starts of a person and of a session's constraints on a grid, kept while it stands."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import lru_cache, partial
from typing import TypeAlias, TypeVar

from engine.find.answer import BlockCode
from engine.find.attendance import BACK_TO_BACK
from engine.find.barriers import beyond_knowledge, constraint_barriers, starts_against_rule
from engine.find.blocked_starts import (
    Blocked,
    BlockedByAny,
    BlockedByEdges,
    BlockedByStarts,
    Edges,
    cells_of,
    points_blocked,
)
from engine.find.busy_intervals import BusyIntervals
from engine.find.person import Person
from engine.find.start_grid import Grid, points_in
from engine.model.session import SessionConstraints
from engine.rules.blocking import words
from engine.time.intervals import Stretch, gaps, united
from engine.time.local_time import local_time
from engine.time.span import DAY, Span

_Value = TypeVar("_Value")
Codes: TypeAlias = tuple[tuple[BlockCode, int], ...]
"""Kinds of barriers, and the lattice points that each blocks."""
_MOST_KEPT = 32
_NO_CONSTRAINTS = SessionConstraints()


def kept(person: Person, key: Hashable, work_out: Callable[[], _Value]) -> _Value:
    """Give what was worked out of a person before under a key, or work it out now."""
    found: _Value | None = person.memo.get(key)
    if found is None:
        if len(person.memo) >= _MOST_KEPT:
            person.memo.clear()
        found = person.memo[key] = work_out()
    return found


def person_blocked(person: Person, duration: int, grid: Grid) -> Blocked:
    """Give the starts at which one required person cannot come."""
    return people_blocked([person], duration, grid)[0]


def people_blocked(people: Iterable[Person], duration: int, grid: Grid) -> list[Blocked]:
    """Give the same of several people, one by one."""
    key, blocked = (duration, *grid), []
    for person in people:
        found: Blocked | None = person.memo.get(key)
        if found is None:
            found = kept(person, key, partial(_person_blocked, person, duration, grid))
        blocked.append(found)
    return blocked


def _person_blocked(person: Person, duration: int, grid: Grid) -> Blocked:
    if person.known_until is None:
        return BlockedByStarts([grid.stretch], grid)
    edges = Edges(person.blocking, duration + person.buffer, person.buffer)
    found = [BlockedByEdges(edges, grid), *_away(person, duration, grid)]
    return found[0] if len(found) == 1 else BlockedByAny(found)


def _away(person: Person, duration: int, grid: Grid) -> Iterator[Blocked]:
    if person.hours is not None:
        yield _outside_hours(person.hours, duration, grid)
    for rule in person.hard:
        against = united(starts_against_rule(person, rule, duration, grid.stretch))
        if against:
            yield BlockedByStarts(against, grid)
    beyond = beyond_knowledge(person, duration, grid.stretch)
    if beyond:
        yield BlockedByStarts(beyond, grid)


@lru_cache(maxsize=4096)
def _outside_hours(hours: tuple[Stretch, ...], duration: int, grid: Grid) -> Blocked:
    """Give the starts outside some hours; people with the same hours share them."""
    return BlockedByEdges(Edges(_closed(hours, grid), duration), grid)


@lru_cache(maxsize=4096)
def _closed(hours: tuple[Stretch, ...], grid: Grid) -> BusyIntervals:
    """Give the time outside some hours, of which a grid can ask."""
    start, end = grid.stretch
    return BusyIntervals.of(gaps(hours, (start - DAY, end + DAY)))


def points_outside_hours(hours: tuple[Stretch, ...], duration: int, grid: Grid) -> int:
    """Give the lattice points outside some hours."""
    return _outside_hours(hours, duration, grid).points


def constraints_blocked(
    constraints: SessionConstraints, zone: str, duration: int, grid: Grid
) -> Blocked | None:
    """Give the starts that a session's own constraints block on its host's clock, if it has any."""
    if constraints is _NO_CONSTRAINTS or constraints == _NO_CONSTRAINTS:
        return None
    return _constraints_blocked(constraints, zone, duration, grid)


@lru_cache(maxsize=4096)
def _constraints_blocked(constraints: SessionConstraints, zone: str, duration: int, grid: Grid) -> Blocked:
    local = local_time(zone, Span(*grid.stretch))
    found = constraint_barriers(constraints, local, duration, grid.stretch)
    return BlockedByStarts(united(stretch for barrier in found for stretch in barrier.starts), grid)


@lru_cache(maxsize=4096)
def constraint_codes(constraints: SessionConstraints, zone: str, duration: int, grid: Grid) -> Codes:
    """Give the lattice points that each of a session's own constraints blocks."""
    local = local_time(zone, Span(*grid.stretch))
    found = constraint_barriers(constraints, local, duration, grid.stretch)
    return tuple((barrier.code, points_in(barrier.starts, grid)) for barrier in found)


def person_codes(person: Person, duration: int, grid: Grid) -> Codes:
    """Give the lattice points that each kind of barrier of one required person blocks."""
    return kept(person, ("codes", duration, *grid), lambda: tuple(_person_codes(person, duration, grid)))


def _person_codes(person: Person, duration: int, grid: Grid) -> Iterator[tuple[BlockCode, int]]:
    """Say by bits what `barriers.person_barriers` says by intervals."""
    if person.known_until is None:
        yield BlockCode.UNKNOWN_CALENDAR, grid.all
        return
    yield BlockCode.UNKNOWN_CALENDAR, points_in(beyond_knowledge(person, duration, grid.stretch), grid)
    busy = met(person.firm, duration, grid)
    yield BlockCode.BUSY, busy
    if person.blocking is not person.firm:
        direct = met(person.blocking, duration, grid)
        yield BlockCode.TENTATIVE, direct & ~busy
        busy = direct
    if person.buffer:
        edges = Edges(person.blocking, duration + person.buffer, person.buffer)
        yield BlockCode.BUFFER, points_blocked(edges, grid) & ~busy
    if person.hours is not None:
        yield BlockCode.OUTSIDE_WORKING_HOURS, points_outside_hours(person.hours, duration, grid)
    for rule in person.hard:
        against = starts_against_rule(person, rule, duration, grid.stretch)
        yield BlockCode(words(rule.rule)[0]), points_in(against, grid)


def no_break(person: Person, duration: int, grid: Grid) -> int:
    """Give the lattice points with an event in the five minutes before or after the session, or within it.

    They are those that a buffer of that length would block.
    """
    key = ("no_break", duration, *grid)
    found: int | None = person.memo.get(key)
    if found is None:
        near = Edges(person.blocking, duration + BACK_TO_BACK, BACK_TO_BACK)
        found = kept(person, key, lambda: points_blocked(near, grid))
    return found


def freed_otherwise(person: Person, duration: int, grid: Grid) -> int:
    """Give the cells in which one required person may become free without an event just before that.

    Nobody does between lattice points but as an event ends, or their buffer after it.
    """
    return kept(person, ("freed", duration, *grid), lambda: _freed_otherwise(person, duration, grid))


def _freed_otherwise(person: Person, duration: int, grid: Grid) -> int:
    blocked = person_blocked(person, duration, grid)
    if blocked.on_lattice:
        return 0
    if person.known_until is None or not all([one.on_lattice for one in _away(person, duration, grid)]):
        return grid.all
    if person.buffer < BACK_TO_BACK:
        return 0
    heads, full, _ = blocked.minutes()
    return cells_of(heads ^ (heads & full & heads >> 1), grid)


def met(taken: BusyIntervals, duration: int, grid: Grid) -> int:
    """Give the lattice points at which a session meets something taken."""
    return points_blocked(Edges(taken, duration), grid)
