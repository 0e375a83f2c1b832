"""Whoever is forgotten goes out of what is booked, and it stands for everybody else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon.app.erase import erase, what_goes
from daemon.app.examine import check
from daemon.app.principal import OPERATOR
from engine.errors import GatherlyError
from engine.ids import SessionId, UserId
from engine.model.booking import BookingState
from engine.sessions import leaving
from tests.doubles.provider.faults import Fault, Operation
from tests.worlds.book_world import World
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = tuple(Somebody(name=name) for name in ("alice", "bob", "carol"))
MINUTES = 60
WEEK = 7 * 24 * 3600


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FolderWorld]:
    world = FolderWorld(tmp_path, PEOPLE, "2026-10-12T06:00:00Z")
    with world.standing():
        yield world


def booked(world: FolderWorld, *invitees: str, **wishes: Any) -> SessionId:
    session = world.create("alice", *invitees, **wishes)
    world.run_once()
    world.accept(session)
    world.run_once()
    assert world.view(session)["status"] == "scheduled"
    world.pass_time(3 * MINUTES)
    return session


def forget(world: FolderWorld, user: str) -> None:
    with world.services() as services:
        now = services.clock.now
        goes = what_goes(OPERATOR, services.store, services.custody, user, now())
        assert goes is not None
        erase(OPERATOR, goes, services.desk, services.custody, now, lambda: services.sweep.run())
        with services.store.reading() as tx:
            assert user not in {one.id for one in tx.users.all()}
            assert not tx.ledger.leaving()
        assert check(services.book_deps) == []


def copies(world: FolderWorld) -> dict[str, int]:
    return {one.name: len(world.events(one.name)) for one in PEOPLE}


@pytest.mark.parametrize(("yes", "status"), [(("alice", "bob"), "scheduled"), (("alice",), "pending")])
def test_a_time_that_all_who_are_left_accepted_is_booked(
    tmp_path: Path, yes: tuple[str, ...], status: str
) -> None:
    world = FolderWorld(tmp_path, PEOPLE, "2026-10-12T06:00:00Z", '[sessions]\nconfirm = "all"\n')
    with world.standing(), world.services() as services:
        session = world.create("alice", "bob", "carol")
        world.run_once()
        for who in yes:
            services.desk.accept(session, 2, UserId(who))
        forget(world, "carol")
        world.run_once()
        assert world.view(session)["status"] == status


OPTIONAL, REQUIRED = {"invitees": ("bob",), "optional": ("carol",)}, {"invitees": ("bob", "carol")}
SERIES = {"repeat": "FREQ=WEEKLY;COUNT=3", "within": "35d"}


@pytest.mark.parametrize(
    ("who", "later", "repeat"),
    [(OPTIONAL, 0, {}), (REQUIRED, 0, SERIES), (OPTIONAL, 4 * WEEK, SERIES), (REQUIRED, WEEK, {})],
    ids=["optional", "required, of a series", "optional, of a series that is over", "required, over"],
)
def test_what_is_booked_stands_for_the_others(
    world: FolderWorld, who: dict[str, Any], later: int, repeat: dict[str, str]
) -> None:
    session = booked(world, *who["invitees"], optional=who.get("optional", ()), **repeat)
    before = world.view(session)["finalTime"]["start"]
    assert copies(world) == {"alice": 1, "bob": 1, "carol": 1}
    world.pass_time(later)
    forget(world, "carol")
    assert copies(world) == {"alice": 1, "bob": 1, "carol": 0}
    view = world.view(session)
    assert (view["status"], view["finalTime"]["start"]) == ("scheduled", before)
    assert view["booking"]["allOrNone"] == "all"
    assert (view["inviteeIds"], view.get("optionalIds", [])) == (["bob"], [])
    world.pass_time(6 * MINUTES)
    world.run_once()
    assert copies(world) == {"alice": 1, "bob": 1, "carol": 0}
    if not later:
        assert "carol" not in "".join(world.events("alice") + world.events("bob"))


@pytest.mark.parametrize("who", ["alice", "bob"])
@pytest.mark.parametrize("invited", [("bob",), ("bob", "carol")])
@pytest.mark.parametrize("repeat", [{}, SERIES], ids=["once", "series"])
def test_what_took_place_stays_with_the_others(
    world: FolderWorld, who: str, invited: tuple[str, ...], repeat: dict[str, str]
) -> None:
    """Nobody's past is called off because somebody is forgotten, be it whoever had asked for it."""
    booked(world, *invited, **repeat)
    before = copies(world)
    world.pass_time(5 * WEEK)
    forget(world, who)
    assert copies(world) == {**before, who: 0}
    with world.services() as services, services.store.reading() as tx:
        assert "session.cancelled" not in {entry.action for entry in tx.audit.listed()}
    for _ in range(2):
        world.pass_time(6 * MINUTES)
        world.run_once()
    assert copies(world) == {**before, who: 0}


