"""What speaks for and against a feasible time, in points that sum to its score.

The scale: ten points are one unit of log-odds, so the base and one back-to-back give the confidences 0.92 and
0.85 of the schema document's example. An optional attendee's points count half. Points are whole or half, so
that they add up exactly.
"""

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol

from engine.find.bitplanes import Bitplanes
from engine.find.people import Person
from engine.find.start_grid import Grid
from engine.model.session import Availability, Reason
from engine.time.local_time import LocalDay
from engine.time.span import DAY, MINUTE, Instant

BASE = 24
UNEVEN_START = -1
DAY_AHEAD = -1
MOST_DAYS_AHEAD = 6
EVEN_MINUTES = 30
OPTIONAL_WEIGHT = 0.5
POINTS_A_UNIT = 10
CHANCE = {Availability.FREE: 1.0, Availability.TENTATIVE: 0.7, Availability.UNKNOWN: 0.49}
"""That a required person can come (as Graph's findMeetingTimes weighs the unknown)."""


class ScoredBits(Protocol):
    """Everything that an attendee says of a grid's feasible lattice points; no points are above 0."""

    @property
    def costs(self) -> Bitplanes:
        """Twice the points' negative at each of them."""

    @property
    def said(self) -> int:
        """The points of which anything is said at all, as bits; at the others an attendee is free."""

    def at(self, point: int) -> tuple[Availability, list[Reason]]:
        """Tell what the attendee is at a lattice point, and says of it."""


class Ranking(Protocol):
    """What an attendee's time says of a session: fixed weights, or weights learned from answers.

    A ranking only orders what the barriers allow; it can never offer what they forbid.
    """

    def reasons(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> Iterable[Reason]:
        """Give what one attendee, in their state, says of [start, end): whole or half points, with words."""

    def points(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> float:
        """Give the sum of those points alone, for starts that are only compared."""

    def scored_bits(self, person: Person, required: bool, grid: Grid, duration: int) -> ScoredBits:
        """Give the same for every feasible lattice point of a grid."""


def session_reasons(clock: int, today: LocalDay) -> list[Reason]:
    """Give what a time says for everybody: that it is possible, how soon it is, whether it starts evenly.

    `clock` is what the host's clock shows, in seconds since 1970; `today` the day of the earliest start.
    """
    reasons = [_POSSIBLE]
    ahead = clock // DAY - today
    if ahead > 0:
        reasons.append(_days_ahead(ahead))
    if clock % (EVEN_MINUTES * MINUTE):
        reasons.append(_UNEVEN)
    return reasons


def session_points(clock: int, today: LocalDay) -> int:
    """Sum the points of the same reasons."""
    ahead = min(max(clock // DAY - today, 0), MOST_DAYS_AHEAD)
    return BASE + ahead * DAY_AHEAD + (UNEVEN_START if clock % (EVEN_MINUTES * MINUTE) else 0)


_POSSIBLE = Reason("possible", None, BASE, "everybody required can come")
_UNEVEN = Reason("uneven_start", None, UNEVEN_START, "it starts off the half hour")


@lru_cache(maxsize=400)
def _days_ahead(days: int) -> Reason:
    text = f"it is {days} day{'' if days == 1 else 's'} after the earliest possible"
    return Reason("days_ahead", None, min(days, MOST_DAYS_AHEAD) * DAY_AHEAD, text)


def score(reasons: Iterable[Reason]) -> float:
    """Sum the points."""
    return sum([reason.points for reason in reasons])


def confidence(points: float, chances: Iterable[float]) -> float:
    """Turn a score and the chance that each required person can come into 0…1."""
    return math.prod(chances) / (1 + math.exp(-points / POINTS_A_UNIT))


def worst_placed(reasons: Iterable[Reason]) -> float:
    """Give the points of the attendee who is least well off; 0 where nobody is badly off."""
    by_user: dict[str, float] = {}
    for reason in reasons:
        if reason.user is not None:
            by_user[reason.user] = by_user.get(reason.user, 0) + reason.points
    return min(by_user.values(), default=0)
