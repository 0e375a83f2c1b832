"""What the pooled model is fitted to, as numbers, and what comes of a fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from engine.learning.examples import Examples
from engine.learning.features import BY_CLOCK, Feature, Key

SWEEPS = 12
PRECISION = 1.0
"""How firmly a bucket is believed to be worth nothing, and a person to be like others, beforehand: one over
the variance of it."""
SPREAD_SWEEPS = range(4, SWEEPS, 2)
"""The sweeps after which how people differ is told from how they do."""
SPREAD_PRIOR = 5.0
"""So many people weigh what is believed of that beforehand."""
ALIKE: Mapping[Feature, float] = {Feature.HOUR: 2.0, Feature.LEAD: 4.0}
"""How firmly a bucket is believed to be worth what the next one is: one over the variance between the two."""


@dataclass(frozen=True, slots=True)
class Design:
    """Examples as numbers, with a column for each feature.

    `people` is the number of people, `buckets` all buckets of all features, `blocks` those of each feature.
    `precision` is what is believed of their worths beforehand: the inverse of how they vary, each with each.
    """

    taken: Sequence[float]
    age: Sequence[float]
    sets: Sequence[int]
    rows: Sequence[int]
    users: Sequence[int]
    weights: Sequence[float]
    columns: tuple["Column", ...]
    people: int
    buckets: tuple[Key, ...]
    blocks: tuple["Block", ...]
    precision: "Matrix"


class Column(NamedTuple):
    """One feature: the kind of every entry, and the bucket of every kind, -1 where it has none."""

    kinds: Sequence[int]
    buckets: Sequence[int]

    def of_entries(self) -> list[int]:
        """Give the bucket of every entry."""
        return [self.buckets[kind] for kind in self.kinds]


Matrix = list[list[float]]


Block = range
"""The buckets of one feature."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """What buckets are worth in log-odds, to all, and beside that to each, by number of person and bucket."""

    base: float
    population: Sequence[float]
    personal: Sequence[float]


def design(examples: Examples) -> Design:
    """Number every bucket, feature by feature."""
    used = {*examples.clocks, *examples.more}
    buckets = sorted({key for kind in used for key in examples.kinds[kind]})
    number = {key: index for index, key in enumerate(buckets)}
    features = [one for one in Feature if any(key[0] is one for key in buckets)]
    return Design(
        taken=examples.taken,
        age=examples.age,
        sets=examples.sets,
        rows=examples.rows,
        users=examples.users,
        weights=examples.weights,
        columns=tuple(
            Column(
                examples.clocks if feature in BY_CLOCK else examples.more,
                [_bucket(number, keys, feature) for keys in examples.kinds],
            )
            for feature in features
        ),
        people=len(examples.names),
        buckets=tuple(buckets),
        blocks=tuple(_block(buckets, feature) for feature in features),
        precision=_precision(buckets),
    )


def _block(buckets: Sequence[Key], feature: Feature) -> Block:
    places = [index for index, key in enumerate(buckets) if key[0] is feature]
    return range(places[0], places[-1] + 1)


def _precision(buckets: Sequence[Key]) -> Matrix:
    """Believe buckets to be independent, but for neighbours: the wider apart, the looser they are tied."""
    size = range(len(buckets))
    found = [[PRECISION * (row == column) for column in size] for row in size]
    for feature, tie in ALIKE.items():
        places = sorted((int(key[1]), index) for index, key in enumerate(buckets) if key[0] is feature)
        for (before, one), (after, other) in pairwise(places):
            firm = tie / (after - before)
            found[one][one] += firm
            found[other][other] += firm
            found[one][other] -= firm
            found[other][one] -= firm
    return found


def _bucket(number: Mapping[Key, int], keys: Sequence[Key], feature: Feature) -> int:
    return next((number[key] for key in keys if key[0] is feature), -1)
