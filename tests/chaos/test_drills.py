"""One real daemon that meets what befalls machines: it lives, says so, and goes on once that is over.

Beside it all the while: a feed that comes byte by byte, and one whose name nobody knows.
"""

import os
import re
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from daemon.store_access import StoreAccess, open_store_only
from engine.errors import GatherlyError
from engine.ids import SessionId
from engine.model.calendar import ConnectorState
from engine.model.session import EventSession, SessionStatus
from engine.sessions.session_options import SessionOptions
from tests.worlds.command_line import PATIENCE, ROOT, asked
from tests.worlds.folder_world import FolderWorld, Somebody

pytestmark = [pytest.mark.long, pytest.mark.chaos]
LASTS = 20
"""Seconds for which each fault is there."""
LOOK = 0.2
DRIP = 0.5
"""Seconds between two bytes of the slow feed."""
FEEDS = """
[store]
url = "sqlite:///gatherly.db"
[sync]
every = "30s"
[connectors.slow]
kind = "ics"
user = "cleo"
url = "http://127.0.0.1:{port}/slow.ics"
allow_private_network = true
[connectors.unknown]
kind = "ics"
user = "dan"
url = "http://nowhere.invalid/dan.ics"
allow_private_network = true
"""
MARK = re.compile(r"X-GATHERLY-SESSION:(\S+)")


@contextmanager
def dripping() -> Iterator[int]:
    """Serve a calendar that never ends, a byte at a time; gives the port."""
    over = threading.Event()

    def answer(line: socket.socket) -> None:
        with line, suppress(OSError):
            line.recv(65536)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\nContent-Length: 100000\r\n\r\n")
            while not over.wait(DRIP):
                line.sendall(b"B")

    def serve() -> None:
        with suppress(OSError):
            while True:
                line, _ = listening.accept()
                threading.Thread(target=answer, args=(line,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]
        over.set()


@dataclass
class Machine:
    """The daemon, and what one sees of it."""

    world: FolderWorld
    access: StoreAccess
    process: "subprocess.Popen[bytes]"
    number: int = 0

    def create(self) -> SessionId:
        self.number += 1
        wish = SessionOptions(
            host="ann", invitees=("bob",), title=f"Talk {self.number}", duration="30m", notice="3h"
        )
        return self.access.desk.create(wish).id

    def session(self, name: SessionId) -> EventSession:
        with self.access.store.reading() as tx:
            (found,) = tx.sessions.some([name])
        return found

    def until(self, seen: Callable[[], object]) -> None:
        """Look again and again; the daemon lives meanwhile."""
        end = time.monotonic() + PATIENCE
        while not seen():
            assert self.process.poll() is None, self.said()[-2000:]
            assert time.monotonic() < end, self.said()[-2000:]
            threading.Event().wait(LOOK)

    def said(self) -> str:
        return (self.world.root / "daemon.log").read_text()

    def copies(self, name: SessionId) -> list[str]:
        """Give whoever has a copy, one for each."""
        return [
            who
            for who in ("ann", "bob")
            for text in self.world.events(who)
            if (found := MARK.search(text.replace("\r\n ", ""))) and found[1] == name
        ]

    def limited(self, what: int, to: int) -> tuple[int, int]:
        """Set one of the daemon's limits; gives what it was."""
        before = resource.prlimit(self.process.pid, what)
        resource.prlimit(self.process.pid, what, (to, before[1]))
        return before

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def address_space(self) -> int:
        found = re.search(r"VmSize:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())
        assert found is not None
        return int(found[1]) * 1024


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with dripping() as port:
        people = [Somebody(name=name) for name in ("ann", "bob", "cleo", "dan")]
        folder = tmp_path_factory.mktemp("machine")
        world = FolderWorld(folder, people, "2026-11-16T08:00:00Z", FEEDS.format(port=port))
        command = [sys.executable, "-m", "daemon", "run", "-c", str(world.file)]
        with open_store_only(world.file) as access:
            with (folder / "daemon.log").open("wb") as log:
                process = subprocess.Popen(command, cwd=ROOT, stderr=log)
            made = Machine(world, access, process)
            try:
                made.until(lambda: "daemon.ready" in made.said())
                yield made
                process.terminate()
                assert process.wait(PATIENCE) == 0
            finally:
                process.kill()
                process.wait()


FAULTS: dict[str, tuple[int, Callable[[Machine], int]]] = {
    "no more descriptors": (resource.RLIMIT_NOFILE, lambda one: one.descriptors()),
    "no more memory": (resource.RLIMIT_AS, lambda one: one.address_space()),
    "no file may grow": (resource.RLIMIT_FSIZE, lambda _: 0),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_befalls_a_machine_is_survived(machine: Machine, fault: str) -> None:
    """Something is offered before, accepted meanwhile, and booked once with everybody afterwards."""
    before, during = machine.create(), None
    machine.until(lambda: machine.session(before).proposed_times)
    what, least = FAULTS[fault]
    limit = machine.limited(what, least(machine))
    try:
        machine.access.desk.accept(before, 1)
        with suppress(GatherlyError):
            during = machine.create()
        over = time.monotonic() + LASTS
        machine.until(lambda: time.monotonic() > over)
    finally:
        machine.limited(what, limit[0])
    machine.until(lambda: machine.session(before).status is SessionStatus.SCHEDULED)
    assert machine.copies(before) == ["ann", "bob"]
    assert "session.reopened" not in machine.said()
    if during is not None:
        machine.until(lambda: machine.session(during).proposed_times)
        machine.access.desk.cancel(during)
    assert asked("fsck", "-c", machine.world.file)["ok"]


def test_a_slow_feed_and_a_name_that_nobody_knows_hold_up_nobody(machine: Machine) -> None:
    one = machine.create()
    machine.until(lambda: machine.session(one).proposed_times)
    machine.access.desk.accept(one, 1)
    machine.until(lambda: machine.session(one).status is SessionStatus.SCHEDULED)

    def states() -> dict[str, ConnectorState]:
        with machine.access.store.reading() as tx:
            return {str(each.connector): each.state for each in tx.calendars.accounts() if each.last_attempt}

    machine.until(lambda: states().get("unknown") is ConnectorState.ERROR)
    assert states()["ann-folder"] is states()["bob-folder"] is ConnectorState.OK
