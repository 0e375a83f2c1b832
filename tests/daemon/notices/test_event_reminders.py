"""Reminders of gatherly's own events: at their minute, once, moved with the event, none after a cancel."""

from datetime import date
from pathlib import Path

from engine.family.event_change import EventChange, Remind
from engine.ids import UserId
from engine.model.event import AttendeeResponse, Reminder, ReminderType
from engine.time.instant import parse_instant
from engine.time.span import HOUR
from tests.daemon.family.home import SETTINGS, add, desks
from tests.worlds.folder_world import Somebody
from tests.worlds.notice_world import NoticeWorld, noticing, text_of

PEOPLE = (
    Somebody(name="alice", zone="Europe/Berlin"),
    Somebody(name="bob"),
    Somebody(name="carol", extra="notify = []"),
)


def until(world: NoticeWorld, at: str) -> list[str]:
    """Go on to a moment, and give the subjects of the reminders that came since."""
    before = len(world.letters(kind="reminder"))
    world.clock.at = parse_instant(at)
    with world.services() as services:
        services.reminders.run()
        services.outbox.run()
        services.dispatch.run()
    return [str(one["Subject"]) for one in world.letters(kind="reminder")[before:]]


def test_acceptance_74_an_event_is_reminded_of_at_its_minutes_until_it_is_off(tmp_path: Path) -> None:
    hour = (Remind(60),)
    with (
        noticing(tmp_path, *PEOPLE, settings=SETTINGS, now="2026-01-08T10:00:00Z") as world,
        world.standing(),
        world.services() as services,
    ):
        events = desks(services).events
        twice = (Remind(60), Remind(15, ReminderType.PUSH))
        soccer = add(services, "Soccer", "14:00", "15:00", reminders=twice)
        moved = add(services, "Dentist", "14:30", "15:30", reminders=hour, who=("bob",))
        gone = add(services, "Choir", "14:10", "15:00", reminders=hour)
        add(services, "Nothing", "14:00", "15:00", by="carol", reminders=hour)
        assert until(world, "2026-01-11T12:59:59Z") == []
        events.cancel(gone.id)
        later = moved.start_time + 3 * HOUR
        events.edit(moved.id, EventChange(start=later))
        assert until(world, "2026-01-11T13:00:00Z") == ["In 60 minutes: Soccer, Sunday 11 January, 15:00"]
        assert until(world, "2026-01-11T13:30:00Z") == []
        assert until(world, "2026-01-11T13:45:00Z") == ["In 15 minutes: Soccer, Sunday 11 January, 15:00"]
        assert until(world, "2026-01-11T14:00:00Z") == []
        hours = ["17:30", "18:30"]
        dentist = [f"In 60 minutes: Dentist, Sunday 11 January, {at}" for at in hours]
        assert sorted(until(world, "2026-01-11T16:30:00Z")) == dentist
        assert until(world, "2026-01-12T16:30:00Z") == []
        said = text_of(world.letters("alice", "reminder")[-1])
        assert "With bob" in said
        assert "You get this because you added it." in said
        assert {one.status.value for one in _reminders(world, soccer.id)} == {"sent"}
        assert _reminders(world, gone.id) == []


def _reminders(world: NoticeWorld, event: str) -> list[Reminder]:
    with world.services() as services, services.store.reading() as tx:
        return list(tx.repositories.reminders.of_event(event))


def test_a_series_is_reminded_of_each_time_but_not_of_what_is_off(tmp_path: Path) -> None:
    with (
        noticing(tmp_path, *PEOPLE, settings=SETTINGS, now="2026-01-08T10:00:00Z") as world,
        world.standing(),
        world.services() as services,
    ):
        rule = "FREQ=DAILY;COUNT=4"
        walk = add(services, "Walk", "08:00", "08:30", rule=rule, reminders=(Remind(30),))
        desks(services).events.cancel(walk.id, date(2026, 1, 12))
        told = [until(world, f"2026-01-{day}T07:30:00Z") for day in range(11, 16)]
        subject = "In 30 minutes: Walk, {}, 09:00"
        days = ["Sunday 11 January", None, "Tuesday 13 January", "Wednesday 14 January", None]
        assert told == [[] if day is None else [subject.format(day)] for day in days]


