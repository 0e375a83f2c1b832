"""The pooled model: what makes people choose among the times they are shown, or none of them.

The log-odds that a time is taken rather than none are a base, and for everybody it was shown to the worth of
its buckets: what they are worth to people as a whole, and how this person differs (a multinomial logit). Both
are normally distributed around nothing beforehand; hours that follow one another, and waits, are believed to
be worth much the same. How people differ, as whether who likes mornings dislikes afternoons, is told from how
all of them do (empirical Bayes). Fitted by Newton steps, one feature after another, each as careful as if
a row's people all moved at once.
"""

from collections.abc import Callable, Container, Sequence
from math import exp, log
from typing import NamedTuple

from engine.learning.examples import Examples
from engine.learning.features import Key
from engine.learning.matrices import added, inverse, product, stiffened
from engine.learning.model import Weight, points
from engine.learning.point_model import base_rate
from engine.learning.pooled_design import (
    ALIKE,
    SPREAD_PRIOR,
    SPREAD_SWEEPS,
    SWEEPS,
    Block,
    Design,
    Matrix,
    Pooled,
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
    columns = [column.of_entries() for column in laid.columns]
    felt, everybody = _Felt(laid, base), range(0, size * laid.people, size)
    precision = laid.precision
    for sweep in range(SWEEPS):
        for column, block in zip(columns, laid.blocks, strict=True):
            own = [
                -1 if bucket < 0 else user * size + bucket
                for user, bucket in zip(laid.users, column, strict=True)
            ]
            felt.step(_Part(column, population, range(1), block), laid.precision)
            felt.step(_Part(own, personal, everybody, block), precision)
        if sweep in SPREAD_SWEEPS:
            precision = _spread(laid, personal, felt.known(columns), precision)
    return Pooled(base, population, personal)


class _Part(NamedTuple):
    """What one step moves: where each entry stands, and the worths, which begin anew at each of `origins`."""

    places: Sequence[int]
    worth: list[float]
    origins: range
    block: Block


class _Felt:
    """The state of one fit: what each row feels like now."""

    def __init__(self, laid: Design, base: float) -> None:
        self._laid, self._felt = laid, [base] * len(laid.taken)
        self._reach = [0.0] * len(laid.taken)
        for row, weight in zip(laid.rows, laid.weights, strict=True):
            self._reach[row] += weight

    def step(self, part: _Part, precision: Matrix) -> None:
        """Move every place of one feature by a Newton step."""
        laid, worth, block = self._laid, part.worth, part.block
        rows = list(zip(laid.age, laid.taken, self._chances(), self._reach, strict=True))
        pull = [age * (taken - chance) for age, taken, chance, _ in rows]
        bend = [age * chance * far for age, _, chance, far in rows]
        slope, curve, move = ([0.0] * len(worth) for _ in range(3))
        for place, row, weight in zip(part.places, laid.rows, laid.weights, strict=True):
            if place >= 0:
                slope[place] += weight * pull[row]
                curve[place] += weight * bend[row]
        drawing = [precision[row] for row in block]
        within = [row[block.start : block.stop] for row in drawing]
        for origin in part.origins:
            here = slice(origin + block.start, origin + block.stop)
            drawn = product(drawing, worth[origin : origin + len(precision)])
            rest = [one - other for one, other in zip(slope[here], drawn, strict=True)]
            move[here] = product(inverse(stiffened(within, curve[here])), rest)
            worth[here] = [one + other for one, other in zip(worth[here], move[here], strict=True)]
        for place, row, weight in zip(part.places, laid.rows, laid.weights, strict=True):
            if place >= 0:
                self._felt[row] += weight * move[place]

    def known(self, columns: Sequence[Sequence[int]]) -> list[Matrix]:
        """Give how much was seen of each person's buckets, each with each."""
        laid, size = self._laid, range(len(self._laid.buckets))
        found = [[[0.0 for _ in size] for _ in size] for _ in range(laid.people)]
        sure = [age * one * (1 - one) for age, one in zip(laid.age, self._chances(), strict=True)]
        entries = zip(laid.users, laid.rows, laid.weights, zip(*columns, strict=True), strict=True)
        for user, row, weight, buckets in entries:
            more, own = weight * weight * sure[row], found[user]
            for one in buckets:
                for other in buckets:
                    if one >= 0 and other >= 0:
                        own[one][other] += more
        return found

    def _chances(self) -> list[float]:
        """Give how likely each row is taken."""
        odds = [exp(min(max(value, -30.0), 30.0)) for value in self._felt]
        sums = [1.0] * (self._laid.sets[-1] + 1)
        for choice, one in zip(self._laid.sets, odds, strict=True):
            sums[choice] += one
        return [one / sums[choice] for choice, one in zip(self._laid.sets, odds, strict=True)]


def _spread(laid: Design, worth: Sequence[float], known: Sequence[Matrix], precision: Matrix) -> Matrix:
    """Tell what to believe of how people differ, from how they do and how sure each of it is; its inverse."""
    size, people = len(laid.buckets), SPREAD_PRIOR + laid.people
    found = [[SPREAD_PRIOR * one for one in row] for row in inverse(laid.precision)]
    for index, seen in enumerate(known):
        own = worth[index * size : (index + 1) * size]
        unsure = inverse([added(*rows) for rows in zip(precision, seen, strict=True)])
        for row, one, doubts in zip(found, own, unsure, strict=True):
            row[:] = [sum_ + one * other + doubt for sum_, other, doubt in zip(row, own, doubts, strict=True)]
    return inverse([[one / people for one in row] for row in found])


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
