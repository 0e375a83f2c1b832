"""Commands that look make nothing: no key, no database, no folder, and change no schema."""

import tempfile
from pathlib import Path

import pytest

from tests.store.blank import lay_blank_store
from tests.store.releases.test_releases import VERSIONS, Left
from tests.worlds.command_line import Line

CONFIGURATION = """
[users.ann]
email = "ann@example.com"
[connectors.ann-home]
kind = "folder"
user = "ann"
path = "ann"
write = "."
"""
AT = ("--at", "2026-11-18T10:30:00Z")
LOOKS = (("check",), ("status", "--json"), ("explain", "--user", "ann", *AT), ("session", "list"))
MORE_LOOKS = (
    ("plan",),
    ("log",),
    ("calendars", "ann-home"),
    ("busy", "ann-home", "--from", "2026-11-18T00:00:00Z", "--to", "2026-11-19T00:00:00Z"),
    ("quarantine", "list"),
    ("fsck",),
    ("sync",),
)
"""Each makes a store to look at, as those above do."""


def held(folder: Path) -> dict[str, bytes]:
    return {str(each): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    (home / "ann").mkdir(parents=True)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    (home / "gatherly.toml").write_text(CONFIGURATION)
    return home / "gatherly.toml"


@pytest.mark.parametrize(
    "words",
    [*LOOKS, *(pytest.param(words, marks=(pytest.mark.long, pytest.mark.upload)) for words in MORE_LOOKS)],
    ids=lambda words: " ".join(words),
)
def test_a_look_leaves_everything_as_it_was(
    file: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    before = held(file.parents[1])
    done = Line(capsys)(*words, "-c", file)
    assert held(file.parents[1]) == before
    assert "was made" not in done.stderr


def test_what_there_is_to_see_is_seen_all_the_same(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gatherly = Line(capsys)
    status = gatherly.asked("status", "-c", file)
    assert [one["name"] for one in status["connectors"]] == ["ann-home"]
    told = gatherly("status", "-c", file).stderr
    assert told == (
        f"There is no store {file.parent / 'gatherly.db'} yet; gatherly run makes it."
        " If there was one: is its disk mounted?\n"
    )
    assert gatherly("session", "list", "-c", file).stdout.startswith("There is no session")
    assert gatherly("check", "-c", file).returncode == 0


@pytest.mark.parametrize("there", ["key", "store"])
def test_what_is_half_there_is_made_no_more(
    file: Path, capsys: pytest.CaptureFixture[str], there: str
) -> None:
    if there == "key":
        (file.parent / "gatherly.key").write_bytes(bytes(32))
        (file.parent / "gatherly.key").chmod(0o600)
    else:
        lay_blank_store(file.parent)
    before = held(file.parent)
    assert Line(capsys)("check", "-c", file).returncode == 0
    assert held(file.parent) == before


def test_whoever_asks_for_something_has_it_made(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gatherly = Line(capsys)
    made = gatherly.asked("session", "create", "--host", "ann", "--title", "Tea", "-c", file)
    assert (file.parent / "gatherly.key").exists()
    assert [one["id"] for one in gatherly.asked("session", "list", "-c", file)] == [made["id"]]


@pytest.mark.parametrize("wrong", ["missing", "closed"])
def test_check_says_that_no_store_could_be_made(
    file: Path, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    folder = "nowhere" if wrong == "missing" else "ann/gatherly.db/x"
    file.write_text(f'[store]\nurl = "sqlite:///{folder}/g.db"\n{CONFIGURATION}')
    done = Line(capsys).asked("check", "-c", file)
    assert done["ok"] is False
    assert any("its folder" in each and "is missing" in each for each in done["problems"])


@pytest.mark.parametrize("version", VERSIONS)
def test_a_look_at_an_earlier_release_s_store_says_what_brings_it_up_to_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], version: str
) -> None:
    left = Left(version, tmp_path / "left")
    before = (left.file.parent / "gatherly.db").read_bytes()
    done = Line(capsys)("status", "-c", left.file)
    assert (done.returncode, "gatherly db upgrade" in done.stderr) == (1, True)
    assert (left.file.parent / "gatherly.db").read_bytes() == before
