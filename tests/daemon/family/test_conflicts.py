"""Conflicts found by the change that makes them, resolved, undone, let be, and ended by themselves."""

from datetime import date
from pathlib import Path

import pytest

from daemon.app.explain import explain_moment
from daemon.app.principal import OPERATOR
from daemon.jobs.jobs import resolve_by_itself
from daemon.services import Services
from engine.errors import InputError, NotAllowedError, UnknownThingError
from engine.family.event_change import EventChange
from engine.ids import UserId
from engine.model.constraint import ConstraintLevel
from engine.model.event import AttendeeResponse, EventPriority, Flexibility
from engine.model.reservation import ConflictStatus
from engine.time.instant import parse_instant
from engine.time.span import DAY
from tests.daemon.family.home import SETTINGS, Houses, add, at_home, desks
from tests.worlds.folder_world import Somebody

HIGH, PREFERRED, FLEXIBLE = EventPriority.HIGH, Flexibility.PREFERRED, Flexibility.FLEXIBLE


def soccer_and_dentist(services: Services) -> tuple[str, str]:
    add(services, "Lunch", "12:00", "14:00", priority=HIGH)
    soccer = add(services, "Soccer practice", "14:00", "15:30", flexibility=PREFERRED)
    dentist = add(services, "Dentist appointment", "14:30", "16:00", priority=HIGH)
    return soccer.id, dentist.id


def open_ones(services: Services) -> list[dict[str, object]]:
    return desks(services).conflicts.listed(ConflictStatus.DETECTED)


def test_acc_67_soccer_and_dentist_from_the_change_to_the_undo(houses: Houses) -> None:
    services = houses.home()
    soccer, dentist = soccer_and_dentist(services)
    (one,) = open_ones(services)
    assert (one["type"], one["severity"]) == ("time_conflict", "high")
    assert one["involved_events"] == sorted([soccer, dentist])
    assert "60 minutes (2:30pm-3:30pm)" in str(one["description"])
    found = one["proposed_resolution"]
    assert isinstance(found, dict)
    assert found["option_1"]["new_start_time"] == "2026-01-11T16:00:00Z"
    assert [each["score"] for each in found.values()] == [0.90, 0.50]
    name = str(one["id"])
    done = desks(services).conflicts.resolve(name, 1)
    assert (done["status"], done["resolution_method"]) == ("resolved", "agent_suggested")
    assert desks(services).events.show(soccer)["startTime"] == "2026-01-11T16:00:00Z"
    assert desks(services).events.show(soccer)["endTime"] == "2026-01-11T17:30:00Z"
    assert open_ones(services) == []
    again = desks(services).conflicts.undo(name)
    assert (again["id"], again["status"]) == (name, "detected")
    assert desks(services).events.show(soccer)["startTime"] == "2026-01-11T14:00:00Z"
    with services.store.reading() as tx:
        said = [(line.action, line.details.get("by")) for line in tx.audit.listed(name)]
    assert said[0] == ("conflict.found", "event.create")


def test_after_a_day_it_is_no_longer_undone(tmp_path: Path) -> None:
    world = at_home(tmp_path)
    with world.standing(), world.services() as services:
        soccer_and_dentist(services)
        name = str(open_ones(services)[0]["id"])
        desks(services).conflicts.resolve(name, 1)
        world.clock.at += DAY + 1
        with pytest.raises(InputError, match="more than a day"):
            desks(services).conflicts.undo(name)


def test_one_row_however_often_it_is_seen_and_it_ends_by_itself(houses: Houses) -> None:
    services = houses.home()
    soccer, _ = soccer_and_dentist(services)
    first = open_ones(services)[0]["id"]
    for hour in (15, 14):
        desks(services).events.move(soccer, parse_instant(f"2026-01-11T{hour}:00:00Z"))
    assert [one["id"] for one in open_ones(services)] == [first]
    desks(services).events.cancel(soccer)
    (ended,) = desks(services).conflicts.listed()
    assert (ended["id"], ended["status"]) == (first, "resolved")
    assert ended["resolution_method"] == "auto_confirm"


def test_what_is_ignored_stays_so_until_it_is_undone(houses: Houses) -> None:
    services = houses.home()
    soccer, _ = soccer_and_dentist(services)
    name = str(open_ones(services)[0]["id"])
    desks(services).conflicts.ignore(name)
    desks(services).events.move(soccer, parse_instant("2026-01-11T14:15:00Z"))
    assert open_ones(services) == []
    assert desks(services).conflicts.undo(name)["status"] == "detected"


