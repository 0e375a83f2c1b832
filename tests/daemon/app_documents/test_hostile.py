"""What gatherly does of itself with what an app wrote that the rules would have refused."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore import DELETE_FIELD, ArrayUnion

from engine.ids import SessionId
from engine.model.session import EventSession
from engine.time.instant import to_datetime
from tests.daemon.app_documents.app import App
from tests.worlds.conversation import besides_what_was_done
from tests.worlds.folder_world import FolderWorld

pytestmark = [pytest.mark.long, pytest.mark.upload]

DONE = "eventSessions/s1"
FARTHEST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
FIRST = datetime(1, 1, 1, tzinfo=UTC)


@pytest.fixture
def proposed(app: App, world: FolderWorld) -> Mapping[str, Any]:
    """A session that an app has made and gatherly has proposed times for."""
    begun = to_datetime(world.clock.now())
    app.session("s1", "alice", "bob", createdAt=begun, expiresAt=begun + timedelta(days=7))
    world.run_once()
    return app.read(DONE)


def yes(user: str, proposed: Mapping[str, Any], minute: int = 0) -> dict[str, Any]:
    at = to_datetime(1_800_000_000 + 60 * minute)
    slot = proposed["proposedTimes"][0]["start"]
    return {"userId": user, "answer": "accepted", "slot": slot, "at": at}


def ours(world: FolderWorld) -> EventSession:
    with world.services() as services, services.store.reading() as look:
        session = look.sessions.get(SessionId("s1"))
    assert session is not None
    return session


def told(app: App, session: str = "s1") -> list[str]:
    said = [one["content"] for one in app.messages(session) if one["role"] == "system"]
    return besides_what_was_done(said)


def test_a_guest_cannot_sign_as_the_host_between_their_own_answers(
    proposed: Mapping[str, Any], app: App, world: FolderWorld
) -> None:
    mine = yes("bob", proposed)
    app.change("s1", responses=[mine, yes("alice", proposed), mine])
    world.run_once()
    assert ours(world).responses == ()
    assert app.read(DONE)["status"] == "pending"
    app.change("s1", responses=[mine, yes("alice", proposed), yes("bob", proposed, 1)])
    world.run_once()
    assert {one.user_id for one in ours(world).responses} == {"bob"}
    assert ours(world).final_time is None
    assert "finalTime" not in app.read(DONE)
    assert len(told(app)) == 2


def test_a_guest_cannot_put_the_hosts_answer_before_their_own(
    proposed: Mapping[str, Any], app: App, world: FolderWorld
) -> None:
    app.change("s1", responses=ArrayUnion([yes("bob", proposed)]))
    world.run_once()
    [mine] = app.read(DONE)["responses"]
    app.change("s1", responses=[yes("alice", proposed), mine])
    world.run_once()
    assert [one.user_id for one in ours(world).responses] == ["bob"]
    assert app.read(DONE)["responses"] == [mine]
    assert "Leave those that are there as they are" in told(app)[-1]
    app.change("s1", responses=ArrayUnion([yes("alice", proposed)]))
    world.run_once()
    assert app.read(DONE)["status"] == "scheduled"


def test_a_session_cannot_begin_with_answers_and_notes(app: App, world: FolderWorld) -> None:
    now = datetime.now(UTC)
    slot = {"start": now, "end": now + timedelta(hours=1)}
    app.session(
        "s1",
        "alice",
        "bob",
        responses=[{"userId": "bob", "answer": "accepted", "slot": now, "at": now}],
        metadata={"failedBookings": "many", "history": 7, "conflicts": ["x"]},
        finalTime=slot,
    )
    world.run_once()
    document = app.read(DONE)
    assert "responses" not in document
    assert "finalTime" not in document
    assert not document.get("metadata")
    assert len(document["proposedTimes"]) == 3
    assert len(told(app)) == 2


@pytest.mark.parametrize("on_foreign", ["flag", "abort"])
def test_what_an_app_notes_neither_books_nor_undoes(app: App, world: FolderWorld, on_foreign: str) -> None:
    world.file.write_text(f'{world.file.read_text()}\n[booking]\non_foreign = "{on_foreign}"\n')
    app.session("s1", "alice", "bob")
    world.run_once()
    app.change("s1", finalTime=app.read(DONE)["proposedTimes"][0])
    world.run_once()
    booked = app.read(DONE)
    notes = {
        "conflicts": ["alice: x"],
        "history": "y",
        "failedBookings": [],
        "changeRequests": 3,
        "colour": 1,
    }
    app.change("s1", **{f"metadata.{key}": value for key, value in notes.items()})
    world.run_once()
    world.run_once()
    assert app.read(DONE)["status"] == "scheduled"
    assert app.read(DONE)["finalTime"] == booked["finalTime"]
    assert [len(world.events(name)) for name in ("alice", "bob")] == [1, 1]
    assert set(app.read(DONE).get("metadata", {})) == {"colour"}


WRONG: Mapping[str, Mapping[str, Any]] = {
    "a-created-last": {"createdAt": FARTHEST},
    "a-created-first": {"createdAt": FIRST},
    "a-endless": {"expiresAt": FARTHEST},
    "a-search-late": {"search": {"start": FARTHEST - timedelta(days=1), "end": FARTHEST}},
    "a-search-all": {"search": {"start": FIRST, "end": FARTHEST}},
    "a-title": {"title": "x" * 900_000},
    "a-crowd": {"inviteeIds": [f"p{number}" for number in range(20_000)]},
    "a-long": {"duration": 2**62},
}


def test_sessions_that_cannot_be_read_are_told_of_beside_them_and_stop_no_other(
    app: App, world: FolderWorld
) -> None:
    for name, wrong in WRONG.items():
        app.session(name, "alice", "bob", **wrong)
    app.session("s1", "alice", "bob")
    world.run_once()
    world.run_once()
    assert len(app.read(DONE)["proposedTimes"]) == 3
    for name in WRONG:
        [words] = told(app, name)
        assert "cannot be read" in words
        assert len(words) < 1000


def test_a_session_and_a_message_that_become_unreadable_are_told_of_once(
    proposed: Mapping[str, Any], app: App, world: FolderWorld
) -> None:
    app.change("s1", duration="long")
    app.client.document(f"{DONE}/messages/odd").create({"role": "user", "content": 7, "timestamp": FARTHEST})
    world.run_once()
    world.run_once()
    assert sorted(words.split(" cannot")[0] for words in told(app)) == ["The message odd", "This session"]
    app.change("s1", duration=60)
    world.run_once()
    assert len(app.read(DONE)["proposedTimes"]) == 3


def inviting(world: FolderWorld, whom: str) -> None:
    world.file.write_text(world.file.read_text().replace("[firestore]", f"[firestore]\ninviting = {whom}", 1))


@pytest.mark.parametrize("whom", ['"contacts"', '["elsewhere.example"]'])
def test_who_may_not_be_invited_is_not_looked_up(app: App, world: FolderWorld, whom: str) -> None:
    inviting(world, whom)
    app.session("s1", "alice", "bob")
    app.session("alone", "alice")
    world.run_once()
    document = app.read(DONE)
    assert document["status"] == "failed"
    assert "bob cannot be invited here" in document["metadata"]["failureReason"]
    assert "proposedTimes" not in document or document["proposedTimes"] == []
    app.change("alone", inviteeIds=["bob"])
    world.run_once()
    assert app.read("eventSessions/alone")["inviteeIds"] == []
    assert "bob cannot be invited here" in told(app, "alone")[-1]


def test_who_has_met_may_meet_again(proposed: Mapping[str, Any], app: App, world: FolderWorld) -> None:
    app.change("s1", finalTime=proposed["proposedTimes"][0])
    world.run_once()
    inviting(world, '"contacts"')
    app.session("again", "bob", "alice")
    app.session("first", "bob", "carol")
    world.run_once()
    assert len(app.read("eventSessions/again")["proposedTimes"]) == 3
    assert app.read("eventSessions/first")["status"] == "failed"


def test_gatherly_takes_an_app_that_takes_its_words_back(
    proposed: Mapping[str, Any], app: App, world: FolderWorld
) -> None:
    app.change("s1", responses=ArrayUnion([yes("bob", proposed)]))
    world.run_once()
    before = app.read(DONE)["responses"]
    app.change("s1", responses=DELETE_FIELD)
    world.run_once()
    assert app.read(DONE)["responses"] == before
