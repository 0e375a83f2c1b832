"""The pooled model: what makes people choose among the times they are shown, or none of them.

The log-odds that a time is taken rather than none are a base, and for everybody it was shown to the worth of
its buckets: what they are worth to people as a whole, and how this person differs (a multinomial logit). Both
are normally distributed around nothing beforehand; hours that follow one another, and waits, are believed to
be worth much the same. Fitted by Newton steps, one feature after another, each as careful as if a row's
people all moved at once.
"""

from collections.abc import Callable, Container, Sequence
from math import exp, log
from typing import NamedTuple

from engine.learning.examples import Examples
from engine.learning.features import Key
from engine.learning.model import Weight, points
from engine.learning.point_model import base_rate
from engine.learning.pooled_design import (
    ALIKE,
    PERSONAL_PRECISION,
    POPULATION_PRECISION,
    SWEEPS,
    Design,
    Pooled,
    Tie,
    design,
)
from engine.learning.tallies import NONE, Counts, Tallies

MOST_TAKEN = 0.95
"""More of what is shown is never believed to be taken at all."""

Solver = Callable[[Design, float], Pooled]


def solved(examples: Examples, tallies: Tallies) -> tuple[Design, Pooled]:
    """Fit everybody at once, with numpy where it is there; it changes how long this takes, and no more."""
    laid = design(examples)
    return laid, solver()(laid, _base(base_rate(tallies.overall), laid))


def _base(rate: float, laid: Design) -> float:
    """Give the log-odds of one shown time against none, where so many of all that is shown are taken."""
    together = len(laid.sets) / len(set(laid.sets))
    return log(rate / (1 - min(rate * together, MOST_TAKEN)))


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
    everybody = range(0, size * laid.people, size)
    for _ in range(SWEEPS):
        for column, ties in zip(laid.columns, laid.ties, strict=True):
            own = [
                -1 if bucket < 0 else user * size + bucket
                for user, bucket in zip(laid.users, column, strict=True)
            ]
            _step(laid, _Part(column, population, POPULATION_PRECISION, ties, range(1)), felt, reach)
            _step(laid, _Part(own, personal, PERSONAL_PRECISION, ties, everybody), felt, reach)
    return Pooled(base, population, personal)


class _Part(NamedTuple):
    """What one step moves: where each entry stands, and the worths, which begin anew at each of `origins`."""

    places: Sequence[int]
    worth: list[float]
    precision: float
    ties: Sequence[Tie]
    origins: range


def _step(laid: Design, part: _Part, felt: list[float], reach: Sequence[float]) -> None:
    """Move every place of one feature by a Newton step."""
    worth, precision = part.worth, part.precision
    pull, bend = _feel(laid, felt, reach)
    tied = {origin + end for origin in part.origins for one, other, _ in part.ties for end in (one, other)}
    slope = {place: -precision * worth[place] for place in {*part.places, *tied} if place >= 0}
    curve = dict.fromkeys(slope, precision)
    for place, row, weight in zip(part.places, laid.rows, laid.weights, strict=True):
        if place >= 0:
            slope[place] += weight * pull[row]
            curve[place] += weight * bend[row]
    for origin in part.origins:
        for one, other, firm in part.ties:
            apart = firm * (worth[origin + other] - worth[origin + one])
            slope[origin + one] += apart
            slope[origin + other] -= apart
            curve[origin + one] += 2 * firm
            curve[origin + other] += 2 * firm
    moves = {place: slope[place] / curve[place] for place in slope}
    for place, move in moves.items():
        worth[place] += move
    for place, row, weight in zip(part.places, laid.rows, laid.weights, strict=True):
        if place >= 0:
            felt[row] += weight * moves[place]


def _feel(
    laid: Design, felt: Sequence[float], reach: Sequence[float]
) -> tuple[Sequence[float], Sequence[float]]:
    """Give by how much each row was taken more than is felt, and at most how fast that changes."""
    odds = [exp(min(max(value, -30.0), 30.0)) for value in felt]
    sums = [1.0] * (laid.sets[-1] + 1)
    for choice, one in zip(laid.sets, odds, strict=True):
        sums[choice] += one
    chances = [one / sums[choice] for choice, one in zip(laid.sets, odds, strict=True)]
    rows = zip(laid.age, laid.taken, chances, strict=True)
    pull = [age * (taken - chance) for age, taken, chance in rows]
    bend = [age * chance * far for age, chance, far in zip(laid.age, chances, reach, strict=True)]
    return pull, bend


def pooled_population(laid: Design, fitted: Pooled, tallies: Tallies) -> dict[Key, Weight]:
    """Give what buckets are worth to people as a whole."""
    return {
        key: Weight(points(worth), counted.times_taken, counted.times_shown)
        for key, worth in zip(laid.buckets, fitted.population, strict=True)
        for counted in (tallies.population[key],)
    }


def pooled_person(
    laid: Design,
    fitted: Pooled,
    counts: Counts,
    index: int,
    forgotten: Container[Key] = (),
) -> dict[Key, Weight]:
    """Give what buckets are worth to one person: where they were shown something, and what is like that.

    What they had forgotten, and was not shown since, is not told from what is like it.
    """
    size = len(laid.buckets)
    return {
        key: Weight(
            points(fitted.population[place] + fitted.personal[index * size + place]),
            own.times_taken,
            own.times_shown,
        )
        for place, key in enumerate(laid.buckets)
        if key in counts or (key[0] in ALIKE and key not in forgotten)
        for own in (counts.get(key, NONE),)
    }
