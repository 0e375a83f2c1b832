"""When changes are not heard: everything is looked at instead, and it is said so."""

from contextlib import closing

import pytest

from daemon.app_documents.sync import POLL, DocumentSync
from daemon.app_documents.take_in import DocumentIntake
from daemon.app_documents.write_out import DocumentWriteOut
from engine.model.app_document import ListenerStatus
from engine.ports.app_documents import Listening
from store.firestore.store import FirestoreStore
from tests.daemon.app_documents.app import App
from tests.standins.time import StillClock
from tests.store.firestore.shared import take_of
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld


class Deaf:
    """A listener whose stream has died."""

    def listener_status(self) -> ListenerStatus:
        return ListenerStatus(listening=False, since=7, trouble="Firestore does not answer")

    def close(self) -> None:
        """It has nothing to let go of."""


class Ticking(StillClock):
    """A clock that tests move, the monotonic one too."""

    def monotonic(self) -> float:
        return float(self.at)


def test_polling_carries_on_where_nothing_is_heard(
    app: App, world: FolderWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    worked: list[int] = []
    with world.services() as services:
        assert isinstance(services.store, FirestoreStore)
        clock = Ticking(world.clock.now())
        take = take_of(services.store, clock)
        deaf: Listening = Deaf()
        live = DocumentSync(
            services.store,
            clock,
            DocumentIntake(services.store, services.clock, take),
            DocumentWriteOut(services.store, clock, take.take),
            lambda: deaf,
        )
        with closing(live):
            live.begin(lambda: None)
            live.run(lambda: worked.append(1))
            app.session("s1", "alice", "bob")
            live.run(lambda: worked.append(2))
            assert 2 not in worked
            clock.at += int(POLL)
            live.run(lambda: worked.append(3))
            assert 3 in worked
            told = Line(capsys).asked("status", "-c", world.file)
            assert not told["ok"]
            assert not told["live"]["listening"]
            assert told["live"]["lastError"] == "Firestore does not answer"
            assert told["live"]["polledAt"] is not None
            words = Line(capsys)("status", "-c", world.file).stdout
            assert "changes are not heard: Firestore does not answer; looked at" in words
    assert Line(capsys).asked("status", "-c", world.file)["live"]["lastError"] is None
