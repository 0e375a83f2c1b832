"""Each word of `gatherly session` does what it says: none of them may come to nothing."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from daemon.runtime.clock import SystemClock
from engine.ids import SessionId
from engine.model.booking import BookingState
from engine.time.instant import format_instant
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))
WORDS = {
    "decline": ("--as", "bob"),
    "reject": (),
    "reschedule": (),
    "cancel": ("--reason", "Snow"),
    "accept": ("--slot", "2"),
    "edit": ("--title", "Another", "--location", "Room 1"),
}


ASKED = [(word, False) for word in WORDS] + [
    (word, True) for word in ("decline", "reschedule", "edit", "cancel")
]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, tuple[Path, SessionId]]:
    """A session on offer, and one that is booked, which tests take copies of."""
    return {booked: _world(tmp_path_factory.mktemp("world"), booked) for booked in (False, True)}


def _world(root: Path, booked: bool) -> tuple[Path, SessionId]:
    world = FolderWorld(root, PEOPLE, format_instant(SystemClock().now()))
    with world.standing():
        session = world.create("alice", "bob", notice="2h")
        world.run_once()
        if booked:
            world.accept(session, 3)
            world.run_once()
    return root, session


@pytest.mark.parametrize(("word", "booked"), ASKED)
def test_a_word_changes_the_session(
    tmp_path: Path,
    worlds: dict[bool, tuple[Path, SessionId]],
    capsys: pytest.CaptureFixture[str],
    word: str,
    booked: bool,
) -> None:
    root, session = worlds[booked]
    copytree(root, tmp_path, dirs_exist_ok=True)
    world, gatherly = FolderWorld(tmp_path, PEOPLE, format_instant(SystemClock().now())), Line(capsys)
    before = gatherly.asked("session", "show", session, "-c", world.file)
    assert gatherly("session", word, session, *WORDS[word], "-c", world.file).returncode == 0
    after = gatherly.asked("session", "show", session, "-c", world.file)
    told = ("status", "title", "proposedTimes", "responses", "metadata", "finalTime", "booking")
    assert {key: before.get(key) for key in told} != {key: after.get(key) for key in told}


def test_an_operator_ends_a_stuck_booking_as_it_stands(
    tmp_path: Path, worlds: dict[bool, tuple[Path, SessionId]], capsys: pytest.CaptureFixture[str]
) -> None:
    root, session = worlds[True]
    copytree(root, tmp_path, dirs_exist_ok=True)
    world, gatherly = FolderWorld(tmp_path, PEOPLE, format_instant(SystemClock().now())), Line(capsys)
    assert gatherly("session", "release", session, "-c", world.file).returncode == 1
    with world.services() as services, services.store.writing() as tx:
        booking = tx.ledger.booking(session)
        assert booking is not None
        tx.ledger.advance(booking, replace(booking, state=BookingState.STUCK, after=BookingState.CANCELLED))
    assert gatherly.asked("session", "show", session, "-c", world.file)["booking"]["allOrNone"] == "stuck"
    assert gatherly("session", "release", session, "-c", world.file).returncode == 0
    assert gatherly.asked("session", "show", session, "-c", world.file)["booking"]["state"] == "cancelled"
