"""The fast back end: exact candidates by a few operations on whole numbers, one bit a lattice point."""

from collections.abc import Iterator
from typing import NamedTuple

from engine.find import sweep
from engine.find.barriers import barriers, earliest_start
from engine.find.grid import Grid, Rows, at_least, grid_of, positions, united_rows
from engine.find.masks import constraint_rows, person_rows
from engine.find.people import People
from engine.find.request import FindRequest
from engine.stretches import gaps
from engine.timespan import Instant


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


def candidates(request: FindRequest, people: People) -> list[Instant]:
    """Give the same starts as the sweep does; a lattice that is no single row is left to it."""
    found = on_grid(request, people)
    return sweep.candidates(request, people) if found is None else found.starts()


def on_grid(request: FindRequest, people: People) -> Candidates | None:
    """Find the candidates; None where the request's lattice is no single row."""
    grid = grid_of(request)
    if grid is None:
        return None
    first = max(request.window.start, earliest_start(request))
    last = request.window.end - request.duration
    if last < first:
        return Candidates(grid, 0, ())
    blocked = _blocked(request, grid, people)
    points = grid.points(first, last) & ~blocked.points
    doubtful = grid.cells(first, last) & ~blocked.covered & (blocked.touched | ~(points | points >> 1))
    between = tuple(_between(request, grid, doubtful, (first, last), people)) if doubtful else ()
    return Candidates(grid, points, between)


def _blocked(request: FindRequest, grid: Grid, people: People) -> Rows:
    session, duration = request.session, request.duration
    points, touched, covered = constraint_rows(session.constraints, request.host.timezone, duration, grid)
    for user in session.required_ids:
        rows = person_rows(people[user], duration, grid)
        points |= rows.points
        touched |= rows.touched
        covered |= rows.covered
    if not session.groups:
        return Rows(points, touched, covered)
    return united_rows((Rows(points, touched, covered), *_groups(request, grid, people)))


def _groups(request: FindRequest, grid: Grid, people: People) -> Iterator[Rows]:
    for group in request.session.groups:
        members = [person_rows(people[user], request.duration, grid) for user in group.any_of]
        yield at_least(len(members) - group.count + 1, members)


def _between(
    request: FindRequest, grid: Grid, cells: int, reach: tuple[Instant, Instant], people: People
) -> Iterator[Instant]:
    """Sweep single cells for runs that hold neither of the lattice points beside them."""
    for cell in positions(cells):
        here, following = grid.at(cell), grid.at(cell + 1)
        within = max(here, reach[0]), min(following, reach[1]) + 1
        blocked = sorted(
            stretch for barrier in barriers(request, within, people) for stretch in barrier.starts
        )
        for start, end in gaps(blocked, within):
            if start != here and end - 1 != following:
                yield start
