"""The edge of every job: whatever it raises is told and survived, and the next tick comes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from daemon.runtime.lasting import Lasting
from engine.errors import GatherlyError
from engine.ports.world import Clock
from engine.trouble import Trouble, attempt

AWAY = "store.away"
BACK = "store.back"
FAILED = "job.failed"
RECOVERED = "job.recovered"
CALM = 60.0
"""Seconds without a failure after which a job has recovered."""


@dataclass(frozen=True, slots=True)
class Beat:
    """When a job last came through, and how its last failure read."""

    at: float
    failures: int = 0
    last_error: str | None = None


class JobRunner:
    """Runs jobs so that no failure stops the next tick; remembers when each last came through."""

    def __init__(self, clock: Clock, stop: threading.Event, lasting: Lasting | None = None) -> None:
        self._clock = clock
        self._stop = stop
        self._lasting = lasting or Lasting(clock)
        self._beats: dict[str, Beat] = {}

    @property
    def beats(self) -> dict[str, Beat]:
        """Each job's last pass, by name; times by the monotonic clock."""
        return dict(self._beats)

    def guarded(self, name: str, work: Callable[[], object]) -> Callable[[], None]:
        """Give the work as a tick that never raises and does nothing once the daemon is stopping."""

        def tick() -> None:
            if self._stop.is_set():
                return
            outcome = attempt(work)
            if isinstance(outcome, Trouble):
                self._failed(name, outcome)
            else:
                self._came_through(name)

        return tick

    def _came_through(self, name: str) -> None:
        self._beats[name] = Beat(self._clock.monotonic())
        self._lasting.mended(FAILED, RECOVERED, calm=CALM, job=name)

    def _failed(self, name: str, trouble: Trouble) -> None:
        """Tell a failure: the store's once for all jobs, ours in a line, any other with its places."""
        before = self._beats.get(name)
        lasting = before is not None and before.last_error == trouble.line
        failures = before.failures + 1 if before is not None and lasting else 1
        self._beats[name] = Beat(self._clock.monotonic(), failures, trouble.line)
        if trouble.is_the_stores:
            self._lasting.broke(AWAY, trouble.line)
            return
        ours = isinstance(trouble.raised, GatherlyError)
        self._lasting.broke(FAILED, trouble.line, job=name, raised=None if ours else trouble.raised)
