"""How often what was shown and taken: everybody's own counts, and from them those of all together."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from engine.ids import UserId
from engine.learning.aging import aged
from engine.learning.counting import Counted, Sum
from engine.learning.features import Key
from engine.time.span import Instant


class Tally(NamedTuple):
    """Taken and shown, each weighed by its age, and as whole numbers."""

    taken: float
    shown: float
    times_taken: int
    times_shown: int


Counts: TypeAlias = Mapping[Key, Tally]
NONE = Tally(0.0, 0.0, 0, 0)


class Tallies(NamedTuple):
    """Counts by person, of all together, and of the shown times as such."""

    people: Mapping[UserId, Counts]
    samples: Mapping[UserId, int]
    population: Counts
    overall: Tally


def tallied(counted: Counted, newest: Instant) -> Tallies:
    """Tell what was counted as of a moment."""
    weight = aged(newest).whole

    def told(sums: Mapping[Key, Sum]) -> Counts:
        return {key: _told(one, weight) for key, one in sums.items()}

    return Tallies(
        {user: told(sums) for user, sums in counted.people.items()},
        counted.samples,
        told(counted.population),
        _told(counted.overall, weight),
    )


def _told(one: Sum, weight: int) -> Tally:
    return Tally(one[0] / weight, one[1] / weight, one[2], one[3])
