"""The command line tells whatever is raised in one line, without a traceback and what its variables held."""

import json
import os
from pathlib import Path

import pytest

from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

YEARS = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00",
)
COMMANDS = ("status", "plan", "check", "run", "fsck", "session list", "quarantine list")
ODD_PATHS = ("a\udcffb", "x" * 5000, "missing/gatherly.toml", ".", "\x1b[2J\u202e")


@pytest.fixture
def gatherly(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    world = FolderWorld(tmp_path, (Somebody(name="alice"), Somebody(name="bob")), "2026-11-16T08:00:00Z")
    world.busy("alice", ("2026-11-17T10:00:00Z", "2026-11-17T11:00:00Z"))
    return world


def is_one_line(gatherly: Line, *words: object) -> None:
    answer = gatherly(*words)
    assert answer.returncode in (1, 78), answer
    said = [line for line in answer.stderr.splitlines() if "key file" not in line]
    assert len(said) == 1, said
    assert "Traceback" not in answer.stdout + answer.stderr


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ODD_PATHS, ids=range(5))
def test_a_configuration_that_cannot_be_read(gatherly: Line, tmp_path: Path, command: str, name: str) -> None:
    is_one_line(gatherly, *command.split(), "-c", f"{tmp_path}/{name}")


@pytest.mark.parametrize("year", YEARS)
def test_the_ends_of_the_calendar(gatherly: Line, world: FolderWorld, year: str, tmp_path: Path) -> None:
    source = world.folder("alice") / "alice-20261117T100000Z.ics"
    is_one_line(gatherly, "busy", source, "--from", year, "--to", "2026-12-01T00:00:00Z")
    is_one_line(gatherly, "busy", source, "--from", "2026-12-01T00:00:00Z", "--to", year)
    is_one_line(gatherly, "explain", "-c", world.file, "--user", "alice", "--at", year)
    request = tmp_path / "request.json"
    request.write_text(json.dumps({"now": year, "session": {}, "users": [], "busy": {}}))
    is_one_line(gatherly, "find", request)


@pytest.mark.parametrize("user", ["\0", "\udcff", "\u202e", "x" * 10_000, "'; DROP TABLE users; --", "%s%n"])
def test_people_who_cannot_be_named(gatherly: Line, world: FolderWorld, user: str) -> None:
    at = "2026-11-17T10:00:00Z"
    is_one_line(gatherly, "explain", "-c", world.file, "--user", user, "--at", at)
    is_one_line(gatherly, "session", "show", "-c", world.file, user)
    is_one_line(gatherly, "quarantine", "show", "-c", world.file, user)


@pytest.mark.parametrize("name", ["x" * 300, "loop/x", "x/" * 3000, "loop", "gatherly.toml/x"])
def test_places_that_cannot_be_are_told_of_with_why(
    gatherly: Line, world: FolderWorld, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run_once()
    (world.root / "loop").symlink_to("loop")
    monkeypatch.chdir(world.root)
    for words in (("backup", name), ("restore", name), ("backup", "--force", name)):
        is_foreseen(gatherly, *words, "-c", world.file)
    is_foreseen(gatherly, "find", name)
    for settings in (f'[store]\nurl = "sqlite:///{name}"', f'[secrets]\nkey_file = "{name}"'):
        other = world.root / "other.toml"
        other.write_text(settings)
        is_foreseen(gatherly, "status", "-c", other)


def test_a_credential_that_is_no_plain_file_is_a_problem_of_the_configuration(
    gatherly: Line, world: FolderWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    (world.root / "credentials").mkdir()
    os.mkfifo(world.root / "credentials" / "GATHERLY_SYNC__EVERY")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(world.root / "credentials"))
    is_foreseen(gatherly, "status", "-c", world.file)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/" + "x" * 300)
    is_foreseen(gatherly, "config", "show", "-c", world.file)


def is_foreseen(gatherly: Line, *words: object) -> None:
    answer = gatherly(*words)
    assert answer.returncode in (1, 78), answer
    assert "unforeseen" not in answer.stderr, answer
    assert "Traceback" not in answer.stdout + answer.stderr
