"""`gatherly check`: the configuration, and what is left out of it or lies open."""

import json
from pathlib import Path
from typing import Any

import pytest

from daemon.commands.check import run
from tests.worlds.command_line import Line, printed
from tests.worlds.folder_world import FolderWorld, Somebody

MAIN = """
[users.ann]
email = "ann@example.com"
[connectors.ann-home]
kind = "caldav"
user = "ann"
url = "http://127.0.0.1:9"
username = "ann"
password_file = "ann.password"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "gatherly.toml"
    file.write_text('[users.ann]\nemail = "ann@example.com"\n')
    (tmp_path / "conf.d").mkdir()
    return file


def checked(file: Path) -> tuple[int, Any]:
    code, out = printed(lambda: run(file, offline=True, as_json=True))
    return code, json.loads(out)


def words(file: Path) -> str:
    return printed(lambda: run(file, offline=True))[1]


def test_a_right_configuration(file: Path) -> None:
    assert checked(file) == (0, {"ok": True, "problems": [], "connectors": []})
    assert words(file).startswith("✓ gatherly.toml: 1 user, 0 connectors\n")


def test_a_drop_in_that_is_left_out_is_told_even_where_it_defines_no_connector(file: Path) -> None:
    (file.parent / "conf.d" / "sync.toml").write_text('[sync]\nevery = "often"\n')
    code, found = checked(file)
    assert (code, found["ok"]) == (1, False)
    assert "conf.d/sync.toml:2: sync.every" in found["problems"][0]
    assert "left out: " in words(file)


def test_a_disabled_connector_is_told_with_its_reason(file: Path) -> None:
    (file.parent / "conf.d" / "ann.toml").write_text(MAIN + "colour = 1\n")
    code, found = checked(file)
    assert code == 1
    (row,) = found["connectors"]
    assert (row["name"], row["state"]) == ("ann-home", "disabled")
    assert "colour: is not a known key" in row["problems"][0]


@pytest.mark.parametrize(("mode", "told"), [(0o644, True), (0o600, False)])
def test_a_password_that_others_can_read_is_told(file: Path, mode: int, told: bool) -> None:
    file.write_text(MAIN)
    password = file.parent / "ann.password"
    password.write_text("canary")
    password.chmod(mode)
    _, out = printed(lambda: run(file, as_json=True))
    (row,) = json.loads(out)["connectors"]
    assert (f"{password} can be read by others. Run: chmod 600 {password}" in row["notes"]) is told
    assert "canary" not in out


@pytest.mark.parametrize(("every", "told"), [("7h", True), ("6h", True), ("3h", False)])
def test_a_calendar_that_is_read_more_seldom_than_it_counts_is_told(
    tmp_path: Path, every: str, told: bool
) -> None:
    """Its owner would be unknown for a while before each read."""
    world = FolderWorld(tmp_path, (Somebody(name="ann"),), "2026-11-17T10:00:00Z")
    with world.file.open("a") as file:
        file.write(f'every = "{every}"\n')
    code, out = printed(lambda: run(world.file, as_json=True))
    (row,) = json.loads(out)["connectors"]
    named = [one for one in row["notes"] if "max_age" in one]
    assert (bool(named), code, row["state"]) == (told, 0, "ok")


def test_what_a_broken_drop_in_defines_is_told_of_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = FolderWorld(tmp_path, (Somebody(name="ann"),), "2026-11-17T10:00:00Z")
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "more.toml").write_text('[connectors.more]\nkind = "foldr"\n')
    done = Line(capsys)("check", "--offline", "-c", world.file)
    assert done.returncode == 1
    assert done.stdout.count("connectors.more.user: is missing") == 1
    assert done.stdout.count("foldr") == 1
    assert "\n2 wrong\n" in done.stdout
