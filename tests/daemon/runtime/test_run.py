"""The daemon as a process: readiness, progress, one at a time, and a clean end."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from daemon.runtime.clock import SystemClock
from engine.ids import ConnectorName
from engine.time.instant import format_instant
from engine.time.span import DAY, HOUR, MINUTE
from tests.worlds.command_line import AHEAD, PATIENCE, ROOT, Line
from tests.worlds.folder_world import FolderWorld, Somebody

AT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z"
PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))


class Manager:
    """A service manager: a real datagram socket that the daemon reports to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(PATIENCE)

    def hears(self, word: str) -> str:
        """Wait for a message with that word in it."""
        while True:
            message = self._socket.recv(4096).decode()
            if word in message:
                return message

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def gatherly(capsys: pytest.CaptureFixture[str]) -> Line:
    """Commands beside the daemon: in this process, which saves each a start."""
    return Line(capsys)


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    found = Manager(tmp_path / "notify")
    yield found
    found.close()


@contextmanager
def daemon(world: FolderWorld, manager: Manager) -> Iterator[subprocess.Popen[str]]:
    environment = {"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "3000000", "PATH": "/usr/bin:/bin"}
    process = subprocess.Popen(
        [sys.executable, "-m", "daemon", "run", "-c", str(world.file), "--log-format", "json"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_the_daemon_proposes_and_books_by_itself_and_ends_cleanly(
    tmp_path: Path, manager: Manager, gatherly: Line
) -> None:
    world = FolderWorld(tmp_path, PEOPLE, "2026-11-12T10:00:00Z")
    config = ("-c", world.file)
    with daemon(world, manager) as process:
        assert "READY=1" in manager.hears("READY=1")
        wish = ("--host", "alice", "--with", "bob", "--title", "Plan", *AHEAD)
        created = gatherly.asked("session", "create", *config, *wish)
        manager.hears("WATCHDOG=1")
        proposed = _until(gatherly, world, manager, created["id"], "proposedTimes")
        assert len(proposed["proposedTimes"]) == 3
        gatherly("session", "accept", *config, created["id"])
        booked = _until(gatherly, world, manager, created["id"], "scheduledAt")
        assert booked["booking"]["allOrNone"] == "all"
        second = gatherly("run", *config, "--once")
        assert second.returncode == 1
        assert str(process.pid) in second.stderr
        process.send_signal(signal.SIGTERM)
        assert "STOPPING=1" in manager.hears("STOPPING=1")
        _, said = process.communicate(timeout=120)
    assert process.returncode == 0
    records = [json.loads(line) for line in said.splitlines()]
    assert all(re.fullmatch(AT, one["at"]) and one["level"] and one["event"] for one in records)
    mine = [one["event"] for one in records if one.get("session") == created["id"]]
    assert mine == ["session.asked", "session.proposed", "session.accepted", "session.booked"]
    assert [one["event"] for one in records if one["event"].startswith("daemon.")] == [
        "daemon.ready",
        "daemon.stopping",
        "daemon.stopped",
    ]
    assert "Plan" not in said


def test_who_is_told_that_the_daemon_is_ready_is_answered(tmp_path: Path, manager: Manager) -> None:
    door = tmp_path / "door"
    world = FolderWorld(tmp_path, PEOPLE, "2026-11-12T10:00:00Z", f'[api]\nlisten = "unix:{door}"\n')
    with daemon(world, manager):
        manager.hears("READY=1")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asker:
            asker.settimeout(PATIENCE)
            asker.connect(str(door))
            asker.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert asker.recv(12) == b"HTTP/1.1 200"


def test_a_daemon_whose_door_is_taken_is_ready_all_the_same(tmp_path: Path, manager: Manager) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        listen = f'[api]\nlisten = "127.0.0.1:{port}"\n'
        world = FolderWorld(tmp_path, PEOPLE, "2026-11-12T10:00:00Z", listen)
        with daemon(world, manager):
            assert "2 connectors" in manager.hears("READY=1")


def _until(gatherly: Line, world: FolderWorld, manager: Manager, session: str, key: str) -> dict[str, Any]:
    """Ask, from one sign of life to the next, until the daemon has done its part."""
    for _ in range(60):
        view: dict[str, Any] = gatherly.asked("session", "show", "-c", world.file, session)
        if view.get(key):
            return view
        manager.hears("WATCHDOG=1")
    raise AssertionError(f"{key} did not come: {view}")


@pytest.mark.long
@pytest.mark.upload
def test_a_daemon_reloads_when_asked_and_goes_on_as_it_was_where_the_files_are_wrong(
    tmp_path: Path, manager: Manager, gatherly: Line
) -> None:
    world = FolderWorld(tmp_path, PEOPLE, "2026-11-12T10:00:00Z")
    config = ("-c", world.file)
    for word in ("reload", "sync"):
        none = gatherly(word, *config)
        assert (none.returncode, "No daemon runs" in none.stderr) == (1, True)
    good = world.file.read_text()
    with daemon(world, manager) as process:
        manager.hears("READY=1")
        world.file.write_text(
            good + '[connectors.new]\nkind = "folder"\nuser = "bob"\npath = "calendars/bob"\n'
        )
        assert gatherly("reload", *config).returncode == 0
        began = manager.hears("RELOADING=1")
        assert int(began.partition("MONOTONIC_USEC=")[2]) > 0
        assert "3 connectors" in manager.hears("READY=1")
        tomorrow = SystemClock().now() + DAY
        world.busy("bob", (format_instant(tomorrow), format_instant(tomorrow + HOUR)))
        read = gatherly("sync", *config)
        assert (read.returncode, "3 connectors read" in read.stdout) == (0, True)
        at = ("--user", "bob", "--at", format_instant(tomorrow + MINUTE))
        assert gatherly.asked("explain", *config, *at)["state"] == "busy"
        unknown = gatherly("sync", "nobody", *config)
        assert (unknown.returncode, "alice-folder" in unknown.stderr) == (1, True)
        world.file.write_text(good.replace('kind = "folder"', 'kind = "icz"'))
        refused = gatherly("reload", *config)
        assert (refused.returncode, "icz" in refused.stderr) == (1, True)
        process.send_signal(signal.SIGHUP)
        manager.hears("RELOADING=1")
        still = manager.hears("READY=1")
        assert "3 connectors" in still
        assert "icz" in still
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 0
    events = [json.loads(line)["event"] for line in said.splitlines()]
    assert [one for one in events if one.startswith("daemon.reload")] == [
        "daemon.reloaded",
        "daemon.reload_refused",
    ]


@pytest.mark.server
def test_a_database_server_that_is_away_at_the_start_is_waited_for(
    tmp_path: Path, manager: Manager, gatherly: Line, postgres: str, server: Path
) -> None:
    sockets = tmp_path / "sockets"
    sockets.mkdir()
    away = postgres.replace(quote(str(server), safe=""), quote(str(sockets), safe=""))
    away = away.replace(str(server), str(sockets))
    assert away != postgres
    world = FolderWorld(tmp_path, PEOPLE, "2026-11-12T10:00:00Z", f'[store]\nurl = "{away}"\n')
    with daemon(world, manager) as process:
        said = manager.hears("EXTEND_TIMEOUT_USEC=")
        assert "Waits for the store" in said
        status = gatherly("status", "-c", world.file)
        assert status.returncode == 1
        for one in server.iterdir():
            if one.is_socket():
                (sockets / one.name).symlink_to(one)
        assert "2 connectors" in manager.hears("READY=1")
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=120)
    assert process.returncode == 0
    assert told.count("store.away") == 1


def test_a_daemon_that_waits_for_its_store_ends_when_it_is_told_to(tmp_path: Path, manager: Manager) -> None:
    url = f"postgresql+psycopg://gatherly@/gatherly?host={tmp_path}"
    world = FolderWorld(tmp_path, PEOPLE, "2026-11-12T10:00:00Z", f'[store]\nurl = "{url}"\n')
    with daemon(world, manager) as process:
        manager.hears("EXTEND_TIMEOUT_USEC=")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=120)
    assert process.returncode == 0


def test_a_call_that_hangs_does_not_keep_the_daemon_from_stopping(tmp_path: Path, manager: Manager) -> None:
    with socket.create_server(("127.0.0.1", 0)) as black_hole:
        world = FolderWorld(tmp_path, PEOPLE, "2026-11-12T10:00:00Z")
        with world.file.open("a") as file:
            file.write(
                '[connectors.hole]\nkind = "ics"\nuser = "alice"\nallow_private_network = true\n'
                f'url = "http://127.0.0.1:{black_hole.getsockname()[1]}/never.ics"\n'
            )
        with daemon(world, manager) as process:
            manager.hears("READY=1")
            called, _ = black_hole.accept()
            with called:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=120)
        assert process.returncode == 0


