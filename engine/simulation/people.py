"""People as the simulator makes them: what each likes, in a world that a model may or may not describe."""

import math
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from engine.ids import UserId
from engine.time.span import DAY, Instant

HOURS = range(8, 19)
"""When people can be asked on their own clock, on workdays."""
DRIFT_AT = 31
"""The session from which people of a drifting world like other times."""
_CENTRES = (9.5, 13.0, 16.0)
_WIDTH = 2.2
_PEAK = 2.6
_COMMON = (-1.6, -0.6, 0.2, 0.0, -1.4, -0.6, 0.4, 0.5, 0.0, -1.2, -2.2)
"""What the hours are to everybody: few like the first, the last, or that of lunch."""
_DAYS = ((1.2, 0.8, 0.0, -0.5, -1.2), (-0.9, 0.5, 1.1, 0.5, -1.1), (-1.2, -0.6, 0.1, 0.9, 1.1))
_ZONES = ("Europe/London", "Europe/Berlin", "America/New_York")


class World(StrEnum):
    """How people are made."""

    PLAIN = "plain"
    INTERACTIONS = "interactions"
    DRIFT = "drift"
    FICKLE = "fickle"


@dataclass(frozen=True, slots=True)
class Taste:
    """What one person likes: weekdays, hours, and a day's wait, in log-odds; `flips` turns days around."""

    days: tuple[float, ...]
    hours: tuple[float, ...]
    lead: float
    flips: tuple[bool, ...]

    def likes(self, weekday: int, hour: int, wait: int) -> float:
        """Give what a start is worth to them; `wait` in seconds from the moment of asking."""
        if not HOURS.start <= hour < HOURS.stop:
            return -4.0
        at = HOURS.stop - 1 - hour if self.flips[weekday] else hour - HOURS.start
        return self.days[weekday] + self.hours[at] + self.lead * wait / DAY


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a world, with the taste that they have before and after a drift."""

    id: UserId
    zone: str
    tastes: tuple[Taste, Taste]

    def taste(self, round_: int) -> Taste:
        """Give what they like in a round, counted from 1."""
        return self.tastes[round_ >= DRIFT_AT]


def people(rng: Random, count: int, world: World) -> list[Person]:
    """Make so many people."""
    return [_person(rng, UserId(f"p{number:03}"), world) for number in range(count)]


def _person(rng: Random, name: UserId, world: World) -> Person:
    first = _taste(rng, world)
    later = _taste(rng, world) if world is World.DRIFT else first
    return Person(name, rng.choice(_ZONES), (first, later))


def _taste(rng: Random, world: World) -> Taste:
    centre, days = rng.choice(_CENTRES) + rng.gauss(0, 0.6), rng.choice(_DAYS)
    mixed = world is World.INTERACTIONS
    return Taste(
        days=tuple(worth + rng.gauss(0, 0.25) for worth in days),
        hours=tuple(
            _PEAK * math.exp(-(((hour - centre) / _WIDTH) ** 2) / 2) + common - 1.2 + rng.gauss(0, 0.1)
            for hour, common in zip(HOURS, _COMMON, strict=True)
        ),
        lead=rng.choice((-0.7, 0.0, 0.4)),
        flips=tuple(mixed and rng.random() < 0.4 for _ in days),
    )


def whole_hour(at: Instant) -> Instant:
    """Round an instant down to the hour."""
    return at - at % 3600
