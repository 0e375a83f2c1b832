"""`gatherly profile` says what was learned of somebody and by which name it is forgotten, and never what is not so."""

from pathlib import Path

import pytest

from daemon.terminal.screen import unpainted
from tests.daemon.commands.learned import learned
from tests.worlds.command_line import Line, on_terminal
from tests.worlds.folder_world import FolderWorld


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return learned(tmp_path)


@pytest.fixture
def gatherly(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


def test_each_line_says_by_which_name_it_is_forgotten(world: FolderWorld, gatherly: Line) -> None:
    shown = gatherly("profile", "alice", "-c", world.file).stdout
    names = [line.split()[1] for line in shown.splitlines() if line.lstrip()[:1] in "+-"]
    assert "hour:14" in names
    for name in names:
        assert gatherly("profile", "alice", "--forget", name, "-c", world.file).returncode == 0
    assert "Nothing is learned of them" in gatherly("profile", "alice", "-c", world.file).stdout


def test_its_lines_fit_a_narrow_terminal(world: FolderWorld) -> None:
    shown = unpainted(on_terminal("profile", "alice", "-c", world.file, columns=60).stdout).splitlines()
    first = next(number for number, line in enumerate(shown) if line.startswith("points"))
    assert max(map(len, shown[first:])) <= 60


def test_a_bucket_that_cannot_be_is_refused_and_nothing_is_noted(world: FolderWorld, gatherly: Line) -> None:
    refused = gatherly("profile", "alice", "--forget", "weekday:blahday", "-c", world.file)
    assert refused.returncode == 1
    assert "Write after weekday: monday, tuesday" in refused.stderr
    assert "profile.forget" not in gatherly("log", "--json", "-c", world.file).stdout