def test_calendars_that_are_configured_no_longer_are_forgotten(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, PEOPLE, "2025-11-12T10:00:00Z")
    world.busy("bob", ("2025-11-13T00:00:00Z", "2025-11-30T00:00:00Z"))
    world.run_once()
    text = world.file.read_text().replace('path = "calendars/bob"', 'path = "calendars/alice"')
    world.file.write_text(text.replace("bob-folder", "bob-new"))
    with world.services() as services, services.store.reading() as tx:
        assert tx.calendars.of_connector(ConnectorName("bob-folder")) == []


@pytest.mark.long
@pytest.mark.upload
def test_a_daemon_that_was_killed_is_told_of_at_once(
    tmp_path: Path, manager: Manager, gatherly: Line
) -> None:
    world = FolderWorld(tmp_path, PEOPLE, "2026-11-12T10:00:00Z")
    with daemon(world, manager) as process:
        manager.hears("READY=1")
        with world.file.open("a") as file:
            file.write("# a word more\n")
        told = gatherly.asked("status", "-c", world.file)
        assert (told["ok"], told["daemon"]["pid"]) == (False, process.pid)
        assert told["daemon"]["configuration"] == "older than the files"
        process.kill()
        process.wait()
        done = gatherly("status", "-c", world.file)
        assert done.returncode == 1
        assert done.stdout.startswith("No daemon runs. It ended without stopping, ")
        assert not gatherly.asked("status", "-c", world.file)["daemon"]["running"]
