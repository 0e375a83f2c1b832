"""How strong a contact is, and why: a weighted sum of five factors, each in [0, 1].

Each factor's weight is positive, so that strength grows with each of them, all else alike; the weights add up
to 1, so that it stays in [0, 1]. It depends on when people met, and on no order in which that became known.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import fmean, median, pstdev

from engine.model.relations import InteractionFrequency
from engine.time.span import DAY, MINUTE, Instant

HALF_LIFE = 90 * DAY
"""After so long without an interaction recency is half."""
MEMORY = 180 * DAY
"""An interaction counts half for frequency once it is so old."""
USUAL = 4.0
"""Recent interactions that make frequency a half."""
LONG = 60.0
"""Minutes that make length a half."""

BOUNDS = (
    (3 * DAY, InteractionFrequency.DAILY),
    (10 * DAY, InteractionFrequency.WEEKLY),
    (45 * DAY, InteractionFrequency.MONTHLY),
    (135 * DAY, InteractionFrequency.QUARTERLY),
)
"""Up to which median gap somebody is met how often."""


class Factor(StrEnum):
    """What strength is made of."""

    RECENCY = "recency"
    FREQUENCY = "frequency"
    ONE_TO_ONE = "one_to_one"
    LENGTH = "length"
    REGULARITY = "regularity"


WEIGHTS = {
    Factor.RECENCY: 0.35,
    Factor.FREQUENCY: 0.30,
    Factor.ONE_TO_ONE: 0.15,
    Factor.LENGTH: 0.10,
    Factor.REGULARITY: 0.10,
}


@dataclass(frozen=True, slots=True)
class Touch:
    """One interaction, as far as strength asks: when, how long in minutes, and how many people were there."""

    at: Instant
    minutes: int | None = None
    people: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Each factor's value in [0, 1]; nothing where there was no interaction."""

    values: dict[Factor, float]
    count: int = 0
    last: Instant | None = None
    rhythm: int | None = None
    """The median gap in seconds; None with fewer than two interactions."""

    @property
    def strength(self) -> float:
        """Their weighted sum, in [0, 1]."""
        return min(1.0, math.fsum(self.points(factor) for factor in self.values))

    def points(self, factor: Factor) -> float:
        """What one factor adds."""
        return WEIGHTS[factor] * self.values[factor]

    @property
    def frequency(self) -> InteractionFrequency | None:
        """How often they are met; None with fewer than two interactions."""
        if self.rhythm is None:
            return None
        words = (word for most, word in BOUNDS if self.rhythm <= most)
        return next(words, InteractionFrequency.RARELY)


def measured(touches: Iterable[Touch], now: Instant) -> Measured:
    """Measure a history as of now; what is yet to come is as of now, too."""
    known = sorted(touches, key=lambda one: (one.at, one.minutes or 0, one.people))
    if not known:
        return Measured(values=dict.fromkeys(Factor, 0.0))
    ages = [max(0, now - one.at) for one in known]
    lengths = [min(one.minutes, 24 * 60) for one in known if one.minutes is not None]
    gaps = [later.at - earlier.at for earlier, later in pairwise(known)]
    recent = math.fsum(2.0 ** (-age / MEMORY) for age in ages)
    long = fmean(lengths) if lengths else 0.0
    return Measured(
        values={
            Factor.RECENCY: 2.0 ** (-min(ages) / HALF_LIFE),
            Factor.FREQUENCY: recent / (recent + USUAL),
            Factor.ONE_TO_ONE: sum(one.people <= 2 for one in known) / len(known),
            Factor.LENGTH: long / (long + LONG),
            Factor.REGULARITY: _regularity(gaps),
        },
        count=len(known),
        last=known[-1].at,
        rhythm=int(median(gaps)) if gaps else None,
    )


def _regularity(gaps: Sequence[int]) -> float:
    """Tell how even the gaps are: 1 where all are alike; two interactions show no rhythm."""
    if len(gaps) < 2:
        return 0.0
    mean = fmean(gaps)
    return 1.0 / (1.0 + pstdev(gaps) / mean) if mean > 0 else 0.0


def strength_words(measured: Measured, now: Instant) -> dict[Factor, str]:
    """Say of each factor what it rests on."""
    if measured.last is None:
        return dict.fromkeys(Factor, "no interaction is known")
    days = max(0, now - measured.last) // DAY
    times = "once" if measured.count == 1 else f"{measured.count} times"
    value = measured.values
    return {
        Factor.RECENCY: "today" if days == 0 else f"last {days} day{'s' * (days != 1)} ago",
        Factor.FREQUENCY: f"{times}, the newer the more it counts",
        Factor.ONE_TO_ONE: f"{value[Factor.ONE_TO_ONE]:.0%} of the times with nobody else there",
        Factor.LENGTH: _length_words(value[Factor.LENGTH]),
        Factor.REGULARITY: f"gaps are {value[Factor.REGULARITY]:.0%} even"
        if measured.count > 2
        else "too few times to show a rhythm",
    }


def _length_words(value: float) -> str:
    return f"{LONG * value / (1 - value):.0f} minutes on average" if value else "no length is known"


def frequency_words(measured: Measured) -> str:
    """Say why somebody is met as often as they are."""
    if measured.rhythm is None:
        return "fewer than two interactions: no rhythm yet"
    whole = measured.rhythm >= DAY
    number = round(measured.rhythm / DAY) if whole else measured.rhythm // MINUTE
    gap = f"{number} {'day' if whole else 'minute'}{'s' * (number != 1)}"
    return f"{measured.count} interactions, half of them within {gap} of the one before"