def test_a_daemon_that_was_away_reminds_late_or_of_what_is_past_not_at_all(tmp_path: Path) -> None:
    with (
        noticing(tmp_path, *PEOPLE, settings=SETTINGS, now="2026-01-08T10:00:00Z") as world,
        world.standing(),
        world.services() as services,
    ):
        add(services, "Soccer", "14:00", "15:00", reminders=(Remind(60),))
        add(services, "Lunch", "12:00", "12:30", reminders=(Remind(60),))
        add(services, "Walk", "08:00", "08:30", rule="FREQ=DAILY", reminders=(Remind(30),))
        assert until(world, "2026-01-11T13:40:00Z") == ["In 20 minutes: Soccer, Sunday 11 January, 15:00"]
        assert until(world, "2026-01-12T07:30:00Z") == ["In 30 minutes: Walk, Monday 12 January, 09:00"]


def told(world: NoticeWorld, at: str) -> dict[str, list[str]]:
    """Go on to a moment, and give who was reminded of what since."""
    before = len(world.letters(kind="reminder"))
    until(world, at)
    found: dict[str, list[str]] = {}
    for one in world.letters(kind="reminder")[before:]:
        who = str(one["To"]).partition("<")[2].partition("@")[0]
        found.setdefault(who, []).append(str(one["Subject"]).partition(",")[0])
    return found


FAMILY = (
    Somebody(name="alice", extra="reminders = [60]"),
    Somebody(name="bob", extra="reminders = [30]"),
    Somebody(name="carol"),
    Somebody(name="dora", extra="preferences = { notifications = { reminder_minutes_before = [20] } }"),
)


def test_everybody_whose_event_it_is_is_reminded_each_at_their_own_minutes_or_at_its(tmp_path: Path) -> None:
    with (
        noticing(tmp_path, *FAMILY, settings=SETTINGS, now="2026-01-08T10:00:00Z") as world,
        world.standing(),
        world.services() as services,
    ):
        events = desks(services).events
        soccer = add(services, "Soccer", "14:00", "15:00", who=("bob", "carol", "dora"))
        dinner = add(services, "Dinner", "18:00", "19:00", who=("bob",), reminders=(Remind(90),))
        desks(services, "carol").events.answer(soccer.id, AttendeeResponse.DECLINED)
        minutes = [one["minutesBefore"] for one in events.show(soccer.id)["reminders"]]
        assert sorted(minutes) == [15, 20, 30, 60]
        assert told(world, "2026-01-11T13:00:00Z") == {"alice": ["In 60 minutes: Soccer"]}
        assert told(world, "2026-01-11T13:30:00Z") == {"bob": ["In 30 minutes: Soccer"]}
        assert told(world, "2026-01-11T13:41:00Z") == {"dora": ["In 19 minutes: Soccer"]}
        said = text_of(world.letters("bob", "reminder")[-1])
        assert "With alice, carol and dora" in said or "With carol and dora" in said
        assert "You get this because you take part in it." in said
        events.edit(dinner.id, EventChange(required=(UserId("carol"),)))
        assert told(world, "2026-01-11T16:30:00Z") == {
            who: ["In 90 minutes: Dinner"] for who in ("alice", "carol")
        }


def test_an_instance_that_is_moved_by_itself_is_reminded_of_at_its_new_time(tmp_path: Path) -> None:
    with (
        noticing(tmp_path, *FAMILY, settings=SETTINGS, now="2026-01-08T10:00:00Z") as world,
        world.standing(),
        world.services() as services,
    ):
        events = desks(services).events
        rule = "FREQ=DAILY;COUNT=3"
        walk = add(services, "Walk", "08:00", "08:30", rule=rule, who=("bob",), reminders=(Remind(30),))
        monday = parse_instant("2026-01-12T17:00:00Z")
        events.move(walk.id, monday, only=date(2026, 1, 12))
        both = {who: ["In 30 minutes: Walk"] for who in ("alice", "bob")}
        assert told(world, "2026-01-11T07:30:00Z") == both
        assert told(world, "2026-01-12T07:30:00Z") == {}
        assert told(world, "2026-01-12T16:30:00Z") == both
        assert "With bob" in text_of(world.letters("alice", "reminder")[-1])
        assert told(world, "2026-01-13T07:30:00Z") == both
        later = monday + HOUR
        events.move(walk.id, later, only=date(2026, 1, 12))
        assert told(world, "2026-01-14T20:00:00Z") == {}
