"""`gatherly init`: from nothing to a configuration that works, and never over anything."""

import io
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from daemon.app.begin import NewConnector, NewUser, begin
from daemon.app.principal import OPERATOR
from engine.errors import InputError
from tests.worlds.command_line import AHEAD, Answered, Line

SECRET = "correct horse"


@pytest.fixture
def gatherly(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Line:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOGNAME", "weaver")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return Line(capsys)


def answered(gatherly: Line, monkeypatch: pytest.MonkeyPatch, *answers: str) -> Answered:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in answers)))
    return gatherly("init", "d")


def written(folder: Path = Path()) -> dict[str, Any]:
    return tomllib.loads((folder / "gatherly.toml").read_text())


def test_from_nothing_to_a_booked_session_of_ones_own(gatherly: Line) -> None:
    done = gatherly("init", "--yes", "--timezone", "Europe/Berlin")
    assert done.returncode == 0, done.stderr
    assert "gatherly run" in done.stdout
    (who, user), *others = written()["users"].items()
    assert (who.partition("@")[0], user["timezone"], others) == ("weaver", "Europe/Berlin", [])
    wish = ("--host", who, "--title", "First", "--duration", "60m", *AHEAD)
    session = gatherly.asked("session", "create", *wish)
    for words in (("run", "--once"), ("session", "accept", session["id"]), ("run", "--once")):
        assert gatherly(*words).returncode == 0
    booked = gatherly.asked("session", "show", session["id"])
    assert booked["status"] == "scheduled"
    assert len(list(Path("calendars/home").glob("*.ics"))) == 1
    before = Path("gatherly.toml").read_bytes()
    again = gatherly("init", "--yes")
    assert again.returncode == 1
    assert "gatherly.toml" in again.stderr
    assert Path("gatherly.toml").read_bytes() == before


def test_of_several_folders_the_first_is_written(gatherly: Line) -> None:
    assert gatherly("init", "--yes", "--folder", "cal/private", "--folder", "cal/work").returncode == 0
    made = written()["connectors"]
    assert {name: one.get("write") for name, one in made.items()} == {"private": ".", "work": None}
    assert Path("cal/work").is_dir()


def test_questions_are_asked_again_until_the_answer_can_be_read(
    gatherly: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = ("Anna", "nobody", "anna@example.com", "Berlin", "Europe/Berlin", "always", "any")
    server = ("9", "2", "http://127.0.0.1:1/", "anna", SECRET, "Home")
    done = answered(gatherly, monkeypatch, *person, *server, "5", "~/cal", "")
    assert "'nobody' is not an address" in done.stdout
    assert "'Berlin' is not a time zone" in done.stdout
    made = written(Path("d"))
    assert "working_hours" not in made["users"]["anna@example.com"]
    assert made["connectors"]["caldav"]["write"] == "Home"
    assert "write" not in made["connectors"]["cal"]
    assert made["connectors"]["cal"]["path"] == str(Path("home/cal").absolute())
    secret = Path("d/caldav.password")
    assert (secret.read_text(), secret.stat().st_mode & 0o777) == (f"{SECRET}\n", 0o600)
    assert SECRET not in Path("d/gatherly.toml").read_text() + done.stdout + done.stderr


@pytest.mark.parametrize("answers", [(), ("Anna",), ("Anna", "a@example.com", "UTC", "any", "4")])
def test_with_nobody_to_ask_nothing_is_made(
    gatherly: Line, monkeypatch: pytest.MonkeyPatch, answers: tuple[str, ...]
) -> None:
    done = answered(gatherly, monkeypatch, *answers)
    assert done.returncode == 1
    assert "gatherly init --yes" in done.stderr
    assert not Path("d").exists()


@pytest.mark.parametrize("taken", ["gatherly.toml", "feed.url"])
def test_what_is_there_is_never_written_over_and_nothing_half_done_stays(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).symlink_to("elsewhere")
    feed = NewConnector(name="feed", kind="ics", keys=(), secret=("feed.url", "x"), folder=Path("new/folder"))
    user = NewUser(address="a@example.com", name="A", zone="UTC", connectors=(feed,))
    with pytest.raises(InputError, match="nothing was changed"):
        begin(OPERATOR, tmp_path, user)
    assert [one.name for one in tmp_path.iterdir()] == [taken]


def test_words_of_any_kind_come_back_from_the_file(tmp_path: Path) -> None:
    odd = 'Ann "A" \\ #\t\x7f é 😀'
    begin(OPERATOR, tmp_path, NewUser(address="a@example.com", name=odd, zone="UTC", hours=None))
    assert written(tmp_path)["users"]["a@example.com"]["name"] == odd


def test_outlook_is_asked_for_by_its_app_and_connected_afterwards(
    gatherly: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = ("Anna", "anna@example.com", "Europe/Berlin", "any")
    done = answered(gatherly, monkeypatch, *person, "6", "the-app", "corp.example", "")
    assert "gatherly connect outlook" in done.stdout
    assert written(Path("d"))["connectors"]["outlook"] == {
        "kind": "outlook",
        "user": "anna@example.com",
        "client_id": "the-app",
        "tenant": "corp.example",
        "read": ["primary"],
        "write": "primary",
    }
