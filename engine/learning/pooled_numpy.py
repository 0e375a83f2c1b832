"""The same fit by numpy, where that is installed."""

import numpy as np
from numpy.typing import NDArray

from engine.learning.pooled_model import (
    PERSONAL_PRECISION,
    POPULATION_PRECISION,
    SWEEPS,
    Design,
    Pooled,
)

_Numbers = NDArray[np.float64]
_Places = NDArray[np.int64]


class _Fit:
    """The state of one fit: what each row feels like now."""

    def __init__(self, laid: Design, base: float) -> None:
        self.taken, self.age = np.asarray(laid.taken), np.asarray(laid.age)
        self.rows, self.weights = np.asarray(laid.rows, dtype=np.int64), np.asarray(laid.weights)
        self.felt: _Numbers = np.full(len(laid.taken), base)
        self.reach = np.bincount(self.rows, self.weights, len(laid.taken))

    def step(
        self, places: _Places, among: NDArray[np.bool_] | None, worth: _Numbers, precision: float
    ) -> None:
        """Move every place of one feature by a Newton step."""
        rows, weights = self.rows, self.weights
        if among is not None:
            places, rows, weights = places[among], rows[among], weights[among]
        chance = 1 / (1 + np.exp(-np.clip(self.felt, -30.0, 30.0)))
        pull = self.age * (self.taken - chance)
        bend = self.age * chance * (1 - chance) * self.reach
        slope = np.bincount(places, weights * pull[rows], len(worth)) - precision * worth
        curve = np.bincount(places, weights * bend[rows], len(worth)) + precision
        move = np.where(np.bincount(places, minlength=len(worth)) > 0, slope / curve, 0.0)
        worth += move
        self.felt += np.bincount(rows, weights * move[places], len(self.felt))


def solve(laid: Design, base: float) -> Pooled:
    """Fit everybody at once."""
    size = len(laid.buckets)
    fit, users = _Fit(laid, base), np.asarray(laid.users, dtype=np.int64)
    population, personal = np.zeros(size), np.zeros(size * laid.people)
    columns = [np.asarray(column, dtype=np.int64) for column in laid.columns]
    masks = [None if (column >= 0).all() else column >= 0 for column in columns]
    for _ in range(SWEEPS):
        for column, among in zip(columns, masks, strict=True):
            fit.step(column, among, population, POPULATION_PRECISION)
            fit.step(users * size + column, among, personal, PERSONAL_PRECISION)
    return Pooled(base, population.tolist(), personal.tolist())
