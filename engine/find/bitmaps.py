"""The fast back end: exact candidates by a few operations on whole numbers, one bit a lattice point."""

from typing import NamedTuple

from engine.find import interval_search
from engine.find.answer import Outlook
from engine.find.barriers import earliest_start
from engine.find.blocked_starts import Blocked, BlockedByMany
from engine.find.off_lattice import off_lattice_starts
from engine.find.people import People
from engine.find.person_bits import constraints_blocked, person_blocked
from engine.find.request import FindRequest
from engine.find.start_grid import Grid, bits, grid_of, left_without_one, positions
from engine.ids import UserId
from engine.time.span import MINUTE, Instant


class Candidates(NamedTuple):
    """Candidates on a grid: the feasible lattice points as bits, and the starts between lattice points."""

    grid: Grid
    points: int
    between: tuple[Instant, ...]

    def starts(self) -> list[Instant]:
        """Give all of them, sorted."""
        origin, stride, _ = self.grid
        on_lattice = [origin + point * stride for point in positions(self.points)]
        return sorted((*on_lattice, *self.between)) if self.between else on_lattice

    def outlook(self) -> Outlook:
        """Count them, and give the earliest."""
        lowest = (self.points & -self.points).bit_length() - 1
        earliest = [*self.between[:1], *([self.grid.at(lowest)] if self.points else [])]
        return Outlook(self.points.bit_count() + len(self.between), min(earliest, default=None))


def candidates(request: FindRequest, people: People) -> list[Instant]:
    """Give the same starts as the sweep does; a lattice that is no single row is left to it."""
    found = on_grid(request, people)
    return interval_search.candidates(request, people) if found is None else found.starts()


def on_grid(request: FindRequest, people: People) -> Candidates | None:
    """Find the candidates; None where the request's lattice is no single row."""
    grid = grid_of(request)
    if grid is None:
        return None
    first, last = _reach(request)
    if last < first:
        return Candidates(grid, 0, ())
    sets = _sets(request, grid, people)
    blocked = 0
    for one in sets:
        blocked |= one.points
    between = off_lattice_starts(sets, grid, (first, last))
    return Candidates(grid, grid.points(first, last) & ~blocked, tuple(between))


def suspects(request: FindRequest, people: People) -> frozenset[UserId]:
    """Give the required people without whom there might be a candidate: who alone blocks something."""
    grid, required = grid_of(request), request.session.required_ids
    first, last = _reach(request)
    if grid is None or last < first:
        return frozenset(required)
    sets = _sets(request, grid, people)
    minutes = bits((first - grid.origin) // MINUTE, (last - grid.origin) // MINUTE + 1)
    open_points = left_without_one([one.points for one in sets], grid.points(first, last))
    open_cells = left_without_one([one.minutes().full for one in sets], minutes)
    return frozenset(
        user for user, point, cell in zip(required, open_points, open_cells, strict=False) if point or cell
    )


def _reach(request: FindRequest) -> tuple[Instant, Instant]:
    """Give the first and the last start that now, notice and window allow."""
    return max(request.window.start, earliest_start(request)), request.window.end - request.duration


def _sets(request: FindRequest, grid: Grid, people: People) -> list[Blocked]:
    """Give all that blocks starts, each thing by itself, the required people first."""
    session, duration = request.session, request.duration
    found = [person_blocked(people[user], duration, grid) for user in session.required_ids]
    own = constraints_blocked(session.constraints, request.host.timezone, duration, grid)
    if own is not None:
        found.append(own)
    for group in session.groups:
        members = [person_blocked(people[user], duration, grid) for user in group.any_of]
        found.append(BlockedByMany(len(members) - group.count + 1, members))
    return found
