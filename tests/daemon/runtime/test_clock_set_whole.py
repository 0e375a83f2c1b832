"""The whole daemon, whose wall clock is set while it runs, reads, books and feeds its watchdog."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from daemon.runtime.clock import SystemClock
from daemon.store_access import StoreAccess, open_store_only
from engine.ids import SessionId, UserId
from engine.sessions.session_options import SessionOptions
from engine.time.instant import format_instant
from engine.time.span import DAY, HOUR, Instant, Span
from tests.daemon.runtime.test_run import Manager
from tests.standins import required
from tests.worlds.command_line import ROOT
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))
FEEDS = 240
"""Heartbeats, one each half second, within which the daemon has done what is asked of it."""
PATIENCE = 30
"""Seconds for what is under way to end."""
SHIM = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


@dataclass
class Running:
    """A daemon whose wall clock can be set, seen from beside it, and that clock itself."""

    world: FolderWorld
    manager: Manager
    process: subprocess.Popen[bytes]
    setting: Path
    off: int = 0
    heard: list[str] = field(default_factory=list)

    def set(self, by: int) -> None:
        self.off += by
        self.setting.write_text(f"{self.off:+d}")

    def now(self) -> Instant:
        return SystemClock().now() + self.off

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        raise AssertionError(f"nothing here waits {seconds} s")

    def until(self, what: Callable[[], object]) -> None:
        """Wait, heartbeat by heartbeat, until something is so."""
        for _ in range(FEEDS):
            if what():
                return
            self.heard.append(self.manager.hears(""))
        raise AssertionError(f"not within {FEEDS} messages to the service manager: {self.heard[-3:]}")

    def reads(self, view: StoreAccess) -> None:
        """Put something into somebody's calendar, and wait until it is known."""
        start = self.now() + 3 * HOUR
        self.world.busy("bob", (format_instant(start), format_instant(start + HOUR)))
        self.until(lambda: self._busy(view, Span(start, start + HOUR)))

    def _busy(self, view: StoreAccess, span: Span) -> bool:
        with view.store.reading() as tx:
            return bool(tx.calendars.busy(UserId("bob"), span))

    def offered(self, view: StoreAccess) -> SessionId:
        """Have something proposed."""
        wish = SessionOptions(host="alice", invitees=("bob",), title="Plan", duration="30m", notice="2h")
        session = view.desk.create(wish).id
        self.until(lambda: view.desk.view(session)["proposedTimes"])
        return session

    def booked(self, view: StoreAccess, session: SessionId) -> None:
        self.until(lambda: view.desk.view(session)["booking"]["state"] == "confirmed")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    shim = required.file(SHIM, component="faketime", package="libfaketime")
    setting, manager = tmp_path / "clock", Manager(tmp_path / "notify")
    setting.write_text("+0")
    world = FolderWorld(
        tmp_path, PEOPLE, format_instant(SystemClock().now()), settings='[sync]\nevery = "2s"\n'
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "daemon", "run", "-c", str(world.file)],
        cwd=ROOT,
        env={
            **os.environ,
            "NOTIFY_SOCKET": str(manager.path),
            "WATCHDOG_USEC": "1000000",
            "LD_PRELOAD": str(shim),
            "FAKETIME_TIMESTAMP_FILE": str(setting),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        },
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Running(world, manager, process, setting)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        process.kill()
        process.wait()
        manager.close()


@pytest.mark.long
@pytest.mark.chaos
def test_the_daemon_reads_books_and_lives_on_when_its_clock_is_set(running: Running) -> None:
    running.manager.hears("READY=1")
    with open_store_only(running.world.file, running) as view:
        for by in (-HOUR, HOUR + DAY):
            running.set(by)
            running.reads(view)
            later = running.offered(view)
            view.desk.accept(later, 1)
            running.booked(view, later)
        with view.store.reading() as tx:
            jumps = [row.details["shown"] - row.details["due"] for row in tx.audit.listed("clock")]
    assert running.process.poll() is None
    assert [round(jump / HOUR) for jump in jumps] == [-1, 25]
    assert not [message for message in running.heard if "late" in message or "answer" in message]
    assert sum("WATCHDOG=1" in message for message in running.heard) > 4
