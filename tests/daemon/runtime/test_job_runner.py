"""The edge of every job: a failure is told and survived, and a lasting one does not flood the log."""

import threading

import structlog

from daemon.runtime.job_runner import AWAY, BACK, CALM, JobRunner
from daemon.runtime.lasting import Lasting
from engine.errors import InputError, StoreUnavailableError
from engine.time.span import DAY
from tests.standins.time import HandClock


def full() -> None:
    raise StoreUnavailableError("The disk is full", "Make room")


def wrong() -> None:
    raise InputError("The relay's name is wrong", "Mend it")


def test_what_lasts_is_told_when_it_breaks_ever_more_seldom_and_once_when_it_is_back() -> None:
    clock = HandClock()
    with structlog.testing.capture_logs() as told:
        runner = JobRunner(clock, threading.Event())
        for _ in range(DAY // 60):
            runner.guarded("tell", wrong)()
            clock.at += 60
        during = list(told)
        for _ in range(3):
            runner.guarded("tell", lambda: None)()
            clock.at += CALM
    assert [(line["event"], line["error"]) for line in during[:1]] == [
        ("job.failed", "The relay's name is wrong. Mend it")
    ]
    assert len(during) <= 9
    assert [line["event"] for line in told[len(during) :]] == ["job.recovered"]
    assert runner.beats["tell"].failures == 0


def test_a_full_disk_is_one_trouble_however_many_jobs_meet_it() -> None:
    clock = HandClock()
    lasting = Lasting(clock)
    with structlog.testing.capture_logs() as told:
        runner = JobRunner(clock, threading.Event(), lasting)
        ticks = [runner.guarded(f"job {number}", full) for number in range(10)]
        for _ in range(5 * 60):
            for tick in ticks:
                tick()
            clock.at += 1
        lasting.mended(AWAY, BACK, calm=40)  # something small was taken in between
        clock.at += 60
        lasting.mended(AWAY, BACK, calm=40)
        lasting.mended(AWAY, BACK, calm=40)
    assert [line["event"] for line in told] == [AWAY, BACK]
    assert told[1]["times"] == 3000


def test_nothing_begins_once_the_daemon_is_stopping() -> None:
    stop, ran = threading.Event(), []
    tick = JobRunner(HandClock(), stop).guarded("pull", lambda: ran.append(1))
    stop.set()
    tick()
    assert ran == []
