"""The ticks: few, in memory, in UTC; truth and due times lie in the store.

APScheduler's default drops a job that is a second late; here late jobs run once, and never twice at a time.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler

from daemon.jobs.runner import JobRunner

Ticks = Mapping[str, tuple[float, Callable[[], object]]]
"""Name of a job, seconds between its ticks, what it does."""


class Scheduler:
    """Runs the daemon's ticks until told to stop."""

    def __init__(self, runner: JobRunner, ticks: Ticks, stop: threading.Event) -> None:
        self._stop = stop
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for name, (seconds, work) in ticks.items():
            self._scheduler.add_job(runner.guarded(name, work), "interval", seconds=seconds, id=name)

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    def finish(self, patience: float) -> bool:
        """Stop ticking and wait so many seconds for what is under way; tell whether it ended."""
        self._stop.set()
        waiting = threading.Thread(target=self._scheduler.shutdown, kwargs={"wait": True}, daemon=True)
        waiting.start()
        waiting.join(patience)
        return not waiting.is_alive()
