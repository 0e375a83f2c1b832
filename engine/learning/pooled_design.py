"""What the pooled model is fitted to, as numbers, and what comes of a fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.learning.examples import Examples
from engine.learning.features import Feature, Key

SWEEPS = 12
PERSONAL_PRECISION = 1.0
"""How firmly a person is believed to be like others: one over the variance of what tells them apart."""
POPULATION_PRECISION = 1.0
ALIKE: Mapping[Feature, float] = {Feature.HOUR: 2.0, Feature.LEAD: 4.0}
"""How firmly a bucket is believed to be worth what the next one is: one over the variance between the two."""


@dataclass(frozen=True, slots=True)
class Design:
    """Examples as numbers: for each feature the bucket of every entry, -1 where it has none.

    `people` is the number of people, `buckets` all buckets of all features; `ties` are for each feature the
    buckets that are alike, and how firmly.
    """

    taken: Sequence[float]
    age: Sequence[float]
    sets: Sequence[int]
    rows: Sequence[int]
    users: Sequence[int]
    weights: Sequence[float]
    columns: tuple[Sequence[int], ...]
    people: int
    buckets: tuple[Key, ...]
    ties: tuple[Sequence["Tie"], ...]


Tie = tuple[int, int, float]
"""Two buckets that follow one another, and how firmly they are believed to be worth the same."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """What buckets are worth in log-odds, to all, and beside that to each, by number of person and bucket."""

    base: float
    population: Sequence[float]
    personal: Sequence[float]


def design(examples: Examples) -> Design:
    """Number every bucket, feature by feature."""
    kinds = dict.fromkeys((keys, more) for keys, more in zip(examples.keys, examples.more, strict=True))
    buckets = sorted({key for keys, more in kinds for key in (*keys, *more)})
    number = {key: index for index, key in enumerate(buckets)}
    features = [one for one in Feature if any(key[0] is one for key in buckets)]
    place = {
        kind: tuple(_bucket(number, (*kind[0], *kind[1]), feature) for feature in features) for kind in kinds
    }
    placed = [place[kind] for kind in zip(examples.keys, examples.more, strict=True)]
    return Design(
        taken=examples.taken,
        age=examples.age,
        sets=examples.sets,
        rows=examples.rows,
        users=examples.users,
        weights=examples.weights,
        columns=tuple(zip(*placed, strict=True)),
        people=len(examples.names),
        buckets=tuple(buckets),
        ties=tuple(_ties(number, feature) for feature in features),
    )


def _ties(number: Mapping[Key, int], feature: Feature) -> Sequence[Tie]:
    """Tie each bucket to the next that there is; the wider apart they are, the looser."""
    if feature not in ALIKE:
        return ()
    places = sorted((int(bucket), index) for (kind, bucket), index in number.items() if kind is feature)
    return [
        (one, other, ALIKE[feature] / (after - before)) for (before, one), (after, other) in pairwise(places)
    ]


def _bucket(number: Mapping[Key, int], keys: Sequence[Key], feature: Feature) -> int:
    return next((number[key] for key in keys if key[0] is feature), -1)
