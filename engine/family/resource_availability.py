"""Whether a resource has room (F2's check_resource_availability): the peak of its use decides."""

from collections.abc import Iterable

from engine.model.reservation import ResourceAvailability
from engine.model.resource import Resource
from engine.time.span import Instant, Span, clipped


def peak_use(uses: Iterable[Span], window: Span) -> int:
    """Give the most uses at one moment of the window; touching ones do not overlap."""
    steps: list[tuple[Instant, int]] = []
    for part in clipped(uses, window):
        steps += [(part.start, 1), (part.end, -1)]
    peak = use = 0
    for _, step in sorted(steps):
        use += step
        peak = max(peak, use)
    return peak


def at_capacity(uses: Iterable[Span], capacity: int) -> list[Span]:
    """Give the times at which there is no room for one more."""
    steps = sorted(step for one in uses if one.seconds for step in ((one.start, 1), (one.end, -1)))
    found: list[Span] = []
    use = since = 0
    for at, step in steps:
        full, use = use >= capacity, use + step
        if use >= capacity and not full:
            since = at
        elif use < capacity and full and since < at:
            found.append(Span(since, at))
    return found


def resource_availability(resource: Resource, uses: Iterable[Span], asked: Span) -> ResourceAvailability:
    """Tell whether one more use fits; an inactive resource has no room."""
    touching = [one for one in uses if one.overlaps(asked)]
    use = peak_use(touching, asked)
    return ResourceAvailability(
        available=resource.active and use < resource.capacity,
        current_usage=use,
        max_capacity=resource.capacity,
        remaining=max(0, resource.capacity - use),
        reservations=len(touching),
    )
