"""Children: they do their work, and die of too much of it without anybody else noticing."""

import json
import os
import threading
import time
from collections.abc import Iterator

import pytest

from connectors.isolation import ChildPool, UnfinishedError
from tests.standins.time import StillClock

HERE = "tests.connectors.test_isolation"


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


def fault(_payload: bytes) -> bytes:
    raise ValueError("not like this")


def write_a_file(payload: bytes) -> bytes:
    with open(payload.decode(), "wb") as file:
        file.write(b"x" * 100_000)
    return b"written"


@pytest.fixture
def children() -> Iterator[ChildPool]:
    pool = ChildPool(StillClock(), size=2)
    yield pool
    pool.close()


def ask(pool: ChildPool, name: str, payload: bytes = b"", *, cpu: float = 2, seconds: float = 5) -> bytes:
    return pool(f"{HERE}:{name}", payload, cpu=cpu, seconds=seconds)


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
    ("task", "cpu", "seconds"),
    [("busy_loop", 0.3, 5), ("stuck", 1, 0.5), ("greedy", 1, 5), ("crash", 1, 5), ("fault", 1, 5)],
)
def test_what_cannot_be_finished_is_ended_and_the_next_task_is_done(
    children: ChildPool, task: str, cpu: float, seconds: float
) -> None:
    began = time.monotonic()
    with pytest.raises(UnfinishedError):
        ask(children, task, cpu=cpu, seconds=seconds)
    assert time.monotonic() - began < 3
    assert ask(children, "echo", b"abc") == b"cba"


def test_a_child_writes_no_file(children: ChildPool, tmp_path: os.PathLike[str]) -> None:
    target = os.path.join(tmp_path, "file")
    with pytest.raises(UnfinishedError):
        ask(children, "write_a_file", target.encode())
    assert os.path.getsize(target) == 0


def test_others_work_on_while_one_is_stuck(children: ChildPool) -> None:
    ask(children, "echo", b"warm")
    ended: list[str] = []

    def hang() -> None:
        with pytest.raises(UnfinishedError):
            ask(children, "stuck", seconds=1.5)
        ended.append("stuck")

    held = threading.Thread(target=hang)
    held.start()
    began = time.monotonic()
    assert ask(children, "echo", b"abc") == b"cba"
    assert time.monotonic() - began < 1.2
    held.join()
    assert ended == ["stuck"]
