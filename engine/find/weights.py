"""Ranking without history: fixed weights for breaks, meals, odd hours, soft rules and who is missing."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from engine.find.attendance import BACK_TO_BACK, is_back_to_back, speaks_against
from engine.find.barriers import starts_against_rule, starts_taken
from engine.find.grid import Grid, rows, rows_of
from engine.find.masks import hours_rows, kept, taken_on_grid
from engine.find.people import Person
from engine.find.planes import Planes, by_clock, doubled, minutes_of_day, total, weighted
from engine.find.ranking import OPTIONAL_WEIGHT
from engine.localtime import MINUTES_A_DAY
from engine.model.constraint import Constraint
from engine.model.session import Availability, Reason
from engine.model.user import TentativeAs
from engine.rules.blocking import words
from engine.stretches import Stretch
from engine.timespan import MINUTE, Instant
from engine.weekday import Weekday

NO_BREAK = -7
LUNCH = -3
UNUSUAL_HOUR = -8
NIGHT = -20
WEEKEND = -8
ABSENT = {
    Availability.UNKNOWN: (-8, "whether {name} can come is unknown"),
    Availability.BUSY: (-12, "{name} is busy"),
    Availability.TENTATIVE: (-6, "{name} may be busy"),
    Availability.OUTSIDE_HOURS: (-10, "it is outside {name}'s hours"),
}

_Points: TypeAlias = tuple[str, int, str]
"""A code, its points, and the words with `{name}` in place of the attendee's name."""
_NO_BREAK_TEXT = "{name} has no break before or after it"
_WEEKEND: _Points = ("weekend", WEEKEND, "it is a weekend for {name}")
_WEEK = 7 * MINUTES_A_DAY
_EVENING, _MORNING, _LATE, _EARLY = 18 * 60, 8 * 60, 22 * 60, 7 * 60
_NOON, _AFTERNOON = 12 * 60, 13 * 60


