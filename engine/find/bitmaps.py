"""The fast back end: exact candidates by a few operations on whole numbers, one bit a lattice point."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from engine.find import interval_search
from engine.find.answer import Outlook
from engine.find.barriers import earliest_start, starts_without_room
from engine.find.blocked_starts import Blocked, BlockedByMany, BlockedByStarts
from engine.find.off_lattice import off_lattice_starts
from engine.find.person import People
from engine.find.person_bits import constraints_blocked, people_blocked, person_blocked
from engine.find.request import FindRequest
from engine.find.start_grid import Grid
from engine.time.intervals import Stretch
from engine.time.span import DAY, Instant

LookBetween: TypeAlias = Callable[[Stretch], list[Instant]]
"""From the first and the last start that may be taken to those between lattice points, sorted."""
NOWHERE: Stretch = (0, -1)
_AT_ONCE = 4 * DAY


class Candidates:
    """Candidates on a grid: the feasible lattice points as bits, and the starts between lattice points.

    Those are looked for only as far as somebody asks: most proposals are found among the first days.
    """

    __slots__ = ("_between", "_look", "_looked_to", "_reach", "freed_by_people", "grid", "points")

    def __init__(
        self,
        grid: Grid,
        points: int,
        reach: Stretch = NOWHERE,
        look: LookBetween = lambda _: [],
        freed_by_people: bool = False,
    ) -> None:
        self.grid, self.points, self.freed_by_people = grid, points, freed_by_people
        self._reach, self._look = reach, look
        self._looked_to = reach[0] - 1
        self._between: list[Instant] = []

    def is_freed_by_people(self, start: Instant) -> bool:
        """Whether a start between lattice points is one because somebody who must come becomes free."""
        return self.freed_by_people and start != self._reach[0]

    @property
    def is_whole(self) -> bool:
        """Whether all starts between lattice points have been looked for."""
        return self._looked_to >= self._reach[1]

    @property
    def on_lattice(self) -> bool:
        """Whether it is known that there is none between lattice points."""
        return not self._between and self.is_whole

    def between(self, until: Instant | None = None) -> Sequence[Instant]:
        """Give the starts between lattice points, sorted: all, or at least those before an instant.

        A stretch ends at a lattice point, so whether a run holds one can be told from it alone.
        """
        (first, last), looked_to = self._reach, self._looked_to
        if looked_to < last and (until is None or looked_to < until):
            far = last if until is None else max(until, looked_to + _AT_ONCE)
            self._looked_to = border = min(last, self.grid.at_or_after(far))
            self._between += self._look((max(first, looked_to), border))
        return self._between

    def starts(self) -> list[Instant]:
        """Give all candidates, sorted."""
        on_lattice = self.grid.starts(self.points)
        between = self.between()
        return sorted((*on_lattice, *between)) if between else on_lattice

    def outlook(self) -> Outlook:
        """Count them, and give the earliest."""
        lowest = (self.points & -self.points).bit_length() - 1
        between = self.between()
        earliest = [*between[:1], *([self.grid.at(lowest)] if self.points else [])]
        return Outlook(self.points.bit_count() + len(between), min(earliest, default=None))


def candidates(request: FindRequest, people: People) -> list[Instant]:
    """Give the same starts as the sweep does; a lattice that is no single row is left to it."""
    found = on_grid(request, people)
    return interval_search.candidates(request, people) if found is None else found.starts()


def on_grid(request: FindRequest, people: People) -> Candidates | None:
    """Find the candidates; None where the request's lattice is no single row."""
    grid = request.grid
    if grid is None:
        return None
    reach = reach_of(request)
    sets = sets_of(request, grid, people) if reach[0] <= reach[1] else []
    return found_among(sets, grid, reach, len(request.session.required_ids))


def found_among(sets: Sequence[Blocked], grid: Grid, reach: Stretch, people: int = 0) -> Candidates:
    """Give what is left by all that blocks, from the first to the last start that may be taken.

    The first sets are those of so many people who must come.
    """
    if reach[1] < reach[0]:
        return Candidates(grid, 0)
    blocked = 0
    for one in sets:
        blocked |= one.points
    points = grid.points(*reach) & ~blocked
    on_lattice = [one.on_lattice for one in sets]
    if (reach[0] - grid.origin) % grid.stride == 0 and all(on_lattice):
        return Candidates(grid, points)
    by_people = people > 0 and all(on_lattice[people:])
    return Candidates(grid, points, reach, partial(off_lattice_starts, sets, grid), by_people)


def reach_of(request: FindRequest) -> tuple[Instant, Instant]:
    """Give the first and the last start that now, notice and window allow."""
    return max(request.window.start, earliest_start(request)), request.window.end - request.duration


def sets_of(request: FindRequest, grid: Grid, people: People) -> list[Blocked]:
    """Give all that blocks starts, each thing by itself, the required people first."""
    session, duration = request.session, request.duration
    found = people_blocked([people[user] for user in session.required_ids], duration, grid)
    own = constraints_blocked(session.constraints, request.host.timezone, duration, grid)
    if own is not None:
        found.append(own)
    without_room = starts_without_room(request, grid.stretch)
    if without_room:
        found.append(BlockedByStarts(without_room, grid))
    for group in session.groups:
        members = [person_blocked(people[user], duration, grid) for user in group.any_of]
        found.append(BlockedByMany(len(members) - group.count + 1, members))
    return found
