"""What a connector's call met that nobody foresaw stands in `status` until it is over, and no longer."""

from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.app.status import gather
from daemon.runtime.guard import Guard
from daemon.services import Services
from daemon.sync.witness import CallWitness
from engine.ids import ConnectorName, UserId
from engine.model.set_aside import LONGEST_WAIT
from engine.trouble import Trouble, attempt
from tests.standins.busy_store import BusyStore
from tests.worlds.folder_world import FolderWorld, Somebody


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return FolderWorld(tmp_path, [Somebody(name="alice")], "2026-11-16T08:00:00Z")


def calls(services: Services, name: str) -> CallWitness:
    return CallWitness(Guard(services.store, services.clock), ConnectorName(name), UserId("alice"), print)


def foreign() -> None:
    raise ZeroDivisionError


def trouble() -> Trouble:
    met = attempt(foreign)
    assert isinstance(met, Trouble)
    return met


def told(services: Services) -> list[str]:
    with services.store.reading() as tx:
        return [one.name for one in gather(tx, services.configuration, services.clock.now()).set_aside]


@pytest.mark.parametrize("met", ["write", "withdraw", "changes", "interpret", "marked"])
@pytest.mark.parametrize("well", ["write", "withdraw", "read", "marked", "changes", "keep_fresh"])
def test_trouble_is_over_once_the_same_goes_well(world: FolderWorld, met: str, well: str) -> None:
    with world.services() as services:
        witness, neighbour = calls(services, "alice-folder"), calls(services, "alice-other")
        witness.well(met)
        witness.trouble(met, trouble())
        neighbour.well(met)
        witness.well(well)
        assert told(services) == ([] if well == met else [f"alice-folder {met}"])
        witness.trouble(met, trouble())
        assert told(services) == [f"alice-folder {met}"]


@pytest.mark.parametrize("met", ["write", "withdraw"])
@pytest.mark.parametrize("restarted", [False, True])
def test_a_changes_trouble_is_over_when_all_is_seen_and_none_has_come_for_long(
    world: FolderWorld, met: str, *, restarted: bool
) -> None:
    """A booking that has ended is never written again: its trouble would stand for ever."""
    with world.services() as services:
        witness = calls(services, "alice-folder")
        witness.trouble(met, trouble())
        world.clock.at += LONGEST_WAIT
        witness.well("marked")
        witness.trouble(met, trouble())
        world.clock.at += LONGEST_WAIT
        witness.well("marked")
        assert told(services) == [f"alice-folder {met}"]
        world.clock.at += LONGEST_WAIT
        witness.well("changes")
        assert told(services) == [f"alice-folder {met}"]
        witness = calls(services, "alice-folder") if restarted else witness
        witness.well("marked")
        assert told(services) == []


@pytest.mark.parametrize("looks", range(1, 6))
def test_two_bookings_see_at_once_that_all_is_well(world: FolderWorld, looks: int) -> None:
    with world.services() as services:
        witness = meanwhile(services, looks, lambda one: one.well("marked"))
        witness.trouble("withdraw", trouble())
        witness.well("marked")
        assert told(services) == ["alice-folder withdraw"]


@pytest.mark.parametrize("looks", range(1, 5))
def test_trouble_that_comes_while_another_is_looked_at_is_over_some_time(
    world: FolderWorld, looks: int
) -> None:
    with world.services() as services:
        witness = meanwhile(services, looks, lambda one: one.trouble("write", trouble()))
        witness.trouble("withdraw", trouble())
        witness.well("marked")
        assert set(told(services)) == {"alice-folder write", "alice-folder withdraw"}
        world.clock.at += 2 * LONGEST_WAIT
        witness.well("marked")
        assert told(services) == []


def meanwhile(services: Services, looks: int, others: Callable[[CallWitness], None]) -> CallWitness:
    """Give a witness that others tell something after it has looked up so many things."""
    store = BusyStore(services.store, lambda: others(witness), looks)
    guard = Guard(store, services.clock)
    witness = CallWitness(guard, ConnectorName("alice-folder"), UserId("alice"), print)
    return witness
