"""Rows of a person and of a session's constraints: the barriers on a grid, kept while they stand."""

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
    starts_taken,
)
from engine.find.grid import NOTHING, Grid, Parted, Rows, everything, rows, rows_of, split, united_rows
from engine.find.people import Person
from engine.localtime import local_time
from engine.model.session import SessionConstraints
from engine.stretches import Stretch
from engine.timespan import Span

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


def person_rows(person: Person, duration: int, grid: Grid) -> Rows:
    """Give the starts at which one required person cannot come."""
    key = (duration, grid)
    found: Rows | None = person.memo.get(key)
    if found is None:
        found = kept(person, key, lambda: _person_rows(person, duration, grid))
    return found


def taken_on_grid(person: Person, duration: int, buffer: int, grid: Grid) -> Parted:
    """Give the starts at which a session meets what keeps somebody from coming.

    It depends on the busy times alone, so it outlives a change of hours or buffers.
    """
    key = (person.tentative_as, duration, buffer, grid)
    found: Parted | None = person.busy_memo.get(key)
    if found is None:
        if len(person.busy_memo) >= _MOST_KEPT:
            person.busy_memo.clear()
        taken = starts_taken(person.blocking, duration, buffer, grid.stretch)
        found = person.busy_memo[key] = split(taken, grid)
    return found


def _person_rows(person: Person, duration: int, grid: Grid) -> Rows:
    if person.known_until is None:
        return everything(grid)
    taken = rows_of(taken_on_grid(person, duration, person.buffer, grid), grid)
    away = tuple(_away(person, duration, grid))
    return united_rows((taken, *away)) if away else taken


def _away(person: Person, duration: int, grid: Grid) -> Iterator[Rows]:
    if person.hours is not None:
        yield hours_rows(person.hours, duration, grid)
    for rule in person.hard:
        yield rows(starts_against_rule(person, rule, duration, grid.stretch), grid)
    beyond = beyond_knowledge(person, duration, grid.stretch)
    if beyond:
        yield rows(beyond, grid)


@lru_cache(maxsize=4096)
def hours_rows(hours: tuple[Stretch, ...], duration: int, grid: Grid) -> Rows:
    """Give the starts outside some hours; people with the same hours share them."""
    return rows(starts_outside(hours, duration, grid.stretch), grid)


def constraint_rows(constraints: SessionConstraints, zone: str, duration: int, grid: Grid) -> Rows:
    """Give the starts that a session's own constraints block on its host's clock."""
    if constraints is _NO_CONSTRAINTS or constraints == _NO_CONSTRAINTS:
        return NOTHING
    return _constraint_rows(constraints, zone, duration, grid)


@lru_cache(maxsize=4096)
def _constraint_rows(constraints: SessionConstraints, zone: str, duration: int, grid: Grid) -> Rows:
    return united_rows(
        rows(barrier.starts, grid) for barrier in _constraint_barriers(constraints, zone, duration, grid)
    )


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
    return tuple((barrier.code, rows(barrier.starts, grid).points) for barrier in barriers)
