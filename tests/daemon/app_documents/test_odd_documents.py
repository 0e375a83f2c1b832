"""No document of an app, whatever it holds, stops others' sessions; what cannot be read is told of."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from daemon.app_documents.take_document import TakeDocument
from engine.model.app_document import Found, Place
from engine.ports.app_documents import AppDocumentTransaction
from engine.time.instant import to_datetime
from tests.daemon.app_documents.app import App
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld

END_OF_TIME = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
ODD: Mapping[str, Mapping[str, Any]] = {
    "created-last": {"createdAt": END_OF_TIME, "expiresAt": END_OF_TIME},
    "created-near-last": {"createdAt": END_OF_TIME - timedelta(days=3)},
    "created-first": {"createdAt": datetime(1, 1, 1, tzinfo=UTC), "expiresAt": datetime(1, 1, 2, tzinfo=UTC)},
    "search-last": {"search": {"start": "9999-12-30T00:00:00Z", "end": "9999-12-31T23:59:59Z"}},
    "search-days": {"searchDays": 10**15},
    "duration": {"duration": 2**62},
    "title": {"title": {"a": [1, {"b": None}]}},
    "people": {"inviteeIds": [{"id": "bob"}, 7, None]},
    "nothing": {"hostUserId": None, "status": "maybe", "constraints": "none"},
    "surrogates": {"title": "\x00\x1b[31m\u202e"},
}


@pytest.fixture
def odd(app: App, world: FolderWorld) -> FolderWorld:
    """Let every odd document lie before the good one, and look once."""
    begun = to_datetime(world.clock.now())
    for name, fields in ODD.items():
        app.session(f"a-{name}", "alice", "bob", **fields)
    app.session("z-good", "alice", "bob", createdAt=begun, expiresAt=begun + timedelta(days=7))
    world.run_once()
    return world


def test_odd_documents_stop_no_other_session(
    odd: FolderWorld, app: App, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(app.read("eventSessions/z-good")["proposedTimes"]) == 3
    gatherly = Line(capsys)
    told = gatherly.asked("status", "-c", odd.file)
    assert not told["ok"]
    listed = gatherly.asked("quarantine", "list", "-c", odd.file)
    assert {one["kind"] for one in listed} <= {"document", "step"}
    (title,) = (one for one in listed if "a-title" in one["name"])
    anew = gatherly.asked("quarantine", "retry", title["id"], "-c", odd.file)
    assert anew["outcome"].startswith("still is as it was: ")
    assert gatherly.asked("quarantine", "show", title["id"], "-c", odd.file)["reason"] == title["reason"]
    app.change("a-title", title="Lunch")
    anew = gatherly.asked("quarantine", "retry", title["id"], "-c", odd.file)
    assert anew["outcome"] == "was read and written anew"
    assert title["id"] not in {one["id"] for one in gatherly.asked("quarantine", "list", "-c", odd.file)}


class Panicking(TakeDocument):
    """Takes in, but for documents with one name, at which it raises what nobody has listed."""

    def _take(self, tx: AppDocumentTransaction, found: Found) -> bool:
        if found.place.id.startswith("panics"):
            raise BaseExceptionGroup("several", [OverflowError("date value out of range")])
        return super()._take(tx, found)


def test_a_document_at_which_taking_in_panics_is_set_aside_and_comes_again(
    app: App, world: FolderWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = to_datetime(world.clock.now())
    for name in ("panics-1", "panics-2", "z-good"):
        app.session(name, "alice", "bob", createdAt=begun, expiresAt=begun + timedelta(days=7))
    with world.standing(), world.services() as services:
        assert services.app_documents is not None
        taking = services.app_documents._in
        plain = taking._take
        fields = {name: getattr(plain, name) for name in TakeDocument.__dataclass_fields__}
        taking._take = Panicking(**fields)
        world.run_once()
        assert len(app.read("eventSessions/z-good")["proposedTimes"]) == 3
        assert app.read("eventSessions/panics-1").get("proposedTimes") is None
        with services.store.reading() as tx:
            entries = {one.name: one for one in tx.repositories.set_aside.all()}
        first, second = (str(Place.found(f"eventSessions/panics-{number}")) for number in (1, 2))
        assert set(entries) == {first, second}
        assert "OverflowError" not in entries[first].reason
        assert "ExceptionGroup" in entries[first].reason
        gatherly = Line(capsys)
        anew = gatherly.asked("quarantine", "retry", entries[second].id, "-c", world.file)
        assert anew["outcome"] == "was read and written anew"
        with services.store.reading() as tx:
            assert [one.name for one in tx.repositories.set_aside.all()] == [first]
        taking._take = plain
        world.pass_time(3600)
        world.run_once()
        assert len(app.read("eventSessions/panics-1")["proposedTimes"]) == 3
        with services.store.reading() as tx:
            assert tx.repositories.set_aside.all() == []
