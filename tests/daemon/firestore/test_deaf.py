"""When changes are not heard: everything is looked at instead, and it is said so."""

from contextlib import closing

import pytest

from daemon.jobs.live_in import LiveIn
from daemon.jobs.live_out import LiveOut
from daemon.live import POLL, LiveSync
from engine.model.live import Hearing
from engine.ports.apps import Listening
from store.firestore.store import FirestoreStore
from tests.daemon.firestore.app import App
from tests.daemon.folder_world import FolderWorld
from tests.daemon.process import Line
from tests.standins.time import StillClock
from tests.store.firestore.shared import take_of


class Deaf:
    """A listener whose stream has died."""

    def hearing(self) -> Hearing:
        return Hearing(listening=False, since=7, trouble="Firestore does not answer")

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
    with world.house() as house:
        assert isinstance(house.store, FirestoreStore)
        clock = Ticking(world.clock.now())
        take = take_of(house.store, clock)
        deaf: Listening = Deaf()
        live = LiveSync(
            house.store,
            clock,
            LiveIn(house.store, house.clock, take),
            LiveOut(house.store, clock, take.take),
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
