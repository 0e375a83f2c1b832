"""What an operator asks of the store: copies, archives, forgetting, and another key."""

import json
import shutil
import sqlite3
import threading
from io import StringIO
from pathlib import Path

import pytest

from daemon.runtime.clock import SystemClock
from engine.booking.timing import QUARANTINE
from engine.model.session import SessionStatus
from engine.sessions.session_options import SessionOptions
from engine.time.instant import format_instant
from engine.time.span import HOUR
from store.lock import DaemonLock
from tests.standins.time import Numbered
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))
AHEAD = "2025-11-12T09:58:00Z"


@pytest.fixture
def gatherly(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


@pytest.fixture(scope="module")
def booked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world with one booked session, which tests take copies of."""
    world = FolderWorld(tmp_path_factory.mktemp("booked"), PEOPLE, AHEAD)
    world.busy("bob", ("2025-11-13T09:00:00Z", "2025-11-13T10:00:00Z"))
    with world.standing():
        session = world.create("alice", "bob", title="Quarterly figures")
        world.run_once()
        world.accept(session)
        world.run_once()
    return world.root


@pytest.fixture
def world(tmp_path: Path, booked: Path) -> FolderWorld:
    shutil.copytree(booked, tmp_path, dirs_exist_ok=True)
    return FolderWorld(tmp_path, PEOPLE, AHEAD, randomness=Numbered(100))


def test_keys_are_rotated_and_everything_stays_readable(world: FolderWorld, gatherly: Line) -> None:
    before = (world.root / "gatherly.key").read_bytes()
    assert gatherly("keys", "rotate", "-c", world.file).returncode == 0
    assert (world.root / "gatherly.key").read_bytes() != before
    assert (world.root / "gatherly.key.old").read_bytes() == before
    assert (
        gatherly("explain", "-c", world.file, "--user", "bob", "--at", "2025-11-13T09:30:00Z").returncode == 0
    )
    assert not world.run_once().changed


@pytest.mark.long
@pytest.mark.upload
def test_after_a_rotation_what_was_written_is_known_and_whom_was_forgotten_stays_so(
    world: FolderWorld, gatherly: Line
) -> None:
    other = world.create("alice", "bob", title="Another")
    world.run_once()
    world.accept(other)
    world.run_once()
    assert gatherly("keys", "rotate", "-c", world.file).returncode == 0
    assert not world.run_once().changed
    checked = gatherly.asked("fsck", "-c", world.file)
    assert checked == {"ok": True, "violations": [], "unread": []}
    assert len(world.events("bob")) == 2
    with world.services() as services:
        services.desk.cancel(other)
    world.run_once()
    assert len(world.events("bob")) == 1
    world.pass_time(QUARANTINE + 1)  # the command's clock is a year ahead: nothing is to be under way by then
    world.run_once()
    assert gatherly("erase", "bob", "--yes", "-c", world.file).returncode == 0
    assert gatherly("keys", "rotate", "-c", world.file).returncode == 0
    world.run_once()
    assert world.events("bob") == []
    with world.services() as services, services.store.reading() as tx:
        assert [user.id for user in tx.users.all()] == ["alice"]


def test_a_rotation_that_was_interrupted_goes_on(world: FolderWorld, gatherly: Line) -> None:
    (world.root / "gatherly.key.new").write_bytes(b"k" * 32)
    (world.root / "gatherly.key.new").chmod(0o600)
    assert not world.run_once().changed
    assert gatherly("keys", "rotate", "-c", world.file).returncode == 0
    assert (world.root / "gatherly.key").read_bytes() == b"k" * 32
    assert not (world.root / "gatherly.key.new").exists()
    assert not world.run_once().changed


def test_a_backup_is_a_whole_store(world: FolderWorld, gatherly: Line) -> None:
    copy = world.root / "copy.db"
    assert gatherly("backup", copy, "-c", world.file).returncode == 0
    with sqlite3.connect(copy) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert opened.execute("SELECT count(*) FROM event_sessions").fetchone() == (1,)
    opened.close()


@pytest.mark.long
@pytest.mark.upload
def test_a_backup_taken_under_load_is_restored_and_works_on(world: FolderWorld, gatherly: Line) -> None:
    copies = [world.root / f"copy-{number}.db" for number in range(3)]
    over = threading.Event()
    with world.services() as services:

        def ask() -> None:
            options = SessionOptions(host="alice", invitees=("bob",), title="Sync", duration="30m")
            for _ in range(40):
                if not over.is_set():
                    services.desk.create(options)

        asking = threading.Thread(target=ask)
        asking.start()
        for copy in copies:
            assert gatherly("backup", copy, "-c", world.file).returncode == 0
        over.set()
        asking.join()
    held = []
    for copy in copies:
        for path in world.root.glob("gatherly.db*"):
            path.unlink()
        shutil.copyfile(copy, world.root / "gatherly.db")
        assert gatherly.asked("fsck", "-c", world.file) == {"ok": True, "violations": [], "unread": []}
        with world.services() as services, services.store.reading() as tx:
            sessions = [session.id for session in tx.sessions.listed(SessionStatus.PENDING)]
            assert all(len(tx.messages.of(session)) == 1 for session in sessions)
            assert set(sessions) <= set(tx.wakes.due(world.clock.now(), 1000))
        held.append(len(sessions))
    assert held == sorted(held)
    world.run_once()
    with world.services() as services, services.store.reading() as tx:
        assert all(session.proposed_times for session in tx.sessions.listed(SessionStatus.PENDING))


def test_a_person_gets_everything_that_is_theirs(world: FolderWorld, gatherly: Line) -> None:
    archive = json.loads(gatherly("export", "bob", "-c", world.file).stdout)
    assert "bob@example.com" in json.dumps(archive)
    assert "Taken" in json.dumps(archive)
    assert "alice@example.com" not in json.dumps(archive["users"])


def test_nobody_is_asked_about_what_a_running_daemon_forbids(
    world: FolderWorld, gatherly: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guests are forgotten beside it, and what would go can be looked at."""
    monkeypatch.setattr("sys.stdin", StringIO("y\n"))
    lock = DaemonLock(world.root / "gatherly.db")
    lock.take(0)
    try:
        asked = gatherly("erase", "bob", "-c", world.file)
        shown = gatherly("erase", "bob", "--dry-run", "-c", world.file)
    finally:
        lock.release()
    assert asked.returncode == 1
    assert "Another gatherly" in asked.stderr
    assert "Stop it first" in asked.stderr
    assert "[y/N]" not in asked.stdout
    assert shown.returncode == 0
    assert "Nothing was changed (--dry-run)." in shown.stdout


def test_a_person_who_is_erased_is_gone_and_stays_gone(world: FolderWorld, gatherly: Line) -> None:
    assert len(world.events("alice")) == len(world.events("bob")) == 1
    told = gatherly("erase", "alice", "--dry-run", "-c", world.file).stdout
    assert "took place, and stays with the others" in told
    done = gatherly("erase", "bob", "--yes", "-c", world.file)
    assert done.returncode == 0, done.stderr
    assert len(world.events("alice")) == 1
    assert world.events("bob") == []
    assert gatherly("db", "upgrade", "-c", world.file).returncode == 0
    held = b"".join(path.read_bytes() for path in world.root.glob("gatherly.db*"))
    assert b"bob@example.com" not in held
    world.run_once()
    with world.services() as services, services.store.reading() as tx:
        assert [user.id for user in tx.users.all()] == ["alice"]


def test_an_attendee_is_erased_at_once_from_what_goes_on(tmp_path: Path, gatherly: Line) -> None:
    people = [Somebody(name=name) for name in ("alice", "bob", "carol")]
    world = FolderWorld(tmp_path, people, format_instant(SystemClock().now() - 2 * HOUR))
    with world.standing():
        session = world.create("alice", "bob", optional=("carol",), within="9d", notice="20h")
        world.run_once()
        world.accept(session)
        world.run_once()
    done = gatherly("erase", "carol", "--yes", "-c", world.file)
    assert done.returncode == 0, done.stderr
    assert [len(world.events(one.name)) for one in people] == [1, 1, 0]


def test_what_was_written_is_removed_even_when_the_store_is_lost(world: FolderWorld, gatherly: Line) -> None:
    assert len(world.events("bob")) == 1
    for path in world.root.glob("gatherly.db*"):
        path.unlink()
    dry = gatherly("purge", "bob-folder", "-c", world.file, "--dry-run")
    assert len(world.events("bob")) == 1
    done = gatherly("purge", "bob-folder", "-c", world.file)
    assert (done.returncode, done.stdout) == (0, dry.stdout)
    assert len(done.stdout.split()) == 1
    assert world.events("bob") == []
    assert len(list(world.folder("bob").glob("*.ics"))) == 1
