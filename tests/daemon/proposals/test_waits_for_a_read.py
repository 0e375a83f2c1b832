"""A session that waits for calendars read too long ago goes on once they are read, changed or not."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.jobs.single_pass import pull
from engine.ids import ConnectorName
from engine.model.calendar import ConnectorState
from engine.time.span import DAY, HOUR, Instant
from tests.standins.time import StillClock
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))
NOW = "2025-11-12T09:58:00Z"
MORNING = ("2025-11-12T08:00:00Z", "2025-11-12T09:00:00Z")


LOOKS = 11
"""More than one connector's pull has looks at the clock."""


class SetWhileRead(StillClock):
    """A clock that is set at one of the looks that follow."""

    def __init__(self, now: Instant) -> None:
        super().__init__(now)
        self.left = 0
        self.by = 0

    def now(self) -> Instant:
        self.left -= 1
        if self.left == 0:
            self.at += self.by
        return self.at


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


@pytest.mark.parametrize("by", [7 * HOUR, DAY])
def test_times_are_proposed_whenever_in_a_read_the_clock_is_set(tmp_path: Path, by: int) -> None:
    world = FolderWorld(tmp_path, PEOPLE, NOW)
    world.clock = clock = SetWhileRead(world.clock.at)
    world.run_once()
    with world.standing(), world.services() as services:
        for look in range(1, LOOKS):
            clock.left, clock.by = look, by
            for source in services.sources.values():
                services.pull.run(source)
            clock.left = 0
            session = world.create("alice", "bob")
            services.propose.run()
            world.pass_time(60)
            pull(services, services.sources.values(), print)
            services.propose.run()
            assert services.desk.view(session)["proposedTimes"], look
