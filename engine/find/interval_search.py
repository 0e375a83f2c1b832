"""The plain back end: one pass over sorted intervals. Slow, short, and the oracle of the fast one."""

from engine.find.barriers import barriers
from engine.find.person import People
from engine.find.request import FindRequest
from engine.find.start_grid import lattice_points
from engine.time.intervals import Stretch, gaps
from engine.time.span import Instant


def feasible(request: FindRequest, people: People) -> list[Stretch]:
    """Give the maximal runs of feasible starts, to the second."""
    window = request.starts_window
    within = (window.start, window.end)
    blocked = sorted(stretch for barrier in barriers(request, within, people) for stretch in barrier.starts)
    return gaps(blocked, within)


def candidates(request: FindRequest, people: People) -> list[Instant]:
    """Give the feasible lattice points, and the earliest start of each feasible run that holds none."""
    local = request.host_clock
    found: list[Instant] = []
    for run in feasible(request, people):
        points = list(lattice_points(local, request.step, run))
        found.extend(points or run[:1])
    return found
