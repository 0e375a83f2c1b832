"""Starts between lattice points, those first that may cost least: few of them are ever looked at."""

from collections.abc import Sequence
from typing import TypeAlias

from engine.find.bitplanes import Bitplanes, smallest
from engine.find.start_grid import Grid, single_bits
from engine.time.span import MINUTE, Instant

Promise: TypeAlias = tuple[int, Instant]
"""What a start costs at least, and the start."""


class Between:
    """The starts of a grid's cells, and numbers that tell of each cell what its starts cost at least.

    They tell nothing of starts in the first minute of a cell, which a clock shows as its lattice point.
    """

    def __init__(self, grid: Grid, least: Bitplanes) -> None:
        self._grid, self._least = grid, least
        self._known = self._next = self._cells = 0
        self._starts: dict[int, list[Instant]] = {}
        self._promises: list[Promise] = []

    def promising(self, starts: Sequence[Instant], cost: float) -> Sequence[Promise]:
        """Give at least those that may cost no more than something else, in the order of what they promise.

        `starts` are those that are known by now; they only ever grow.
        """
        if len(starts) > self._known:
            self._begin(starts)
        while self._cells and self._next <= cost:
            best, self._next = smallest(self._cells, self._least)
            if self._next > cost:
                break
            self._cells ^= best
            for bit in single_bits(best):
                self._promises += [(self._next, start) for start in self._starts[bit.bit_length() - 1]]
        return self._promises

    def _begin(self, starts: Sequence[Instant]) -> None:
        origin, stride, size = self._grid
        self._known, self._next, self._cells = len(starts), 0, 0
        self._promises, self._starts = [], {}
        for start in starts:
            cell, rest = divmod(start - origin, stride)
            if rest < MINUTE:
                self._promises.append((0, start))
            elif (place := size + cell) in self._starts:
                self._starts[place].append(start)
            else:
                self._starts[place] = [start]
                self._cells |= 1 << place
