"""Sets of instants as sorted, disjoint pairs of whole seconds, half-open: plain and quick arithmetic."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from engine.time.span import Instant, Span

Stretch: TypeAlias = tuple[Instant, Instant]
"""The instants t with first <= t < second."""


def united(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Sort and unite: overlapping and touching stretches become one, empty ones vanish."""
    merged: list[Stretch] = []
    last = None
    for start, end in sorted(stretches):
        if start >= end:
            continue
        if last is None or start > last:
            merged.append((start, end))
            last = end
        elif end > last:
            merged[-1] = (merged[-1][0], end)
            last = end
    return merged


def merge(spans: Iterable[Span]) -> list[Span]:
    """Sort and unite: overlapping and touching spans become one, empty ones vanish."""
    return _spans(united(_pairs(spans)))


def subtract(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Give what of a merged list is left when a second merged list is taken away."""
    return _spans(without(_pairs(spans), _pairs(taken)))


def _pairs(spans: Iterable[Span]) -> list[Stretch]:
    return [(span.start, span.end) for span in spans]


def _spans(stretches: Iterable[Stretch]) -> list[Span]:
    return [Span(start, end) for start, end in stretches]


def gaps(taken: Iterable[Stretch], within: Stretch) -> list[Stretch]:
    """Give what of a stretch is left by sorted stretches, which may overlap."""
    at, end = within
    left = []
    for start, stop in taken:
        if start > at:
            if start >= end:
                break
            left.append((at, start))
        if stop > at:
            at = stop
    if at < end:
        left.append((at, end))
    return left


def without(stretches: Iterable[Stretch], taken: Sequence[Stretch]) -> list[Stretch]:
    """Give what of disjoint stretches is left by sorted stretches."""
    return [rest for stretch in stretches for rest in gaps(taken, stretch)]


def common(left: Sequence[Stretch], right: Sequence[Stretch]) -> list[Stretch]:
    """Give what lies in both of two sorted, disjoint lists."""
    both = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            both.append((start, end))
        if left[i][1] <= right[j][1]:
            i += 1
        else:
            j += 1
    return both


def at_least(count: int, sets: Iterable[Sequence[Stretch]]) -> list[Stretch]:
    """Give where so many of several united sets hold at once."""
    edges = sorted(edge for stretches in sets for start, end in stretches for edge in ((start, 1), (end, -1)))
    found: list[Stretch] = []
    depth = since = 0
    for at, change in edges:
        if depth < count <= depth + change:
            since = at
        elif depth >= count > depth + change:
            found.append((since, at))
        depth += change
    return united(found)


def starts_inside(windows: Iterable[Stretch], duration: int) -> list[Stretch]:
    """Give the starts t for which [t, t + duration) lies inside one of the windows."""
    return [(start, end - duration + 1) for start, end in windows if end - start >= duration]


def starts_meeting(taken: Iterable[Stretch], duration: int, buffer: int = 0) -> list[Stretch]:
    """Give, united, the starts t for which [t - buffer, t + duration + buffer) meets something taken."""
    before = duration + buffer - 1
    return united((start - before, end + buffer) for start, end in taken)


def clipped(stretches: Sequence[Stretch], start: Instant, end: Instant) -> Sequence[Stretch]:
    """Give those of sorted, disjoint stretches that meet [start, end), whole."""
    first = bisect_left(stretches, (start + 1,))
    if first and stretches[first - 1][1] > start:
        first -= 1
    last = bisect_left(stretches, (end,), first)
    return stretches if last - first == len(stretches) else stretches[first:last]


def holds(stretches: Iterable[Stretch], at: Instant) -> bool:
    """Whether an instant lies in one of the stretches."""
    return any(start <= at < end for start, end in stretches)
