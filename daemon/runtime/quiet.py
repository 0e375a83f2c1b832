"""When a tick may be left out: nothing has changed for a while, and what is left is a matter of time."""

from collections.abc import Callable

from engine.ports.world import Clock
from engine.trouble import Trouble, attempt

AWAKE = 15.0
"""Seconds after a change for which every tick looks everywhere: what follows a change follows it soon."""
LOOK_EVERY = 10.0
"""Seconds between two looks of a daemon at rest: so late may be what is due at a time."""


class Quiet:
    """Compares the store's pulse from tick to tick, and asks whether anything was touched beside it."""

    def __init__(
        self,
        pulse: Callable[[], int],
        touched: Callable[[], bool],
        clock: Clock,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self._pulse = pulse
        self._touched = touched
        self._clock = clock
        self._every = min(LOOK_EVERY, look_every)
        self._number: int | None = None
        self._changed = self._looked = clock.monotonic()

    def holds(self) -> bool:
        """Tell whether this tick has nothing to look for; a store that does not answer is looked at."""
        now, number = self._clock.monotonic(), attempt(self._pulse)
        if isinstance(number, Trouble) or number != self._number:
            self._number = None if isinstance(number, Trouble) else number
            self._changed = now
        if now - self._changed < AWAKE or now - self._looked >= self._every or self._touched():
            self._looked = now
            return False
        return True

    def unheard(self, work: Callable[[], object]) -> None:
        """Do what changes the store and is no news: what else changes meanwhile is met at the next look."""
        before = attempt(self._pulse)
        work()
        after = attempt(self._pulse)
        if before == self._number and not isinstance(after, Trouble):
            self._number = after
