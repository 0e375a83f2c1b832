"""For which stretch of time busy spans are derived, and when it has to grow."""

from engine.model.calendar import Calendar
from engine.time.span import DAY, Instant, Span

PAST_KEPT = DAY
"""How far before the present busy spans are derived: buffers and yesterday's questions need them."""

AHEAD = 7 * DAY
"""How far beyond the horizon busy spans are derived, so that a sliding window seldom costs work."""


def coverage(now: Instant, horizon: int) -> Span:
    """Give the stretch for which busy spans are derived at this moment; `horizon` is in seconds from now."""
    return Span(now - PAST_KEPT, now + horizon + AHEAD)


def outgrown(calendar: Calendar, now: Instant, horizon: int) -> bool:
    """Tell whether what is derived no longer reaches the horizon."""
    return calendar.covers is not None and calendar.covers.end < now + horizon


def uncovered(calendar: Calendar, now: Instant, horizon: int) -> Span:
    """Give the part of the stretch that is not derived yet."""
    wanted = coverage(now, horizon)
    covered = calendar.covers or Span(wanted.start, wanted.start)
    return Span(min(covered.end, wanted.end), wanted.end)
