"""The edge of every job: a failure is told and survived, and a lasting one does not flood the log."""

import threading

import structlog

from daemon.runtime.job_runner import JobRunner
from engine.errors import StoreUnavailableError
from tests.standins.time import StillClock


def full() -> None:
    raise StoreUnavailableError("The disk is full", "Make room")


def test_a_lasting_failure_is_told_ever_more_seldom_and_ends_nothing() -> None:
    with structlog.testing.capture_logs() as told:
        runner = JobRunner(StillClock(), threading.Event())
        tick = runner.guarded("propose", full)
        for _ in range(100):
            tick()
    assert [entry["times"] for entry in told] == [1, 2, 4, 8, 16, 32, 64]
    assert told[0]["error"] == "The disk is full. Make room"
    assert runner.beats["propose"].failures == 100


def test_a_job_that_works_again_begins_anew() -> None:
    runner = JobRunner(StillClock(), threading.Event())
    runner.guarded("pull", full)()
    runner.guarded("pull", lambda: None)()
    assert runner.beats["pull"].failures == 0


def test_nothing_begins_once_the_daemon_is_stopping() -> None:
    stop, ran = threading.Event(), []
    tick = JobRunner(StillClock(), stop).guarded("pull", lambda: ran.append(1))
    stop.set()
    tick()
    assert ran == []
