"""`gatherly seed` fills what is empty, and nothing else."""

from pathlib import Path

import pytest

from engine.time.instant import format_instant
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

NOW = "2026-11-27T02:30:00Z"


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return FolderWorld(tmp_path, (Somebody(name="zoe"),), NOW)


def test_an_empty_store_is_filled_and_everything_holds(
    world: FolderWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    gatherly = Line(capsys)
    done = gatherly("seed", "-c", world.file)
    assert (done.returncode, "5 users, 4 sessions" in done.stdout) == (0, True)
    titles = {one["title"]: one["status"] for one in gatherly.asked("session", "list", "-c", world.file)}
    assert titles == {
        "Coffee with Bob": "scheduled",
        "Team meeting": "pending",
        "Board preparation": "failed",
        "Design review": "pending",
    }
    assert gatherly.asked("fsck", "-c", world.file)["ok"] is True
    said = gatherly.asked("session", "show", "seed-coffee", "-c", world.file)["messages"]
    assert [one["role"] for one in said] == ["user", "assistant", "user", "system"]
    assert gatherly("run", "--once", "-c", world.file).returncode == 0
    after = {one["title"]: one["status"] for one in gatherly.asked("session", "list", "-c", world.file)}
    assert after == titles


def test_a_second_time_nothing_is_changed(world: FolderWorld, capsys: pytest.CaptureFixture[str]) -> None:
    gatherly = Line(capsys)
    gatherly("seed", "-c", world.file)
    before = gatherly("session", "list", "--json", "-c", world.file).stdout
    again = gatherly("seed", "-c", world.file)
    assert (again.returncode, again.stdout) == (1, "")
    assert "The store holds 4 sessions, 5 users already; nothing was changed" in again.stderr
    assert gatherly("session", "list", "--json", "-c", world.file).stdout == before


@pytest.mark.parametrize("holds", ["session", "calendar"])
def test_a_store_that_holds_anything_is_refused(
    world: FolderWorld, capsys: pytest.CaptureFixture[str], holds: str
) -> None:
    with world.standing():
        if holds == "session":
            world.create("zoe")
        else:
            world.run_once()
    done = Line(capsys)("seed", "-c", world.file)
    assert (done.returncode, f"1 {holds}" in done.stderr) == (1, True)


def test_somebody_who_was_configured_before_is_refused_too(
    world: FolderWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    with world.services():
        pass
    world.file.write_text('[users.yan]\nemail = "yan@example.com"\n')
    done = Line(capsys)("seed", "-c", world.file)
    assert (done.returncode, "holds 1 user already" in done.stderr) == (1, True)


def test_the_configurations_own_alice_is_the_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gatherly.toml").write_text('[users."alice@example.com"]\nname = "Alice Marlow"\n')
    gatherly = Line(capsys)
    assert gatherly("seed", "-c", tmp_path / "gatherly.toml").returncode == 0
    found = gatherly.asked("session", "show", "seed-coffee", "-c", tmp_path / "gatherly.toml")
    assert found["hostUserId"] == "alice@example.com"
    assert format_instant(0) < found["createdAt"]
