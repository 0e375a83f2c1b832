"""The documents' scenarios, whole: real folders, the real store, a session from nothing to every calendar."""

from pathlib import Path

from engine.ids import UserId
from engine.model.history import Outcome
from engine.model.session import MessageRole
from engine.time.span import MINUTE
from tests.worlds.folder_world import FolderWorld, Somebody

WEDNESDAY = "2025-11-12T10:00:00Z"
S1_PEOPLE = (
    Somebody(name="user_a", hours=("14:00", "17:00")),
    Somebody(name="user_b", hours=("15:00", "18:00")),
)
FIVE = (
    Somebody(name="host", zone="America/Los_Angeles", hours=("07:00", "17:00")),
    Somebody(name="east", zone="America/New_York", hours=("09:00", "18:00")),
    Somebody(name="london", zone="Europe/London", hours=("09:00", "19:00")),
    Somebody(name="berlin", zone="Europe/Berlin", hours=("09:00", "21:00")),
    Somebody(name="kolkata", zone="Asia/Kolkata", hours=("12:00", "23:59")),
)


def test_acceptance_40_scenario_1_from_request_to_both_calendars(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, S1_PEOPLE, WEDNESDAY)
    session = world.create("user_a", "user_b", within="7d")
    world.run_once()
    proposed = world.view(session)["proposedTimes"]
    assert len(proposed) == 3
    assert all(slot["start"][11:] >= "15:00:00Z" and slot["end"][11:] <= "17:00:00Z" for slot in proposed)
    assert all(not world.events(name) for name in ("user_a", "user_b"))
    world.accept(session)
    world.run_once()
    view = world.view(session)
    assert view["status"] == "scheduled"
    assert view["finalTime"] == proposed[0]
    assert view["booking"]["allOrNone"] == "all"
    assert [len(world.events(name)) for name in ("user_a", "user_b")] == [1, 1]


def test_acceptance_41_scenario_1_data_after_mondays_last_start(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, S1_PEOPLE, "2025-11-17T16:31:00Z")
    session = world.create("user_a", "user_b")
    world.run_once()
    world.pass_time(5 * MINUTE)
    world.accept(session)
    world.run_once()
    view = world.view(session)
    assert view["status"] == "scheduled"
    assert view["finalTime"] == view["proposedTimes"][0]
    assert (view["finalTime"]["start"], view["finalTime"]["end"]) == (
        "2025-11-18T15:00:00Z",
        "2025-11-18T15:30:00Z",
    )
    with world.services() as services, services.store.reading() as tx:
        messages, rows = tx.messages.of(session), tx.repositories.analytics.of_session(session)
        told = tx.repositories.notifications.of_user(UserId("user_b"))
    assert [(row.outcome, row.time_to_schedule, row.num_messages) for row in rows] == [
        (Outcome.SCHEDULED, 5, 3)
    ]
    assert [message.role for message in messages if message.role is not MessageRole.SYSTEM] == [
        MessageRole.USER,
        MessageRole.ASSISTANT,
        MessageRole.USER,
    ]
    assert [notice.message.partition("\n")[0] for notice in told] == [
        "It is in your calendar: Tuesday 18 November, 15:00–15:30."
    ]


def test_acceptance_42_scenario_2_five_calendars_in_four_zones(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, FIVE, WEDNESDAY)
    world.busy("host", ("2025-11-13T15:00:00Z", "2025-11-13T23:00:00Z"))
    session = world.create(
        "host",
        "east",
        "london",
        "berlin",
        "kolkata",
        duration="60m",
        days="monday,tuesday,wednesday,thursday,friday",
        within="7d",
    )
    world.run_once()
    view = world.view(session)
    assert len(view["inviteeIds"]) == 4
    assert 1 <= len(view["proposedTimes"]) <= 3
    world.accept(session)
    world.run_once()
    view = world.view(session)
    assert view["status"] == "scheduled"
    assert len(view["booking"]["perCalendar"]) == 5
    assert {one["observed"] for one in view["booking"]["perCalendar"]} == {"present"}
    assert [len(world.events(person.name)) for person in FIVE] == [1, 1, 1, 1, 1]
    again = world.run_once()
    assert (again.changed, again.writes) == (0, 0)


