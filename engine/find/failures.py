"""Why no time was found: what blocks which share of the window, and what would help, really tried."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from engine.find.answer import BlockCode, Blocker, Failure, Relaxation
from engine.find.backends import Backend
from engine.find.barriers import barriers, earliest_start, starts_without_room
from engine.find.person import People
from engine.find.person_bits import constraint_codes, person_codes
from engine.find.relaxations import helping
from engine.find.request import FindRequest
from engine.find.start_grid import Grid, lattice_points, points_in
from engine.ids import UserId
from engine.time.intervals import Stretch
from engine.time.span import DAY, Instant

_Shares: TypeAlias = dict[tuple[BlockCode, UserId | None], float]
_EXTEND, _REDUCE = "Extend search window", "Reduce meeting duration"


def failure(request: FindRequest, backend: Backend) -> Failure:
    """Explain a search without candidates."""
    helps = tuple(helping(request, backend.trials(request)))
    return Failure(
        reason=_reason(request),
        suggestions=tuple(_suggestions(helps)),
        blockers=tuple(blockers(request, backend.roster.people(request))),
        relaxations=helps,
    )


def _reason(request: FindRequest) -> str:
    days = max(1, -(-request.window.seconds // DAY))
    return f"No mutual availability in next {days} day{'' if days == 1 else 's'}"


def _suggestions(helps: Sequence[Relaxation]) -> Iterator[str]:
    """Give F0's two strings first, in its order, where they help; then the other changes."""
    codes = {relaxation.code for relaxation in helps}
    if "window" in codes:
        yield _EXTEND
    if "duration" in codes:
        yield _REDUCE
    yield from (relaxation.change for relaxation in helps if relaxation.code not in ("window", "duration"))


def blockers(request: FindRequest, people: People) -> list[Blocker]:
    """Give every code that by itself blocks some lattice point of the window, the largest share first.

    A window without a lattice point on which the session fits is measured in seconds instead.
    """
    window = request.starts_window
    if not window.seconds:
        return [Blocker(BlockCode.WINDOW_TOO_SHORT, None)]
    within = (window.start, window.end)
    grid = request.grid
    points = 0 if grid is None else grid.points(window.start, window.end - 1)
    if grid is None or not points or request.session.groups:
        shares = _swept_shares(request, people, within)
    else:
        shares = _shares_on_grid(request, people, grid, points)
    found = [Blocker(code, user, min(1.0, part)) for (code, user), part in shares.items() if part]
    return sorted(found, key=lambda blocker: (-blocker.share, blocker.code, blocker.user or ""))


def _shares_on_grid(request: FindRequest, people: People, grid: Grid, points: int) -> _Shares:
    """Count the blocked bits of each code."""
    session, duration, size = request.session, request.duration, points.bit_count()
    past = points & ~grid.points(earliest_start(request), request.window.end)
    shares: _Shares = {(BlockCode.PAST, None): past.bit_count() / size}
    for code, blocked in constraint_codes(session.constraints, request.host.timezone, duration, grid):
        shares[code, None] = (blocked & points).bit_count() / size
    without_room = points_in(starts_without_room(request, grid.stretch), grid) & points
    shares[BlockCode.RESOURCE, None] = without_room.bit_count() / size
    for user in session.required_ids:
        for code, blocked in person_codes(people[user], duration, grid):
            shares[code, user] = shares.get((code, user), 0) + (blocked & points).bit_count() / size
    return shares


def _swept_shares(request: FindRequest, people: People, within: Stretch) -> _Shares:
    """Count the lattice points in each barrier; where there are none, the seconds."""
    points = list(lattice_points(request.host_clock, request.step, within))
    share = _points_share(points) if points else _seconds_share(within)
    shares: _Shares = {}
    for barrier in barriers(request, within, people):
        key = barrier.code, barrier.user
        shares[key] = shares.get(key, 0.0) + sum(share(stretch) for stretch in barrier.starts)
    return shares


def _points_share(points: Sequence[Instant]) -> Callable[[Stretch], float]:
    return lambda stretch: (bisect_left(points, stretch[1]) - bisect_left(points, stretch[0])) / len(points)


def _seconds_share(within: Stretch) -> Callable[[Stretch], float]:
    start, end = within
    return lambda stretch: max(0, min(stretch[1], end) - max(stretch[0], start)) / (end - start)
