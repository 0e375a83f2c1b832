"""Starts between lattice points: the earliest of each run of free starts that holds no lattice point."""

from collections.abc import Iterable, Iterator, Sequence

from engine.find.blocked_starts import Blocked, Minutes, any_minutes
from engine.find.start_grid import Grid, bits, each_nth_bit, highest_first
from engine.time.intervals import Stretch, gaps
from engine.time.span import MINUTE, Instant


def off_lattice_starts(sets: Sequence[Blocked], grid: Grid, reach: Stretch) -> list[Instant]:
    """Give them, sorted. `reach` are the first and the last start that may be taken."""
    if all([one.on_lattice for one in sets]):
        return _first_start(sets, grid, reach) if (reach[0] - grid.origin) % grid.stride else []
    return off_lattice_of(any_minutes(sets), sets, grid, reach)


def off_lattice_of(blocked: Minutes, sets: Sequence[Blocked], grid: Grid, reach: Stretch) -> list[Instant]:
    """Give the same of sets whose minutes are known."""
    first, rest = divmod(reach[0] - grid.origin, MINUTE)
    last = (reach[1] - grid.origin) // MINUTE
    within = bits(first, last + 1)
    reached = within ^ (blocked.full & within)
    free = reached ^ (blocked.heads & reached)
    if rest:
        free &= ~(1 << first)
    broken = reached ^ free
    on_lattice = each_nth_bit(grid.step, grid.size) & free
    loose = free ^ on_lattice
    begun = loose ^ (loose & free << 1)
    found: list[Instant] = []
    step = grid.step
    stopped = loose + begun
    stopped ^= stopped & free
    for stop in highest_first(stopped):
        # A run between two lattice points begins less than a step before it stops.
        since = max(stop - step, 0)
        minute = since + (begun >> since & (1 << stop - since) - 1).bit_length() - 1
        start = grid.origin + minute * MINUTE
        if broken >> minute - 1 & 1:
            start = max(reach[0], *[one.free_since(start) for one in sets])
        found.append(start)
    broken ^= broken & free >> 1
    unsure = broken | blocked.cuts & reached
    if unsure:
        cells = {minute // grid.step for minute in highest_first(unsure)}
        found = [start for start in found if (start - grid.origin) // grid.stride not in cells]
        found += _in_cells(cells, sets, grid, reach)
    return sorted(found)


def _first_start(sets: Sequence[Blocked], grid: Grid, reach: Stretch) -> list[Instant]:
    """Give the first start that may be taken, unless what is free from there on holds a lattice point."""
    cell = (reach[0] - grid.origin) // grid.stride
    if any([one.points >> cell & 1 for one in sets]):  # what blocks a lattice point reaches to the next one
        return []
    if grid.at(cell + 1) <= reach[1] and not any([one.points >> cell + 1 & 1 for one in sets]):
        return []
    return list(_in_cells([cell], sets, grid, reach))


def _in_cells(cells: Iterable[int], sets: Sequence[Blocked], grid: Grid, reach: Stretch) -> Iterator[Instant]:
    """Look into single cells to the second."""
    for cell in cells:
        here, following = grid.at(cell), grid.at(cell + 1)
        within = max(here, reach[0]), min(following, reach[1]) + 1
        taken = [stretch for one in sets for stretch in one.near(*within)]
        taken.sort()
        for start, end in gaps(taken, within):
            if start != here and end - 1 != following:
                yield start
