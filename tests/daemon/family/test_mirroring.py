"""Copies of a family's events in a real folder: one each, following, and gone with their events."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from daemon import knowledge
from daemon.family.mirroring import Mirror
from daemon.services import Services
from engine.errors import InputError, WriteAmbiguousError, WriteRefusedError
from engine.family.event_change import EventChange
from engine.ids import ConnectorName, UserId
from engine.model.session import SessionStatus
from engine.time.instant import parse_instant
from engine.time.span import HOUR, Span
from tests.daemon.family.home import add, at_home, desks
from tests.standins.busy_store import BusyStore
from tests.worlds.folder_world import FolderWorld, Somebody


def copies(world: FolderWorld, title: str = "") -> list[str]:
    texts = [file.read_bytes().decode() for file in sorted(world.folder("alice").glob("*.ics"))]
    return [text for text in texts if f"SUMMARY:{title}" in text]


def test_a_confirmed_event_has_one_copy_that_follows_and_goes(tmp_path: Path) -> None:
    world = at_home(tmp_path)
    with world.standing(), world.services() as services:
        one = add(services, "Party", "10:00", "11:00", confirm=False)
        services.mirror.run()
        assert copies(world) == []
        desks(services).events.confirm(one.id)
        world.run_once()
        world.run_once()
        (text,) = copies(world, "Party")
        assert "X-GATHERLY-" in text
        assert "DTSTART:20260111T100000Z" in text or "DTSTART;TZID=UTC:20260111T100000" in text
        desks(services).events.move(one.id, parse_instant("2026-01-12T15:00:00Z"))
        services.mirror.run()
        (text,) = copies(world, "Party")
        assert "20260112T150000" in text
        desks(services).events.cancel(one.id)
        services.mirror.run()
        assert copies(world) == []


def test_a_series_is_one_object_and_a_moved_instance_has_its_own(tmp_path: Path) -> None:
    world = at_home(tmp_path)
    with world.standing(), world.services() as services:
        one = add(services, "Choir", "10:00", "11:00", rule="FREQ=WEEKLY;COUNT=4")
        services.mirror.run()
        (text,) = copies(world, "Choir")
        assert "RRULE:FREQ=WEEKLY;COUNT=4" in text.replace("COUNT=4;FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=4")
        desks(services).events.move(one.id, parse_instant("2026-01-20T10:00:00Z"), only=date(2026, 1, 18))
        desks(services).events.cancel(one.id, only=date(2026, 1, 25))
        services.mirror.run()
        texts = copies(world, "Choir")
        assert len(texts) == 2
        master = next(text for text in texts if "RRULE" in text)
        assert "20260118T100000" in master
        assert "20260125T100000" in master
        desks(services).events.cancel(one.id)
        services.mirror.run()
        assert copies(world) == []


def test_a_copy_by_itself_makes_nobody_busy(tmp_path: Path) -> None:
    """Alice's calendar holds the copy of an event that is Carol's alone."""
    world = at_home(tmp_path)
    with world.standing(), world.services() as services:
        add(services, "Dentist", "10:00", "11:00")
        world.run_once()
        world.clock.at += HOUR
        world.run_once()
        assert copies(world, "Dentist")
        window = Span(parse_instant("2026-01-11T09:00:00Z"), parse_instant("2026-01-11T12:00:00Z"))
        with services.store.reading() as tx:
            now = services.clock.now()
            known = {
                name: knowledge.of_user(tx, services.knowledge_policy, UserId(name), window, now)
                for name in ("alice", "carol")
            }
        assert known["alice"].taken == ()
        assert [one.span.seconds for one in known["carol"].taken or ()] == [HOUR]


def test_what_cannot_be_written_is_tried_again_and_others_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = at_home(tmp_path)
    with world.standing(), world.services() as services:
        connector = services.source("alice-folder").connector
        write, refused = connector.write, WriteRefusedError("The calendar is full")

        def sometimes(calendar: object, draft: object, etag: object = None) -> object:
            if "First" in draft.title and refusing:  # type: ignore[attr-defined] # a draft has one
                raise refused
            return write(calendar, draft, etag)  # type: ignore[arg-type] # as it was asked

        refusing = True
        monkeypatch.setattr(connector, "write", sometimes)
        add(services, "First", "10:00", "11:00")
        add(services, "Second", "12:00", "13:00")
        services.mirror.run()
        assert (len(copies(world, "First")), len(copies(world, "Second"))) == (0, 1)
        refusing = False
        world.clock.at += HOUR
        services.mirror.run()
        assert len(copies(world, "First")) == 1


@pytest.mark.parametrize("lost", ["before", "after"])
def test_an_answer_that_is_lost_leaves_one_copy(
    lost: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it was written or not: the id was there before, so it is found again."""
    world = at_home(tmp_path)
    with world.standing(), world.services() as services:
        connector = services.source("alice-folder").connector
        write = connector.write
        losing = True

        def losing_write(calendar: object, draft: object, etag: object = None) -> object:
            if losing and lost == "after":
                write(calendar, draft, etag)  # type: ignore[arg-type] # as it was asked
            if losing:
                raise WriteAmbiguousError("The answer was lost")
            return write(calendar, draft, etag)  # type: ignore[arg-type] # as it was asked

        monkeypatch.setattr(connector, "write", losing_write)
        add(services, "Party", "10:00", "11:00")
        services.mirror.run()
        losing = False
        world.clock.at += HOUR
        services.mirror.run()
        assert len(copies(world, "Party")) == 1


