"""A recurring session from end to end, over both clock changes of its people's zones."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import recurring_ical_events
from icalendar import Calendar

from daemon.app.requests import series
from daemon.jobs.single_pass import run_once
from engine.errors import InputError
from engine.ids import MessageId, SessionId, UserId
from engine.model.session import Message, MessageRole
from tests.standins.busy_store import ChangedBefore
from tests.worlds.folder_world import FolderWorld, Somebody

SETTINGS = '[sync]\nhorizon = "90d"'
ALICE = Somebody(name="alice", zone="America/New_York")
BOB = Somebody(name="bob", zone="Europe/Berlin")
DAYS = {"10-20": 14, "10-27": 14, "11-03": 15, "11-10": 15, "11-17": 15}
TUESDAYS = [f"2026-{day}T{hour}:00" for day, hour in DAYS.items()]
"""Ten o'clock in New York, in UTC; its clocks go back on 1 November."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FolderWorld]:
    made = FolderWorld(tmp_path, (ALICE, BOB), "2026-10-19T12:00:00Z", SETTINGS)
    with made.standing():
        yield made


def booked(world: FolderWorld, rule: str = "FREQ=WEEKLY;COUNT=5", **wishes: Any) -> SessionId:
    """Ask for a series on Tuesdays at ten, and book it."""
    asked: dict[str, Any] = {
        "duration": "60m",
        "repeat": rule,
        "days": "tuesday",
        "between": "10:00-11:00",
        **wishes,
    }
    session = world.create("alice", "bob", **asked)
    world.run_once()
    world.accept(session)
    settle(world)
    return session


def settle(world: FolderWorld) -> None:
    """Let what was asked for be done: copies follow with the next reconciling."""
    with world.services() as services:
        services.sweep.run()
    world.run_once()


def stands(world: FolderWorld, title: str = "Sync") -> list[str]:
    """Give when it takes place, in UTC, as an independent reader sees it; the same in both calendars."""
    read = []
    for name in ("alice", "bob"):
        texts = [text for text in world.events(name) if f"SUMMARY:{title}" in text]
        found: list[str] = []
        for text in texts:
            events = recurring_ical_events.of(Calendar.from_ical(text)).between(
                datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)
            )
            found += [f"{one['DTSTART'].dt.astimezone(UTC):%Y-%m-%dT%H:%M}" for one in events]
        read.append(sorted(found))
    assert read[0] == read[1]
    return read[0]


def status(world: FolderWorld, session: SessionId) -> tuple[str, str]:
    seen = world.view(session)
    return seen["status"], seen["booking"]["allOrNone"]


def test_a_series_is_booked_keeps_the_hosts_clock_and_loses_what_is_called_off(world: FolderWorld) -> None:
    session = booked(world)
    assert status(world, session) == ("scheduled", "all")
    assert stands(world) == TUESDAYS
    with world.services() as services:
        series.leave_out(services.desk, session, date(2026, 11, 3))
        with pytest.raises(InputError, match="does not take place on 2026-11-04"):
            series.leave_out(services.desk, session, date(2026, 11, 4))
        series.end_before(services.desk, session, date(2026, 11, 17))
    other = world.create("alice", "bob", title="Other", days="tuesday", between="10:00-11:00", within="21d")
    settle(world)
    assert status(world, session) == ("scheduled", "all")
    assert stands(world) == [*TUESDAYS[:2], TUESDAYS[3]]
    offered = [slot["start"] for slot in world.view(other)["proposedTimes"]]
    assert offered
    assert all(start.startswith("2026-11-03T15") for start in offered)
    with world.services() as services:
        for month, day in ((10, 20), (10, 27), (11, 10)):
            series.leave_out(services.desk, session, date(2026, month, day))
    settle(world)
    assert world.view(session)["status"] == "cancelled"
    assert stands(world) == []


@pytest.mark.long
@pytest.mark.upload
def test_one_occurrence_is_moved_or_the_rest_proposed_anew(world: FolderWorld) -> None:
    world.busy("bob", ("2026-10-27T15:00:00Z", "2026-10-27T16:00:00Z"))
    session = booked(world, between="10:00-13:00", title="Sync")
    first = datetime.fromisoformat(world.view(session)["finalTime"]["start"])
    before = stands(world)
    moving = (first + timedelta(days=7)).date()
    with world.services() as services:
        series.move_one(services.desk, session, moving)
    settle(world)
    after = stands(world)
    assert status(world, session) == ("scheduled", "all")
    assert len(after) == 5
    assert {one[:10] for one in after} == {one[:10] for one in before}
    assert len(set(after) - set(before)) == 1
    with world.services() as services:
        series.propose_anew(services.desk, session, date(2026, 11, 10))
    settle(world)
    assert status(world, session) == ("scheduled", "all")
    assert stands(world) == after[:3]
    with world.services() as services:
        (following,) = (one for one in services.desk.listed() if one["id"] != session)
    assert following["recurrence"] == "FREQ=WEEKLY;COUNT=2"
    assert following["status"] == "pending"