def test_who_declines_collides_no_more(houses: Houses) -> None:
    services = houses.home()
    soccer, _ = soccer_and_dentist(services)
    desks(services, "carol").events.answer(soccer, AttendeeResponse.DECLINED)
    assert open_ones(services) == []


def test_a_rule_that_is_added_finds_what_breaks_it_and_switched_off_lets_it_be(houses: Houses) -> None:
    services = houses.home()
    late = add(services, "Homework", "18:15", "18:45")
    family = services.access.family
    window = {"type": "blocked_window", "start": "18:00", "end": "19:00"}
    family.rules.add("all", "Dinner", ConstraintLevel.HARD, window)
    (one,) = open_ones(services)
    assert (one["type"], one["involved_events"]) == ("constraint_violation", [late.id])
    family.rules.off("all", "Dinner")
    assert open_ones(services) == []


def test_a_car_for_two_is_swapped_moved_or_called_off(houses: Houses) -> None:
    services = houses.home()
    add(services, "One", "09:00", "10:00", who=["alice"], priority=HIGH, resources=("car",))
    two = add(services, "Two", "09:30", "10:30", who=["bob"], flexibility=FLEXIBLE, resources=("car",))
    (one,) = open_ones(services)
    assert (one["type"], one["involved_resources"]) == ("resource_conflict", ["car"])
    desks(services).conflicts.resolve(str(one["id"]), 1)
    assert open_ones(services) == []
    assert desks(services).events.show(two.id)["startTime"] == "2026-01-11T10:00:00Z"
    with services.store.reading() as tx:
        (kept,) = tx.repositories.reservations.of_event(two.id)
    assert kept.start_time == parse_instant("2026-01-11T10:00:00Z")


def test_series_that_meet_once_move_that_instance_alone(houses: Houses) -> None:
    services = houses.home()
    choir = add(services, "Choir", "14:00", "15:00", flexibility=PREFERRED, rule="FREQ=WEEKLY;COUNT=5")
    add(services, "Dentist", "2026-01-18T14:30:00Z", "2026-01-18T15:30:00Z", priority=HIGH)
    (one,) = open_ones(services)
    assert choir.id in one["involved_events"]  # type: ignore[operator] # a list of ids
    desks(services).conflicts.resolve(str(one["id"]), 1)
    assert open_ones(services) == []
    with services.store.reading() as tx:
        (moved,) = tx.repositories.events.exceptions(choir.id)
    assert moved.original_start_time == parse_instant("2026-01-18T14:00:00Z")
    desks(services).conflicts.undo(str(one["id"]))
    with services.store.reading() as tx:
        assert tx.repositories.events.exceptions(choir.id) == []
    assert [each["id"] for each in open_ones(services)] == [one["id"]]


CHILD = (
    Somebody(name="alice", extra='role = "parent"'),
    Somebody(name="bob"),
    Somebody(name="carol", extra='role = "child"'),
)


def test_a_childs_event_moves_by_a_parents_word_alone(houses: Houses) -> None:
    services = houses.home(*CHILD)
    soccer_and_dentist(services)
    name = str(open_ones(services)[0]["id"])
    for who in ("carol", "bob"):
        with pytest.raises(NotAllowedError, match="child"):
            desks(services, who).conflicts.resolve(name, 1)
    assert desks(services, "alice").conflicts.resolve(name, 1)["status"] == "resolved"


AUTO = SETTINGS + '[family]\nresolve = "auto"\n'


def test_auto_moves_what_is_flexible_and_matters_less_once(houses: Houses) -> None:
    services = houses.home(settings=AUTO)
    chess = add(services, "Chess", "14:00", "15:00", flexibility=FLEXIBLE)
    add(services, "Dentist", "14:30", "15:30", priority=HIGH)
    assert resolve_by_itself(services) == 1
    (done,) = desks(services).conflicts.listed()
    assert (done["status"], done["resolution_method"]) == ("resolved", "auto_confirm")
    desks(services).conflicts.undo(str(done["id"]))
    assert resolve_by_itself(services) == 0
    assert desks(services).events.show(chess.id)["startTime"] == "2026-01-11T14:00:00Z"


