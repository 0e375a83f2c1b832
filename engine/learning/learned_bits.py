"""What a person's habits cost at all lattice points at once: each bucket's points as bits, added up."""

from collections.abc import Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple, TypeAlias

from engine.find.bitplanes import DIGITS, Bitplanes, by_clock, minutes_of_day, total
from engine.find.start_grid import Grid, bits
from engine.learning.features import MOST_DAYS, clock_keys
from engine.learning.surroundings import EITHER_GAP, KINDS_OF_DAY, Around
from engine.learning.worths import HOURS, STARTS, Worths
from engine.time.local_time import local_days, local_time, weekday_of
from engine.time.span import DAY, MINUTE, Instant, Span
from engine.time.weekday import Weekday

_Union: TypeAlias = tuple[int, ...]
Cost = tuple[Bitplanes, int]
"""What is lost of the most at each point, and that most, in quarters of a point.

Of cells, what is lost at least: a set of points holds those cells whose starts all lie in it, but for the
starts of their first minute. What lies in no set costs nothing, so there is a set, if need be an empty one,
for whatever a start of a cell may be.
"""
_BYTE = 255
_EIGHT = 8
_BYTES = 4
_MOST_KEPT = 32
"""Zones and rows of days that are kept: each takes some hundred kilobytes, and each day brings a new row."""


class ByClock(NamedTuple):
    """What a zone's clock says of a grid: hours, kinds of start with lunch or without, and weekdays.

    `unions` are the points of each choice among eight of the hours, and the last of each among the `kinds`.
    """

    kinds: tuple[tuple[int, bool], ...]
    unions: tuple[_Union, _Union, _Union, _Union]
    weekdays: tuple[int, ...]


class ByDay(NamedTuple):
    """What a day says: pairs of a weekday and a lead, and the lattice points that lie in both."""

    pairs: tuple[tuple[int, int], ...]
    points: tuple[int, ...]


def cost_of_all(costs: Sequence[Cost]) -> Cost:
    """Add up."""
    return total([planes for planes, _ in costs]), sum([best for _, best in costs])


def costs_around(worths: Worths, around: Around) -> Cost:
    """Add up what habits cost by what lies around; of a calendar that is unknown nothing is said."""
    if not around.gaps:
        return (), 0
    edges, loads = worths.edges, worths.loads
    days = [edges[edge] + loads[load] for edge, load in KINDS_OF_DAY]
    gaps: Sequence[int] = worths.gaps
    if len(around.gaps) > len(gaps):
        gaps = [*gaps, *[max(gaps[one], gaps[other]) for one, other in EITHER_GAP]]
    return cost_of_all((_cost(gaps, around.gaps), _cost(days, around.days)))


def _cost(worths: Sequence[int], places: Sequence[int]) -> Cost:
    """Give what sets of points cost, each of one worth; they do not meet."""
    best = max(worths)
    planes = [0] * (best - min(worths)).bit_length()
    for worth, points in zip(worths, places, strict=True):
        for plane in _ONES[best - worth]:
            planes[plane] |= points
    return tuple(planes), best


class _Ones(dict[int, tuple[int, ...]]):
    """The planes in which a number has a one; points are bounded, so few numbers are ever asked for."""

    def __missing__(self, number: int) -> tuple[int, ...]:
        found = self[number] = tuple(plane for plane in range(number.bit_length()) if number >> plane & 1)
        return found


_ONES = _Ones()


def costs_by_day(worths: Worths, days: ByDay) -> Cost:
    """Add up what habits cost by weekday and wait."""
    weekdays, leads = worths.weekdays, worths.leads
    return _cost([weekdays[weekday] + leads[lead] for weekday, lead in days.pairs], days.points)


def speaking(worths: Worths, clock: ByClock, days: ByDay, around: Around) -> int:
    """Give the lattice points of which some of a person's habits say anything."""
    weekdays, leads, hours, starts = worths.weekdays, worths.leads, worths.hours, worths.starts
    kinds = [starts[start] or (lunch and worths.lunch[0]) for start, lunch in clock.kinds]
    spoken = bytes(49 if worth else 48 for worth in (*reversed(kinds), *reversed(hours)))
    chosen = int(spoken, 2).to_bytes(_BYTES, "little")
    found = [union[choice] for union, choice in zip(clock.unions, chosen, strict=True)]
    pairs = zip(days.pairs, days.points, strict=True)
    found += [points for (weekday, lead), points in pairs if weekdays[weekday] or leads[lead]]
    found += [points for worth, points in zip(worths.gaps, around.gaps, strict=False) if worth]
    kinds_of_day = zip(KINDS_OF_DAY, around.days, strict=False)
    found += [points for (edge, load), points in kinds_of_day if worths.edges[edge] or worths.loads[load]]
    return reduce(or_, found)


def costs_by_clock(worths: Worths, clock: ByClock) -> Cost:
    """Add up what they cost by hour, kind of start and lunch: a plane is a union of what has a one in it."""
    starts, hours = worths.starts, worths.hours
    kinds = [starts[start] + lunch * worths.lunch[0] for start, lunch in clock.kinds]
    most, best = max(hours), max(kinds)
    lost = [best - worth for worth in reversed(kinds)] + [most - worth for worth in reversed(hours)]
    early, middle, late, kind = clock.unions
    by_hour: list[int] = []
    by_kind: list[int] = []
    size = max(lost).bit_length()
    for shift in range(0, size, _EIGHT):
        low = bytes([one >> shift & _BYTE for one in lost])
        for digits in DIGITS[: size - shift]:
            chosen = int(low.translate(digits), 2).to_bytes(_BYTES, "little")
            by_hour.append(early[chosen[0]] | middle[chosen[1]] | late[chosen[2]])
            by_kind.append(kind[chosen[3]])
    while by_kind and not by_kind[-1]:
        by_kind.pop()
    return total((tuple(by_hour), tuple(by_kind))), most + best


