"""What speaks for and against a feasible time, in points that sum to its score.

The scale: ten points are one unit of log-odds, so the base and one back-to-back give the confidences 0.92 and
0.85 of the schema document's example. An optional attendee's points count half. Points are whole or half, so
that they add up exactly.
"""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol

from engine.find.bitplanes import Bitplanes
from engine.find.lanes import Lanes
from engine.find.person import Person
from engine.find.start_grid import Grid
from engine.model.session import Availability, EventSession, Reason
from engine.time.local_time import LocalDay
from engine.time.span import DAY, MINUTE, Instant

BASE = 24
UNEVEN_START = -1
DAY_AHEAD = -1
MOST_DAYS_AHEAD = 6
EVEN_MINUTES = 30
OPTIONAL_WEIGHT = 0.5
POINTS_A_UNIT = 10
MOST_UNITS = 700
"""Log-odds beyond which floating point ends."""
CHANCE = {Availability.FREE: 1.0, Availability.TENTATIVE: 0.7, Availability.UNKNOWN: 0.49}
"""That a required person can come (as Graph's findMeetingTimes weighs the unknown)."""


class Scored(Protocol):
    """What an attendee says at once of a grid's feasible lattice points."""

    @property
    def said(self) -> int:
        """The points of which anything is said at once, as bits; at the others an attendee is free."""

    def at(self, point: int) -> tuple[Availability, Sequence[Reason]]:
        """Tell what the attendee is at a lattice point, and says of it at once."""


class ScoredBits(Scored, Protocol):
    """The same where that is all they say."""

    @property
    def costs(self) -> Bitplanes:
        """What speaks against each of them, in the ranking's units."""


class ScoredLanes(Scored, Protocol):
    """The same where they say more of it later."""

    @property
    def costs(self) -> Lanes:
        """What is lost of `most` at each of them by all they say, in the ranking's units."""

    @property
    def cells(self) -> Lanes:
        """What is lost at least at any start of each cell, but for those of its first minute."""

    @property
    def most(self) -> int:
        """The points that nothing they say exceeds, in the ranking's units."""

    def later(self, point: int) -> Sequence[Reason]:
        """Tell what else they say of a lattice point: asked for where its words are read."""

    def speaks_later(self, point: int) -> bool:
        """Whether they say anything else of it."""

    def cost_at_once(self, start: Instant) -> int:
        """Give what speaks at once against a feasible start, on a lattice point or not.

        Where that is nothing, an attendee is free and says nothing at once.
        """

    def cost_later(self, start: Instant, now: Instant) -> int:
        """Give what is lost of `most` there by what they say later, asked now."""


class Ranking(Protocol):
    """What orders proposals: fixed weights, or weights learned from answers.

    A ranking only orders what the barriers allow; it can never offer what they forbid.
    """

    def scale(self, session: EventSession, now: Instant) -> "Scale":
        """Give what weighs the times that one request asks for, now."""


class Scale(Protocol):
    """What an attendee's time says of one request's session."""

    @property
    def unit(self) -> int:
        """How many whole numbers a point is worth, so that all sums are whole; even."""

    @property
    def no_break(self) -> int:
        """How many of those a start costs that comes just after an event of somebody who must come."""

    @property
    def later(self) -> "LaterScale | None":
        """The same scale where attendees have more to say than they say at once."""

    def reasons(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> Sequence[Reason]:
        """Give what one attendee, in their state, says of [start, end): points that add up, with words."""

    def reasons_at_once(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> Sequence[Reason]:
        """Give those of them that are said at once: all, where nothing is said later."""

    def reasons_later(self, person: Person, required: bool, start: Instant, end: Instant) -> Sequence[Reason]:
        """Give the others."""

    def points(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> float:
        """Sum the points of what is said at once, for starts that are only compared."""

    def scored_bits(self, person: Person, required: bool, grid: Grid, duration: int) -> ScoredBits:
        """Give the same for all feasible lattice points."""

    def chance(self, points: float) -> float:
        """Tell how likely a time of so many points is taken, 0…1, where everybody can come."""


class LaterScale(Scale, Protocol):
    """A scale by which attendees say more of a time where its words are read."""

    def scored_lanes(
        self, people: Iterable[tuple[Person, bool]], grid: Grid, duration: int
    ) -> Sequence[ScoredLanes]:
        """Give all that attendees, who must come or not, say of all feasible lattice points, and of cells."""


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


def likelihood(units: float) -> float:
    """Turn log-odds into 0…1; beyond 700 they say no more."""
    return 1 / (1 + math.exp(-max(units, -MOST_UNITS)))


def worst_placed(told: Iterable[Iterable[Reason]]) -> float:
    """Give the points of the attendee who is least well off, by what each of them says."""
    return min([score(reasons) for reasons in told], default=0)