@pytest.mark.parametrize("kind", ["firm", "equal", "child"])
def test_auto_leaves_what_is_firm_as_important_or_a_childs(kind: str, houses: Houses) -> None:
    services = houses.home(*(CHILD if kind == "child" else ()), settings=AUTO)
    add(services, "Chess", "14:00", "15:00", flexibility=PREFERRED if kind == "firm" else FLEXIBLE)
    urgent = EventPriority.MEDIUM if kind == "equal" else HIGH
    add(services, "Dentist", "14:30", "15:30", priority=urgent)
    assert resolve_by_itself(services) == 0


def test_acc_60_an_exception_replaces_exactly_its_instance(houses: Houses) -> None:
    """F2's event_123 and event_456, a week of their own days shifted (contradiction 26)."""
    services = houses.home()
    parent = add(
        services,
        "Soccer Practice",
        "2026-01-12T14:00:00Z",
        "2026-01-12T15:00:00Z",
        rule="RRULE:FREQ=WEEKLY;BYDAY=MO",
    )
    desks(services).events.move(parent.id, parse_instant("2026-01-20T14:00:00Z"), only=date(2026, 1, 19))
    from engine.time.span import Span

    window = Span(parse_instant("2026-01-12T00:00:00Z"), parse_instant("2026-02-03T00:00:00Z"))
    listed = desks(services).events.listed(window)
    assert [one["startTime"][:10] for one in listed] == [
        "2026-01-12",
        "2026-01-20",
        "2026-01-26",
        "2026-02-02",
    ]
    assert {one["recurrenceParentId"] for one in listed} == {parent.id}


def test_a_pull_finds_what_somebodys_own_calendar_collides_with(tmp_path: Path) -> None:
    world = at_home(tmp_path)
    with world.standing(), world.services() as services:
        soccer = add(services, "Soccer", "14:00", "15:30", flexibility=PREFERRED)
        world.run_once()
        assert open_ones(services) == []
        others = [(f"2026-01-{day}T08:00:00Z", f"2026-01-{day}T09:00:00Z") for day in range(12, 22)]
        world.busy("carol", ("2026-01-11T14:30:00Z", "2026-01-11T16:00:00Z"), *others)
        world.run_once()
        (one,) = open_ones(services)
        assert soccer.id in one["involved_events"]  # type: ignore[operator] # a list of ids
        found = one["proposed_resolution"]
        assert isinstance(found, dict)
        assert {each["event_id"] for each in found.values()} == {soccer.id}
        next(world.folder("carol").glob("*20260111*.ics")).unlink()
        world.clock.at += 600
        world.run_once()
        assert open_ones(services) == []


def test_an_event_of_ones_own_says_why_one_is_busy(tmp_path: Path) -> None:
    world = at_home(tmp_path)
    with world.standing(), world.services() as services:
        add(services, "Soccer", "14:00", "15:30")
        world.run_once()
        found = explain_moment(
            OPERATOR,
            services.store,
            services.knowledge_policy,
            services.access.lend,
            "carol",
            parse_instant("2026-01-11T14:30:00Z"),
            services.clock.now(),
        )
        assert [cause.text for cause in found.causes] == ["Soccer (busy)"]


@pytest.mark.parametrize("alone", ["moved", "called off", "moved with its series"])
def test_an_instance_that_differs_takes_what_its_series_collided_in_away(alone: str, houses: Houses) -> None:
    services = houses.home()
    choir = add(services, "Choir", "14:00", "15:00", rule="FREQ=WEEKLY;COUNT=3").id
    events = desks(services).events
    if alone == "moved with its series":
        events.move(choir, parse_instant("2026-01-18T16:00:00Z"), only=date(2026, 1, 18))
    start = "16:00" if alone == "moved with its series" else "14:00"
    add(services, "Dentist", f"2026-01-18T{start}:00Z", "2026-01-18T17:00:00Z")
    assert len(open_ones(services)) == 1
    if alone == "moved":
        events.move(choir, parse_instant("2026-01-18T19:00:00Z"), only=date(2026, 1, 18))
    elif alone == "called off":
        events.cancel(choir, only=date(2026, 1, 18))
    else:
        events.cancel(choir)
    assert open_ones(services) == []


