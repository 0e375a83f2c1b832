"""Booking a session: every calendar holds the event, or none does."""

from dataclasses import replace

import pytest

from engine.booking.view import all_or_none, booking_view
from engine.ids import SessionId, UserId
from engine.model.booking import AllOrNone, BookingState, OutboxKind
from engine.model.session import SessionStatus
from engine.sessions import state_machine
from tests.doubles.provider.faults import Fault, Operation
from tests.worlds.book_world import NOON, World, slot

ALL = {"ann": 1, "bob": 1, "cy": 1}
OTHER = SessionId("s2")
NONE = {"ann": 0, "bob": 0, "cy": 0}


@pytest.fixture
def world() -> World:
    made = World()
    made.propose()
    return made


def test_an_accepted_session_is_written_to_every_calendar(world: World) -> None:
    world.accept()
    assert world.session().status is SessionStatus.PENDING
    assert world.run() is BookingState.CONFIRMED
    assert world.copies() == ALL
    session = world.session()
    assert session.status is SessionStatus.SCHEDULED
    assert session.scheduled_at == NOON
    assert all_or_none(world.booking(), world.effects()) is AllOrNone.ALL


def test_everybody_is_told_once_and_only_when_it_stands(world: World) -> None:
    world.accept()
    assert world.outbox() == []
    world.run()
    world.run()
    told = [entry.payload["user"] for entry in world.outbox() if entry.kind is OutboxKind.NOTIFICATION]
    assert sorted(told) == ["ann", "bob", "cy"]


def test_a_second_run_changes_nothing(world: World) -> None:
    world.accept()
    world.run()
    before = world.booking()
    world.run()
    assert world.booking() == before


@pytest.mark.parametrize("person", ["ann", "bob", "cy"])
def test_a_refused_copy_leaves_nobody_with_the_event(world: World, person: str) -> None:
    world.desks[UserId(person)].faults.then(Operation.WRITE, Fault.REFUSE)
    world.accept()
    assert world.run() is BookingState.QUARANTINE
    assert world.copies() == NONE
    assert world.settle() is BookingState.PROPOSED
    session = world.session()
    assert session.status is SessionStatus.PENDING
    assert session.final_time is None
    assert person in str(session.record.not_booked)


def test_after_a_refusal_accepting_again_books(world: World) -> None:
    world.desks[UserId("bob")].faults.then(Operation.WRITE, Fault.REFUSE)
    world.accept()
    world.settle()
    world.accept()
    assert world.settle() is BookingState.CONFIRMED
    assert world.copies() == ALL
    assert world.booking().epoch == 2


@pytest.mark.parametrize(
    "fault",
    [
        Fault.DROP_BEFORE,
        Fault.DROP_AFTER,
        Fault.ERROR_AFTER,
        Fault.CONFLICT,
        Fault.RATE_LIMIT,
        Fault.LOSE,
        Fault.UNAVAILABLE,
        Fault.STALL,
    ],
)
def test_an_answer_that_is_no_refusal_is_cleared_up_and_booked(world: World, fault: Fault) -> None:
    world.desks[UserId("bob")].faults.then(Operation.WRITE, fault)
    world.accept()
    assert world.settle() is BookingState.CONFIRMED
    assert world.copies() == ALL


def test_a_foreign_event_that_appears_before_the_write_is_respected(world: World) -> None:
    world.accept()
    world.block("cy", slot(24).span)
    assert world.settle() is BookingState.PROPOSED
    assert world.copies() == NONE
    assert slot(24).start not in {each.start for each in world.session().proposed_times}


def test_a_slot_held_by_another_session_is_not_booked_twice(world: World) -> None:
    world.accept()
    world.propose(slot(24), session=OTHER)
    world.choose_unasked(OTHER)
    world.run()
    world.run(OTHER)
    assert world.booking(OTHER).state is BookingState.PROPOSED
    assert world.copies() == ALL


@pytest.mark.parametrize(
    ("late", "state"), [(0, BookingState.CONFIRMED), (1, BookingState.PROPOSED)], ids=["at once", "too late"]
)
def test_what_begins_this_very_second_is_booked_as_it_was_offered(
    world: World, late: int, state: BookingState
) -> None:
    world.command(lambda session: replace(session, proposed_times=(slot(0),)))
    world.accept()
    world.clock.at = slot(0).start + late
    assert world.run() is state


def test_cancelling_a_scheduled_session_empties_the_calendars(world: World) -> None:
    world.accept()
    world.run()
    world.command(lambda session: state_machine.cancel(session, "rain", now=world.clock.now()))
    assert world.session().status is SessionStatus.CANCELLED
    assert booking_view(world.booking(), world.effects())["allOrNone"] == "undoing"
    assert world.settle() is BookingState.CANCELLED
    assert world.copies() == NONE


def test_rescheduling_withdraws_the_old_event_and_books_the_new_one(world: World) -> None:
    world.accept()
    world.run()
    world.command(lambda session: state_machine.reschedule(session, now=world.clock.now()))
    assert world.session().status is SessionStatus.PENDING
    assert world.settle() is BookingState.PROPOSED
    assert world.copies() == NONE
    again = world.session()
    with world.store.writing() as tx:
        tx.sessions.put(replace(again, proposed_times=(slot(48),)))
    world.accept()
    assert world.settle() is BookingState.CONFIRMED
    assert world.copies() == ALL
    assert world.booking().epoch == 2
