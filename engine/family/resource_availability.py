"""Whether a resource has room (F2's check_resource_availability): the peak of its use decides."""

from collections.abc import Iterable

from engine.model.resource import Resource, ResourceAvailability, ResourceReservation
from engine.time.span import Instant, Span


def peak_use(reservations: Iterable[ResourceReservation], window: Span) -> int:
    """Give the most reservations that hold at one moment of the window; touching ones do not overlap."""
    steps: list[tuple[Instant, int]] = []
    for reservation in reservations:
        part = reservation.span.clip(window) if reservation.counts else None
        if part is not None:
            steps += [(part.start, 1), (part.end, -1)]
    peak = use = 0
    for _, step in sorted(steps):
        use += step
        peak = max(peak, use)
    return peak


def resource_availability(
    resource: Resource, reservations: Iterable[ResourceReservation], asked: Span
) -> ResourceAvailability:
    """Tell whether one more reservation fits; an inactive resource has no room."""
    touching = [one for one in reservations if one.counts and one.span.overlaps(asked)]
    use = peak_use(touching, asked)
    return ResourceAvailability(
        available=resource.active and use < resource.capacity,
        current_usage=use,
        max_capacity=resource.capacity,
        remaining=max(0, resource.capacity - use),
        reservations=len(touching),
    )
