"""What an attendee says of all lattice points at once: each saying as bits, and what they cost together."""

from collections.abc import Iterator, Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import TypeAlias

from engine.find.attendance import BACK_TO_BACK
from engine.find.barriers import starts_against_rule
from engine.find.bitplanes import Bitplanes, by_clock, doubled, total, weighted
from engine.find.lanes import Lanes, marked
from engine.find.lanes import total as total_lanes
from engine.find.person import Person
from engine.find.person_bits import met, no_break, person_blocked, points_outside_hours
from engine.find.rows import minutes_of_day
from engine.find.score_reasons import (
    ABSENT,
    NO_BREAK,
    OF_CLOCK,
    WEEKEND,
    ScoreReason,
    of_rule,
    reason,
    said_of_minutes,
)
from engine.find.start_grid import Grid, points_in
from engine.model.session import Availability, Reason
from engine.model.user import TentativeAs
from engine.time.span import MINUTE

_Said: TypeAlias = tuple[ScoreReason, int]
"""A saying, and the lattice points of which it is said."""


_Clock: TypeAlias = tuple[str, Grid, int, bool]
"""What an attendee's clock says depends on this alone: zone, grid, minutes, and whether any time suits."""


class FixedScores:
    """Everything that an attendee says of a grid's lattice points by the fixed weights."""

    __slots__ = ("_costs", "_each", "_grid", "_minutes", "_own", "_person", "_required", "said")

    def __init__(
        self, person: Person, required: bool, own: Sequence[_Said], grid: Grid, minutes: int
    ) -> None:
        self._person, self._required, self._grid, self._minutes = person, required, grid, minutes
        self._each, self._own = (*own, *_of_clock(*self._clock)), len(own)
        self._costs: Bitplanes | None = None
        self.said: int = reduce(or_, [points for _, points in self._each], 0)

    @property
    def _clock(self) -> _Clock:
        return self._person.user.timezone, self._grid, self._minutes, self._person.hours is None

    @property
    def costs(self) -> Bitplanes:
        """What speaks against each point: worked out where it is asked for."""
        if self._costs is None:
            own = (weighted(points, -saying.points) for saying, points in self._each[: self._own])
            costs = total((_clock_costs(*self._clock), *own))
            self._costs = doubled(costs) if self._required else costs
        return self._costs

    def lanes(self, unit: int) -> Lanes:
        """Give the same in lanes, so many to a point; half as many for those who may miss it."""
        each = unit if self._required else unit // 2
        own = [marked(points, -saying.points * each) for saying, points in self._each[: self._own]]
        return total_lanes([_clock_lanes(*self._clock, each), *own])

    def at(self, point: int) -> tuple[Availability, list[Reason]]:
        """Tell what the attendee is at a lattice point, and says of it."""
        state, reasons = Availability.FREE, []
        for saying, points in self._each:
            if points >> point & 1:
                reasons.append(reason(self._person, self._required, saying))
                if saying.state is not Availability.FREE:
                    state = saying.state
        return state, reasons


def fixed_scores(person: Person, required: bool, grid: Grid, duration: int) -> FixedScores:
    """Work out what one attendee says of a grid."""
    own = tuple(_own(person, required, grid, duration))
    return FixedScores(person, required, own, grid, -(-duration // MINUTE))


@lru_cache(maxsize=256)
def _minute_tables(minutes: int, any_time: bool) -> tuple[bytes, bytes]:
    """Give what is said of each minute of a weekday, and of a weekend day, as the start of so many minutes.

    Bit k stands for the k-th of what a clock can say.
    """
    found = [said_of_minutes(opens, opens + minutes, any_time) for opens in minutes_of_day()]
    usual = [sum(1 << bit for bit, one in enumerate(OF_CLOCK) if one in said) for said in found]
    weekend = 1 << OF_CLOCK.index(WEEKEND) if any_time else 0
    return bytes(usual), bytes(said | weekend for said in usual)


@lru_cache(maxsize=4096)
def _of_clock(zone: str, grid: Grid, minutes: int, any_time: bool) -> tuple[_Said, ...]:
    said = zip(OF_CLOCK, by_clock(zone, grid, *_minute_tables(minutes, any_time)), strict=False)
    return tuple(one for one in said if one[1])


@lru_cache(maxsize=4096)
def _clock_costs(zone: str, grid: Grid, minutes: int, any_time: bool) -> Bitplanes:
    return total(
        weighted(points, -saying.points) for saying, points in _of_clock(zone, grid, minutes, any_time)
    )


@lru_cache(maxsize=256)
def _clock_lanes(zone: str, grid: Grid, minutes: int, any_time: bool, each: int) -> Lanes:
    said = _of_clock(zone, grid, minutes, any_time)
    return total_lanes([marked(points, -saying.points * each) for saying, points in said])


def _own(person: Person, required: bool, grid: Grid, duration: int) -> Iterator[_Said]:
    if not required or person.tentative:
        yield from _absences(person, grid, duration)
    if person.known_until is not None and not (required and person.buffer >= BACK_TO_BACK):
        yield NO_BREAK, _no_break(person, required, grid, duration)
    for rule in person.soft:
        yield of_rule(rule), points_in(starts_against_rule(person, rule, duration, grid.stretch), grid)


def _no_break(person: Person, required: bool, grid: Grid, duration: int) -> int:
    """Give the feasible points at which an event ends just before the session or begins just after it.

    Where somebody who must come is blocked, no point is feasible; that much is known of them by now.
    """
    near = no_break(person, duration, grid)
    if required:
        return near & ~person_blocked(person, duration, grid).points
    return near & ~met(person.blocking, duration, grid)


def _absences(person: Person, grid: Grid, duration: int) -> Iterator[_Said]:
    """Say where an attendee cannot come; of several reasons the first counts."""
    told = 0
    for state, points in _states(person, grid, duration):
        yield ABSENT[state], points & ~told & grid.all
        told |= points


def _states(person: Person, grid: Grid, duration: int) -> Iterator[tuple[Availability, int]]:
    if person.known_until is None:
        yield Availability.UNKNOWN, grid.all
        return
    yield Availability.UNKNOWN, points_in([(person.known_until - duration + 1, grid.stretch[1])], grid)
    yield Availability.BUSY, met(person.firm, duration, grid)
    if person.tentative and person.tentative_as is not TentativeAs.FREE:
        yield Availability.TENTATIVE, met(person.tentative, duration, grid)
    if person.hours is not None:
        yield Availability.OUTSIDE_HOURS, points_outside_hours(person.hours, duration, grid)
    for rule in person.hard:
        against = starts_against_rule(person, rule, duration, grid.stretch)
        yield Availability.OUTSIDE_HOURS, points_in(against, grid)
