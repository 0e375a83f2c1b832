"""The edge of every job: whatever it raises is told and survived, and the next tick comes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from engine.errors import GatherlyError
from engine.ports.world import Clock
from engine.trouble import Trouble, attempt


@dataclass(frozen=True, slots=True)
class Beat:
    """When a job last came through, and how its last failure read."""

    at: float
    failures: int = 0
    last_error: str | None = None


class JobRunner:
    """Runs jobs so that no failure stops the next tick; remembers when each last came through."""

    def __init__(self, clock: Clock, stop: threading.Event) -> None:
        self._clock = clock
        self._stop = stop
        self._log = structlog.get_logger("gatherly")
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
                self._beats[name] = Beat(self._clock.monotonic())

        return tick

    def _failed(self, name: str, trouble: Trouble) -> None:
        """Tell a failure: ours in a line, any other with its traceback; a lasting one ever more seldom."""
        before = self._beats.get(name)
        lasting = before is not None and before.last_error == trouble.line
        failures = before.failures + 1 if before is not None and lasting else 1
        self._beats[name] = Beat(self._clock.monotonic(), failures, trouble.line)
        if failures & (failures - 1):
            return
        ours = isinstance(trouble.raised, GatherlyError)
        trace = None if ours else trouble.raised
        self._log.error("job.failed", job=name, error=trouble.line, times=failures, exc_info=trace)
