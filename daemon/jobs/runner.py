"""The edge of every job: the one place where any error is caught, told and survived."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from engine.errors import GatherlyError
from engine.ports import Clock


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
            try:
                work()
            except Exception as error:
                self._failed(name, error)
            else:
                self._beats[name] = Beat(self._clock.monotonic())

        return tick

    def _failed(self, name: str, error: Exception) -> None:
        """Tell a failure: ours in a line, any other with its traceback; a lasting one ever more seldom."""
        before = self._beats.get(name)
        lasting = before is not None and before.last_error == str(error)
        failures = before.failures + 1 if before is not None and lasting else 1
        self._beats[name] = Beat(self._clock.monotonic(), failures, str(error))
        if failures & (failures - 1):
            return
        ours = isinstance(error, GatherlyError)
        self._log.error(
            "job.failed", job=name, error=str(error), times=failures, exc_info=None if ours else error
        )