def cars(services: Services) -> list[tuple[int, int]]:
    with services.store.reading() as tx:
        kept = tx.repositories.reservations.all()
    return [(one.start_time, one.end_time) for one in kept if one.counts]


def test_a_session_holds_its_car_with_its_people_and_frees_it(tmp_path: Path) -> None:
    world = at_home(tmp_path)
    with world.standing(), world.services() as services:
        first = world.create("bob", "carol", needs=("car",))
        world.run_once()
        assert cars(services) == []
        world.accept(first)
        assert len(cars(services)) == 1
        world.run_once()
        with services.store.reading() as tx:
            session = tx.sessions.get(first)
        assert session is not None
        assert (session.status, session.resource_ids) == (SessionStatus.SCHEDULED, ("car",))
        services.desk.cancel(first)
        world.run_once()
        world.clock.at += HOUR
        world.run_once()
        assert cars(services) == []


@pytest.mark.parametrize("many", [8, pytest.param(50, marks=[pytest.mark.long, pytest.mark.upload])])
def test_no_more_than_fit_of_many_sessions_for_one_car(many: int, tmp_path: Path) -> None:
    """Many hosts are offered the car at the same times, and all of them accept: each time is one host's."""
    people = [Somebody(name=f"p{number}", writes=False) for number in range(many)]
    world = at_home(tmp_path, Somebody(name="alice"), *people)
    with world.standing(), world.services() as services:
        made = [world.create(person.name, needs=("car",), title=person.name) for person in people]
        world.run_once()
        refused = 0
        for session in made:
            try:
                services.desk.accept(session, 1)
            except InputError:
                refused += 1
        taken = sorted(cars(services))
        assert len(taken) == len(made) - refused
        assert 1 <= len(taken) < len(made)
        assert all(end <= start for (_, end), (start, _) in pairwise(taken))


def test_what_an_owner_did_while_the_event_itself_was_changed_is_written_over_and_told(
    tmp_path: Path,
) -> None:
    world = at_home(tmp_path)
    titles = ("Renamed", "Moved", "Gone", "Repeated", "Touched", "Left")
    with world.standing(), world.services() as services:
        ids = [
            add(services, title, f"{8 + number:02}:00", f"{9 + number:02}:00").id
            for number, title in enumerate(titles)
        ]
        world.run_once()
        for number, name in enumerate(ids):
            desks(services).events.move(name, parse_instant(f"2026-01-12T{8 + number:02}:00:00Z"))
        edits = {
            "Renamed": ("SUMMARY:Renamed", "SUMMARY:Football"),
            "Moved": ("20260111T", "20260113T"),
            "Repeated": ("BEGIN:VEVENT", "BEGIN:VEVENT\r\nRRULE:FREQ=DAILY;COUNT=2"),
            "Touched": ("BEGIN:VEVENT", "BEGIN:VEVENT\r\nCOMMENT:seen on a phone"),
        }
        for file in world.folder("alice").glob("*.ics"):
            text = file.read_bytes().decode()
            title = next(one for one in titles if f"SUMMARY:{one}" in text)
            if title == "Gone":
                file.unlink()
            elif title in edits:
                file.write_text(text.replace(*edits[title]), newline="")
        for _ in range(2):
            world.clock.at += HOUR
            world.run_once()
        assert len(copies(world)) == len(titles)
        assert all("DTSTART:20260112T" in text.replace(";TZID=UTC", "") for text in copies(world))
        for user in ("alice", "carol"):
            with services.store.reading() as tx:
                told = [one.title for one in tx.repositories.notifications.of_user(UserId(user))]
            assert sorted(one for one in told if "written over" in one) == [
                "Gone: its copy was deleted, and written over",
                "Moved: its copy was moved, and written over",
                "Renamed: its copy was renamed, and written over",
                "Repeated: its copy was rescheduled, and written over",
            ]


@pytest.mark.parametrize(("act", "title"), [("cancelled", ""), ("renamed", "Feast")])
def test_a_copy_follows_what_is_done_to_its_event_while_it_is_written(
    act: str, title: str, tmp_path: Path
) -> None:
    """The event is judged to have a copy; before that is noted, somebody calls it off or renames it."""
    world = at_home(tmp_path)
    with world.standing(), world.services() as services:
        event = add(services, "Party", "10:00", "11:00")

        def others() -> None:
            events = desks(services).events
            if act == "cancelled":
                events.cancel(event.id)
            else:
                events.edit(event.id, EventChange(title=title))

        busy = BusyStore(services.store, others, looks=2)
        sources = {ConnectorName("alice-folder"): services.source("alice-folder")}
        Mirror(busy, services.clock, sources, services.access.custody.identifier).run()
        for _ in range(2):
            world.clock.at += HOUR
            services.mirror.run()
        assert copies(world, "Party") == []
        assert len(copies(world)) == bool(title)
        with services.store.reading() as tx:
            assert tx.repositories.set_aside.all() == []
