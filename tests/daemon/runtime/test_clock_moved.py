"""A wall clock that is set an hour or a month, forth or back, stops no reading and no booking."""

from pathlib import Path
from shutil import copytree

import pytest

from daemon.runtime.clock import ASKED_EVERY, StoreClock
from engine.booking.timing import lease_is_live
from engine.errors import StoreUnavailableError
from engine.ids import ConnectorName, SessionId, UserId
from engine.model.operations import Budget, Grant
from engine.operations import budgets, grants
from engine.operations.budgets import Limit
from engine.time.span import DAY, HOUR
from tests.standins.time import NOON, HandClock, Numbered
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))
BACK = (-HOUR, -30 * DAY)


NOW = "2025-11-12T09:58:00Z"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SessionId]:
    """A world with one session on offer, which tests take copies of."""
    world = FolderWorld(tmp_path_factory.mktemp("offered"), PEOPLE, NOW)
    session = world.create("alice", "bob")
    world.run_once()
    return world.root, session


@pytest.fixture
def world(tmp_path: Path, template: tuple[Path, SessionId]) -> FolderWorld:
    copytree(template[0], tmp_path, dirs_exist_ok=True)
    return FolderWorld(tmp_path, PEOPLE, NOW, randomness=Numbered(100))


@pytest.fixture
def session(template: tuple[Path, SessionId]) -> SessionId:
    return template[1]


@pytest.mark.parametrize("jump", [*BACK, HOUR, 30 * DAY])
def test_calendars_are_read_on_after_the_clock_was_set(world: FolderWorld, jump: int) -> None:
    with world.standing():
        world.run_once()
        world.clock.at += jump
        with world.services() as services:
            read_at = 0
            for _ in range(25):
                world.clock.at += 15
                if len(services.due_sources()) == len(PEOPLE):
                    read_at = world.clock.at
                    break
        assert read_at


@pytest.mark.parametrize("jump", [-400 * DAY, -30 * DAY, -HOUR, DAY])
def test_what_was_accepted_before_the_clock_was_set_is_booked(
    world: FolderWorld, session: SessionId, jump: int
) -> None:
    world.accept(session, 3)
    world.clock.at += jump
    with world.standing():
        for _ in range(4):
            world.run_once()
            world.clock.at += 5
    assert world.view(session)["booking"]["state"] == "confirmed"


@pytest.mark.parametrize("jump", BACK)
def test_an_undo_under_way_ends_after_the_clock_was_set_back(
    world: FolderWorld, session: SessionId, jump: int
) -> None:
    with world.standing():
        world.accept(session, 3)
        world.run_once()
        with world.services() as services:
            services.desk.cancel(session)
        world.run_once()
        assert world.view(session)["booking"]["state"] == "quarantine"
    world.clock.at += jump
    with world.standing():
        for _ in range(4):
            world.run_once()
            world.clock.at += 60
    assert world.view(session)["booking"]["state"] == "cancelled"


@pytest.mark.parametrize("ahead", [HOUR, DAY, 30 * DAY])
def test_what_a_budget_says_of_a_time_to_come_is_not_waited_for(ahead: int) -> None:
    limit = Limit("account", 600, 100)
    spent = budgets.spent(Budget(name="account"), limit, 100, NOON + ahead)
    assert budgets.wait_for(budgets.spent(spent, limit, 1, NOON), limit, NOON) == 0
    paused = budgets.refused(Budget(name="account"), DAY, NOON + 2 * DAY, 60)
    assert budgets.pause_of(paused, NOON) == 0


@pytest.mark.parametrize("ahead", [HOUR, DAY, 30 * DAY])
def test_a_lease_of_a_time_to_come_is_nobody_s(ahead: int) -> None:
    assert lease_is_live(NOON + 60, NOON)
    assert not lease_is_live(NOON + ahead + 60, NOON)
    kept = Grant(
        connector=ConnectorName("work"),
        user_id=UserId("ann"),
        provider="google",
        created_at=NOON,
        updated_at=NOON,
    )
    assert grants.is_taken(grants.leased(kept, "me", NOON), NOON)
    assert not grants.is_taken(grants.leased(kept, "me", NOON + ahead), NOON)
    assert not grants.rests(grants.paused(kept, NOON + ahead + HOUR, 10), NOON)


class Server:
    """A store's own clock, which can be away."""

    def __init__(self) -> None:
        self.at: int | None = 5_000
        self.away = False
        self.asked = 0

    def time(self) -> int | None:
        self.asked += 1
        if self.away:
            raise StoreUnavailableError("away")
        return self.at


def test_daemons_whose_clocks_differ_go_by_the_store_s() -> None:
    server, mine, theirs = Server(), HandClock(), HandClock()
    theirs.at += HOUR
    here, there = StoreClock(server.time, mine, print), StoreClock(server.time, theirs, print)
    assert here.now() == there.now() == 5_000
    mine.at += 7
    assert here.now() == 5_007
    assert server.asked == 2


def test_a_store_that_is_away_is_counted_on_and_one_without_a_clock_leaves_it_to_the_machine() -> None:
    server, machine = Server(), HandClock()
    clock = StoreClock(server.time, machine, print)
    clock.now()
    server.away = True
    machine.at += 3 * ASKED_EVERY
    assert clock.now() == 5_030
    server.away, server.at = False, 9_000
    machine.at += ASKED_EVERY
    assert clock.now() == 9_000
    server.at = None
    machine.at += ASKED_EVERY
    assert clock.now() == machine.now()
