"""What `check` passes can be booked: what would refuse a copy is found before anything is offered."""

from pathlib import Path

import pytest

from engine.errors import InputError
from engine.text.mail_address import is_address
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))
NO_ADDRESSES = ("ann", "", "ann@", "@example.com", "a b@example.com", "a@b@c", "ann@example.com>", "a\nb@c.d")


@pytest.fixture
def gatherly(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return FolderWorld(tmp_path, PEOPLE, "2025-11-12T09:58:00Z")


def without_email(world: FolderWorld) -> None:
    text = world.file.read_text()
    world.file.write_text(text.replace('email = "bob@example.com"\n', ""))


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_is_known_as_none(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize("text", ["ann@example.com", "ann+x@example.co.uk", "jürgen@bücher.example"])
def test_what_is_an_address_is_one(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize("offline", [(), ("--offline",)])
def test_a_user_without_an_address_is_found_by_check(
    world: FolderWorld, gatherly: Line, offline: tuple[str, ...]
) -> None:
    assert gatherly("check", *offline, "-c", world.file).returncode == 0
    without_email(world)
    told = gatherly("check", *offline, "-c", world.file)
    assert (told.returncode, "'bob' is not an address" in told.stdout) == (1, True)
    found = gatherly.asked("check", *offline, "-c", world.file)
    assert not found["ok"]
    assert any("bob" in problem for problem in found["problems"])


def test_no_session_is_made_with_somebody_who_cannot_be_booked(world: FolderWorld, gatherly: Line) -> None:
    without_email(world)
    words = ("--duration", "30m", "--title", "Sync", "-c", world.file)
    for host, guest in (("alice", "bob"), ("bob", "alice")):
        refused = gatherly("session", "create", "--host", host, "--with", guest, *words)
        assert refused.returncode == 1
        assert "'bob' is not an address" in refused.stderr
    with pytest.raises(InputError, match="bob"):
        world.create("alice", optional=("bob",))
    assert gatherly.asked("session", "list", "-c", world.file) == []


def test_nothing_is_offered_while_somebody_s_address_is_none(world: FolderWorld) -> None:
    session = world.create("alice", "bob")
    without_email(world)
    world.run_once()
    view = world.view(session)
    assert view.get("proposedTimes", []) == []
    assert "not an address" in view["metadata"]["waitingFor"]["bob"]


MAIL = """
[connectors.bob-mail]
kind = "email"
user = "bob"
smtp = "smtp://127.0.0.1:1"
from = "{sender}"
username = "scheduler"
password_file = "missing.password"
"""


def test_an_e_mail_connector_that_cannot_be_made_keeps_nobody_from_being_booked_and_is_found_by_check(
    world: FolderWorld, gatherly: Line
) -> None:
    with world.file.open("a") as file:
        file.write(MAIL.format(sender="scheduler@example.com"))
    session = world.create("alice", "bob")
    world.run_once()
    world.accept(session, 3)
    world.run_once()
    assert world.view(session)["booking"]["state"] == "confirmed"
    told = gatherly("check", "-c", world.file)
    assert told.returncode == 1
    assert "× bob-mail " in told.stdout
