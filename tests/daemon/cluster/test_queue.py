"""The queue between daemons: each piece once at a time, by whoever is free, and nothing lost with it."""

import gc
import logging
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from structlog.testing import capture_logs

from daemon.cluster.carrier import Carrier
from daemon.cluster.procrastinate_queue import UNANSWERED, ProcrastinateQueue
from daemon.runtime.clock import SystemClock
from daemon.runtime.lasting import Lasting

PATIENCE = 60.0
GONE = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '31 s') RETURNING id"
FORGOTTEN = "DELETE FROM procrastinate_jobs WHERE status = 'doing'"


class Worker:
    """What was done where; pieces wait until they are let go."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.at_once: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.here: list[Hashable] = []
        self.begun = threading.Semaphore(0)
        self.ended = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.go_on.set()
        self._lock = threading.Lock()

    def do(self, key: str) -> None:
        with self._lock:
            self.at_once[key] += 1
            self.most[key] = max(self.most[key], self.at_once[key])
        self.begun.release()
        assert self.go_on.wait(PATIENCE)
        with self._lock:
            self.at_once[key] -= 1
            self.done[key] += 1
        self.ended.release()

    def take(self, _kind: str, key: Hashable, _piece: Callable[[], object]) -> bool:
        self.here.append(key)
        return True

    def wait(self, which: threading.Semaphore, count: int) -> None:
        for _ in range(count):
            assert which.acquire(timeout=PATIENCE)


@contextmanager
def queue(url: str, worker: Worker, at_once: int = 2, *, works: bool = True) -> Iterator[ProcrastinateQueue]:
    clock = SystemClock()
    made = ProcrastinateQueue(Carrier(url), at_once, worker.take, clock, Lasting(clock))
    made.begin({"book": worker.do} if works else {})
    yield made
    worker.go_on.set()
    assert made.finish(PATIENCE)


@pytest.fixture
def bare(postgres: str) -> Iterator[str]:
    yield postgres
    address = postgres.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {Carrier(postgres).schema} CASCADE".encode())


def test_pieces_are_done_by_whoever_is_free_each_key_once_at_a_time(bare: str) -> None:
    worker = Worker()
    worker.go_on.clear()
    with queue(bare, worker) as one, queue(bare, worker, works=False) as other:
        assert one.offer("book", ["a", "b"])
        assert not other.offer("book", ["a", "b"]), "what waits or is under way is offered once"
        worker.wait(worker.begun, 2)
        assert not other.offer("book", ["b"])
        assert other.offer("book", ["a", "c"]), "of two offers one was new"
        worker.go_on.set()
        worker.wait(worker.ended, 3)
        assert worker.done == {"a": 1, "b": 1, "c": 1}
        assert set(worker.most.values()) == {1}
        assert worker.here == []


def test_what_a_dead_worker_was_doing_is_free_again(bare: str) -> None:
    worker = Worker()
    with queue(bare, worker, works=False) as finder:
        assert finder.offer("book", ["a"])
        carrier = Carrier(bare)
        with psycopg.connect(bare.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"SET search_path = {carrier.schema}".encode())
            number = connection.execute(GONE.encode()).fetchone()
            connection.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", number)
        assert carrier.waiting(["book/a"]) == ["book/a"]
        assert carrier.rescue() == 1
        carrier.close()
        assert finder.offer("book", ["a"])
        with queue(bare, worker):
            worker.wait(worker.ended, 1)


def test_what_the_queue_does_not_take_is_done_here() -> None:
    worker = Worker()
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    with capture_logs() as told, queue(nowhere, worker) as away:
        assert not away.offer("book", [])
        assert away.offer("book", ["a", "b"])
    assert worker.here == ["a", "b"]
    said = {(line["event"], line["error"]) for line in told}
    assert said == {("queue.away", UNANSWERED)}, "a server that is away is nothing to report"


def test_a_worker_that_stood_still_until_its_piece_was_forgotten_goes_on_without_a_word(
    bare: str, caplog: pytest.LogCaptureFixture
) -> None:
    worker = Worker()
    worker.go_on.clear()
    with queue(bare, worker, at_once=1) as one:
        assert one.offer("book", ["a"])
        worker.wait(worker.begun, 1)
        with psycopg.connect(bare.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"SET search_path = {Carrier(bare).schema}".encode())
            assert connection.execute(FORGOTTEN).rowcount == 1
        worker.go_on.set()
        worker.wait(worker.ended, 1)
        for key in "bc":
            assert one.offer("book", [key])
            worker.wait(worker.ended, 1)
    gc.collect()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []
