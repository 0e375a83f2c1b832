"""A session's whole life leaves none of its words in clear in the store's files or a backup."""

from pathlib import Path

import pytest

from engine.ids import SessionId
from engine.sessions.session_options import SessionOptions
from tests.worlds.folder_world import FolderWorld, Somebody

WORD = "Xanthippe"
PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))


def clear(world: FolderWorld) -> list[str]:
    """Give the store's files that hold the word."""
    files = [*world.root.glob("gatherly.db*"), *world.root.glob("*.backup")]
    assert files
    return [file.name for file in files if WORD.encode() in file.read_bytes()]


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return FolderWorld(tmp_path, PEOPLE, "2026-11-16T08:00:00Z")


def begun(world: FolderWorld) -> SessionId:
    with world.services() as services:
        options = SessionOptions(host="alice", invitees=("bob",), title=f"Tea with {WORD}", duration="60m")
        session = services.desk.create(options)
    world.run_once()
    return session.id


def test_a_session_that_is_proposed_booked_moved_and_called_off(world: FolderWorld) -> None:
    session = begun(world)
    assert not clear(world)
    with world.services() as services:
        services.desk.accept(session, 1)
    world.run_once()
    assert world.view(session)["status"] == "scheduled"
    assert any(WORD in event for event in world.events("alice"))
    assert not clear(world)
    with world.services() as services:
        services.desk.reschedule(session, f"{WORD} is late")
    world.run_once()
    with world.services() as services:
        services.desk.cancel(session, f"{WORD} is ill")
        services.custody.backup(str(world.root / "whole.backup"))
    world.run_once()
    assert world.view(session)["metadata"]["reason"] == f"{WORD} is ill"
    assert not clear(world)


def test_a_session_that_finds_no_time(world: FolderWorld) -> None:
    world.busy("bob", ("2026-11-16T00:00:00Z", "2026-12-16T00:00:00Z"))
    session = begun(world)
    assert world.view(session)["status"] == "failed"
    assert not clear(world)


def test_another_event_over_what_is_booked(world: FolderWorld) -> None:
    session = begun(world)
    with world.services() as services:
        services.desk.accept(session, 1)
    world.run_once()
    slot = world.view(session)["finalTime"]
    world.busy("bob", (slot["start"], slot["end"]))
    for file in world.folder("bob").glob("*.ics"):
        if WORD not in file.read_text():
            file.write_text(file.read_text().replace("SUMMARY:", f"SUMMARY:{WORD} "), newline="")
    world.run_once()
    assert not clear(world)


def test_a_booking_that_cannot_be_written(world: FolderWorld) -> None:
    session = begun(world)
    with world.services() as services:
        services.desk.accept(session, 1)
    world.folder("bob").chmod(0o500)
    world.run_once()
    world.folder("bob").chmod(0o700)
    world.run_once()
    assert not clear(world)
