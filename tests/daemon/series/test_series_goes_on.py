"""A booked series as time goes on: what its people do to single occurrences and the horizon that rolls."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from daemon.app.requests import series
from engine.ids import SessionId, UserId
from engine.time.instant import parse_instant
from engine.time.span import DAY, Span
from tests.daemon.series.test_booked_series import ALICE, BOB, TUESDAYS, booked, settle, stands, status
from tests.worlds.folder_world import FolderWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FolderWorld]:
    made = FolderWorld(tmp_path, (ALICE, BOB), "2026-10-19T12:00:00Z", '[sync]\nhorizon = "30d"')
    with made.standing():
        yield made


def later(world: FolderWorld, seconds: int = 600) -> None:
    """Let some time pass, and everything be read and done."""
    world.pass_time(seconds)
    world.run_once()
    settle(world)


def soon(world: FolderWorld) -> None:
    """Let so much time pass that what was just written counts as read, and everything be done."""
    world.pass_time(600)
    settle(world)


def remove(world: FolderWorld, name: str, local: str) -> None:
    """Let somebody delete one occurrence in their own calendar, as their program does."""
    (path,) = (one for one in world.folder(name).glob("*.ics") if "X-GATHERLY-SESSION" in one.read_text())
    text = path.read_bytes().decode()
    added = f"EXDATE;TZID=America/New_York:{local}\r\nSEQUENCE:"
    path.write_bytes(text.replace("SEQUENCE:", added, 1).encode())


def move(world: FolderWorld, name: str, local: str, there: str) -> None:
    """Let somebody move one occurrence in their own calendar to another hour of its day."""
    (path,) = (one for one in world.folder(name).glob("*.ics") if "X-GATHERLY-SESSION" in one.read_text())
    text = path.read_bytes().decode()
    (master,) = re.findall(r"BEGIN:VEVENT.*?END:VEVENT\r\n", text, re.DOTALL)
    single = re.sub(r"RRULE:.*\r\n", f"RECURRENCE-ID;TZID=America/New_York:{local}\r\n", master)
    single = re.sub(r"DTSTART;.*\r\n", f"DTSTART;TZID=America/New_York:{there}\r\n", single)
    single = re.sub(r"DTEND;.*\r\n", "DURATION:PT1H\r\n", single)
    path.write_bytes(text.replace(master, master + single).encode())


def others(world: FolderWorld, session: SessionId) -> list[dict[str, object]]:
    with world.services() as services:
        return [one for one in services.desk.listed() if one["id"] != session]


def told(world: FolderWorld, session: SessionId) -> list[tuple[str, str]]:
    conflicts = world.view(session)["booking"].get("conflicts", [])
    return [(one["occurrence"], one["what"]) for one in conflicts]


def test_what_people_do_to_one_occurrence_concerns_it_alone(world: FolderWorld) -> None:
    session = booked(world, between="10:00-13:00", rule="FREQ=WEEKLY;COUNT=4")
    move(world, "bob", "20261027T100000", "20261027T120000")
    soon(world)
    assert status(world, session) == ("scheduled", "all")
    assert told(world, session) == [("2026-10-27T14:00:00Z", "bob: moved it to 2026-10-27T16:00:00Z")]
    assert others(world, session) == []

    remove(world, "bob", "20261103T100000")
    soon(world)
    assert status(world, session) == ("scheduled", "all")
    (alone,) = others(world, session)
    assert "recurrence" not in alone
    assert alone["status"] == "pending"
    starts = [one["start"] for one in alone["proposedTimes"]]  # type: ignore[attr-defined]
    assert starts
    assert all(one.startswith("2026-11-03") and one != "2026-11-03T15:00:00Z" for one in starts)

    kept = next(world.folder("bob").glob("*.ics")).read_text()
    assert "T120000" in kept, (
        "what bob moved in his own calendar stays there when the series is written again"
    )
    soon(world)
    assert len(others(world, session)) == 1


@pytest.mark.long
@pytest.mark.upload
def test_holds_follow_the_horizon(world: FolderWorld) -> None:
    session = booked(world, rule="FREQ=WEEKLY;COUNT=20")
    before = known(world, session)
    assert 0 < len(before) < 15
    held(world, session, len(before))
    world.pass_time(28 * DAY)
    later(world)
    after = known(world, session)
    assert len(after) >= len(before) + 3
    held(world, session, len(after))
    assert stands(world)[:5] == TUESDAYS


def known(world: FolderWorld, session: SessionId) -> list[bool]:
    seen = world.view(session)["finalTime"]["occurrences"]
    return [one["available"] for one in seen if one["available"] is not None]


def held(world: FolderWorld, session: SessionId, count: int) -> None:
    """See that both people's time is held just so often."""
    whole = Span(parse_instant("2026-10-01T00:00:00Z"), parse_instant("2027-06-01T00:00:00Z"))
    with world.services() as services, services.store.reading() as tx:
        found = [[one.session for one in tx.ledger.holds(UserId(name), whole)] for name in ("alice", "bob")]
    assert found == [[session] * count] * 2


@pytest.mark.long
@pytest.mark.upload
def test_people_are_reminded_of_each_occurrence_and_told_of_each_change(world: FolderWorld) -> None:
    session = booked(world, rule="FREQ=WEEKLY;COUNT=4")
    for day in ("20", "27"):
        world.pass_time(parse_instant(f"2026-10-{day}T13:00:00Z") - world.clock.now())
        world.run_once()
    with world.services() as services:
        series.leave_out(services.desk, session, date(2026, 11, 3))
        series.end_before(services.desk, session, date(2026, 11, 10))
    world.run_once()
    world.pass_time(parse_instant("2026-11-03T14:00:00Z") - world.clock.now())
    world.run_once()
    with world.services() as services, services.store.reading() as tx:
        told = [one for one in tx.repositories.notifications.of_user(UserId("bob"))]
    titles = sorted((one.notification_type, one.title) for one in told)
    reminded = [title for kind, title in titles if kind == "reminder"]
    off = [title for kind, title in titles if kind == "cancelled"]
    assert [title for title in reminded if "20 October" in title]
    assert [title for title in reminded if "27 October" in title]
    assert not [title for title in reminded if "November" in title]
    assert len(off) == 2
    assert any("3 November" in title for title in off)
    assert any("10 November" in title for title in off)
