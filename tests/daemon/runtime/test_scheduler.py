"""Ticks that come while the one before is under way: none is lost for good, and none is a line of the log."""

import threading

import pytest

from daemon.runtime.clock import SystemClock
from daemon.runtime.job_runner import JobRunner
from daemon.runtime.scheduler import Scheduler


def test_a_tick_that_lasts_longer_than_its_turn_is_not_told_of_each_second(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stop, may_end, others = threading.Event(), threading.Event(), threading.Semaphore(0)
    clock = SystemClock(stop)
    ticks = {"slow": (0.02, may_end.wait), "quick": (0.02, others.release)}
    scheduler = Scheduler(JobRunner(clock, stop), ticks, stop, clock)
    scheduler.start()
    for _ in range(10):
        assert others.acquire(timeout=60)
    may_end.set()
    assert scheduler.finish(60)
    assert [record.getMessage() for record in caplog.records] == []
