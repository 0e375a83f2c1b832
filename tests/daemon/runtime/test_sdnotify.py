"""Readiness and watchdog, told to a real socket."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from daemon.runtime.lasting import Lasting
from daemon.runtime.sdnotify import ServiceManager, watchdog_interval
from daemon.runtime.watchdog import Punctuality, Watchdog
from engine.errors import StoreUnavailableError


class Listener:
    """The service manager's end of the socket."""

    def __init__(self, sock: socket.socket, address: str) -> None:
        self._socket = sock
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


class KeyedPool:
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
    clock = KeyedPool()
    ticks = Punctuality(clock, every=20)
    watchdog = Watchdog(listener.manager, ticks.seconds_late, lambda: 1, Lasting(clock))
    clock.seconds += 29
    assert watchdog.feed()
    ticks.came()
    clock.seconds += 25
    assert watchdog.feed()
    assert listener.heard() == ["WATCHDOG=1", "WATCHDOG=1"]


def test_a_scheduler_that_is_late_starves_it(listener: Listener) -> None:
    clock = KeyedPool()
    watchdog = Watchdog(
        listener.manager, Punctuality(clock, every=20).seconds_late, lambda: 1, Lasting(clock)
    )
    clock.seconds += 31
    assert not watchdog.feed()
    assert listener.heard() == ["STATUS=The scheduler is 11 s late"]


def test_a_store_that_does_not_answer_starves_it(listener: Listener) -> None:
    def away() -> int:
        raise StoreUnavailableError("The disk is full", "Make room")

    watchdog = Watchdog(listener.manager, lambda: 0.0, away, Lasting(KeyedPool()))
    with structlog.testing.capture_logs() as told:
        fed = [watchdog.feed() for _ in range(3)]
    assert not any(fed)
    assert [line["event"] for line in told] == ["watchdog.starved"]
    assert set(listener.heard()) == {"STATUS=The store does not answer: The disk is full. Make room"}