class FixedWeights:
    """The ranking before anything is learned."""

    def reasons(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> list[Reason]:
        """Give what one attendee's time says of [start, end)."""
        found = []
        if state is not Availability.FREE:
            points, text = ABSENT[state]
            found.append(_reason(person, required, state.value, points, text))
        if not (required and person.buffer >= BACK_TO_BACK) and is_back_to_back(person, start, end):
            found.append(_reason(person, required, "back_to_back", NO_BREAK, _NO_BREAK_TEXT))
        for rule in person.soft:
            if speaks_against(person, rule, start, end):
                found.append(_rule_reason(person, required, rule))
        for code, points, text in _clock_points(person, start, end):
            found.append(_reason(person, required, code, points, text))
        return found

    def costs(self, person: Person, required: bool, grid: Grid, duration: int) -> Planes:
        """Give the same points for all feasible lattice points at once, as costs in halves."""
        key = (required, duration, grid)
        found: Planes | None = person.memo.get(key)
        if found is None:
            found = kept(person, key, lambda: _costs(person, required, grid, duration))
        return found


def _reason(person: Person, required: bool, code: str, points: int, text: str) -> Reason:
    """Give one attendee's reason; it is the same at every time."""
    key = ("reason", code, required)
    found: Reason | None = person.memo.get(key)
    if found is None:
        weight = 1.0 if required else OPTIONAL_WEIGHT
        told = text.format(name=person.user.name)
        found = person.memo[key] = Reason(code, person.id, points * weight, told)
    return found


def _rule_reason(person: Person, required: bool, rule: Constraint) -> Reason:
    code, asked = words(rule.rule)
    text = f"{person.user.name} asked for {asked} ({rule.name})"
    return Reason(code, person.id, -rule.priority * (1.0 if required else OPTIONAL_WEIGHT), text)


def _clock_points(person: Person, start: Instant, end: Instant) -> tuple[_Points, ...]:
    minute_of_week = person.local.clock(start) // MINUTE % _WEEK
    return _points_at(minute_of_week, -(-(end - start) // MINUTE), person.hours is None)


@lru_cache(maxsize=65536)
def _points_at(minute_of_week: int, minutes: int, any_time: bool) -> tuple[_Points, ...]:
    """Weigh a start in the week, which begins on a Thursday as 1970 did."""
    day, opens = divmod(minute_of_week, MINUTES_A_DAY)
    found = _minute_points(opens, opens + minutes, any_time)
    return (*found, _WEEKEND) if any_time and (day + 3) % 7 >= Weekday.SATURDAY else found


def _minute_points(opens: int, closes: int, any_time: bool) -> tuple[_Points, ...]:
    """Weigh the minutes of a local day that a session takes; who has named hours knows their own nights."""
    found: tuple[_Points, ...] = ()
    if opens < _AFTERNOON and closes > _NOON:
        found = (("lunch", LUNCH, "it falls into {name}'s lunch hour"),)
    if any_time and (opens < _EARLY or closes > _LATE):
        return (*found, ("night", NIGHT, "it is night for {name}"))
    if any_time and (opens < _MORNING or closes > _EVENING):
        return (*found, ("unusual_hour", UNUSUAL_HOUR, "it is early or late for {name}"))
    return found


@lru_cache(maxsize=256)
def _minute_costs(minutes: int, any_time: bool) -> tuple[bytes, bytes]:
    """Give the cost of each minute of a weekday and of a weekend day as the start of so many minutes."""
    usual = [
        -sum(points for _, points, _ in _minute_points(opens, opens + minutes, any_time))
        for opens in minutes_of_day()
    ]
    weekend = -WEEKEND if any_time else 0
    return bytes(usual), bytes(cost + weekend for cost in usual)


def _costs(person: Person, required: bool, grid: Grid, duration: int) -> Planes:
    tables = _minute_costs(-(-duration // MINUTE), person.hours is None)
    costs = total(
        (by_clock(person.user.timezone, grid, *tables), *_own_costs(person, required, grid, duration))
    )
    return doubled(costs) if required else costs


def _own_costs(person: Person, required: bool, grid: Grid, duration: int) -> Iterator[Planes]:
    if person.known_until is not None and not (required and person.buffer >= BACK_TO_BACK):
        yield weighted(_no_break(person, grid, duration), -NO_BREAK)
    for rule in person.soft:
        against = rows(starts_against_rule(person, rule, duration, grid.stretch), grid).points
        yield weighted(against & grid.all, rule.priority)
    if not required or person.tentative:
        yield from _absences(person, grid, duration)


def _no_break(person: Person, grid: Grid, duration: int) -> int:
    """Give the points at which an event ends just before the session or begins just after it, as bits."""
    even, odd = taken_on_grid(person, duration, 0, grid)
    near = met = 0
    for step in range(-(-BACK_TO_BACK // grid.stride)):
        near |= even << (step + 1) | even >> (step + 1)
    for start, end in odd:
        met |= _points(start, end, grid)
        near |= _points(start - BACK_TO_BACK, start, grid) | _points(end, end + BACK_TO_BACK, grid)
    return near & ~(even | met) & grid.all


def _points(start: Instant, end: Instant, grid: Grid) -> int:
    return grid.points(max(start, grid.origin), min(end, grid.stretch[1]) - 1)


def _absences(person: Person, grid: Grid, duration: int) -> Iterator[Planes]:
    """Give the cost of an attendee who cannot come; of several reasons the first counts."""
    told = 0
    for state, points in _states(person, grid, duration):
        yield weighted(points & ~told & grid.all, -ABSENT[state][0])
        told |= points


def _states(person: Person, grid: Grid, duration: int) -> Iterator[tuple[Availability, int]]:
    if person.known_until is None:
        yield Availability.UNKNOWN, grid.all
        return
    yield Availability.UNKNOWN, _points(person.known_until - duration + 1, grid.stretch[1], grid)
    if person.blocking is person.firm:
        yield Availability.BUSY, rows_of(taken_on_grid(person, duration, 0, grid), grid).points
    else:
        yield Availability.BUSY, _bits(starts_taken(person.firm, duration, 0, grid.stretch), grid)
    if person.tentative and person.tentative_as is not TentativeAs.FREE:
        taken = starts_taken(person.tentative, duration, 0, grid.stretch)
        yield Availability.TENTATIVE, _bits(taken, grid)
    if person.hours is not None:
        yield Availability.OUTSIDE_HOURS, hours_rows(person.hours, duration, grid).points
    for rule in person.hard:
        against = starts_against_rule(person, rule, duration, grid.stretch)
        yield Availability.OUTSIDE_HOURS, _bits(against, grid)


def _bits(stretches: list[Stretch], grid: Grid) -> int:
    return rows(stretches, grid).points