def _unions(points: Sequence[int]) -> _Union:
    """Give the points of every choice among some sets of them, the first set in the lowest bit."""
    found = [0]
    for one in points:
        found += [one | other for other in found]
    return tuple(found)


@lru_cache(maxsize=_MOST_KEPT)
def places_by_clock(zone: str, grid: Grid, minutes: int, cells: bool = False) -> ByClock:
    """Give the lattice points of every weekday, hour, kind of start, and lunch, on a zone's clock."""
    planes = _planes(zone, grid, _kinds(minutes, 1), 3)
    inside = _planes(zone, grid, _kinds(minutes, grid.step), 3) if cells else ()
    found = {
        kind: _equal(planes, number, grid) | (_cells_of(inside, number, zone, grid) if cells else 0)
        for number, kind in enumerate(_KINDS)
    }
    there = {kind: points for kind, points in found.items() if points or cells}
    unions = (*_by_hour(zone, grid, cells), _unions([*there.values()]))
    return ByClock(tuple(there), unions, tuple(_weekdays(zone, grid, cells).values()))


_KINDS = tuple((index, meets) for index in range(len(STARTS)) for meets in (False, True))
_SEVERAL = 7
_NO_HOUR = 31


@lru_cache(maxsize=256)
def _kinds(minutes: int, step: int) -> bytes:
    """Give for each minute of a day which kind of start it is, and whether so many minutes meet lunch.

    With a step beyond 1, for the minutes from each to the next lattice point, but for that first one.
    """
    each = [clock_keys(minute, minutes) for minute in minutes_of_day()]
    found = [_KINDS.index((STARTS.index(keys[2]), len(keys) > 3)) for keys in each]
    return bytes(found) if step == 1 else _of_cells(found, step, _SEVERAL)


def _of_cells(found: Sequence[int], step: int, several: int) -> bytes:
    """Give what the minutes after each one have in common, up to the next lattice point."""
    rows = (set(found[minute + 1 : minute + step]) for minute in range(len(found)))
    return bytes(row.pop() if len(row) == 1 else several for row in rows)


@lru_cache(maxsize=64)
def _hours(step: int) -> bytes:
    hours = [minute // 60 for minute in minutes_of_day()]
    return bytes(hours) if step == 1 else _of_cells(hours, step, _NO_HOUR)


@lru_cache(maxsize=_MOST_KEPT)
def _by_hour(zone: str, grid: Grid, cells: bool) -> tuple[_Union, _Union, _Union]:
    planes = _planes(zone, grid, _hours(1), 5)
    points = [_equal(planes, hour, grid) for hour in range(len(HOURS))]
    if cells:
        inside = _planes(zone, grid, _hours(grid.step), 5)
        points = [one | _cells_of(inside, hour, zone, grid) for hour, one in enumerate(points)]
    return _unions(points[:8]), _unions(points[8:16]), _unions(points[16:])


def _planes(zone: str, grid: Grid, table: bytes, count: int) -> Bitplanes:
    planes = by_clock(zone, grid, table, table)
    return (*planes, *(0,) * (count - len(planes)))


def _equal(planes: Bitplanes, number: int, grid: Grid) -> int:
    found = grid.all
    for index, plane in enumerate(planes):
        found &= plane if number >> index & 1 else ~plane
    return found


def _cells_of(planes: Bitplanes, number: int, zone: str, grid: Grid) -> int:
    """Give the cells of a number that lie in one local day."""
    return _equal(planes, number, grid) << grid.size & _whole_cells(zone, grid)


@lru_cache(maxsize=_MOST_KEPT)
def _whole_cells(zone: str, grid: Grid) -> int:
    """Give the cells within which a zone's clock goes from minute to minute of one day."""
    return reduce(or_, _weekdays(zone, grid, True).values()) & grid.cells


def _weekdays(zone: str, grid: Grid, cells: bool) -> dict[Weekday, int]:
    origin, stride, _ = grid
    local, found = local_time(zone, Span(*grid.stretch)), dict.fromkeys(Weekday, 0)
    for day, start, end in local_days(local, grid.stretch):
        found[weekday_of(day)] |= bits(-((origin - start) // stride), -((origin - end) // stride))
        if cells and (local.clock(start) - start) % MINUTE == 0:
            found[weekday_of(day)] |= grid.cells_within(start, end)
    return found


@lru_cache(maxsize=_MOST_KEPT)
def places_by_day(zone: str, grid: Grid, minutes: int, asked: Instant, cells: bool = False) -> ByDay:
    """Give the lattice points, and cells, of every weekday with every wait."""
    weekdays = places_by_clock(zone, grid, minutes, cells).weekdays
    found = {}
    for lead, points in enumerate(_leads(asked, grid)):
        near = points | points >> 1 if cells else points
        then = points | (points & points >> 1) << grid.size if cells else points
        for weekday, on_day in enumerate(weekdays):
            if near & (on_day | on_day >> 1 if cells else on_day) & grid.all:
                found[weekday, lead] = on_day & then
    return ByDay(tuple(found), tuple(found.values()))


@lru_cache(maxsize=1024)
def _leads(asked: Instant, grid: Grid) -> tuple[int, ...]:
    """Give the lattice points of every lead."""
    found, rest = [], grid.all
    for lead in range(MOST_DAYS, 0, -1):
        points = rest & grid.points(asked + lead * DAY, grid.stretch[1])
        found.append(points)
        rest &= ~points
    return (rest, *reversed(found))
