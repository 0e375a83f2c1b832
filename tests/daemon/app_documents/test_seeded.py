"""`gatherly seed` with Firestore: an empty one is filled, one that holds anything is left as it is."""

import pytest

from daemon.commands.upkeep import seed
from engine.errors import InputError
from tests.daemon.app_documents.app import App
from tests.worlds.command_line import printed
from tests.worlds.folder_world import FolderWorld


def test_an_empty_firestore_is_filled(world: FolderWorld, app: App) -> None:
    assert printed(lambda: seed.run(world.file))[0] == 0
    client = app.client
    assert {one.id for one in client.collection("users").stream()} >= {"alice", "bob", "carol", "dave"}
    assert len(list(client.collection("eventSessions").stream())) == 4
    messages = client.collection("eventSessions/seed-coffee/messages").stream()
    assert len(list(messages)) == 4
    with pytest.raises(InputError, match=r"Firestore holds .* documents already"):
        seed.run(world.file)


def test_one_that_holds_somebody_elses_is_left_as_it_is(world: FolderWorld, app: App) -> None:
    app.client.document("users/stranger").set({"id": "stranger"})
    with pytest.raises(InputError, match="Firestore holds 1 document already"):
        seed.run(world.file)
    assert not list(app.client.collection("eventSessions").stream())
