"""A row that does not open (spoilt on disk, or another key's) is its own trouble: others' work goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from daemon.app.examine import check
from daemon.app.status import gather
from daemon.commands.status_words import status_words
from daemon.jobs.single_pass import run_once
from daemon.services import Services
from daemon.terminal.times import Reader
from engine.ids import SessionId
from engine.skipped import Jump
from engine.time.span import HOUR
from tests.store.blank import NAME
from tests.worlds.folder_world import FolderWorld, Somebody

pytestmark = [pytest.mark.long, pytest.mark.upload]

PEOPLE = tuple(Somebody(name=name) for name in ("alice", "bob", "cara", "dan"))
NOW = "2025-11-12T09:58:00Z"
NO_KEYS = "gk1.0000000000000000.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
SPOILT = ("booking.progress", "event_sessions.metadata")
HOSTED = ("event_sessions.title", "event_sessions.proposed_times")


def spoil(world: FolderWorld, column: str, session: SessionId) -> None:
    """Make one sealed value of one session unreadable."""
    table, name = column.split(".")
    key = "id" if table == "event_sessions" else "session"
    engine = sa.create_engine(f"sqlite:///{world.root / NAME}")
    with engine.begin() as connection:
        spoilt = f'"{NO_KEYS}"' if name not in ("title", "reason") else NO_KEYS
        changed = sa.text(f"UPDATE {table} SET {name} = :spoilt WHERE {key} = :session")  # noqa: S608
        assert connection.execute(changed, {"spoilt": spoilt, "session": session}).rowcount == 1
    engine.dispose()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FolderWorld]:
    world = FolderWorld(tmp_path, PEOPLE, NOW)
    with world.standing():
        yield world


def offered(world: FolderWorld, host: str, guest: str) -> SessionId:
    session = world.create(host, guest)
    world.run_once()
    return session


def state(world: FolderWorld, session: SessionId) -> str:
    return str(world.view(session)["booking"]["state"])


def told(services: Services, world: FolderWorld) -> str:
    with services.store.reading() as tx:
        return status_words(gather(tx, services.configuration, world.clock.at), Reader("UTC", world.clock.at))


@pytest.mark.parametrize("column", SPOILT)
def test_an_accepted_booking_that_does_not_open_keeps_no_other_from_being_booked(
    world: FolderWorld, column: str
) -> None:
    bad, good = offered(world, "alice", "bob"), offered(world, "cara", "dan")
    world.accept(bad)
    world.pass_time(1)
    world.accept(good)
    spoil(world, column, bad)
    world.run_once()
    assert state(world, good) == "confirmed"
    with world.services() as services:
        assert bad in told(services, world)


@pytest.mark.parametrize("column", SPOILT)
def test_a_confirmed_booking_that_does_not_open_keeps_no_sweep_from_the_others(
    world: FolderWorld, column: str
) -> None:
    bad, good = offered(world, "alice", "bob"), offered(world, "cara", "dan")
    world.accept(bad)
    world.accept(good)
    world.run_once()
    spoil(world, column, bad)
    for path in world.folder("cara").glob("*.ics"):
        path.unlink()
    with world.services() as services:
        services.sweep.run()
        world.pass_time(60)
        services.sweep.run()
        run_once(services, print)
    assert state(world, good) != "confirmed"


@pytest.mark.parametrize("column", HOSTED)
def test_a_pending_session_that_does_not_open_lets_its_people_be_booked_elsewhere(
    world: FolderWorld, column: str
) -> None:
    bad, good = offered(world, "alice", "bob"), offered(world, "bob", "cara")
    spoil(world, column, bad)
    world.accept(good)
    world.run_once()
    assert state(world, good) == "confirmed"
    with world.services() as services:
        assert bad in told(services, world)


@pytest.mark.parametrize("column", SPOILT)
def test_a_clock_that_is_set_back_is_followed_by_all_others(world: FolderWorld, column: str) -> None:
    bad, good = offered(world, "alice", "bob"), offered(world, "cara", "dan")
    world.accept(bad)
    world.accept(good)
    spoil(world, column, bad)
    with world.services() as services:
        services.jumps.note(Jump(world.clock.at, world.pass_time(-HOUR)))
        services.jumps.write_down()
    world.run_once()
    assert state(world, good) == "confirmed"


def test_what_is_to_be_told_and_does_not_open_keeps_nothing_else_from_being_told(world: FolderWorld) -> None:
    good = offered(world, "cara", "dan")
    world.accept(good)
    with world.services() as services:
        services.book.run()
        with services.store.reading() as tx:
            entries = tx.outbox.due(world.clock.at)
        assert len(entries) > 1
        engine = sa.create_engine(f"sqlite:///{world.root / NAME}")
        with engine.begin() as connection:
            spoilt = sa.text("UPDATE outbox SET payload = :spoilt WHERE id = :id")
            connection.execute(spoilt, {"spoilt": f'"{NO_KEYS}"', "id": entries[0]})
        engine.dispose()
        assert services.outbox.run() == len(entries) - 1
        assert entries[0] in told(services, world)


@pytest.mark.parametrize("column", ["booking.progress", "event_sessions.title"])
def test_fsck_names_what_does_not_open_and_examines_the_rest(world: FolderWorld, column: str) -> None:
    bad, good = offered(world, "alice", "bob"), offered(world, "cara", "dan")
    world.accept(bad)
    world.accept(good)
    world.run_once()
    spoil(world, column, bad)
    for path in world.folder("cara").glob("*.ics"):
        path.unlink()
    with world.services() as services:
        found = check(services.book_deps)
    assert any(bad in each.what for each in found)
    assert any(each.session == good for each in found)
