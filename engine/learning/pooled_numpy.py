"""The same fit by numpy, where that is installed."""

from itertools import combinations_with_replacement
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.learning.pooled_design import SPREAD_PRIOR, SPREAD_SWEEPS, SWEEPS, Block, Design, Pooled

_Numbers = NDArray[np.floating[Any]]
_Places = NDArray[np.int64]


class _Part:
    """The entries of one feature: where each stands, in whose row, and whose it is."""

    def __init__(self, laid: Design, column: _Places, block: Block) -> None:
        there = column >= 0
        self.block = slice(block.start, block.stop)
        self.size = len(block)
        self.buckets = column[there] - block.start
        self.rows = np.asarray(laid.rows, dtype=np.int64)[there]
        self.weights = np.asarray(laid.weights)[there]
        self.users = np.asarray(laid.users, dtype=np.int64)[there]


class _Fit:
    """The state of one fit: what each row feels like now."""

    def __init__(self, laid: Design, base: float) -> None:
        self.taken, self.age = np.asarray(laid.taken), np.asarray(laid.age)
        self.sets = np.asarray(laid.sets, dtype=np.int64)
        self.felt: _Numbers = np.full(len(laid.taken), base)
        self.reach = np.bincount(laid.rows, laid.weights, len(laid.taken))

    def chances(self) -> _Numbers:
        """Give how likely each row is taken."""
        odds: _Numbers = np.exp(np.clip(self.felt, -30.0, 30.0))
        found: _Numbers = odds / (1 + np.bincount(self.sets, odds))[self.sets]
        return found

    def step(self, part: _Part, owners: _Places, worth: _Numbers, precision: _Numbers) -> None:
        """Move every place of one feature by a Newton step, a row an owner."""
        rows, weights, block, chances = part.rows, part.weights, part.block, self.chances()
        places, shape = owners * part.size + part.buckets, (len(worth), part.size)

        def summed(numbers: _Numbers) -> _Numbers:
            found: _Numbers = np.zeros(shape)
            found += np.bincount(places, numbers, found.size).reshape(shape)
            return found

        slope = summed(weights * (self.age * (self.taken - chances))[rows]) - worth @ precision[:, block]
        stiff = np.repeat(precision[None, block, block], len(worth), axis=0)
        index = np.arange(part.size)
        stiff[:, index, index] += summed(weights * (self.age * chances * self.reach)[rows])
        move = np.linalg.solve(stiff, slope[:, :, None])[:, :, 0]
        worth[:, block] += move
        self.felt += np.bincount(rows, weights * move.ravel()[places], len(self.felt))


class _Spread:
    """How people differ, told from how they do."""

    def __init__(self, laid: Design, columns: list[_Places]) -> None:
        self._columns, self._rows = columns, np.asarray(laid.rows, dtype=np.int64)
        self._owners = np.asarray(laid.users, dtype=np.int64) * len(laid.buckets)
        self._squares, self._people = np.asarray(laid.weights) ** 2, laid.people
        self.believed: _Numbers = np.array(laid.precision)

    def precision(self, fit: _Fit, worth: _Numbers, before: _Numbers) -> _Numbers:
        """Tell what to believe of it, from how sure each of it is too; its inverse."""
        chances = fit.chances()
        known = self._known(self._squares * (fit.age * chances * (1 - chances))[self._rows])
        found = SPREAD_PRIOR * np.linalg.inv(self.believed) + worth.T @ worth
        found += np.linalg.inv(known + before).sum(axis=0)
        inverse: _Numbers = np.linalg.inv(found / (SPREAD_PRIOR + self._people))
        return inverse

    def _known(self, sure: _Numbers) -> _Numbers:
        """Give how much was seen of each person's buckets, each with each."""
        size = len(self.believed)
        found = np.zeros((self._people, size, size))
        for one, other in combinations_with_replacement(self._columns, 2):
            there = (one >= 0) & (other >= 0)
            places = ((self._owners + one) * size + other)[there]
            both = np.bincount(places, sure[there], found.size).reshape(found.shape)
            found += both
            if one is not other:
                found += both.transpose(0, 2, 1)
        return found


def solve(laid: Design, base: float) -> Pooled:
    """Fit everybody at once."""
    size, fit = len(laid.buckets), _Fit(laid, base)
    population, personal = np.zeros((1, size)), np.zeros((laid.people, size))
    columns = [np.asarray(column, dtype=np.int64) for column in laid.columns]
    parts = [_Part(laid, column, block) for column, block in zip(columns, laid.blocks, strict=True)]
    spread = _Spread(laid, columns)
    precision = spread.believed
    for sweep in range(SWEEPS):
        for part in parts:
            fit.step(part, np.zeros_like(part.users), population, spread.believed)
            fit.step(part, part.users, personal, precision)
        if sweep in SPREAD_SWEEPS:
            precision = spread.precision(fit, personal, precision)
    return Pooled(base, population[0].tolist(), personal.ravel().tolist())
