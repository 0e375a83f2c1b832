"""The ticks: few, in memory, in UTC; truth and due times lie in the store.

APScheduler's default drops a job that is a second late; here late jobs run once, and never twice at a time.
It plans by the wall clock, so that a clock set back an hour would stop every tick for an hour: here the plan
moves along with the clock, and what passes between two ticks is measured by the monotonic one. That a tick
comes while the one before it is under way is usual on a busy machine, and no line of the log: how late work
gets is measured (`gatherly_tick_lag_seconds`), and the watchdog goes by it.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, timedelta
from typing import Final

from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler

from daemon.runtime.job_runner import JobRunner
from engine.ports.world import Clock
from engine.time.instant import to_datetime

Ticks = Mapping[str, tuple[float, Callable[[], object]]]
"""Name of a job, seconds between its ticks, what it does."""
_LOOK: Final = 1.0
"""Seconds between two looks at the clock."""
_SET: Final = 2
"""Seconds by which the clocks must part before one of them counts as set: wall time is told in whole ones."""


class Scheduler:
    """Runs the daemon's ticks until told to stop."""

    def __init__(self, runner: JobRunner, ticks: Ticks, stop: threading.Event, clock: Clock) -> None:
        self._stop = stop
        log = logging.getLogger("gatherly.ticks")
        log.setLevel(logging.ERROR)
        self._scheduler = _SteadyScheduler(
            clock,
            logger=log,
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


class _SteadyScheduler(BackgroundScheduler):  # type: ignore[misc] # it ships no types
    """Moves what is planned along with a wall clock that is set.

    `_process_jobs` is where APScheduler's documentation on extending it lets a scheduler look at its jobs.
    """

    def __init__(self, clock: Clock, **options: object) -> None:
        self._clock = clock
        self._apart = clock.now() - clock.monotonic()
        super().__init__(**options)

    def _process_jobs(self) -> float:
        apart = self._clock.now() - self._clock.monotonic()
        moved = apart - self._apart
        if abs(moved) >= _SET:
            self._apart = apart
            for job in self.get_jobs():
                self._follow(job, timedelta(seconds=moved))
        wait: float | None = super()._process_jobs()
        return _LOOK if wait is None else min(wait, _LOOK)

    def _follow(self, job: Job, moved: timedelta) -> None:
        """Move a tick along, never beyond its next turn: it may have been planned by the new time already."""
        latest = to_datetime(self._clock.now()) + job.trigger.interval
        job.modify(next_run_time=min(job.next_run_time + moved, latest))
