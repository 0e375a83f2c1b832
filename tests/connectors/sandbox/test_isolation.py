"""Children: they do their work, and die of too much of it without anybody else noticing."""

import errno
import json
import logging
import os
import resource
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.sandbox.pool import MEMORY, SMALL_MEMORY, ChildPool
from connectors.sandbox.task import Allowance, UnfinishedError
from engine.errors import ShortageError
from engine.shortage import shortage_in
from tests.standins.descriptors import no_more_descriptors
from tests.standins.time import StillClock

HERE = "tests.connectors.sandbox.test_isolation"
ROOT = Path(__file__).parents[3]
DAEMONS = frozenset({"pydantic", "httpx2", "sqlalchemy", "icalendar", "googleapiclient", "engine.ports"})
"""What a child can do without: it is started for a moment's work."""


def echo(payload: bytes) -> bytes:
    return payload[::-1]


def surroundings(_payload: bytes) -> bytes:
    return json.dumps({"pid": os.getpid(), "names": sorted(os.environ)}).encode()


def busy_loop(_payload: bytes) -> bytes:
    while True:
        pass


def stuck(_payload: bytes) -> bytes:
    time.sleep(60)  # noqa: TID251 - the task under test hangs on purpose
    return b""


def greedy(_payload: bytes) -> bytes:
    return bytes(1 << 30)


def crash(_payload: bytes) -> bytes:
    os.abort()


def thinks(_payload: bytes) -> bytes:
    until = time.process_time() + 0.3  # noqa: TID251 - it is to spend that much
    while time.process_time() < until:  # noqa: TID251 - likewise
        pass
    return b"done"


class HastyClock(StillClock):
    def monotonic(self) -> float:
        return time.monotonic() * 1000


def fault(_payload: bytes) -> bytes:
    raise ValueError("not like this")


def write_a_file(payload: bytes) -> bytes:
    with open(payload.decode(), "wb") as file:
        file.write(b"x" * 100_000)
    return b"written"


def means(_payload: bytes) -> bytes:
    soft, _hard = resource.getrlimit(resource.RLIMIT_AS)
    adjusted = Path("/proc/self/oom_score_adj").read_text()
    cpu = resource.getrlimit(resource.RLIMIT_CPU)[0]
    return json.dumps({"memory": soft, "first_to_go": int(adjusted), "cpu": cpu}).encode()


def swollen(_payload: bytes) -> bytes:
    return bytes(60 << 20)


def keeps(payload: bytes) -> bytes:
    KEPT.append(bytes(100 << 20))
    return str(len(payload)).encode()


def sleeps_over_its_timer(_payload: bytes) -> bytes:
    signal.setitimer(signal.ITIMER_PROF, 0)
    while True:
        pass


KEPT: list[bytes] = []


class PatientClock(StillClock):
    """Time passes only where a test expects a child to stand still: a busy machine is none."""

    runs = False

    def monotonic(self) -> float:
        return time.monotonic() if self.runs else 0.0


@pytest.fixture
def clock() -> PatientClock:
    return PatientClock()


@pytest.fixture
def children(clock: PatientClock) -> Iterator[ChildPool]:
    pool = ChildPool(clock, size=2, standstill=1.0)
    yield pool
    pool.close()


def ask(pool: ChildPool, name: str, payload: bytes = b"", *, cpu: float = 2) -> bytes:
    return pool(f"{HERE}:{name}", payload, cpu=cpu)


def test_bytes_go_in_and_come_back_however_many(children: ChildPool) -> None:
    large = bytes(range(256)) * 40_000
    assert ask(children, "echo", b"abc") == b"cba"
    assert ask(children, "echo", large) == large[::-1]


