"""F0's sessions as they are lived: who is written to, what is proposed, and how they end."""

from collections.abc import Mapping
from typing import Any

import pytest

from engine.errors import InputError
from engine.ids import SessionId, UserId
from engine.model.session import MessageRole, SessionStatus
from engine.time.instant import parse_instant
from engine.time.span import DAY, MINUTE
from tests.acceptance.stores.conftest import MakeWorld
from tests.worlds.folder_world import FolderWorld, Somebody

MONDAY = "2025-11-17T08:00:00Z"
PAIR = (Somebody(name="ann"), Somebody(name="bob"))
BACK_TO_BACK = "bob: Back-to-back meetings"


def proposals(world: FolderWorld, session: SessionId) -> list[Mapping[str, Any]]:
    """Let the daemon look, and give what it proposes."""
    world.run_once()
    found: list[Mapping[str, Any]] = world.view(session)["proposedTimes"]
    return found


def test_acceptance_19_a_read_only_calendar_counts_and_is_never_written(live: MakeWorld) -> None:
    world = live((Somebody(name="ann"), Somebody(name="bob", hours=("09:00", "11:00"), writes=False)), MONDAY)
    with world.standing():
        world.busy("bob", ("2025-11-17T09:00:00Z", "2025-11-17T10:00:00Z"))
        before = {path.name: path.read_bytes() for path in world.folder("bob").iterdir()}
        session = world.create("ann", "bob", duration="60m", within="1d")
        assert [slot["start"] for slot in proposals(world, session)] == ["2025-11-17T10:00:00Z"]
        world.accept(session)
        world.run_once()
        assert world.view(session)["status"] == "scheduled"
        assert len(world.events("ann")) == 1
        assert {path.name: path.read_bytes() for path in world.folder("bob").iterdir()} == before
        with world.services() as services, services.store.reading() as look:
            read_only = {each.user_id: each.read_only for each in look.calendars.of_user(UserId("bob"))}
        assert read_only == {"bob": True}


def test_acceptance_21_pending_goes_to_each_of_the_others(live: MakeWorld) -> None:
    world = live(PAIR, MONDAY)
    with world.standing():
        ends = {
            "scheduled": world.create("ann", "bob", not_on=("2025-11-17",)),
            "cancelled": world.create("ann", "bob"),
            "failed": world.create("ann", "bob", duration="30h", between="09:00-10:00"),
        }
        assert {world.view(session)["status"] for session in ends.values()} == {"pending"}
        world.run_once()
        world.accept(ends["scheduled"])
        with world.services() as services:
            services.desk.cancel(ends["cancelled"], "no longer needed")
        world.run_once()
        assert {name: world.view(session)["status"] for name, session in ends.items()} == {
            name: name for name in ends
        }
        with world.services() as services, services.store.reading() as look:
            assert look.sessions.counts() == {"pending": 0, "scheduled": 1, "cancelled": 1, "failed": 1}
            for name, session in ends.items():
                assert [each.id for each in look.sessions.listed(SessionStatus(name))] == [session]


def test_acceptance_21_what_is_final_stays_as_it_is(live: MakeWorld) -> None:
    world = live(PAIR, MONDAY)
    with world.standing():
        session = world.create("ann", "bob")
        world.run_once()
        with world.services() as services:
            services.desk.cancel(session, "no longer needed")
        before = world.view(session)
        with world.services() as services:
            with pytest.raises(InputError, match="cancelled"):
                services.desk.accept(session, 1)
            with pytest.raises(InputError, match="cancelled"):
                services.desk.decline(session, "bob")
            with pytest.raises(InputError, match="cancelled"):
                services.desk.reject(session)
            with pytest.raises(InputError, match="cancelled"):
                services.desk.reschedule(session)
        world.run_once()
        assert world.view(session) == before


def test_acceptance_22_failed_means_that_no_time_suits_everybody(live: MakeWorld) -> None:
    world = live(
        (Somebody(name="ann", hours=("09:00", "12:00")), Somebody(name="bob", hours=("13:00", "17:00"))),
        MONDAY,
    )
    with world.standing():
        session = world.create("ann", "bob")
        world.run_once()
        view = world.view(session)
        assert (view["status"], view["proposedTimes"]) == ("failed", [])
        assert view["metadata"]["failureReason"] == "No mutual availability in next 7 days"


