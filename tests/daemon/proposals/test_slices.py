"""Many sessions that were asked for at once are looked at bit by bit: no tick is late because of them."""

from pathlib import Path

import pytest

from daemon.proposals.propose import FEWEST
from daemon.services import Services
from engine.ids import UserId
from tests.standins.time import StillClock
from tests.worlds.folder_world import FolderWorld, Somebody

MANY = 2 * FEWEST + 5


class Slow(StillClock):
    """A machine on which looking at the clock once more takes a second."""

    passed = 0.0

    def monotonic(self) -> float:
        self.passed += 1
        return self.passed


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    made = FolderWorld(tmp_path, (Somebody(name="ann"), Somebody(name="bea")), "2026-11-12T10:00:00Z")
    made.clock = Slow(made.clock.at)
    return made


def offered(services: Services) -> int:
    with services.store.reading() as tx:
        return sum(one.is_offered for one in tx.sessions.standing(UserId("ann"), 0))


def test_each_go_looks_at_some_and_tells_that_others_are_left(world: FolderWorld) -> None:
    world.run_once()
    for number in range(MANY):
        world.create("ann", "bea", title=f"Asked {number}")
    seen = []
    with world.services() as services:
        while services.propose.run():
            seen.append(offered(services))
    assert seen == [FEWEST, 2 * FEWEST, MANY]


@pytest.mark.long
@pytest.mark.upload
def test_one_pass_does_all_however_slow_the_machine(world: FolderWorld) -> None:
    for number in range(MANY):
        world.create("ann", "bea", title=f"Asked {number}")
    world.run_once()
    with world.services() as services:
        assert offered(services) == MANY
