"""A fitted model: what every person's answers are worth, in points, and what they rest on."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.ids import UserId
from engine.learning.features import Key
from engine.learning.policy import Policy
from engine.time.span import Instant

VERSION = 1
"""Of the document; what is newer is refused."""
FINENESS = 4
"""Points are whole multiples of a quarter, so that they add up exactly in any order."""
MOST_POINTS = 60.0
"""No lesson is worth more, either way: six units of log-odds."""
PERSONAL_FROM = 20
"""Shown times from which somebody is ranked by the pooled model."""


class Weight(NamedTuple):
    """What a bucket is worth, and how often a time in it was taken of those that were shown."""

    points: float
    accepted: int
    shown: int


NOTHING = Weight(0.0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Habits:
    """What is known of one person; `samples` are the times that they were shown."""

    policy: Policy
    samples: int
    weights: Mapping[Key, Weight] = field(default_factory=dict)


class Calibration(NamedTuple):
    """Log-odds that a time is taken, from its score: intercept + slope * score / 10; on how many sessions."""

    intercept: float
    slope: float
    sessions: int


@dataclass(frozen=True, slots=True, eq=False)
class LearnedModel:
    """Everybody's habits, those of all together, and who is never ranked by habits.

    `fitted` is the newest moment of the log, None where it was empty.
    """

    fitted: Instant | None = None
    sessions: int = 0
    population: Mapping[Key, Weight] = field(default_factory=dict)
    people: Mapping[UserId, Habits] = field(default_factory=dict)
    silent: frozenset[UserId] = frozenset()
    calibration: Calibration | None = None

    @property
    def empty(self) -> bool:
        """Whether it ranks as the fixed weights do."""
        return not self.population


def points(log_odds: float) -> float:
    """Write log-odds as points: ten a unit, rounded to a quarter, bounded."""
    whole = round(log_odds * 10 * FINENESS) / FINENESS
    return min(max(whole, -MOST_POINTS), MOST_POINTS) + 0.0


def log_odds(chance: float) -> float:
    """Give the logarithm of the odds of a probability in (0, 1)."""
    return math.log(chance / (1 - chance))
