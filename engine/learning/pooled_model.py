"""The pooled model: one logistic regression over everybody, each person drawn toward the population.

The log-odds that a shown time is taken are a base, and for everybody it was shown to the worth of its
buckets: what they are worth to people as a whole, and how this person differs. Both are normally distributed
around nothing beforehand. Fitted by Newton steps, one feature after another, each as careful as if a row's
people all moved at once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from engine.ids import UserId
from engine.learning.examples import Examples
from engine.learning.features import Feature, Key
from engine.learning.model import Weight, log_odds, points
from engine.learning.point_model import base_rate
from engine.learning.tallies import Tallies

SWEEPS = 12
PERSONAL_PRECISION = 2.0
"""How firmly a person is believed to be like others: one over the variance of what tells them apart."""
POPULATION_PRECISION = 1.0


@dataclass(frozen=True, slots=True)
class Design:
    """Examples as numbers: for each feature the bucket of every entry, -1 where it has none.

    `people` is the number of people, `buckets` all buckets of all features.
    """

    taken: Sequence[float]
    age: Sequence[float]
    rows: Sequence[int]
    users: Sequence[int]
    weights: Sequence[float]
    columns: tuple[Sequence[int], ...]
    people: int
    buckets: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Pooled:
    """What buckets are worth in log-odds, to all, and beside that to each, by number of person and bucket."""

    base: float
    population: Sequence[float]
    personal: Sequence[float]


Solver = Callable[[Design, float], Pooled]


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
        rows=examples.rows,
        users=examples.users,
        weights=examples.weights,
        columns=tuple(zip(*placed, strict=True)),
        people=len(examples.names),
        buckets=tuple(buckets),
    )


def _bucket(number: Mapping[Key, int], keys: Sequence[Key], feature: Feature) -> int:
    return next((number[key] for key in keys if key[0] is feature), -1)


def solved(examples: Examples, tallies: Tallies) -> tuple[Design, Pooled]:
    """Fit everybody at once, with numpy where it is there; it changes how long this takes, and no more."""
    laid, base = design(examples), log_odds(base_rate(tallies.overall))
    return laid, solver()(laid, base)


def solver() -> Solver:
    """Give the quickest solver that this installation has."""
    try:
        from engine.learning.pooled_numpy import solve
    except ImportError:
        return solve_plainly
    return solve


def solve_plainly(laid: Design, base: float) -> Pooled:
    """Fit with nothing but Python."""
    size = len(laid.buckets)
    population, personal = [0.0] * size, [0.0] * (size * laid.people)
    felt = [base] * len(laid.taken)
    reach = [0.0] * len(laid.taken)
    for row, weight in zip(laid.rows, laid.weights, strict=True):
        reach[row] += weight
    for _ in range(SWEEPS):
        for column in laid.columns:
            own = [
                -1 if bucket < 0 else user * size + bucket
                for user, bucket in zip(laid.users, column, strict=True)
            ]
            _step(laid, column, population, POPULATION_PRECISION, felt, reach)
            _step(laid, own, personal, PERSONAL_PRECISION, felt, reach)
    return Pooled(base, population, personal)


def _step(
    laid: Design,
    places: Sequence[int],
    worth: list[float],
    precision: float,
    felt: list[float],
    reach: Sequence[float],
) -> None:
    """Move every place of one feature by a Newton step."""
    pull, bend = [0.0] * len(felt), [0.0] * len(felt)
    for row, (value, taken, age) in enumerate(zip(felt, laid.taken, laid.age, strict=True)):
        chance = 1 / (1 + exp(-min(max(value, -30.0), 30.0)))
        pull[row], bend[row] = age * (taken - chance), age * chance * (1 - chance) * reach[row]
    slope = {place: -precision * worth[place] for place in places if place >= 0}
    curve = dict.fromkeys(slope, precision)
    for place, row, weight in zip(places, laid.rows, laid.weights, strict=True):
        if place >= 0:
            slope[place] += weight * pull[row]
            curve[place] += weight * bend[row]
    moves = {place: slope[place] / curve[place] for place in slope}
    for place, move in moves.items():
        worth[place] += move
    for place, row, weight in zip(places, laid.rows, laid.weights, strict=True):
        if place >= 0:
            felt[row] += weight * moves[place]


def pooled_population(laid: Design, fitted: Pooled, tallies: Tallies) -> dict[Key, Weight]:
    """Give what buckets are worth to people as a whole."""
    return {
        key: Weight(points(worth), counted.times_taken, counted.times_shown)
        for key, worth in zip(laid.buckets, fitted.population, strict=True)
        for counted in (tallies.population[key],)
    }


def pooled_person(
    laid: Design, fitted: Pooled, tallies: Tallies, index: int, user: UserId
) -> dict[Key, Weight]:
    """Give what buckets are worth to one person, for those in which something was shown to them."""
    own, size = tallies.people[user], len(laid.buckets)
    return {
        key: Weight(
            points(fitted.population[place] + fitted.personal[index * size + place]),
            own[key].times_taken,
            own[key].times_shown,
        )
        for place, key in enumerate(laid.buckets)
        if key in own
    }
