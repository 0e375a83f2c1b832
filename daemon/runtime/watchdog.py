"""The watchdog is fed while the daemon does its work, and while it waits for a store that is away.

A new process could not reach the store either: only ticks that stay out though the store answers starve it.
"""

from collections.abc import Callable

from daemon.runtime.lasting import Lasting
from daemon.runtime.sdnotify import ServiceManager
from engine.ports.world import Clock
from engine.trouble import Trouble, attempt

PATIENCE = 10.0
"""Seconds that the scheduler may be late."""
STARVED = "watchdog.starved"


class Punctuality:
    """How late a tick is that should come every so many seconds; the tick says when it came."""

    def __init__(self, clock: Clock, every: float) -> None:
        self._clock = clock
        self._every = every
        self._due = clock.monotonic() + every

    def came(self) -> None:
        """Note that the tick is here: the next one is due in its time."""
        self._due = self._clock.monotonic() + self._every

    def seconds_late(self) -> float:
        """Tell for how long the tick has been missing."""
        return max(0.0, self._clock.monotonic() - self._due)


class Watchdog:
    """Feeds the service manager's watchdog; the scheduler calls it, never a thread of its own."""

    def __init__(
        self,
        manager: ServiceManager,
        seconds_late: Callable[[], float],
        store_answers: Callable[[], object],
        lasting: Lasting,
    ) -> None:
        self._manager = manager
        self._seconds_late = seconds_late
        self._store_answers = store_answers
        self._lasting = lasting

    def feed(self) -> bool:
        """Say that the daemon is alive if it is; tell whether that was said."""
        answered = attempt(self._store_answers)
        if isinstance(answered, Trouble) and answered.is_the_stores:
            self._manager.alive(f"Waits for the store: {answered.line}")
            return True
        if isinstance(answered, Trouble):
            return self._starves(f"The store does not answer: {answered.line}")
        late = self._seconds_late()
        if late > PATIENCE:
            return self._starves(f"The scheduler is {late:.0f} s late")
        self._manager.alive()
        self._lasting.mended(STARVED, "watchdog.fed")
        return True

    def _starves(self, why: str) -> bool:
        self._lasting.broke(STARVED, why)
        self._manager.status(why)
        return False
