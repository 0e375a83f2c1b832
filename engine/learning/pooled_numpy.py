"""The same fit by numpy, where that is installed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.learning.pooled_design import (
    PERSONAL_PRECISION,
    POPULATION_PRECISION,
    SWEEPS,
    Design,
    Pooled,
    Tie,
)

_Numbers = NDArray[np.float64]
_Sums = NDArray[np.floating[Any]]
_Places = NDArray[np.int64]


class _Ties:
    """The buckets of one feature that are alike, of everybody at once."""

    def __init__(self, ties: list[Tie], size: int, people: int) -> None:
        origins = np.arange(people, dtype=np.int64)[:, None] * size
        self.one = (origins + np.array([one for one, _, _ in ties], dtype=np.int64)).ravel()
        self.other = (origins + np.array([other for _, other, _ in ties], dtype=np.int64)).ravel()
        self.firm = np.tile(np.array([firm for _, _, firm in ties]), people)

    def pull(self, worth: _Numbers, slope: _Sums, curve: _Sums, there: NDArray[np.bool_]) -> None:
        """Draw the worths of each two together."""
        apart = self.firm * (worth[self.other] - worth[self.one])
        for places, sign in ((self.one, 1.0), (self.other, -1.0)):
            slope += np.bincount(places, sign * apart, len(worth))
            curve += np.bincount(places, 2 * self.firm, len(worth))
            there[places] = True


class _Fit:
    """The state of one fit: what each row feels like now."""

    def __init__(self, laid: Design, base: float) -> None:
        self.taken, self.age = np.asarray(laid.taken), np.asarray(laid.age)
        self.sets = np.asarray(laid.sets, dtype=np.int64)
        self.rows, self.weights = np.asarray(laid.rows, dtype=np.int64), np.asarray(laid.weights)
        self.felt: _Numbers = np.full(len(laid.taken), base)
        self.reach = np.bincount(self.rows, self.weights, len(laid.taken))

    def step(
        self,
        places: _Places,
        among: NDArray[np.bool_] | None,
        worth: _Numbers,
        precision: float,
        ties: _Ties,
    ) -> None:
        """Move every place of one feature by a Newton step."""
        rows, weights = self.rows, self.weights
        if among is not None:
            places, rows, weights = places[among], rows[among], weights[among]
        odds = np.exp(np.clip(self.felt, -30.0, 30.0))
        chance = odds / (1 + np.bincount(self.sets, odds))[self.sets]
        pull = self.age * (self.taken - chance)
        bend = self.age * chance * self.reach
        slope = np.bincount(places, weights * pull[rows], len(worth)) - precision * worth
        curve = np.bincount(places, weights * bend[rows], len(worth)) + precision
        there = np.bincount(places, minlength=len(worth)) > 0
        ties.pull(worth, slope, curve, there)
        move = np.where(there, slope / curve, 0.0)
        worth += move
        self.felt += np.bincount(rows, weights * move[places], len(self.felt))


def solve(laid: Design, base: float) -> Pooled:
    """Fit everybody at once."""
    size = len(laid.buckets)
    fit, users = _Fit(laid, base), np.asarray(laid.users, dtype=np.int64)
    population, personal = np.zeros(size), np.zeros(size * laid.people)
    columns = [np.asarray(column, dtype=np.int64) for column in laid.columns]
    masks = [None if (column >= 0).all() else column >= 0 for column in columns]
    ties = [(_Ties(list(one), size, 1), _Ties(list(one), size, laid.people)) for one in laid.ties]
    for _ in range(SWEEPS):
        for column, among, (of_all, of_each) in zip(columns, masks, ties, strict=True):
            fit.step(column, among, population, POPULATION_PRECISION, of_all)
            fit.step(users * size + column, among, personal, PERSONAL_PRECISION, of_each)
    return Pooled(base, population.tolist(), personal.tolist())
