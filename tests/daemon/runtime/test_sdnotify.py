"""Readiness and watchdog, told to a real socket."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from daemon.runtime.lasting import Lasting
from daemon.runtime.sdnotify import ServiceManager, watchdog_interval
from daemon.runtime.watchdog import Punctuality, Watchdog
from engine.errors import StoreError, StoreUnavailableError
from tests.worlds.command_line import PATIENCE


class Listener:
    """The service manager's end of the socket."""

    def __init__(self, sock: socket.socket, address: str) -> None:
        self._socket = sock
        self.address = address
        self.manager = ServiceManager.of({"NOTIFY_SOCKET": address})

    def heard(self) -> list[str]:
        """Give the lines of all that has come."""
        lines: list[str] = []
        while True:
            try:
                lines += self._socket.recv(4096).decode().split("\n")
            except BlockingIOError:
                return lines


@pytest.fixture(params=["path", "abstract"])
def listener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Listener]:
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.bind(path if request.param == "path" else f"\0{path}")
        yield Listener(sock, path if request.param == "path" else f"@{path}")


class HandSet:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> int:
        return int(self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> bool:
        self.seconds += seconds
        return False


def test_a_life_is_told(listener: Listener) -> None:
    manager = listener.manager
    manager.status("checking the store")
    manager.ready("4 connectors")
    manager.alive()
    manager.reloading(12.5)
    manager.stopping("finishing 2 writes")
    assert listener.heard() == [
        "STATUS=checking the store",
        "READY=1",
        "STATUS=4 connectors",
        "WATCHDOG=1",
        "RELOADING=1",
        "MONOTONIC_USEC=12500000",
        "STOPPING=1",
        "STATUS=finishing 2 writes",
    ]


def test_a_status_stays_one_line(listener: Listener) -> None:
    listener.manager.status("broken\nREADY=1")
    assert listener.heard() == ["STATUS=broken READY=1"]


def test_without_a_service_manager_nothing_is_sent() -> None:
    ServiceManager.of({}).ready("all well")


def test_a_socket_that_is_gone_stops_nobody(tmp_path: Path) -> None:
    ServiceManager(str(tmp_path / "gone")).alive()


@pytest.mark.parametrize(
    ("env", "seconds"),
    [
        ({"WATCHDOG_USEC": "60000000"}, 20.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"}, 20.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_fed_thrice_in_its_patience(env: dict[str, str], seconds: float | None) -> None:
    assert watchdog_interval(env, pid=7) == seconds


def test_it_is_fed_while_ticks_come_in_time_and_the_store_answers(listener: Listener) -> None:
    clock = HandSet()
    ticks = Punctuality(clock, every=20)
    watchdog = Watchdog(listener.manager, ticks.seconds_late, lambda: 1, Lasting(clock))
    clock.seconds += 29
    assert watchdog.feed()
    ticks.came()
    clock.seconds += 25
    assert watchdog.feed()
    assert listener.heard() == ["WATCHDOG=1", "WATCHDOG=1"]


def test_a_scheduler_that_is_late_starves_it(listener: Listener) -> None:
    clock = HandSet()
    watchdog = Watchdog(
        listener.manager, Punctuality(clock, every=20).seconds_late, lambda: 1, Lasting(clock)
    )
    clock.seconds += 31
    assert not watchdog.feed()
    assert listener.heard() == ["STATUS=The scheduler is 11 s late"]


def test_a_store_that_is_away_is_waited_for_by_a_daemon_that_lives(listener: Listener) -> None:
    def away() -> int:
        raise StoreUnavailableError("The server is away", "Start it")

    clock = HandSet()
    ticks = Punctuality(clock, every=20)
    watchdog = Watchdog(listener.manager, ticks.seconds_late, away, Lasting(clock))
    with structlog.testing.capture_logs() as told:
        for _ in range(3):
            clock.seconds += 60  # what waits for the store may keep a tick as well
            assert watchdog.feed()
    assert told == []
    said = listener.heard()
    assert said.count("WATCHDOG=1") == 3
    assert said.count("STATUS=Waits for the store: The server is away. Start it") == 3


@pytest.mark.parametrize("broken", [StoreError("The pulse is no number"), ValueError("x"), MemoryError()])
def test_a_store_that_breaks_otherwise_starves_it_and_is_told_of_once(
    listener: Listener, broken: BaseException
) -> None:
    def breaks() -> int:
        raise broken

    watchdog = Watchdog(listener.manager, lambda: 0.0, breaks, Lasting(HandSet()))
    with structlog.testing.capture_logs() as told:
        fed = [watchdog.feed() for _ in range(3)]
    assert not any(fed)
    assert [line["event"] for line in told] == ["watchdog.starved"]
    assert all(line.startswith("STATUS=The store does not answer: ") for line in listener.heard())


def test_a_late_scheduler_starves_it_again_once_the_store_is_back(listener: Listener) -> None:
    clock, store = HandSet(), [StoreUnavailableError("The server is away")]
    ticks = Punctuality(clock, every=1)

    def answers() -> int:
        if store:
            raise store[0]
        return 1

    watchdog = Watchdog(listener.manager, ticks.seconds_late, answers, Lasting(clock))
    clock.seconds += 60
    fed = [watchdog.feed()]
    store.clear()
    fed.append(watchdog.feed())
    ticks.came()
    fed.append(watchdog.feed())
    assert fed == [True, False, True]


UNREAD = 40
"""More words than a socket keeps for one who does not read."""


@pytest.mark.parametrize("say", ["alive", "status"])
def test_a_socket_that_nobody_reads_holds_nobody_up_and_is_told_of_once(listener: Listener, say: str) -> None:
    manager = listener.manager
    words = {"alive": manager.alive, "status": lambda: manager.status("all is well")}
    with structlog.testing.capture_logs() as told:
        for _ in range(UNREAD):
            words[say]()
    assert [line["event"] for line in told] == ["notify.unheard"]
    assert 0 < len(listener.heard()) < UNREAD
    with structlog.testing.capture_logs() as told:
        words[say]()
    assert told == []
    assert len(listener.heard()) == 1


def test_what_is_said_once_waits_for_its_reader(listener: Listener) -> None:
    for _ in range(UNREAD):
        listener.manager.alive()
    heard: list[str] = []
    reading = threading.Thread(target=lambda: heard.extend(listener.heard()))
    manager = ServiceManager(listener.address, patience=PATIENCE)
    reading.start()
    manager.ready("4 connectors")
    reading.join()
    heard += listener.heard()
    assert heard[-2:] == ["READY=1", "STATUS=4 connectors"]


def test_a_word_that_comes_through_makes_the_next_silence_news(tmp_path: Path) -> None:
    path = tmp_path / "notify"
    manager = ServiceManager(str(path))
    with structlog.testing.capture_logs() as told:
        manager.alive()
        manager.alive()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.bind(str(path))
            manager.alive()
        manager.alive()
    assert [line["error"] for line in told] == ["No such file or directory", "Connection refused"]
