"""Claims of dispatches: one worker at a time hands one over."""

from dataclasses import replace

from engine.model.booking import OutboxState
from engine.model.notices import Dispatch
from engine.time.span import Instant


def is_free(one: Dispatch, now: Instant) -> bool:
    """Tell whether it waits to be handed over, and nobody has it just now."""
    return one.state is OutboxState.PENDING and one.next_at <= now


def claimed(one: Dispatch, now: Instant, seconds: int) -> Dispatch:
    """Give it as one more try leaves it, taken for so long: a worker that dies is not waited for."""
    return replace(one, attempts=one.attempts + 1, next_at=now + seconds)
