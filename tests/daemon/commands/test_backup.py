"""`gatherly backup` and `gatherly restore`: nothing is overwritten, every copy is whole, nothing is lost."""

import os
import re
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest

from store.lock import DaemonLock
from tests.standins.time import Numbered
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))
NOW = "2025-11-12T09:58:00Z"
HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "backup.md"


@pytest.fixture
def gatherly(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


@pytest.fixture(scope="module")
def proposed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world with one session on offer, which tests take copies of."""
    root = tmp_path_factory.mktemp("proposed")
    world = FolderWorld(root, PEOPLE, NOW)
    (root / "conf.d").mkdir()
    (root / "conf.d" / "more.toml").write_text("# nothing\n")
    world.create("alice", "bob", title="Quarterly figures")
    world.run_once()
    return root


@pytest.fixture
def world(tmp_path: Path, proposed: Path) -> FolderWorld:
    copytree(proposed, tmp_path, dirs_exist_ok=True)
    return FolderWorld(tmp_path, PEOPLE, NOW, randomness=Numbered(100))


def everything(world: FolderWorld) -> dict[str, bytes]:
    """Give every file but those that SQLite keeps beside an open store."""
    return {
        str(path.relative_to(world.root)): path.read_bytes()
        for path in world.root.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm", ".lock"))
    }


OWN = (
    "gatherly.db",
    "gatherly.db-wal",
    "gatherly.db-shm",
    "gatherly.db-journal",
    "gatherly.db.lock",
    "gatherly.key",
    "gatherly.key.new",
    "gatherly.key.old",
    "gatherly.toml",
    "conf.d/more.toml",
    "conf.d/new.toml",
    "conf.d/../gatherly.key",
)


def test_no_copy_is_put_over_what_is_gatherly_s_own(world: FolderWorld, gatherly: Line) -> None:
    before = everything(world)
    for name in OWN:
        for force in ((), ("--force",)):
            refused = gatherly("backup", world.root / name, *force, "-c", world.file)
            assert (name, force, refused.returncode) == (name, force, 1)
            assert everything(world) == before, (name, force)


def test_no_copy_is_put_over_anything_else_and_force_overwrites_backups_alone(
    world: FolderWorld, gatherly: Line
) -> None:
    notes, link, good = world.root / "notes.txt", world.root / "link.db", world.root / "good.db"
    notes.write_text("mine")
    link.symlink_to(world.root / "gatherly.db")
    hard = world.root / "hard.db"
    os.link(world.root / "gatherly.key", hard)
    assert gatherly("backup", good, "-c", world.file).returncode == 0
    before = everything(world)
    for place in (notes, link, hard, world.root):
        for force in ((), ("--force",)):
            assert gatherly("backup", place, *force, "-c", world.file).returncode == 1
    again = gatherly("backup", good, "-c", world.file)
    assert (again.returncode, "exists" in again.stderr) == (1, True)
    assert everything(world) == before
    world.create("alice", "bob", title="Another")
    assert gatherly("backup", good, "--force", "-c", world.file).returncode == 0
    assert sessions_in(good) == 2


def sessions_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as opened:
        return int(opened.execute("SELECT count(*) FROM event_sessions").fetchone()[0])


def test_several_copies_are_written_or_none(world: FolderWorld, gatherly: Line) -> None:
    one, two = world.root / "one.db", world.root / "two.db"
    assert gatherly("backup", one, world.root / "gatherly.key", "-c", world.file).returncode == 1
    assert not one.exists()
    assert gatherly("backup", one, one, "-c", world.file).returncode == 1
    assert not one.exists()
    done = gatherly("backup", one, two, "-c", world.file)
    assert (done.returncode, sessions_in(one), sessions_in(two)) == (0, 1, 1)
    assert done.stdout.count("verified") == 2
    assert "key" in done.stdout
    assert one.stat().st_mode & 0o077 == 0


def test_a_restored_store_is_the_backup_s_and_the_present_one_is_kept(
    world: FolderWorld, gatherly: Line
) -> None:
    copy = world.root / "copy.db"
    assert gatherly("backup", copy, "-c", world.file).returncode == 0
    (session,) = gatherly.asked("session", "list", "-c", world.file)
    world.accept(session["id"], 3)
    world.run_once()
    assert len(world.events("bob")) == 1
    done = gatherly("restore", copy, "-c", world.file)
    assert done.returncode == 0, done.stderr
    (found,) = gatherly.asked("session", "list", "-c", world.file)
    assert found["status"] == "pending"
    (aside,) = [p for p in world.root.glob("gatherly.db.before-restore-*") if not p.name.endswith("-wal")]
    with closing(sqlite3.connect(aside)) as opened:
        assert opened.execute("SELECT status FROM event_sessions").fetchone() == ("scheduled",)
    checked = gatherly.asked("fsck", "-c", world.file)
    assert not checked["ok"]
    assert checked["violations"]
    with world.standing():
        for _ in range(3):
            world.run_once()
            world.clock.at += 300
    assert len(world.events("bob")) == 1
    assert gatherly("fsck", "--apply", "-c", world.file).returncode == 0
    assert world.events("bob") == []


def test_a_restore_is_refused_while_a_daemon_works(world: FolderWorld, gatherly: Line) -> None:
    copy = world.root / "copy.db"
    gatherly("backup", copy, "-c", world.file)
    before = (world.root / "gatherly.db").stat().st_ino
    lock = DaemonLock(world.root / "gatherly.db")
    lock.take(0)
    try:
        refused = gatherly("restore", copy, "-c", world.file)
    finally:
        lock.release()
    assert refused.returncode == 1
    assert "Another gatherly" in refused.stderr
    assert (world.root / "gatherly.db").stat().st_ino == before


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def spoilt(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    for at in range(8192, len(whole), 4096):
        whole[at : at + 200] = b"\xff" * 200
    path.write_bytes(bytes(whole))


def no_store(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE something (a)")
        other.commit()


def foreign(path: Path) -> None:
    path.write_text("not a store at all")


def missing(path: Path) -> None:
    path.unlink()


def later(path: Path) -> None:
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '9999'")
        opened.commit()


@pytest.mark.parametrize("harm", [cut, spoilt, no_store, foreign, missing, later])
@pytest.mark.parametrize("check", [(), ("--check",)])
def test_what_is_no_whole_backup_is_refused_and_nothing_is_touched(
    world: FolderWorld, gatherly: Line, harm: object, check: tuple[str, ...]
) -> None:
    copy = world.root / "copy.db"
    gatherly("backup", copy, "-c", world.file)
    assert callable(harm)
    harm(copy)
    before = everything(world)
    assert gatherly("restore", copy, *check, "-c", world.file).returncode == 1
    assert everything(world) == before


def test_a_backup_of_another_key_is_refused(world: FolderWorld, gatherly: Line) -> None:
    world.busy("bob", ("2025-11-13T09:00:00Z", "2025-11-13T10:00:00Z"))
    world.run_once()
    copy = world.root / "copy.db"
    gatherly("backup", copy, "-c", world.file)
    (world.root / "gatherly.key").write_bytes(b"k" * 32)
    refused = gatherly("restore", copy, "--check", "-c", world.file)
    assert refused.returncode == 1
    assert "key" in refused.stderr


def test_a_check_changes_nothing_and_the_store_itself_is_no_backup(
    world: FolderWorld, gatherly: Line
) -> None:
    copy = world.root / "copy.db"
    gatherly("backup", copy, "-c", world.file)
    before = everything(world)
    assert gatherly("restore", copy, "--check", "-c", world.file).returncode == 0
    assert gatherly("restore", world.root / "gatherly.db", "-c", world.file).returncode == 1
    assert everything(world) == before


def test_a_lost_store_is_restored(world: FolderWorld, gatherly: Line) -> None:
    copy = world.root / "copy.db"
    gatherly("backup", copy, "-c", world.file)
    for path in world.root.glob("gatherly.db*"):
        path.unlink()
    assert gatherly("restore", copy, "-c", world.file).returncode == 0
    assert len(gatherly.asked("session", "list", "-c", world.file)) == 1


def test_the_procedure_of_the_how_to_works_as_it_is_written(
    world: FolderWorld, gatherly: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world.root)
    blocks = re.findall(r"```sh\n(.*?)```", HOW_TO.read_text(), flags=re.S)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("gatherly ")]
    assert {"backup", "restore", "fsck", "run"} <= {line.split()[1] for line in lines}
    for line in lines:
        done = gatherly(*shlex.split(line)[1:])
        assert done.returncode == 0, (line, done.stderr)


class TestErase:
    """Forgetting somebody: asked for, shown before, and for good."""

    def test_nobody_is_forgotten_without_a_yes(
        self, world: FolderWorld, gatherly: Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import io

        for answer in ("", "\n", "no\n", "perhaps\n"):
            monkeypatch.setattr("sys.stdin", io.StringIO(answer))
            assert gatherly("erase", "bob", "-c", world.file).returncode == 1
        assert gatherly("export", "bob", "-c", world.file).returncode == 0
        monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
        assert gatherly("erase", "bob", "-c", world.file).returncode == 0
        assert gatherly("export", "bob", "-c", world.file).returncode == 1

    def test_a_dry_run_shows_what_would_go_and_changes_nothing(
        self, world: FolderWorld, gatherly: Line
    ) -> None:
        told = gatherly("erase", "bob", "--dry-run", "-c", world.file)
        assert told.returncode == 0
        assert "bob" in told.stdout
        assert "session" in told.stdout
        assert gatherly("export", "bob", "-c", world.file).returncode == 0

    def test_it_can_be_repeated_by_id_and_by_address(self, world: FolderWorld, gatherly: Line) -> None:
        for name in ("bob", "bob", "bob@example.com", "BOB@example.com"):
            assert gatherly("erase", name, "--yes", "-c", world.file).returncode == 0
        assert gatherly("erase", "bob", "--dry-run", "-c", world.file).returncode == 0
        assert gatherly("erase", "nobody", "--yes", "-c", world.file).returncode == 1

    def test_a_forgotten_person_s_calendar_is_never_read_and_that_is_said(
        self, world: FolderWorld, gatherly: Line
    ) -> None:
        assert gatherly("erase", "bob", "--yes", "-c", world.file).returncode == 0
        world.busy("bob", ("2025-11-13T09:00:00Z", "2025-11-13T10:00:00Z"))
        world.said.clear()
        for _ in range(2):
            assert not world.run_once().failed
            with world.services() as services:
                assert [str(name) for name in services.sources] == ["alice-folder"]
                with services.store.reading() as tx:
                    assert tx.calendars.account("bob-folder") is None  # type: ignore[arg-type] # its name
        assert not any("bob" in line for line in world.said)
        status = gatherly.asked("status", "-c", world.file)
        row = next(one for one in status["connectors"] if one["name"] == "bob-folder")
        assert (row["state"], "forgotten" in row["lastError"]) == ("disabled", True)
        checked = gatherly("check", "-c", world.file)
        assert checked.returncode == 1
        assert "bob was forgotten" in checked.stdout

    def test_a_daemon_that_began_before_does_not_read_on(self, world: FolderWorld) -> None:
        with world.services() as services:
            services.custody.erase("bob", world.clock.at)  # type: ignore[arg-type] # his id
            world.clock.at += 3600
            assert [source.name for source in services.due_sources()] == ["alice-folder"]
