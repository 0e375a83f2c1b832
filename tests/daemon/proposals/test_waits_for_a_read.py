"""A session that waits for calendars read too long ago goes on once they are read, changed or not."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.runtime.single_pass import pull
from engine.ids import ConnectorName
from engine.model.calendar import ConnectorState
from engine.time.span import DAY, HOUR
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))
NOW = "2025-11-12T09:58:00Z"
MORNING = ("2025-11-12T08:00:00Z", "2025-11-12T09:00:00Z")


def proposed_after_a_read(world: FolderWorld, asked: Sequence[str], aged: int = 0) -> bool:
    """Create a session before anybody is read again, read everybody, and tell whether there are times now."""
    world.pass_time(aged)
    session = world.create("alice", "bob")
    with world.services() as services:
        services.propose.run()
        waiting = services.desk.view(session)["metadata"]["waitingFor"]
        assert sorted(waiting) == sorted(asked)
        pull(services, services.sources.values(), print)
        services.propose.run()
        return bool(services.desk.view(session)["proposedTimes"])


@pytest.mark.parametrize("aged", [7 * HOUR, DAY, 30 * DAY])
@pytest.mark.parametrize("busy", [(), (MORNING,)])
def test_times_are_proposed_once_aged_calendars_are_read_again(
    tmp_path: Path, aged: int, busy: tuple[tuple[str, str], ...]
) -> None:
    world = FolderWorld(tmp_path, PEOPLE, NOW)
    world.busy("alice", *busy)
    world.run_once()
    assert proposed_after_a_read(world, ["alice", "bob"], aged)


@pytest.mark.parametrize("age", ["10m", "1h"])
def test_how_old_is_too_old_is_the_operator_s(tmp_path: Path, age: str) -> None:
    world = FolderWorld(tmp_path, PEOPLE, NOW, settings=f'[sync]\nmax_age = "{age}"\n')
    world.run_once()
    assert proposed_after_a_read(world, ["alice", "bob"], HOUR + 60)


def test_times_are_proposed_once_access_is_there_again(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, PEOPLE, NOW)
    world.run_once()
    with world.services() as services, services.store.writing() as tx:
        account = tx.calendars.account(ConnectorName("alice-folder"))
        assert account is not None
        tx.calendars.put_account(replace(account, state=ConnectorState.EXPIRED))
    assert proposed_after_a_read(world, ["alice"])