def test_a_child_serves_again_and_knows_no_secret(
    children: ChildPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATHERLY_SECRET", "canary")
    first, second = (json.loads(ask(children, "surroundings")) for _ in range(2))
    assert first == second
    assert "GATHERLY_SECRET" not in first["names"]
    assert first["pid"] != os.getpid()


@pytest.mark.parametrize(
    "task",
    ["busy_loop", "stuck", "greedy", "crash", "fault", "swollen", "sleeps_over_its_timer"],
)
def test_what_cannot_be_finished_is_ended_and_the_next_task_is_done(
    children: ChildPool, clock: PatientClock, task: str
) -> None:
    clock.runs = True
    with pytest.raises(UnfinishedError):
        ask(children, task, cpu=0.3)
    clock.runs = False
    assert ask(children, "echo", b"abc") == b"cba"


def test_small_work_has_little_memory_and_one_large_piece_at_a_time_has_more(children: ChildPool) -> None:
    small, large = json.loads(ask(children, "means")), json.loads(ask(children, "means", bytes(2 << 20)))
    assert (small["memory"], large["memory"]) == (SMALL_MEMORY, MEMORY)
    assert MEMORY + SMALL_MEMORY <= 640 << 20
    assert small["first_to_go"] == 1000
    assert 0 < small["cpu"] <= 10


def test_a_child_that_has_grown_with_large_work_does_no_small_work_afterwards(children: ChildPool) -> None:
    before = json.loads(ask(children, "surroundings"))
    assert ask(children, "keeps", bytes(2 << 20))
    assert json.loads(ask(children, "surroundings"))["pid"] != before["pid"]


def test_several_tasks_share_one_allowance_and_none_begins_without_it(children: ChildPool) -> None:
    allowance = Allowance(0.5)
    for _ in range(2):
        with pytest.raises(UnfinishedError):
            children(f"{HERE}:busy_loop", b"", cpu=0.3, allowance=allowance)
    with pytest.raises(UnfinishedError, match="all of it takes too long"):
        children(f"{HERE}:echo", b"", cpu=0.3, allowance=allowance)


def test_a_machine_that_is_slow_makes_nothing_fail() -> None:
    """The clock runs a thousand times as fast as the child does: only its own time counts."""
    pool = ChildPool(HastyClock(), standstill=600)
    assert pool(f"{HERE}:thinks", b"", cpu=2.0) == b"done"
    pool.close()


def test_a_child_that_cannot_be_started_is_nobodys_fault_and_the_next_is(children: ChildPool) -> None:
    with no_more_descriptors(), pytest.raises(OSError, match="Too many open files") as raised:
        ask(children, "echo", b"abc")
    assert shortage_in(raised.value) is not None
    assert ask(children, "echo", b"abc") == b"cba"


def test_no_further_process_is_nobodys_fault(children: ChildPool, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_given: object, **_named: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", refused)
        with pytest.raises(ShortageError) as raised:
            ask(children, "echo", b"abc")
    assert "TasksMax" in str(raised.value)
    assert ask(children, "echo", b"abc") == b"cba"


def test_a_child_writes_no_file(children: ChildPool, tmp_path: os.PathLike[str]) -> None:
    target = os.path.join(tmp_path, "file")
    with pytest.raises(UnfinishedError):
        ask(children, "write_a_file", target.encode())
    assert os.path.getsize(target) == 0


def test_others_work_on_while_one_is_stuck(children: ChildPool, clock: PatientClock) -> None:
    ask(children, "echo", b"warm")
    ended: list[str] = []

    def hang() -> None:
        with pytest.raises(UnfinishedError, match="stood still"):
            ask(children, "stuck")
        ended.append("stuck")

    held = threading.Thread(target=hang)
    held.start()
    assert ask(children, "echo", b"abc") == b"cba"
    assert ended == []
    clock.runs = True
    held.join()
    assert ended == ["stuck"]


def unforeseen(_payload: bytes) -> bytes:
    warnings.warn("canary of a warning\x1b[2J", stacklevel=1)
    logging.getLogger("library").error("canary of a log")
    raise KeyError("canary of an error\r\nforged")


@pytest.mark.parametrize("task", ["fault", "unforeseen"])
def test_a_childs_own_words_about_its_input_are_neither_told_nor_kept(
    task: str, capfd: pytest.CaptureFixture[str]
) -> None:
    pool = ChildPool(StillClock())
    with pytest.raises(UnfinishedError) as caught:
        pool(f"{HERE}:{task}", b"", cpu=2.0)
    pool.close()
    told = str(caught.value) + capfd.readouterr().err
    assert "canary" not in told
    assert "not like this" not in told
    assert "\x1b" not in told


@pytest.mark.parametrize("room", ["connectors.ical.reading.tasks", "connectors.gcal.tasks"])
def test_a_child_loads_nothing_that_only_the_daemon_needs(room: str) -> None:
    """Each start of a child costs what it loads."""
    words = f"import sys, connectors.sandbox.child, {room}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert room in loaded
    assert not DAEMONS & set(loaded)
