"""Starts that something blocks, to the second, and what of them a search reads off whole numbers.

A cell lies between a lattice point and the next. It is cut into equal parts, one a minute for all usual
steps: nearly everything in a calendar begins and ends on a minute, so the parts tell which starts of a cell
are free. Where an edge falls between two parts the cell is ragged, and only the exact starts tell.
"""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from engine.find.grid import Grid, counted, number_of, positions
from engine.time.intervals import Stretch, at_least, clipped, gaps, united
from engine.time.span import MINUTE, Instant

_MOST_PARTS = 64
_WORDS = ((8, "B", 1), (16, "H", 2), (32, "I", 4), (64, "Q", 8))


_ANY = bytes(48 + bool(byte) for byte in range(256))
"""From bytes to digits: 1 for those that have any bit."""


class Edges(NamedTuple):
    """Exact blocked starts: those in [start - before, end + after) of sorted, disjoint stretches."""

    stretches: Sequence[Stretch]
    before: int = 0
    after: int = 0


class Blocked(NamedTuple):
    """A set of blocked starts on a grid.

    `edges` are exact. `points` are the blocked lattice points, `shut` the cells that are blocked throughout,
    `mixed` those of which some parts are. `ragged` are the cells that hold an edge between two parts, `torn`
    those that may hold more than one: in any other cell each free run holds the first instant of a part.
    `parts` has bits for each mixed cell, as `Layout` says: those of the parts whose first instant is blocked.
    """

    edges: tuple[Edges, ...]
    points: int
    shut: int
    mixed: int
    ragged: int
    torn: int
    parts: int


class Layout(NamedTuple):
    """How the parts of a cell lie in a whole number: `size` bits in `width` bytes, each for `unit` seconds.

    `heads[k]` has the bits from part k on, `tails[k]` those before it. `point` tells of a cell's lowest byte,
    as a digit, whether the lattice point is blocked; `rest` of each byte whether all but that point is.
    """

    unit: int
    size: int
    width: int
    word: str
    heads: tuple[int, ...]
    tails: tuple[int, ...]
    point: bytes
    rest: tuple[bytes, ...]


@lru_cache(maxsize=64)
def layout(stride: int) -> Layout:
    """Lay out the parts of a grid's cells: minutes, or as fine as a machine's word allows."""
    minutes = stride // MINUTE
    count = next(parts for parts in range(min(minutes, _MOST_PARTS), 0, -1) if minutes % parts == 0)
    word, width = next((word, width) for most, word, width in _WORDS if count <= most)
    full = (1 << count) - 1
    return Layout(
        unit=stride // count,
        size=count,
        width=width,
        word=word,
        heads=tuple(full >> part << part for part in range(count + 1)),
        tails=tuple((1 << part) - 1 for part in range(count + 1)),
        point=_having(1),
        rest=tuple(_having(mask) for mask in (full - 1).to_bytes(width, "little")),
    )


def _having(mask: int) -> bytes:
    """Give a table from bytes to digits: 1 for those that have all bits of a mask."""
    return bytes(48 + (byte & mask == mask) for byte in range(256))


def blocked(edges: Edges, grid: Grid) -> Blocked:
    """Lay blocked starts on a grid."""
    whole = aligned_points(edges, grid)
    if whole is not None:
        return Blocked((edges,), whole, whole | whole >> 1, 0, 0, 0, 0)
    lay = layout(grid.stride)
    cells, ragged, torn = _cells(edges, grid, lay)
    if sys.byteorder == "big":
        cells.byteswap()
    raw = cells.tobytes()
    used = raw[: grid.size * lay.width]
    shut = number_of(used[:: lay.width].translate(lay.rest[0]))
    for byte in range(1, lay.width):
        shut &= number_of(used[byte :: lay.width].translate(lay.rest[byte]))
    points = number_of(used[:: lay.width].translate(lay.point))
    mixed = number_of(used[:: lay.width].translate(_ANY))
    for byte in range(1, lay.width):
        mixed |= number_of(used[byte :: lay.width].translate(_ANY))
    mixed &= ~shut
    parts = int.from_bytes(raw, "little") if mixed else 0
    return Blocked((edges,), points, shut & ~ragged, mixed, ragged, torn, parts)