@pytest.mark.parametrize("to", [None, 11 * 60])
def test_an_occurrence_is_not_moved_onto_what_came_just_before(world: FolderWorld, to: int | None) -> None:
    """Bob's dentist, from eleven to noon in New York, is read once Alice has asked and before it is moved."""
    session = booked(world, between="10:00-13:00")
    with world.services() as services:

        def dentist() -> None:
            world.busy("bob", ("2026-11-03T16:00:00Z", "2026-11-03T17:00:00Z"))
            run_once(services, lambda _line: None)

        desk = replace(services.desk, store=ChangedBefore(services.store, dentist))
        if to is None:
            series.move_one(desk, session, date(2026, 11, 3))
        else:
            with pytest.raises(InputError, match="does not suit"):
                series.move_one(desk, session, date(2026, 11, 3), to=to)
    settle(world)
    (there,) = (one for one in stands(world) if one.startswith("2026-11-03"))
    assert there == "2026-11-03T15:00" if to else there >= "2026-11-03T17:00"


@pytest.mark.long
@pytest.mark.upload
def test_a_later_collision_concerns_one_occurrence_alone(world: FolderWorld) -> None:
    session = booked(world)
    world.busy("bob", ("2026-11-10T15:30:00Z", "2026-11-10T16:30:00Z"))
    settle(world)
    seen = world.view(session)
    assert status(world, session) == ("scheduled", "all")
    assert [one["occurrence"] for one in seen["booking"]["conflicts"]] == ["2026-11-10T15:00:00Z"]
    assert stands(world) == TUESDAYS


@pytest.mark.long
@pytest.mark.upload
def test_a_series_is_asked_for_skipped_and_moved_in_words(world: FolderWorld) -> None:
    with world.services() as services, services.store.writing() as tx:
        words = "Schedule an hour with bob every Tuesday at 10 for five weeks"
        session = services.desk.conversation.begin(tx, words, UserId("alice"), world.clock.now()).id
    world.run_once()
    world.accept(session)
    settle(world)
    assert stands(world, "Meeting with bob") == TUESDAYS
    left_out = said(world, session, "alice", "Skip the 27th")
    assert left_out == "Left out: Tuesday 27 October 2026. The others stay."
    refused = said(world, session, "alice", "Skip the 28th")
    assert refused == "It does not take place on Wednesday 28 October 2026"
    assert "the host is told" in said(world, session, "bob", "Skip 3 November")
    assert "not coming on Tuesday 17 November" in said(world, session, "bob", "I can't come on 17 November")
    away = world.view(session)["booking"]["conflicts"]
    assert away == [{"occurrence": "2026-11-17T15:00:00Z", "what": "bob: removed it"}]
    assert "it begins at 11:00" in said(world, session, "alice", "Move 3 November to 11")
    assert "in session" in said(world, session, "alice", "From 10 November on at 11")
    settle(world)
    assert stands(world, "Meeting with bob") == ["2026-10-20T14:00", "2026-11-03T16:00"]
    with world.services() as services:
        (rest,) = (one for one in services.desk.listed() if one["id"] != session)
    assert rest["recurrence"] == "FREQ=WEEKLY;BYDAY=TU;COUNT=2"
    assert [slot["start"] for slot in rest["proposedTimes"]] == ["2026-11-10T16:00:00Z"]
    assert status(world, session) == ("scheduled", "all")
    left = said(world, session, "bob", "I can't come from 3 November on")
    assert "not coming from Tuesday 3 November 2026 on" in left
    assert world.view(session)["metadata"]["seriesLeft"] == {"bob": "2026-11-03T15:00:00Z"}


def said(world: FolderWorld, session: SessionId, user: str, words: str) -> str:
    """Say something in a session; gives the answer."""
    message = Message(
        id=MessageId(f"said-{words}"),
        session_id=session,
        role=MessageRole.USER,
        content=words,
        timestamp=world.clock.now(),
    )
    with world.services() as services, services.store.writing() as tx:
        (answer,) = services.desk.conversation.hear(tx, session, message, UserId(user), world.clock.now())
    return answer.content


MEANINGLESS: dict[str, dict[str, Any]] = {
    "FREQ=HOURLY": {},
    "FREQ=WEEKLY;BYHOUR=9,15": {},
    "FREQ=WEEKLY;COUNT=3;UNTIL=20261201T000000Z": {},
    "FREQ=WEEKLY;COUNT=120": {},
    "FREQ=WEEKLY;UNTIL=20200101T000000Z": {},
    "FREQ=WEEKLY;BYDAY=MO": {},
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30": {},
    "FREQ=WEEKLY;COUNT=4": {"at_least": 5},
    "FREQ=DAILY": {"duration": "25h"},
}


def test_rules_that_mean_nothing_are_refused(world: FolderWorld) -> None:
    for rule, wishes in MEANINGLESS.items():
        with pytest.raises(InputError):
            world.create("alice", "bob", **{"repeat": rule, "days": "tuesday", **wishes})
    with pytest.raises(InputError):
        world.create("alice", "bob", at_least=2)
