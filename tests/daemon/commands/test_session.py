"""Each word of `gatherly session` does what it says: none of them may come to nothing."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from daemon.runtime.clock import SystemClock
from engine.ids import SessionId
from engine.model.booking import BookingState, EffectState, Want
from engine.sessions.state_machine import cancel
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
        for copy in tx.ledger.effects(session):
            left = replace(copy, want=Want.ABSENT, attempts=3, next_at=booking.since, last_error="it is shut")
            tx.ledger.record(left if copy.attendee == "bob" else replace(left, state=EffectState.GONE))
        known = tx.sessions.get(session)
        assert known is not None
        tx.sessions.put(cancel(known, now=booking.since))
    assert gatherly.asked("session", "show", session, "-c", world.file)["booking"]["allOrNone"] == "stuck"
    assert gatherly("session", "release", session, "-c", world.file).returncode == 0
    assert gatherly.asked("session", "show", session, "-c", world.file)["booking"]["state"] == "cancelled"
    text = gatherly("session", "show", session, "-c", world.file).stdout
    assert "× bob" in text
    assert "An operator let it be: it is shut\n" in text
    assert "Next  bob-folder (bob) may still hold a copy, which was let be." in text
    assert "tried" not in text
    assert "An operator let a copy of Sync be, in bob-folder\n" in gatherly("log", "-c", world.file).stdout


def test_a_failed_session_is_asked_for_anew_with_a_change_that_it_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    early = Somebody(name="bob", hours=("00:00", "01:00"))
    now = SystemClock().now()
    world = FolderWorld(
        tmp_path, (Somebody(name="alice", hours=("12:00", "13:00")), early), format_instant(now)
    )
    with world.standing():
        session = world.create("alice", "bob")
        world.run_once()
    gatherly = Line(capsys)
    text = gatherly("session", "show", session, "-c", world.file).stdout
    assert f"gatherly session relax {session[:8]} " in text
    code = "workingHours:bob"
    assert code in text
    wrong = gatherly("session", "relax", session, "tea", "-c", world.file)
    assert (wrong.returncode, code in wrong.stderr) == (1, True)
    anew = gatherly.asked("session", "relax", session, code, "-c", world.file)
    assert (anew["status"], anew["title"], anew["id"] != session) == ("pending", "Sync", True)
    world.pass_time(600)
    world.run_once()
    slots = gatherly.asked("session", "show", anew["id"], "-c", world.file)["proposedTimes"]
    assert slots
    assert all(slot["start"][11:13] == "12" for slot in slots)
    assert gatherly.asked("session", "show", session, "-c", world.file)["status"] == "failed"
    with world.standing():
        world.accept(anew["id"])
        world.run_once()
    booked = gatherly.asked("session", "show", anew["id"], "-c", world.file)
    assert booked["status"] == "scheduled"
    assert gatherly("session", "relax", anew["id"], code, "-c", world.file).returncode == 1
