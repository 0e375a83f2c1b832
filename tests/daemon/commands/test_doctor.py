"""`gatherly doctor`: what a bug report needs, and nobody's secret, title or address."""

import json
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from daemon.runtime.clock import SystemClock
from engine.time.instant import format_instant
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="wilhelmina", extra='name = "Wilhelmina Featherstone"'), Somebody(name="bob"))
MORE = """
[users.carol]
email = "carol.canary@secret-club.example"
[connectors.carol-feed]
kind = "ics"
user = "carol"
url = "https://hidden-host.example/private-0123456789abcdef/basic.ics"
[connectors.carol-mail]
kind = "email"
user = "carol"
smtp = "smtps://127.0.0.1:9"
username = "mailcanary"
password_file = "mail.password"
from = "sender.canary@example.org"
"""
CANARIES = (
    "wilhelmina",
    "featherstone",
    "bob@",
    "carol",
    "secret-club",
    "hidden-host",
    "0123456789abcdef",
    "mailcanary",
    "sender.canary",
    "hunter2-canary",
    "surprise party",
    "behind the curtain",
    "too many cooks",
    "heron",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> FolderWorld:
    """A town with everything in it that is nobody's business; it is looked at alone."""
    root = tmp_path_factory.mktemp("town")
    world = FolderWorld(root, PEOPLE, format_instant(SystemClock().now()))
    with world.file.open("a") as file:
        file.write(MORE)
    (root / "mail.password").write_text("hunter2-canary\n")
    world.busy("bob", ("2026-11-16T15:00:00Z", "2026-11-16T16:00:00Z"))
    (busy,) = world.folder("bob").glob("*.ics")
    busy.write_text(busy.read_text().replace("Taken", "Heron watching"), newline="")
    with world.standing():
        session = world.create(
            "wilhelmina", "bob", title="Surprise party", location="Behind the curtain", notice="2h"
        )
        world.run_once()
        world.accept(session)
        world.run_once()
        with world.services() as services:
            services.desk.cancel(session, "Too many cooks")
    return world


def told(text: str) -> list[str]:
    return [one for one in CANARIES if one in text.casefold()]


def test_everything_is_there_and_nobody_is_named(
    world: FolderWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    done = Line(capsys)("doctor", "-c", world.file)
    found = json.loads(done.stdout)
    assert (done.returncode, set(found)) == (
        0,
        {"versions", "configuration", "check", "status", "fsck", "log"},
    )
    assert found["versions"]["packages"]["gatherly"]
    assert found["configuration"]["settings"]["store"]["url"] == "sqlite (given)"
    kinds = [one["kind"] for one in found["configuration"]["settings"]["connectors"].values()]
    assert kinds == ["folder", "folder", "ics", "email"]
    assert found["check"]["ok"] is False
    assert len(found["status"]["connectors"]) == 4
    assert found["fsck"]["violations"] == []
    assert told(done.stdout) == []
    told_of = [one["event"] for one in found["log"]]
    assert {"session.asked", "session.booked"} <= set(told_of)


def test_a_file_holds_the_same_for_its_owner_alone(
    world: FolderWorld, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    place = tmp_path / "report.zip"
    done = Line(capsys)("doctor", "--to", place, "-c", world.file)
    assert (done.returncode, str(place) in done.stdout) == (0, True)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    with zipfile.ZipFile(place) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {"status.json", "check.json", "fsck.json", "log.json", "README.txt"} <= set(texts)
    assert told("\n".join(texts.values())) == []
    assert told(done.stdout.replace(str(tmp_path), "")) == []
    again = Line(capsys)("doctor", "--to", place, "-c", world.file)
    assert (again.returncode, "there already" in again.stderr) == (1, True)


USER = '[users.carol]\nemail = "carol.canary@secret-club.example"\ntimezone = "{zone}"\n'
AWAY = '[store]\nurl = "postgresql+psycopg://mailcanary:hunter2-canary@127.0.0.1:9/x"\n'
WRONG = {
    "a wrong file": USER.format(zone="Mars/Olympus"),
    "a store that is away": AWAY + USER.format(zone="UTC"),
    "no file": None,
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_start_is_reported_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    text = WRONG[wrong]
    if text is not None:
        (tmp_path / "gatherly.toml").write_text(text)
    done = Line(capsys)("doctor", "-c", tmp_path / "gatherly.toml")
    found: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode, bool(found["versions"]["python"])) == (0, True)
    assert found["start"]["error"]
    assert told(done.stdout) == []


def test_one_part_that_fails_keeps_no_other_from_being_told(
    world: FolderWorld, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(*_: object) -> None:
        raise RuntimeError("carol.canary@secret-club.example at https://hidden-host.example/x")

    monkeypatch.setattr("daemon.commands.upkeep.doctor.examine", burst)
    done = Line(capsys)("doctor", "-c", world.file)
    found = json.loads(done.stdout)
    assert "RuntimeError" in found["fsck"]["error"] or "(address)" in found["fsck"]["error"]
    assert found["status"]["connectors"]
    assert told(done.stdout) == []
