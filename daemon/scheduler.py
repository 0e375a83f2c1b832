"""The ticks: few, in memory, a thread each, by the monotonic clock; truth and due times lie in the store.

A tick that is late runs once, and none runs twice at a time. The wall clock plays no part: setting it stops
no tick (a scheduler that plans by dates would wait until the old time has come again).
"""

import threading
import time
from collections.abc import Callable, Mapping

from daemon.jobs.runner import JobRunner

Ticks = Mapping[str, tuple[float, Callable[[], object]]]
"""Name of a job, seconds between its ticks, what it does."""


class Scheduler:
    """Runs the daemon's ticks until told to stop."""

    def __init__(self, runner: JobRunner, ticks: Ticks, stop: threading.Event) -> None:
        self._stop = stop
        self._threads = [
            threading.Thread(
                target=self._go_on,
                args=(seconds, runner.guarded(name, work)),
                name=f"tick-{name}",
                daemon=True,
            )
            for name, (seconds, work) in ticks.items()
        ]

    def start(self) -> None:
        """Begin to tick."""
        for thread in self._threads:
            thread.start()

    def finish(self, patience: float) -> bool:
        """Stop ticking and wait so many seconds for what is under way; tell whether it ended."""
        self._stop.set()
        until = time.monotonic() + patience
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _go_on(self, seconds: float, tick: Callable[[], None]) -> None:
        due = time.monotonic() + seconds
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            tick()
            due = max(due + seconds, time.monotonic())
