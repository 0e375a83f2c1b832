"""What a person's habits cost at all lattice points at once: each bucket's points as bits, added up."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from engine.find.bitplanes import Bitplanes, by_clock, minutes_of_day, total
from engine.find.start_grid import Grid, bits
from engine.learning.features import MOST_DAYS, Feature, Key, clock_keys
from engine.learning.mind import Mind
from engine.learning.surroundings import Places
from engine.time.local_time import local_days, local_time, weekday_of
from engine.time.span import DAY, Instant, Span
from engine.time.weekday import Weekday

Cost = tuple[Bitplanes, int]
"""What is lost of the most at each point, and that most, in units."""


def costs_of(mind: Mind, places: Iterable[Places], unit: int, open_points: int) -> Cost:
    """Add up what one person's habits cost over several features, at the points that are open to them."""
    found, most, worths = [], 0, mind.worths(unit)
    for buckets in places:
        planes, best = _cost(worths, buckets, open_points)
        found.append(planes)
        most += best
    return total(found), most


def _cost(worths: Mapping[Key, int], buckets: Places, open_points: int) -> Cost:
    """Give what one feature costs; a bucket without a worth is worth nothing."""
    there = [(worths.get(key, 0), points) for key, points in buckets if points]
    if not there:
        return (), 0
    best = max([worth for worth, _ in there])
    planes = [0] * (best - min([worth for worth, _ in there])).bit_length()
    for worth, points in there:
        if points & open_points:
            for plane in _planes_of(best - worth):
                planes[plane] |= points
    return tuple(planes), best


@lru_cache(maxsize=4096)
def _planes_of(number: int) -> tuple[int, ...]:
    """Give the planes in which a number has a one."""
    return tuple(plane for plane in range(number.bit_length()) if number >> plane & 1)


@lru_cache(maxsize=4096)
def places_by_clock(zone: str, grid: Grid, minutes: int) -> tuple[Places, ...]:
    """Give the lattice points of every weekday, hour, kind of start, and lunch, on a zone's clock."""
    hours = _planes(zone, grid, bytes(minute // 60 for minute in minutes_of_day()), 5)
    kinds = [clock_keys(minute, minutes) for minute in minutes_of_day()]
    starts = ("hour", "half", "odd")
    start = _planes(zone, grid, bytes(starts.index(keys[2][1]) for keys in kinds), 2)
    lunch = _planes(zone, grid, bytes(len(keys) > 3 for keys in kinds), 1)[0]
    return (
        tuple(((Feature.WEEKDAY, day.word), points) for day, points in _weekdays(zone, grid).items()),
        tuple(((Feature.HOUR, f"{hour:02}"), _equal(hours, hour, grid)) for hour in range(24)),
        tuple(((Feature.START, name), _equal(start, index, grid)) for index, name in enumerate(starts)),
        (((Feature.LUNCH, "yes"), lunch), ((Feature.LUNCH, "no"), grid.all & ~lunch)),
    )


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
