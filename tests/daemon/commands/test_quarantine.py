"""`gatherly quarantine`: what was set aside is seen with why and since when, read anew, or let be."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from daemon.app.free_set_aside import retry
from daemon.app.principal import OPERATOR
from daemon.app.quarantine import entries
from daemon.jobs.single_pass import run_once
from daemon.runtime.guard import Guard
from engine.ids import SessionId, UserId
from engine.model.set_aside import NEVER, Item, SetAside, Work
from tests.standins.busy_store import BusyStore
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody, event

PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))
ODD = event("odd", "2026-11-17T10:00:00Z", "2026-11-17T11:00:00Z").replace("DTSTART:20261117T100000Z\r\n", "")


@pytest.fixture
def gatherly(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return FolderWorld(tmp_path, PEOPLE, "2026-11-16T08:00:00Z")


def foreign() -> None:
    raise OverflowError("Dinner with Eve at 31.12.9999")


@contextmanager
def set_aside(world: FolderWorld) -> Iterator[SessionId]:
    """Have a session that could not be looked at."""
    session = world.create("alice", "bob")
    with world.services() as services:
        item = Item(step=Work.PROPOSE, name=session, session=session)
        Guard(services.store, services.clock).run(item, foreign)
    yield session


def row(world: FolderWorld) -> SetAside | None:
    with world.services() as services, services.store.reading() as tx:
        found = tx.repositories.set_aside.all()
        return found[0] if found else None


def listed(world: FolderWorld, gatherly: Line) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = gatherly.asked("quarantine", "list", "-c", world.file)
    return found


def test_nothing_is_set_aside_at_first(world: FolderWorld, gatherly: Line) -> None:
    assert gatherly("quarantine", "list", "-c", world.file).stdout == "Nothing is set aside.\n"
    assert listed(world, gatherly) == []


def test_an_event_that_cannot_be_read_is_seen_and_counts_once_it_can(
    world: FolderWorld, gatherly: Line
) -> None:
    (world.folder("alice") / "odd.ics").write_text(ODD, newline="")
    world.run_once()
    (entry,) = listed(world, gatherly)
    assert (entry["kind"], entry["name"], entry["connector"]) == ("event", "odd", "alice-folder")
    assert entry["since"] == "2026-11-16T08:00:00Z"
    assert entry["reason"]
    still = gatherly.asked("quarantine", "retry", entry["id"], "-c", world.file)
    assert still["outcome"].startswith("still cannot be read")
    good = event("odd", "2026-11-17T10:00:00Z", "2026-11-17T11:00:00Z")
    (world.folder("alice") / "odd.ics").write_text(good, newline="")
    world.run_once()
    assert listed(world, gatherly) == []


def test_an_event_is_read_anew_though_the_daemon_reads_its_calendar_meanwhile(world: FolderWorld) -> None:
    (world.folder("alice") / "odd.ics").write_text(ODD, newline="")
    world.run_once()
    with world.services() as services:
        names = list(services.sources)
        with services.store.reading() as tx:
            (entry,) = entries(OPERATOR, tx, names, ())

        def read() -> None:
            good = event("more", "2026-11-17T10:00:00Z", "2026-11-17T11:00:00Z")
            (world.folder("alice") / "more.ics").write_text(good, newline="")
            run_once(services, print)

        busy = BusyStore(services.store, read)
        told = retry(busy, services.clock, services.sources, None, entry)
    assert told.startswith("still cannot be read")


def test_an_event_that_is_let_be_is_not_spoken_of_until_it_changes(
    world: FolderWorld, gatherly: Line
) -> None:
    (world.folder("alice") / "odd.ics").write_text(ODD, newline="")
    world.run_once()
    (entry,) = listed(world, gatherly)
    assert gatherly("quarantine", "forget", entry["id"], "-c", world.file).returncode == 0
    assert listed(world, gatherly) == []
    assert gatherly.asked("quarantine", "show", entry["id"], "-c", world.file)["forgotten"]
    states = {
        each["name"]: each["state"] for each in gatherly.asked("status", "-c", world.file)["connectors"]
    }
    assert states["alice-folder"] != "degraded"
    (world.folder("alice") / "odd.ics").write_text(ODD.replace("Taken", "Taken again"), newline="")
    world.pass_time(3600)
    world.run_once()
    assert [each["name"] for each in listed(world, gatherly)] == ["odd"]


def test_a_session_with_trouble_is_told_in_status_and_in_its_own_messages(
    world: FolderWorld, gatherly: Line
) -> None:
    with set_aside(world) as session:
        (entry,) = listed(world, gatherly)
        assert (entry["kind"], entry["step"], entry["session"]) == ("step", "propose", session)
        assert "OverflowError" in entry["reason"]
        assert "Eve" not in str(entry)
        status = gatherly("status", "-c", world.file)
        assert status.returncode == 1
        assert entry["id"] in status.stdout
        told = gatherly.asked("status", "-c", world.file)
        assert not told["ok"]
        assert [one["id"] for one in told["setAside"]] == [entry["id"]]
        shown = gatherly("session", "show", session, "-c", world.file)
        assert f"gatherly quarantine show {entry['id']}" in shown.stdout
        with world.services() as services, services.store.reading() as tx:
            said = [one.content for one in tx.messages.of(session) if one.role.value == "system"]
        assert len(said) == 1
        assert "OverflowError" in said[0]


def test_a_step_that_is_tried_again_is_done_by_the_next_pass(world: FolderWorld, gatherly: Line) -> None:
    with set_aside(world) as session:
        world.run_once()
        assert world.view(session)["proposedTimes"] == []
        (entry,) = listed(world, gatherly)
        assert gatherly("quarantine", "retry", entry["id"][:6], "-c", world.file).returncode == 0
        world.run_once()
        assert len(world.view(session)["proposedTimes"]) == 3
        assert listed(world, gatherly) == []


def test_a_step_that_is_let_be_waits_until_its_session_changes(world: FolderWorld, gatherly: Line) -> None:
    with set_aside(world) as session:
        (entry,) = listed(world, gatherly)
        assert gatherly("quarantine", "forget", entry["id"], "-c", world.file).returncode == 0
        found = row(world)
        assert found is not None
        assert found.forgotten
        assert found.next_at == NEVER
        world.pass_time(86_400)
        world.run_once()
        assert world.view(session)["proposedTimes"] == []
        with world.services() as services, services.store.writing() as tx:
            before = tx.sessions.get(session)
            assert before is not None
            tx.sessions.put(before)
            tx.wakes.add([session], services.clock.now())
        world.run_once()
        assert len(world.view(session)["proposedTimes"]) == 3
        assert row(world) is None


def test_trouble_that_stays_is_tried_ever_more_seldom(world: FolderWorld) -> None:
    waits = []
    with world.services() as services:
        item = Item(step=Work.REFRESH, name="alice-folder")
        for _ in range(9):
            Guard(services.store, services.clock).run(item, foreign)
            found = _known(services, item)
            waits.append(found.next_at - world.clock.at)
            world.clock.at = found.next_at
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def _known(services: Any, item: Item) -> SetAside:
    with services.store.reading() as tx:
        found: SetAside = tx.repositories.set_aside.get(item.id)
        return found


@pytest.mark.parametrize("words", [("show", "nothing"), ("retry", ""), ("forget", "zz")])
def test_what_is_not_set_aside_is_said_in_one_line(
    world: FolderWorld, gatherly: Line, words: tuple[str, str]
) -> None:
    answer = gatherly("quarantine", *words, "-c", world.file)
    assert answer.returncode == 1
    assert "gatherly quarantine list shows what is" in answer.stderr.splitlines()[-1]


def test_what_was_set_aside_is_erased_with_its_person(world: FolderWorld) -> None:
    with set_aside(world), world.services() as services:
        services.custody.erase(UserId("alice"), services.clock.now())
    assert row(world) is None
