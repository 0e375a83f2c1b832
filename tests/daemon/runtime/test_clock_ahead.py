"""What cannot be taken back is not done because a clock was set ahead: removing the old, ending sessions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from daemon import wire
from daemon.jobs.single_pass import run_once
from daemon.services import Services
from engine.ids import SessionId
from engine.operations.custody import Pruned
from engine.sessions.session_options import SessionOptions
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, Instant
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))
NOW = "2025-11-12T09:58:00Z"
AHEAD = [25 * HOUR, 500 * DAY]
LIVED = (0, 29 * DAY, 5 * DAY, 70 * DAY, 400 * DAY, 400 * DAY)
"""Stretches after each of which something more has been kept for long enough."""


@dataclass
class Machine:
    """A machine's clock: time passes on both of its hands, and the one on the wall can be set."""

    at: Instant
    beat: float = 0.0

    def now(self) -> Instant:
        return self.at

    def monotonic(self) -> float:
        return self.beat

    def wait(self, seconds: float) -> bool:
        self.live(int(seconds))
        return False

    def live(self, seconds: int) -> None:
        self.at += seconds
        self.beat += seconds


@contextmanager
def lived_in(root: Path, machine: Machine) -> Iterator[Services]:
    world = FolderWorld(root, PEOPLE, NOW)
    with wire.open_daemon(world.file, machine=machine, randomness=world.randomness) as services:
        yield services


def create(services: Services, days: int = 7) -> SessionId:
    """Have something looked for that has to be answered within so many days."""
    wish = SessionOptions(host="alice", invitees=("bob",), title="Plan", duration="30m")
    made = services.desk.create(wish)
    with services.store.writing() as tx:
        tx.sessions.put(replace(made, expires_at=made.created_at + days * DAY))
    return made.id


def set_clock(services: Services, machine: Machine, by: int) -> None:
    """Set it, and let the daemon look at it, as it does each second."""
    machine.at += by
    services.clock.now()


def without_log(found: list[Pruned]) -> list[Pruned]:
    """Leave out the log, which has a line for each jump."""
    return [replace(one, audit=0) for one in found]


def pruned(root: Path, *by: int) -> list[Pruned]:
    """Book one session, cancel another, set the clock, and tell what goes as time passes."""
    machine = Machine(parse_instant(NOW))
    with lived_in(root, machine) as services:
        booked, off = create(services), create(services)
        run_once(services, print)
        services.desk.accept(booked, 1)
        services.desk.cancel(off)
        run_once(services, print)
        machine.live(60)
        run_once(services, print)
        for each in by:
            set_clock(services, machine, each)
            services.jumps.write_down()
        gone = []
        for seconds in LIVED:
            machine.live(seconds)
            gone.append(services.prune())
        return gone


@pytest.mark.long
@pytest.mark.upload
def test_a_clock_set_ahead_makes_nothing_old(tmp_path: Path) -> None:
    expected = pruned(tmp_path / "plain")
    assert Pruned() in expected
    for what in ("sessions", "told", "anonymised", "audit"):
        assert any(getattr(one, what) for one in expected), what
    for by in AHEAD:
        found = pruned(tmp_path / str(by), by)
        assert sum(one.sessions for one in found) == 2
        assert found[:2] == [Pruned(), Pruned()]
        righted = pruned(tmp_path / f"{by} righted", by, -by)
        assert without_log(righted) == without_log(expected)
        assert righted[:2] == [Pruned(), Pruned()]


@pytest.mark.parametrize("by", AHEAD)
def test_no_session_ends_because_the_clock_was_set_ahead(tmp_path: Path, by: int) -> None:
    machine = Machine(parse_instant(NOW))
    with lived_in(tmp_path, machine) as services:
        session = create(services, 1)
        set_clock(services, machine, by)
        assert services.expire.run() == 0
        machine.live(HOUR)
        assert services.expire.run() == 0
        set_clock(services, machine, -by)
        machine.live(22 * HOUR)
        assert services.expire.run() == 0
        machine.live(4 * HOUR)
        assert services.expire.run() == 1
        assert services.desk.view(session)["status"] == "cancelled"


@pytest.mark.parametrize("by", AHEAD)
def test_a_clock_that_shows_its_time_for_a_day_is_believed(tmp_path: Path, by: int) -> None:
    machine = Machine(parse_instant(NOW))
    with lived_in(tmp_path, machine) as services:
        create(services, 2)
        set_clock(services, machine, by)
        machine.live(DAY - 1)
        assert services.expire.run() == 0
        machine.live(1)
        assert services.expire.run() == 1


@pytest.mark.parametrize("by", AHEAD)
def test_a_daemon_that_is_started_anew_knows_that_the_clock_was_set(tmp_path: Path, by: int) -> None:
    machine = Machine(parse_instant(NOW))
    with lived_in(tmp_path, machine) as services:
        services.desk.cancel(create(services))
        create(services, 1)
        set_clock(services, machine, by)
        services.jumps.write_down()
    with wire.open_daemon(tmp_path / "gatherly.toml", machine=machine) as services:
        assert services.expire.run() == 0
        assert services.prune() == Pruned()
