"""Starts that people expect: the host's clock shows zero seconds and a minute divisible by the step."""

from collections.abc import Iterator

from engine.find.request import FindRequest
from engine.time.intervals import Stretch
from engine.time.local_time import LocalTime, local_time
from engine.time.span import DAY, MINUTE, Instant, Span


def host_clock(request: FindRequest) -> LocalTime:
    """Give the clock that the lattice follows."""
    window, now = request.starts_window, request.now
    return local_time(request.host.timezone, Span(min(window.start, now), max(window.end, now)))


def lattice_points(local: LocalTime, step: int, stretch: Stretch) -> Iterator[Instant]:
    """Give the lattice points of a stretch in order; the step, in minutes, begins anew each day."""
    stride = step * MINUTE
    for era in local.eras:
        start, end = max(era.start, stretch[0]), min(era.end, stretch[1])
        if start >= end:
            continue
        if DAY % stride == 0:
            yield from range(start + -(start + era.offset) % stride, end, stride)
            continue
        for day in range((start + era.offset) // DAY, (end - 1 + era.offset) // DAY + 1):
            midnight = day * DAY - era.offset
            first = max(start, midnight)
            yield from range(first + -(first - midnight) % stride, min(end, midnight + DAY), stride)
