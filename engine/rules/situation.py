"""What a rule is asked about: one person's clock and events, and the starts in question."""

from dataclasses import dataclass

from engine.time.local_time import LocalTime
from engine.time.span import Instant, Span


@dataclass(frozen=True, slots=True)
class Situation:
    """Starts of [start, end) in seconds for an event of a duration, among somebody's own events.

    `events` are sorted by start, each one once; they reach at least a week beyond the starts on either side
    where a rule counts by the week.
    """

    local: LocalTime
    starts: tuple[Instant, Instant]
    duration: int
    events: list[tuple[Instant, Instant]]

    @property
    def reach(self) -> Span:
        """The time that events at these starts can take."""
        return Span(self.starts[0], self.starts[1] + self.duration)
