"""`gatherly learn …`: whose log is read is said, and what of it is left out."""

from pathlib import Path

import pytest

from tests.daemon.commands.learned import learned
from tests.worlds.command_line import Line, gatherly, on_terminal
from tests.worlds.folder_world import FolderWorld


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return learned(tmp_path)


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


@pytest.mark.parametrize(("command", "otherwise"), [("report", "-c FILE"), ("fit", "profile --rebuild")])
def test_nobody_at_a_terminal_waits_for_a_log_in_silence(command: str, otherwise: str) -> None:
    asked = on_terminal("learn", command)
    assert asked.returncode == 2
    assert "A log is read from standard input" in asked.stderr
    assert otherwise in asked.stderr


@pytest.mark.parametrize("command", ["report", "fit"])
def test_the_help_names_where_the_log_is_read(command: str) -> None:
    assert "standard input" in " ".join(gatherly("learn", command, "--help").stdout.split())
    assert gatherly("learn", command, stdin="").returncode == 0


def test_an_export_says_whose_rows_are_left_out_and_how_to_get_them(
    world: FolderWorld, line: Line, tmp_path: Path
) -> None:
    rows = tmp_path / "rows.jsonl"
    few = line("learn", "export", rows, "-c", world.file).stdout
    assert few == (
        f"0 rows are in {rows}. Those of 1 person are left out, for too little is known of them: fewer than "
        "10 sessions, or less than 70 % of them with a time that suited. --all takes them, too.\n"
    )
    assert line("learn", "export", rows, "--all", "-c", world.file).stdout == f"6 rows are in {rows}.\n"
    bobs = line("learn", "export", rows, "--people", "bob", "-c", world.file).stdout
    assert bobs == f"0 rows are in {rows}.\n", "he hosted nothing"