def aligned_points(edges: Edges, grid: Grid) -> int | None:
    """Give the blocked points where all begins just after one and ends just before another, else None.

    What is blocked so has no part that is not: the cells on both sides of its points are blocked too.
    """
    (origin, stride, size), (stretches, before, after) = grid, edges
    limit, points = size * stride, 0
    earlier, later = origin + before + 1, after - origin
    for start, end in clipped(stretches, origin - after, origin + limit + before):
        first, last = start - earlier, end + later
        if first % stride or last % stride or first < 0 or last > limit:
            return None
        point = first // stride + 1
        points |= ((1 << (last // stride - point)) - 1) << point
    return points


def _cells(edges: Edges, grid: Grid, lay: Layout) -> "tuple[array[int], int, int]":
    """Set the bits of all parts whose first instant is blocked; tell which cells are ragged, and torn."""
    (origin, stride, size), (unit, parts, width, word, heads, tails, *_) = grid, lay
    stretches, before, after = edges
    cells = array(word, bytes(width * (size + 1)))
    whole, limit, up = array(word, [heads[0]]), size * stride, unit - 1
    ragged = torn = 0
    earlier, later = origin + before, after - origin
    for start, end in clipped(stretches, origin - after, origin + limit + before):
        first, last = start - earlier, end + later
        if first < 1:
            first = 1 - unit if first < 0 else first
        if last > limit:
            last = limit
        begin, stop = (first + up) // unit, (last + up) // unit
        cell, beyond = begin // parts, stop // parts
        if cell == beyond:
            cells[cell] |= heads[begin - cell * parts] & tails[stop - cell * parts]
        else:
            cells[cell] |= heads[begin - cell * parts]
            cells[beyond] |= tails[stop - beyond * parts]
            if beyond - cell > 1:
                cells[cell + 1 : beyond] = whole * (beyond - cell - 1)
        if begin * unit - first != up or begin == stop:
            bit = 1 << max(first - 1, 0) // stride
            torn |= ragged & bit
            ragged |= bit
        if stop * unit != last or begin == stop:
            bit = 1 << last // stride
            torn |= ragged & bit
            ragged |= bit
    return cells, ragged, torn


def joined(sets: Sequence[Blocked]) -> Blocked:
    """Give the starts that one of several sets blocks."""
    if len(sets) == 1:
        return sets[0]
    points = shut = mixed = ragged = torn = parts = 0
    for one in sets:
        points |= one.points
        shut |= one.shut
        mixed |= one.mixed
        torn |= one.torn | ragged & one.ragged
        ragged |= one.ragged
        parts |= one.parts
    edges = tuple([edges for one in sets for edges in one.edges])
    return Blocked(edges, points, shut, mixed, ragged, torn, parts)


def all_blocked(grid: Grid) -> Blocked:
    """Block everything."""
    return blocked(Edges([grid.stretch]), grid)


def at_least_blocked(count: int, sets: Sequence[Blocked]) -> Blocked:
    """Give the starts that so many of several sets block at once."""
    ragged = mixed = 0
    for one in sets:
        ragged |= one.ragged
        mixed |= one.mixed | one.shut
    exact = at_least(count, [_united(one.edges) for one in sets])
    return Blocked(
        (Edges(exact),),
        counted(count, [one.points for one in sets]),
        counted(count, [one.shut for one in sets]),
        mixed,
        ragged,
        ragged,
        counted(count, [one.parts for one in sets]),
    )


def _united(several: Sequence[Edges]) -> list[Stretch]:
    return united(
        (start - before, end + after) for stretches, before, after in several for start, end in stretches
    )


def between(found: Blocked, grid: Grid, reach: tuple[Instant, Instant]) -> list[Instant]:
    """Give the earliest start of each run of free starts that holds no lattice point.

    `reach` are the first and the last start that may be taken.
    """
    cut = _cut(grid, reach)
    cells = grid.cells(*reach) & ~found.shut & (found.mixed | found.ragged | found.torn | cut)
    if not cells:
        return []
    torn, begun = found.torn | cut, _begun(found.parts, grid)
    starts = _between_parts(cells & begun & ~found.ragged & ~torn, found, grid)
    exact = cells & (torn | found.ragged & begun)
    if exact:
        starts += _between_edges(found.edges, exact, grid, reach)
        starts.sort()
    return starts


def _begun(parts: int, grid: Grid) -> int:
    """Give the cells in which a free run begins after the lattice point, as far as parts tell."""
    everywhere, points = _masks(grid)
    free = ~parts & everywhere
    width = layout(grid.stride).width
    raw, cells = (free & ~points & ~(free << 1)).to_bytes(width * (grid.size + 1), "little"), 0
    for byte in range(width):
        cells |= number_of(raw[byte::width].translate(_ANY))
    return cells


def _cut(grid: Grid, reach: tuple[Instant, Instant]) -> int:
    """Give the cells that begin before the first start or end after the last."""
    cells = 0
    for at in reach:
        cell, rest = divmod(at - grid.origin, grid.stride)
        if rest:
            cells |= 1 << cell
    return cells


def _between_parts(cells: int, found: Blocked, grid: Grid) -> list[Instant]:
    """Read the runs of cells without a ragged edge off their parts."""
    if not cells:
        return []
    lay = layout(grid.stride)
    width, size, unit = lay.width, lay.size, lay.unit
    raw, points = found.parts.to_bytes(width * (grid.size + 1), "little"), found.points
    starts: list[Instant] = []
    for cell in positions(cells):
        at = cell * width
        taken = int.from_bytes(raw[at : at + width], "little") | (points >> (cell + 1) & 1) << size
        for part in _loose(taken, size):
            starts.append(grid.at(cell) + part * unit)
    return starts


@lru_cache(maxsize=256)
def _masks(grid: Grid) -> tuple[int, int]:
    """Give the bits of all parts of a grid, and those of its lattice points."""
    lay = layout(grid.stride)
    every = lay.heads[0].to_bytes(lay.width, "little") * (grid.size + 1)
    first = (1).to_bytes(lay.width, "little") * (grid.size + 1)
    return int.from_bytes(every, "little"), int.from_bytes(first, "little")


@lru_cache(maxsize=65536)
def _loose(taken: int, count: int) -> tuple[int, ...]:
    """Give the first part of each free run that ends before both lattice points beside a cell.

    `taken` has a bit a part, and one more for the lattice point that follows.
    """
    free = [not taken >> part & 1 for part in range(count + 1)]
    runs = [part for part in range(1, count) if free[part] and not free[part - 1]]
    return tuple(part for part in runs if False in free[part:])


def _between_edges(
    several: Sequence[Edges], cells: int, grid: Grid, reach: tuple[Instant, Instant]
) -> Iterator[Instant]:
    """Look for the runs of single cells to the second."""
    for cell in positions(cells):
        here, following = grid.at(cell), grid.at(cell + 1)
        for start, end in _free((max(here, reach[0]), min(following, reach[1]) + 1), several):
            if start != here and end - 1 != following:
                yield start


def _free(within: Stretch, several: Sequence[Edges]) -> list[Stretch]:
    """Give what is left of a stretch."""
    first, end = within
    near = []
    for stretches, before, after in several:
        index = bisect_left(stretches, (first - after + 1,))
        if index:
            index -= 1
        while index < len(stretches):
            start, stop = stretches[index]
            if start - before >= end:
                break
            if stop + after > first:
                if start - before <= first and stop + after >= end:
                    return []
                near.append((start - before, stop + after))
            index += 1
    near.sort()
    return gaps(near, within)
