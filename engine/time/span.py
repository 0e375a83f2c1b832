"""Half-open stretches of time in whole seconds since 1970 UTC, and their arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Instant: TypeAlias = int
"""Seconds since 1970-01-01T00:00:00Z."""

MINUTE = 60
HOUR = 3600
DAY = 86400


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The instants t with start <= t < end; empty where both are equal."""

    start: Instant
    end: Instant

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a span ends before it starts: {self.start} > {self.end}")

    @property
    def seconds(self) -> int:
        """How long it lasts."""
        return self.end - self.start

    def __contains__(self, at: Instant) -> bool:
        return self.start <= at < self.end

    def overlaps(self, other: "Span") -> bool:
        """Whether some instant lies in both; touching spans do not overlap."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: "Span") -> bool:
        """Whether every instant of the other lies in this one."""
        return self.start <= other.start and other.end <= self.end

    def clip(self, window: "Span") -> "Span | None":
        """Give the part that lies inside the window, or None where there is none."""
        start, end = max(self.start, window.start), min(self.end, window.end)
        return Span(start, end) if start < end else None

    def hull(self, other: "Span") -> "Span":
        """Give the shortest span that covers both."""
        return Span(min(self.start, other.start), max(self.end, other.end))

    def widen(self, before: int, after: int) -> "Span":
        """Grow by so many seconds on either side."""
        return Span(self.start - before, self.end + after)


def clipped(spans: Iterable[Span], window: Span) -> list[Span]:
    """Keep what lies inside the window, in the order given."""
    parts = (span.clip(window) for span in spans)
    return [part for part in parts if part is not None]