def test_a_series_that_goes_on_is_called_off_with_its_host(world: FolderWorld) -> None:
    booked(world, "bob", **SERIES)
    world.pass_time(WEEK)
    with pytest.raises(GatherlyError, match="Copies are left in alice-folder"):
        forget(world, "alice")
    for _ in range(2):
        world.run_once()
        world.pass_time(3 * MINUTES)
    forget(world, "alice")
    assert copies(world) == {"alice": 0, "bob": 0, "carol": 0}


def test_what_nobody_else_is_left_for_is_called_off(world: FolderWorld) -> None:
    session = booked(world, "bob")
    with pytest.raises(GatherlyError, match="Copies are left in bob-folder"):
        forget(world, "bob")
    view = world.view(session)
    assert (view["status"], view["metadata"]["reason"]) == ("cancelled", "Nobody else is left.")
    for _ in range(2):
        world.run_once()
        world.pass_time(3 * MINUTES)
    forget(world, "bob")
    assert copies(world) == {"alice": 0, "bob": 0, "carol": 0}


def test_what_is_looked_for_goes_on_without_them(world: FolderWorld) -> None:
    world.busy("carol", ("2026-10-12T00:00:00Z", "2026-10-16T00:00:00Z"))
    session = world.create("alice", "bob", "carol", within="5d")
    world.run_once()
    before = world.view(session)["proposedTimes"]
    forget(world, "carol")
    world.run_once()
    view = world.view(session)
    assert (view["status"], view["inviteeIds"], before != view["proposedTimes"]) == ("pending", ["bob"], True)
    assert "carol" not in str(view)


def test_a_copy_that_cannot_be_reached_is_waited_for_and_the_rest_stands(world: FolderWorld) -> None:
    session = booked(world, "bob", optional=("carol",))
    folder, away = world.folder("carol"), world.root / "away"
    folder.rename(away)
    with pytest.raises(GatherlyError, match="Copies are left in carol-folder"):
        forget(world, "carol")
    assert world.view(session)["status"] == "scheduled"
    away.rename(folder)
    world.pass_time(6 * MINUTES)
    forget(world, "carol")
    assert copies(world) == {"alice": 1, "bob": 1, "carol": 0}
    with world.services() as services, services.store.reading() as tx:
        assert "carol" not in str(tx.sessions.get(session))


def test_what_is_accepted_and_not_yet_taken_up_is_booked_without_them() -> None:
    town = World(people=("ann", "bob", "cy"))
    town.propose()
    town.accept()
    town.command(lambda session: leaving.taken_out(session, UserId("cy"), now=town.clock.now()))
    assert town.holds() == {"ann", "bob"}
    with town.store.reading() as tx:
        assert tx.ledger.due(town.clock.now()) == ["s1"]
    assert town.settle() is BookingState.CONFIRMED
    assert town.copies() == {"ann": 1, "bob": 1, "cy": 0}


def test_what_is_being_written_is_undone_and_booked_without_them() -> None:
    town = World(people=("ann", "bob", "cy"))
    town.propose()
    town.accept()
    town.desks[UserId("bob")].faults.then(Operation.WRITE, Fault.RATE_LIMIT)
    assert town.run() is BookingState.WRITING
    town.command(lambda session: leaving.taken_out(session, UserId("cy"), now=town.clock.now()))
    assert town.booking().state is BookingState.UNDOING
    assert town.settle() is BookingState.CONFIRMED
    assert (town.copies(), town.holds()) == ({"ann": 1, "bob": 1, "cy": 0}, {"ann", "bob"})
    assert check(town.deps) == []