def test_what_is_undone_takes_what_its_exception_collided_in_away(houses: Houses) -> None:
    """Choir's second time is moved by a way out; there it collides with what is added later."""
    services = houses.home()
    add(services, "Choir", "14:00", "15:00", flexibility=PREFERRED, rule="FREQ=WEEKLY;COUNT=3")
    add(services, "Dentist", "2026-01-18T14:30:00Z", "2026-01-18T16:00:00Z")
    (one,) = open_ones(services)
    found = one["proposed_resolution"]
    assert isinstance(found, dict)
    desks(services).conflicts.resolve(str(one["id"]), 1)
    there = found["option_1"]["new_start_time"]
    add(services, "Call", there, "2026-01-18T14:00:00Z")
    assert len(open_ones(services)) == 1
    desks(services).conflicts.undo(str(one["id"]))
    assert [each["id"] for each in open_ones(services)] == [one["id"]]


def test_another_crowd_takes_the_place_of_the_one_before(houses: Houses) -> None:
    services = houses.home()
    trips = [
        add(services, title, "14:00", "15:00", who=[who], resources=("car",)).id
        for title, who in (("First", "alice"), ("Second", "bob"), ("Third", "carol"))
    ]
    (all_three,) = open_ones(services)
    assert all_three["involved_events"] == sorted(trips)
    desks(services).events.cancel(trips[2])
    (two,) = open_ones(services)
    assert two["involved_events"] == sorted(trips[:2])
    desks(services).events.cancel(trips[0])
    assert open_ones(services) == []


OTHERS = f"""{SETTINGS}
[calendars.theirs]
type = "shared"
owner = "bob"
members = ["bob"]
[calendars.bobs]
type = "personal"
owner = "bob"
visibility = "private"
"""


@pytest.mark.parametrize("place", ["theirs", "bobs"])
def test_nobody_moves_by_a_way_out_what_they_may_not_change(place: str, houses: Houses) -> None:
    """Carol is asked to two things at once; the one that would move lies in Bob's calendar."""
    services = houses.home(settings=OTHERS)
    theirs = add(services, "Talk", "14:00", "15:00", flexibility=FLEXIBLE, by="bob", into=place)
    add(services, "Dentist", "14:30", "16:00", priority=HIGH)
    name = str(open_ones(services)[0]["id"])
    for who in ("alice", "carol"):
        with pytest.raises((NotAllowedError, UnknownThingError)):
            desks(services, who).conflicts.resolve(name, 1)
    desks(services, "bob").conflicts.resolve(name, 1)
    assert desks(services, "bob").events.show(theirs.id)["startTime"] != "2026-01-11T14:00:00Z"
    with pytest.raises((NotAllowedError, UnknownThingError)):
        desks(services, "carol").conflicts.undo(name)
    desks(services, "bob").conflicts.undo(name)
    assert desks(services, "bob").events.show(theirs.id)["startTime"] == "2026-01-11T14:00:00Z"


MOVED_ON = parse_instant("2026-01-11T18:00:00Z")


@pytest.mark.parametrize("change", ["moved", "called off", "people", "resources"])
def test_what_somebody_changed_since_is_not_undone(change: str, houses: Houses) -> None:
    services = houses.home()
    soccer, _ = soccer_and_dentist(services)
    name = str(open_ones(services)[0]["id"])
    desks(services).conflicts.resolve(name, 1)
    bobs = desks(services, "bob").events
    changes = {
        "moved": lambda: bobs.move(soccer, MOVED_ON),
        "called off": lambda: bobs.cancel(soccer),
        "people": lambda: bobs.edit(soccer, EventChange(optional=(UserId("bob"),))),
        "resources": lambda: bobs.edit(soccer, EventChange(resources=("car",))),
    }
    changes[change]()
    before = desks(services).events.show(soccer)
    with pytest.raises(InputError, match="changed since"):
        desks(services).conflicts.undo(name)
    assert desks(services).events.show(soccer) == before


def test_a_way_out_is_taken_once(houses: Houses) -> None:
    services = houses.home()
    soccer, _ = soccer_and_dentist(services)
    name = str(open_ones(services)[0]["id"])
    desks(services).conflicts.resolve(name, 1)
    with pytest.raises(InputError, match="is resolved"):
        desks(services).conflicts.resolve(name, 1)
    desks(services).conflicts.undo(name)
    with pytest.raises(InputError, match="Nothing was done"):
        desks(services).conflicts.undo(name)
    assert desks(services).events.show(soccer)["startTime"] == "2026-01-11T14:00:00Z"