def test_acceptance_25_a_session_lives_seven_days_and_takes_no_acceptance_after_them(live: MakeWorld) -> None:
    world = live(PAIR, MONDAY)
    with world.standing():
        first_week = tuple(f"2025-11-{day}" for day in range(17, 25))
        kept, late = (world.create("ann", "bob", within="30d", not_on=first_week) for _ in range(2))
        view = world.view(late)
        assert parse_instant(view["expiresAt"]) - parse_instant(view["createdAt"]) == 7 * DAY
        world.run_once()
        world.pass_time(7 * DAY - 1)
        world.run_once()
        world.accept(kept)
        world.pass_time(1)
        with world.services() as services, pytest.raises(InputError, match="expired at 2025-11-24T08:00:00Z"):
            services.desk.accept(late, 1)
        world.run_once()
        assert world.view(kept)["status"] == "scheduled"
        view = world.view(late)
        assert (view["status"], view["metadata"]["reason"]) == ("cancelled", "expired")


def test_acceptance_26_slots_come_in_descending_confidence_and_back_to_back_costs(live: MakeWorld) -> None:
    world = live((Somebody(name="ann", hours=("10:00", "11:00")), Somebody(name="bob")), MONDAY)
    with world.standing():
        world.busy("bob", ("2025-11-17T09:00:00Z", "2025-11-17T10:00:00Z"))
        slots = proposals(world, world.create("ann", "bob", duration="60m", within="3d"))
        assert sorted(slot["start"][:10] for slot in slots) == ["2025-11-17", "2025-11-18", "2025-11-19"]
        confidences = [slot["confidence"] for slot in slots]
        assert confidences == sorted(confidences, reverse=True)
        assert all(0 <= confidence <= 1 for confidence in confidences)
        assert (slots[-1]["start"], slots[-1]["conflicts"]) == ("2025-11-17T10:00:00Z", [BACK_TO_BACK])
        assert confidences[-1] < min(confidences[:-1])
        assert [slot["conflicts"] for slot in slots[:-1]] == [[], []]


def test_acceptance_27_every_proposal_is_as_long_as_was_asked(live: MakeWorld) -> None:
    world = live(PAIR, MONDAY)
    with world.standing():
        asked = {minutes: world.create("ann", "bob", duration=f"{minutes}m") for minutes in (15, 30, 50, 90)}
        world.run_once()
        for minutes, session in asked.items():
            slots = world.view(session)["proposedTimes"]
            assert len(slots) == 3
            lengths = {parse_instant(slot["end"]) - parse_instant(slot["start"]) for slot in slots}
            assert lengths == {minutes * MINUTE}


def test_acceptance_28_days_hours_and_dates_are_hard(live: MakeWorld) -> None:
    people = (Somebody(name="ann", zone="America/New_York"), Somebody(name="bob"))
    world = live(people, MONDAY)
    with world.standing():
        session = world.create(
            "ann",
            "bob",
            days="monday,tuesday,thursday",
            between="14:00-15:00",
            not_on=("2025-11-17", "2025-11-20"),
            duration="60m",
            within="9d",
        )
        slots = proposals(world, session)
        assert {slot["start"] for slot in slots} == {
            "2025-11-18T19:00:00Z",
            "2025-11-24T19:00:00Z",
            "2025-11-25T19:00:00Z",
        }


def test_acceptance_28_where_they_leave_nothing_nothing_is_proposed(live: MakeWorld) -> None:
    world = live(PAIR, MONDAY)
    with world.standing():
        session = world.create("ann", "bob", days="monday", not_on=("2025-11-17",), within="5d")
        assert proposals(world, session) == []
        view = world.view(session)
        assert view["status"] == "failed"
        assert {one["code"] for one in view["metadata"]["relaxations"]} >= {"daysOfWeek", "excludeDates"}


def test_acceptance_29_a_session_keeps_what_was_said_in_it(live: MakeWorld) -> None:
    world = live(PAIR, MONDAY)
    with world.standing():
        session, other = (
            world.create(*names, not_on=("2025-11-17",)) for names in (("ann", "bob"), ("bob", "ann"))
        )
        world.run_once()
        world.pass_time(5 * MINUTE)
        world.accept(session)
        world.run_once()
        with world.services() as services, services.store.reading() as look:
            said = look.messages.of(session)
            spoken = [message.role for message in said if message.role is not MessageRole.SYSTEM]
            assert spoken == [MessageRole.USER, MessageRole.ASSISTANT, MessageRole.USER]
            done = [message.content for message in said if message.role is MessageRole.SYSTEM]
            assert [words.partition(":")[0] for words in done] == ["Proposed", "Booked"]
            assert {message.session_id for message in said} == {session}
            assert len({message.id for message in (*said, *look.messages.of(other))}) == 8
