"""A wall clock that is set stops no tick: the scheduler, in a process whose clock is moved while it runs."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.runtime.clock import SystemClock
from daemon.runtime.job_runner import JobRunner
from daemon.runtime.scheduler import Scheduler
from tests.standins import required

TICKING = """
import threading
from daemon.runtime.clock import SystemClock
from daemon.runtime.job_runner import JobRunner
from daemon.runtime.scheduler import Scheduler

clock, stop = SystemClock(), threading.Event()
ticks = {"tick": (0.5, lambda: print(clock.now(), flush=True))}
scheduler = Scheduler(JobRunner(clock, stop), ticks, stop, clock)
scheduler.start()
input()
scheduler.finish(5)
"""
TICKS = 3
SOON = 30
A_DAY = 24 * 3600
PATIENCE = 120
"""Seconds after which a scheduler that does not tick is ended, and the test with it."""


@pytest.fixture
def setting(tmp_path: Path) -> Path:
    return tmp_path / "clock"


@pytest.fixture
def ticking(setting: Path) -> Iterator[subprocess.Popen[str]]:
    shim = required.file(
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", component="faketime", package="libfaketime"
    )
    setting.write_text("+0")
    environment = {
        **os.environ,
        "LD_PRELOAD": str(shim),
        "FAKETIME_TIMESTAMP_FILE": str(setting),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", TICKING],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    hung = threading.Timer(PATIENCE, process.kill)
    hung.start()
    with process:
        yield process
        hung.cancel()
        process.communicate("\n", timeout=PATIENCE)


def ticks(process: subprocess.Popen[str], count: int) -> list[int]:
    assert process.stdout is not None
    return [int(process.stdout.readline()) for _ in range(count)]


@pytest.mark.parametrize(
    "moved",
    [
        -3600,
        30 * A_DAY,
        *(pytest.param(far, marks=[pytest.mark.long, pytest.mark.upload]) for far in (3600, -30 * A_DAY)),
    ],
)
def test_ticks_go_on_when_the_clock_is_set(ticking: subprocess.Popen[str], setting: Path, moved: int) -> None:
    before = ticks(ticking, TICKS)[-1]
    setting.write_text(f"{moved:+d}")
    after = next(at for at in iter(lambda: ticks(ticking, 1)[0], None) if abs(at - before) > abs(moved) / 2)
    more = ticks(ticking, TICKS)
    assert more[-1] - after < 60


class SeenLate(SystemClock):
    """A clock that was set just after it was looked at: what plans the ticks sees it one look earlier."""

    def __init__(self, by: int) -> None:
        super().__init__()
        self._by = by
        self._looks = 0

    def now(self) -> int:
        self._looks += 1
        return super().now() - (self._by if self._looks < TICKS else 0)


@pytest.mark.parametrize("by", [60, 3600, A_DAY, 30 * A_DAY])
def test_ticks_go_on_when_the_clock_is_set_between_two_looks(by: int) -> None:
    clock, stop = SeenLate(by), threading.Event()
    ticked = threading.Semaphore(0)
    scheduler = Scheduler(JobRunner(clock, stop), {"tick": (0.3, ticked.release)}, stop, clock)
    scheduler.start()
    try:
        assert all(ticked.acquire(timeout=SOON) for _ in range(2 * TICKS))
    finally:
        scheduler.finish(5)
