"""What blocks the starts of a person and of a session's constraints on a grid, kept while it stands."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import lru_cache
from typing import TypeAlias, TypeVar

from engine.find.answer import BlockCode
from engine.find.barriers import (
    Barrier,
    beyond_knowledge,
    constraint_barriers,
    person_barriers,
    starts_against_rule,
    starts_outside,
)
from engine.find.blocked import Blocked, Edges, all_blocked, blocked, joined
from engine.find.grid import Grid, points_in
from engine.find.people import Person
from engine.model.session import SessionConstraints
from engine.time.intervals import Stretch, united
from engine.time.local_time import local_time
from engine.time.span import Span

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
    key = (duration, grid)
    found: Blocked | None = person.memo.get(key)
    if found is None:
        found = kept(person, key, lambda: _person_blocked(person, duration, grid))
    return found


def _person_blocked(person: Person, duration: int, grid: Grid) -> Blocked:
    if person.known_until is None:
        return all_blocked(grid)
    taken = Edges(person.blocking, duration + person.buffer - 1, person.buffer)
    return joined([_taken(person, taken, grid), *_away(person, duration, grid)])


def _taken(person: Person, edges: Edges, grid: Grid) -> Blocked:
    """Give the starts at which a session meets what keeps somebody from coming, buffers included.

    It depends on the busy times alone, so it outlives a change of hours.
    """
    key = (person.tentative_as, edges.before, edges.after, grid)
    found: Blocked | None = person.busy_memo.get(key)
    if found is None:
        if len(person.busy_memo) >= _MOST_KEPT:
            person.busy_memo.clear()
        found = person.busy_memo[key] = blocked(edges, grid)
    return found


def _away(person: Person, duration: int, grid: Grid) -> Iterator[Blocked]:
    if person.hours is not None:
        yield _outside_hours(person.hours, duration, grid)
    for rule in person.hard:
        yield blocked(Edges(united(starts_against_rule(person, rule, duration, grid.stretch))), grid)
    beyond = beyond_knowledge(person, duration, grid.stretch)
    if beyond:
        yield blocked(Edges(beyond), grid)


@lru_cache(maxsize=4096)
def _outside_hours(hours: tuple[Stretch, ...], duration: int, grid: Grid) -> Blocked:
    """Give the starts outside some hours; people with the same hours share them."""
    return blocked(Edges(starts_outside(hours, duration, grid.stretch)), grid)


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
    found = _constraint_barriers(constraints, zone, duration, grid)
    return blocked(Edges(united(stretch for barrier in found for stretch in barrier.starts)), grid)


@lru_cache(maxsize=4096)
def constraint_codes(constraints: SessionConstraints, zone: str, duration: int, grid: Grid) -> Codes:
    """Give the lattice points that each of a session's own constraints blocks."""
    return _codes(_constraint_barriers(constraints, zone, duration, grid), grid)


def _constraint_barriers(
    constraints: SessionConstraints, zone: str, duration: int, grid: Grid
) -> Iterator[Barrier]:
    return constraint_barriers(constraints, local_time(zone, Span(*grid.stretch)), duration, grid.stretch)


def person_codes(person: Person, duration: int, grid: Grid) -> Codes:
    """Give the lattice points that each kind of barrier of one required person blocks."""
    return kept(
        person,
        ("codes", duration, grid),
        lambda: _codes(person_barriers(person, duration, grid.stretch), grid),
    )


def _codes(barriers: Iterable[Barrier], grid: Grid) -> Codes:
    return tuple((barrier.code, points_in(barrier.starts, grid)) for barrier in barriers)