def test_acceptance_44_scenario_3_no_overlap_fails_with_what_would_help(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, [Somebody(name="a"), Somebody(name="b")], WEDNESDAY)
    days = [f"2025-11-{day}" for day in range(12, 20)]
    for day in days:
        world.busy("a", (f"{day}T00:00:00Z", f"{day}T12:00:00Z"))
        world.busy("b", (f"{day}T12:30:00Z", f"{day}T23:59:59Z"))
    session = world.create("a", "b", duration="60m")
    world.run_once()
    view = world.view(session)
    assert view["status"] == "failed"
    assert view["proposedTimes"] == []
    assert view["metadata"]["failureReason"] == "No mutual availability in next 7 days"
    assert view["metadata"]["suggestions"][:2] == ["Extend search window", "Reduce meeting duration"]
    with world.services() as services, services.store.reading() as tx:
        last = tx.messages.of(session)[-1]
        rows = tx.repositories.analytics.of_session(session)
    assert last.content.startswith("No availability found. Try these alternatives")
    assert [row.outcome for row in rows] == [Outcome.FAILED]


def test_acceptance_51_alice_and_bob_have_coffee(tmp_path: Path) -> None:
    people = [Somebody(name="alice"), Somebody(name="bob")]
    world = FolderWorld(tmp_path, people, "2025-11-12T09:58:00Z")
    session = world.create("alice", "bob", title="Coffee")
    world.run_once()
    view = world.view(session)
    assert len(view["proposedTimes"]) == 3
    assert all(slot["conflicts"] == [] for slot in view["proposedTimes"])
    world.accept(session)
    world.run_once()
    assert world.view(session)["status"] == "scheduled"
    with world.services() as services, services.store.reading() as tx:
        told = [entry.action for entry in tx.audit.listed(session)]
        assert tx.audit.intact()
    assert (told[0], told[-1]) == ("session.asked", "session.booked")
    states = [action for action in told if action.startswith("booking.")]
    assert (states[0], states[-1]) == ("booking.proposed", "booking.confirmed")


def test_acceptance_52_four_people_across_zones_with_little_overlap(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, FIVE[:4], WEDNESDAY)
    session = world.create("host", "east", "london", "berlin", duration="60m")
    world.run_once()
    slots = world.view(session)["proposedTimes"]
    assert len(slots) == 3
    for slot in slots:
        assert slot["start"][11:] >= "15:00:00Z"
        assert slot["end"][11:] <= "19:00:00Z"
        assert {one["availability"] for one in slot["attendees"]} == {"free"}


def test_acceptance_53_a_fully_booked_person_is_named(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, [Somebody(name="alice"), Somebody(name="bob")], WEDNESDAY)
    world.busy("bob", ("2025-11-01T00:00:00Z", "2026-03-01T00:00:00Z"))
    session = world.create("alice", "bob")
    world.run_once()
    view = world.view(session)
    assert view["status"] == "failed"
    assert {"code": "busy", "user": "bob", "share": 1.0} in view["metadata"]["blockers"]
    assert [tried["code"] for tried in view["metadata"]["relaxations"]] == ["optional:bob"]
    assert view["metadata"]["suggestions"]


def test_rules_of_the_configuration_hold_for_what_is_proposed_and_explained(tmp_path: Path) -> None:
    rule = (
        'rules = [{ constraint_level = "hard", rule = '
        '{ type = "blocked_window", start = "09:00", end = "24:00" } }]'
    )
    world = FolderWorld(tmp_path, [Somebody(name="alice"), Somebody(name="bob", extra=rule)], WEDNESDAY)
    session = world.create("alice", "bob")
    world.run_once()
    slots = world.view(session)["proposedTimes"]
    assert slots
    assert all(slot["end"][11:] <= "09:00:00Z" for slot in slots)


def test_acceptance_47_rejected_times_are_remembered_and_others_are_proposed(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, S1_PEOPLE, WEDNESDAY)
    session = world.create("user_a", "user_b")
    world.run_once()
    first = {slot["start"] for slot in world.view(session)["proposedTimes"]}
    with world.services() as services:
        services.desk.reject(session)
    world.run_once()
    view = world.view(session)
    second = {slot["start"] for slot in view["proposedTimes"]}
    assert len(first) == len(second) == 3
    assert not first & second
    assert {slot["start"] for slot in view["rejectedSlots"]} == first
