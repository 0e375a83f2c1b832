"""The same fit by numpy, where that is installed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.learning.pooled_design import SPREAD_PRIOR, SPREAD_SWEEPS, SWEEPS, Block, Design, Pooled

_Numbers = NDArray[np.floating[Any]]
_Places = NDArray[np.int64]


def _at(numbers: NDArray[Any], places: _Places) -> _Numbers:
    """Look numbers up at places that are all there: not to see to that takes half the time."""
    found: _Numbers = numbers.take(places, mode="clip")
    return found


class _Entries:
    """Who was shown which row, as numbers; `columns` are the bucket of each feature, -1 where it has none.

    There are few `levels` of weights: `weighed_rows` are the rows of a table that has all at every level.
    """

    def __init__(self, laid: Design) -> None:
        self.rows = np.asarray(laid.rows, dtype=np.int64)
        self.users = np.asarray(laid.users, dtype=np.int64)
        self.weights = np.asarray(laid.weights, dtype=np.float64)
        self.levels, level = np.unique(self.weights, return_inverse=True)
        self.weighed_rows = self.rows + level * len(laid.taken)
        kinds = {id(one.kinds): np.asarray(one.kinds, dtype=np.int64) for one in laid.columns}
        self.columns = [
            np.asarray(one.buckets, dtype=np.int64).take(kinds[id(one.kinds)]) for one in laid.columns
        ]


class _Part:
    """The entries of one feature: where each stands with all and with its own person, and in whose row."""

    def __init__(self, entries: _Entries, column: _Places, block: Block) -> None:
        there, self.block, self.size = column >= 0, slice(block.start, block.stop), len(block)
        self.rows, self.weights, users = entries.rows, entries.weights, entries.users
        self.levels, self.weighed_rows = entries.levels, entries.weighed_rows
        if not there.all():
            column = column[there]
            self.rows, self.weights, users = self.rows[there], self.weights[there], users[there]
            self.weighed_rows = self.weighed_rows[there]
        self.buckets = column - block.start
        self.owned = users * self.size + self.buckets


class _Fit:
    """The state of one fit: what each row feels like now."""

    def __init__(self, laid: Design, entries: _Entries, base: float) -> None:
        self.taken, self.age = np.asarray(laid.taken), np.asarray(laid.age)
        self.sets = np.asarray(laid.sets, dtype=np.int64)
        self.felt: _Numbers = np.full(len(laid.taken), base)
        self.reach = np.bincount(entries.rows, entries.weights, len(laid.taken))

    def chances(self) -> _Numbers:
        """Give how likely each row is taken."""
        odds: _Numbers = np.clip(self.felt, -30.0, 30.0)
        np.exp(odds, out=odds)
        odds /= _at(1 + np.bincount(self.sets, odds), self.sets)
        return odds

    def step(self, part: _Part, places: _Places, worth: _Numbers, precision: _Numbers) -> None:
        """Move every place of one feature by a Newton step, a row an owner."""
        rows, block, chances, shape = part.rows, part.block, self.chances(), (len(worth), part.size)

        def summed(numbers: _Numbers) -> _Numbers:
            each = _at(np.multiply.outer(part.levels, numbers).ravel(), part.weighed_rows)
            return np.bincount(places, each, shape[0] * shape[1]).reshape(shape).astype(float, copy=False)

        slope = summed(self.age * (self.taken - chances)) - worth @ precision[:, block]
        stiff = np.repeat(precision[None, block, block], len(worth), axis=0)
        index = np.arange(part.size)
        stiff[:, index, index] += summed(self.age * chances * self.reach)
        move = np.linalg.solve(stiff, slope[:, :, None])[:, :, 0]
        worth[:, block] += move
        moved = _at(move.ravel(), places)
        moved *= part.weights
        self.felt += np.bincount(rows, moved, len(self.felt))


class _Spread:
    """How people differ, told from how they do."""

    def __init__(self, laid: Design, entries: _Entries) -> None:
        self._columns, self._rows = entries.columns, entries.rows
        self._owners = entries.users * len(laid.buckets)
        self._squares, self._people = entries.weights**2, laid.people
        self.believed: _Numbers = np.array(laid.precision)

    def precision(self, fit: _Fit, worth: _Numbers, before: _Numbers) -> _Numbers:
        """Tell what to believe of it, from how sure each of it is too; its inverse."""
        chances = fit.chances()
        known = self._known(self._squares * _at(fit.age * chances * (1 - chances), self._rows))
        found = SPREAD_PRIOR * np.linalg.inv(self.believed) + worth.T @ worth
        found += np.linalg.inv(known + before).sum(axis=0)
        inverse: _Numbers = np.linalg.inv(found / (SPREAD_PRIOR + self._people))
        return inverse

    def _known(self, sure: _Numbers) -> _Numbers:
        """Give how much was seen of each person's buckets, each with each."""
        size = len(self.believed)
        found = np.zeros((self._people, size, size))
        for number, one in enumerate(self._columns):
            beside = (self._owners + one) * size
            for other in self._columns[number:]:
                both = self._together(beside, one, other, sure, found.size).reshape(found.shape)
                found += both
                if one is not other:
                    found += both.transpose(0, 2, 1)
        return found

    def _together(self, beside: _Places, one: _Places, other: _Places, sure: _Numbers, size: int) -> _Numbers:
        """Add up what was seen of pairs of two features' buckets."""
        there = (one >= 0) & (other >= 0)
        places = beside + other
        if not there.all():
            places, sure = places[there], sure[there]
        return np.bincount(places, sure, size).astype(float, copy=False)


def solve(laid: Design, base: float) -> Pooled:
    """Fit everybody at once."""
    entries = _Entries(laid)
    size, fit, spread = len(laid.buckets), _Fit(laid, entries, base), _Spread(laid, entries)
    population, personal = np.zeros((1, size)), np.zeros((laid.people, size))
    parts = [
        _Part(entries, column, block) for column, block in zip(entries.columns, laid.blocks, strict=True)
    ]
    precision = spread.believed
    for sweep in range(SWEEPS):
        for part in parts:
            fit.step(part, part.buckets, population, spread.believed)
            fit.step(part, part.owned, personal, precision)
        if sweep in SPREAD_SWEEPS:
            precision = spread.precision(fit, personal, precision)
    return Pooled(base, population[0].tolist(), personal.ravel().tolist())
