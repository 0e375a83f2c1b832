"""An app accepts a time that has just been taken: it is refused in words, with the next best times."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.cloud.firestore import ArrayUnion

from engine.time.instant import format_instant, from_datetime, to_datetime
from tests.daemon.app_documents.app import App
from tests.daemon.app_documents.conftest import SETTINGS
from tests.worlds.conversation import besides_what_was_done
from tests.worlds.folder_world import FolderWorld, Somebody

ONE, OTHER = "eventSessions/one", "eventSessions/other"
PEOPLE = ("alice", "bob", "carol")


@pytest.fixture
def world(tmp_path: Path, project: str) -> FolderWorld:
    people = [Somebody(name=name) for name in PEOPLE]
    return FolderWorld(tmp_path, people, "2026-11-16T08:00:00Z", SETTINGS.format(project=project))


def offered(app: App, world: FolderWorld, **groups: tuple[str, ...]) -> None:
    """Have sessions by name, of a host and others, proposed side by side."""
    begun = to_datetime(world.clock.now())
    for name, (host, *others) in groups.items():
        app.session(name, host, *others, createdAt=begun, expiresAt=begun + timedelta(days=7))
    world.run_once()


def first(app: App, path: str) -> Mapping[str, Any]:
    slot: Mapping[str, Any] = app.read(path)["proposedTimes"][0]
    return slot


def told(app: App, path: str) -> list[str]:
    said = [one["content"] for one in app.messages(path.rpartition("/")[2]) if one["role"] == "system"]
    return besides_what_was_done(said)


def choose(app: App, path: str, slot: Mapping[str, Any]) -> None:
    app.change(path.rpartition("/")[2], finalTime=slot)


def busy(world: FolderWorld, who: str, slot: Mapping[str, Any]) -> None:
    start, end = (format_instant(from_datetime(slot[key])) for key in ("start", "end"))
    world.busy(who, (start, end))


def is_refused(app: App, path: str, slot: Mapping[str, Any], times: int = 1) -> None:
    """See that a time was refused: told in words with others, on offer no more, and the session as before."""
    document = app.read(path)
    assert document["status"] == "pending"
    assert "finalTime" not in document
    offers = [one["start"] for one in document["proposedTimes"]]
    assert offers
    assert slot["start"] not in offers
    words = told(app, path)
    assert len(words) == times, words
    assert "is no longer free" in words[-1] or "could not be booked" in words[-1] or times > 1, words
    assert [one for one in offers if one.strftime("%Y-%m-%d %H:%M") in words[-1].replace("T", " ")], words


def copies(world: FolderWorld) -> dict[str, int]:
    return {name: len(world.events(name)) for name in PEOPLE}


def test_a_time_that_an_event_of_somebody_elses_has_taken_is_refused(app: App, world: FolderWorld) -> None:
    offered(app, world, one=("alice", "bob"))
    slot = first(app, ONE)
    busy(world, "bob", slot)
    choose(app, ONE, slot)
    world.run_once()
    is_refused(app, ONE, slot)
    choose(app, ONE, slot)
    world.run_once()
    is_refused(app, ONE, slot, times=2)
    choose(app, ONE, first(app, ONE))
    world.run_once()
    assert app.read(ONE)["status"] == "scheduled"
    assert copies(world) == {"alice": 1, "bob": 1, "carol": 0}


def test_of_two_sessions_that_accept_one_time_at_once_one_has_it(app: App, world: FolderWorld) -> None:
    offered(app, world, one=("alice", "bob"), other=("bob", "alice"))
    slot = first(app, ONE)
    choose(app, ONE, slot)
    choose(app, OTHER, slot)
    world.run_once()
    (lost,) = (path for path in (ONE, OTHER) if app.read(path)["status"] == "pending")
    is_refused(app, lost, slot)
    assert sum(copies(world).values()) == 2


def test_a_time_that_another_group_has_just_got_is_refused_at_once(app: App, world: FolderWorld) -> None:
    offered(app, world, one=("alice", "bob"), other=("carol", "bob"))
    slot = first(app, ONE)
    choose(app, ONE, slot)
    with world.standing(), world.services() as services:
        assert services.app_documents is not None
        services.app_documents.look()
        services.book.run()
        choose(app, OTHER, slot)
        services.app_documents.look()
        assert told(app, ONE) == []
    is_refused(app, OTHER, slot)
    assert app.read(ONE)["status"] == "scheduled"


def test_what_was_accepted_and_is_taken_before_it_is_written_is_told_and_noted(
    app: App, world: FolderWorld
) -> None:
    offered(app, world, one=("alice", "bob"))
    slot = app.read(ONE)["proposedTimes"][1]
    choose(app, ONE, slot)
    with world.standing(), world.services() as services:
        assert services.app_documents is not None
        services.app_documents.look()
        busy(world, "bob", slot)
        world.run_once()
    is_refused(app, ONE, slot)
    assert "bob" in app.read(ONE)["metadata"]["notBooked"]
    choose(app, ONE, first(app, ONE))
    world.run_once()
    document = app.read(ONE)
    assert document["status"] == "scheduled"
    assert "notBooked" not in document.get("metadata", {})


def test_a_yes_of_somebody_who_does_not_attend_books_nothing(app: App, world: FolderWorld) -> None:
    offered(app, world, one=("alice", "bob"))
    before = app.read(ONE)
    yes = {"userId": "carol", "answer": "accepted", "slot": first(app, ONE)["start"], "at": datetime.now(UTC)}
    app.change("one", responses=ArrayUnion([yes]))
    world.run_once()
    document = app.read(ONE)
    assert document["proposedTimes"] == before["proposedTimes"]
    assert (document["status"], "finalTime" in document) == ("pending", False)
    assert len(told(app, ONE)) == 1
    assert copies(world) == dict.fromkeys(PEOPLE, 0)


def test_an_answer_to_a_time_that_is_taken_is_refused_like_a_choice(app: App, world: FolderWorld) -> None:
    offered(app, world, one=("alice", "bob"))
    slot = first(app, ONE)
    busy(world, "alice", slot)
    yes = {"userId": "bob", "answer": "accepted", "slot": slot["start"], "at": datetime.now(UTC)}
    app.change("one", responses=ArrayUnion([yes]))
    world.run_once()
    is_refused(app, ONE, slot)
