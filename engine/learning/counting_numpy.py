"""The same counts by numpy, where that is installed: exact, too."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.learning.examples import Examples, Shapes


def counted_kinds(laid: Examples, base: int) -> list[Shapes]:
    """Count each person's kinds, in the order in which they were first met.

    Weights are added up half-life by half-life, so that no digit is lost.
    """
    shapes: list[Shapes] = [({}, {}) for _ in laid.names]
    rows, users = np.asarray(laid.rows), np.asarray(laid.users)
    taken, fine = np.asarray(laid.taken), np.asarray(laid.fine, dtype=np.float64)
    since = np.asarray(laid.halvings) - base
    halvings = int(since.max()) + 1
    summed = [(taken * fine).take(rows), fine.take(rows)]
    kinds, since = len(laid.kinds), since.take(rows)
    for part, column in enumerate((laid.clocks, laid.more)):
        codes, first, places = np.unique(
            users * kinds + np.asarray(column), return_index=True, return_inverse=True
        )
        shape = len(codes), halvings
        parts = places * halvings + since
        sums = [_whole(np.bincount(parts, one, shape[0] * halvings).reshape(shape)) for one in summed]
        times = [
            np.bincount(places, taken.take(rows)).astype(np.int64).tolist(),
            np.bincount(places).tolist(),
        ]
        found = list(zip(codes.tolist(), *sums, *times, strict=True))
        for index in np.argsort(first).tolist():
            code, *counts = found[index]
            user, kind = divmod(code, kinds)
            shapes[user][part][kind] = counts
    return shapes


def _whole(parts: NDArray[Any]) -> Sequence[int]:
    """Add up what stands for each half-life."""
    found = [0] * len(parts)
    for halving, column in enumerate(parts.T.astype(np.int64).tolist()):
        found = [one + (more << halving) for one, more in zip(found, column, strict=True)]
    return found
