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
    step, origin = grid.step, grid.origin
    stopped = loose + begun
    stopped ^= stopped & free
    window, after_broken = (1 << step) - 1, broken << 1
    while stopped:
        stop = stopped.bit_length() - 1
        stopped ^= 1 << stop
        # A run between two lattice points begins less than a step before it stops.
        bit = begun & (window << stop - step if stop > step else window >> step - stop)
        minute = bit.bit_length() - 1
        start = origin + minute * MINUTE
        if after_broken and after_broken & 1 << minute:
            start = max(reach[0], *[one.free_since(start) for one in sets])
        found.append(start)
    if broken:
        broken ^= broken & free >> 1
    unsure = broken | blocked.cuts & reached
    if unsure:
        cells = {minute // step for minute in highest_first(unsure)}
        found = [start for start in found if (start - origin) // grid.stride not in cells]
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
