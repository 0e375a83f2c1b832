"""When it is a daemon's turn at a job that one of them does for all."""

from engine.booking.timing import SKEW
from engine.model.turn import Turn
from engine.time.span import Instant

EARLY = 0.1
"""The share of a job's interval by which it may come too soon: ticks are never exactly as far apart."""


def is_free(last: Turn | None, every: float, now: Instant) -> bool:
    """Tell whether a job is due again; one taken at a time that is yet to come was taken by a wrong clock."""
    if last is None or last.taken_at > now + SKEW:
        return True
    return now - last.taken_at >= every * (1 - EARLY)
