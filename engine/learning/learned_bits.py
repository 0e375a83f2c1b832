"""What a person's habits cost at all lattice points at once: each bucket's points as bits, added up."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from engine.find.bitplanes import DIGITS, Bitplanes, by_clock, minutes_of_day, total
from engine.find.start_grid import Grid, bits
from engine.learning.features import MOST_DAYS, Feature, Key, clock_keys
from engine.learning.surroundings import Places
from engine.time.local_time import local_days, local_time, weekday_of
from engine.time.span import DAY, Instant, Span
from engine.time.weekday import Weekday

Cost = tuple[Bitplanes, int]
"""What is lost of the most at each point, and that most, in quarters of a point."""
_BYTE = 255
_EIGHT = 8
_MOST_KEPT = 32
"""Zones and rows of days that are kept: each takes some hundred kilobytes, and each day brings a new row."""


class ByClock(NamedTuple):
    """What a zone's clock says of a grid. `unions` are the points of each choice among eight of the hours."""

    hours: Places
    unions: tuple[tuple[int, ...], ...]
    others: tuple[Places, ...]


def costs_of(worths: Mapping[Key, int], places: Iterable[Places], open_points: int) -> Cost:
    """Add up what one person's habits cost over several features, at the points that are open to them."""
    return cost_of_all([_cost(worths, buckets, open_points) for buckets in places])


def costs_by_clock(worths: Mapping[Key, int], clock: ByClock, lead: Places, open_points: int) -> Cost:
    """Add up what they cost by clock and wait."""
    hours = _cost_of_hours(worths, clock, open_points)
    return cost_of_all((costs_of(worths, (*clock.others, lead), open_points), hours))


def cost_of_all(costs: Sequence[Cost]) -> Cost:
    """Add up."""
    return total([planes for planes, _ in costs]), sum([best for _, best in costs])


def _cost(worths: Mapping[Key, int], buckets: Places, open_points: int) -> Cost:
    """Give what one feature costs; a bucket without a worth is worth nothing."""
    there = [(worths.get(key, 0), points) for key, points in buckets if points & open_points]
    if not there:
        return (), 0
    known = [worth for worth, _ in there]
    best = max(known)
    planes = [0] * (best - min(known)).bit_length()
    for worth, points in there:
        for plane in _planes_of(best - worth):
            planes[plane] |= points
    return tuple(planes), best


@lru_cache(maxsize=4096)
def _planes_of(number: int) -> tuple[int, ...]:
    """Give the planes in which a number has a one."""
    return tuple(plane for plane in range(number.bit_length()) if number >> plane & 1)


def _cost_of_hours(worths: Mapping[Key, int], clock: ByClock, open_points: int) -> Cost:
    """Give what hours cost: for each plane the union of the hours in whose cost it has a one."""
    known = [worths.get(key, 0) if points & open_points else None for key, points in clock.hours]
    there = [worth for worth in known if worth is not None]
    if not there:
        return (), 0
    best = max(there)
    lost = [0 if worth is None else best - worth for worth in reversed(known)]
    planes: list[int] = []
    size = max(lost).bit_length()
    for shift in range(0, size, _EIGHT):
        low = bytes([one >> shift & _BYTE for one in lost])
        for digits in DIGITS[: size - shift]:
            chosen, points = int(low.translate(digits), 2), 0
            for unions in clock.unions:
                points |= unions[chosen & _BYTE]
                chosen >>= _EIGHT
            planes.append(points)
    return tuple(planes), best


def _unions(points: Sequence[int]) -> tuple[int, ...]:
    """Give the points of every choice among some sets of them, the first set in the lowest bit."""
    found = [0]
    for one in points:
        found += [one | other for other in found]
    return tuple(found)


@lru_cache(maxsize=_MOST_KEPT)
def places_by_clock(zone: str, grid: Grid, minutes: int) -> ByClock:
    """Give the lattice points of every weekday, hour, kind of start, and lunch, on a zone's clock."""
    hours, unions = _hours(zone, grid)
    kinds, meals = _tables(minutes)
    start, lunch = _planes(zone, grid, kinds, 2), _planes(zone, grid, meals, 1)[0]
    others: tuple[Places, ...] = (
        tuple(((Feature.START, name), _equal(start, index, grid)) for index, name in enumerate(_STARTS)),
        (((Feature.LUNCH, "yes"), lunch), ((Feature.LUNCH, "no"), grid.all & ~lunch)),
        tuple(((Feature.WEEKDAY, day.word), points) for day, points in _weekdays(zone, grid).items()),
    )
    return ByClock(hours, unions, others)


_STARTS = ("hour", "half", "odd")
_HOURS = bytes(minute // 60 for minute in minutes_of_day())


@lru_cache(maxsize=256)
def _tables(minutes: int) -> tuple[bytes, bytes]:
    """Give for each minute of a day which kind of start it is, and whether so many minutes meet lunch."""
    found = [clock_keys(minute, minutes) for minute in minutes_of_day()]
    return bytes(_STARTS.index(keys[2][1]) for keys in found), bytes(len(keys) > 3 for keys in found)


@lru_cache(maxsize=_MOST_KEPT)
def _hours(zone: str, grid: Grid) -> tuple[Places, tuple[tuple[int, ...], ...]]:
    planes = _planes(zone, grid, _HOURS, 5)
    points = [_equal(planes, hour, grid) for hour in range(24)]
    hours = tuple(((Feature.HOUR, f"{hour:02}"), found) for hour, found in enumerate(points))
    return hours, tuple(_unions(points[at : at + _EIGHT]) for at in range(0, 24, _EIGHT))


def _planes(zone: str, grid: Grid, table: bytes, count: int) -> Bitplanes:
    planes = by_clock(zone, grid, table, table)
    return (*planes, *(0,) * (count - len(planes)))


def _equal(planes: Bitplanes, number: int, grid: Grid) -> int:
    found = grid.all
    for index, plane in enumerate(planes):
        found &= plane if number >> index & 1 else ~plane
    return found


def _weekdays(zone: str, grid: Grid) -> dict[Weekday, int]:
    origin, stride, _ = grid
    found = dict.fromkeys(Weekday, 0)
    for day, start, end in local_days(local_time(zone, Span(*grid.stretch)), grid.stretch):
        found[weekday_of(day)] |= bits(-((origin - start) // stride), -((origin - end) // stride))
    return found


@lru_cache(maxsize=1024)
def places_by_lead(asked: Instant, grid: Grid) -> Places:
    """Give the lattice points of every lead."""
    found, rest = [], grid.all
    for lead in range(MOST_DAYS, 0, -1):
        points = rest & grid.points(asked + lead * DAY, grid.stretch[1])
        found.append(((Feature.LEAD, str(lead)), points))
        rest &= ~points
    return (*found, ((Feature.LEAD, "0"), rest))
