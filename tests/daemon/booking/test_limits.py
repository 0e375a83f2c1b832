"""Every state has a limit, counted from when it was first entered; who waits is told for what."""

import pytest

from daemon.app.examine import check
from engine.booking.timing import LIMITS, VERIFY_DEADLINE, WRITE_DEADLINE
from engine.booking.view import booking_view
from engine.ids import UserId
from engine.model.booking import UNFINISHED, BookingState
from engine.model.session import SessionStatus
from engine.sessions import state_machine
from engine.time.span import DAY, HOUR
from tests.daemon.booking.test_calendar_changes import Booked
from tests.daemon.booking.test_stuck import desk_of
from tests.doubles.provider.faults import Fault, Operation
from tests.worlds.book_world import SESSION, World
from tests.worlds.conversation import besides_what_was_done

BOB = UserId("bob")
AWAY = [Fault.UNAVAILABLE] * 2000


def live(world: World, seconds: int, step: int = 61) -> set[BookingState]:
    """Let a daemon look at the booking every so often, and tell what states it was in."""
    seen = set()
    until = world.clock.at + seconds
    while world.clock.at < until:
        seen.add(world.run())
        world.clock.at += step
    return seen


def said(world: World) -> list[str]:
    with world.store.reading() as tx:
        said = tx.messages.of(SESSION)
    return besides_what_was_done(each.content for each in said if each.role == "system")


def unverified() -> World:
    world = World()
    world.propose()
    world.accept()
    world.desks[BOB].faults.then(Operation.READ, *AWAY)
    live(world, VERIFY_DEADLINE + 120)
    return world


def test_every_state_on_the_way_has_a_limit() -> None:
    assert set(LIMITS) == UNFINISHED - {BookingState.STUCK}


def test_what_cannot_be_read_back_is_stuck_after_an_hour_and_somebody_is_told() -> None:
    world = unverified()
    assert world.booking().state is BookingState.STUCK
    assert world.copies() == {"ann": 1, "bob": 1, "cy": 1}
    (told,) = said(world)
    assert "cannot be read back: bob-home/main (bob): The calendar does not answer" in told
    shown = booking_view(world.booking(), world.effects())
    assert shown["allOrNone"] == "stuck"
    assert shown["waitsFor"].startswith("for bob-home/main (bob: The calendar does not answer)")
    assert check(world.deps) == []


def test_it_is_confirmed_as_soon_as_it_can_be_read_back() -> None:
    world = unverified()
    world.desks[BOB].faults.paused = True
    live(world, HOUR + 120)
    assert world.booking().state is BookingState.CONFIRMED
    assert world.session().status is SessionStatus.SCHEDULED


def test_it_can_be_called_off_all_the_same() -> None:
    world = unverified()
    world.desks[BOB].faults.paused = True
    world.command(lambda session: state_machine.cancel(session, now=world.clock.now()))
    assert world.settle() is BookingState.CANCELLED
    assert sum(world.copies().values()) == 0


def test_an_operator_ends_it_as_it_stands_and_that_is_told_too() -> None:
    world = unverified()
    desk_of(world).release(SESSION)
    assert world.booking().state is BookingState.PROPOSED
    assert world.session().final_time is None
    assert "an operator ended it as it stood" in said(world)[-1]
    world.desks[BOB].faults.paused = True
    assert check(world.deps) == []


def test_a_booking_that_goes_round_between_undoing_and_quarantine_comes_to_an_end() -> None:
    world = Booked()
    world.desks[BOB].faults.then(Operation.READ, *AWAY)
    world.command(lambda session: state_machine.cancel(session, now=world.clock.now()))
    seen = live(world, DAY + HOUR, step=300)
    assert {BookingState.UNDOING, BookingState.QUARANTINE} & seen
    assert world.booking().state is BookingState.STUCK
    assert world.told("stuck") == ["ann"]
    assert "The event cannot be removed: bob-home/main (bob)" in said(world)[-1]
    assert check(world.deps) == []


def test_going_round_resets_nothing() -> None:
    world = Booked()
    world.desks[BOB].faults.then(Operation.READ, *AWAY)
    world.command(lambda session: state_machine.cancel(session, now=world.clock.now()))
    began = world.clock.at
    live(world, 2 * HOUR, step=120)
    assert world.booking().entered[BookingState.UNDOING] == began
    assert world.booking().since <= began + 120


def test_a_copy_that_comes_and_goes_does_not_keep_a_booking_written_for_ever() -> None:
    world = World()
    world.propose()
    world.accept()
    world.desks[BOB].faults.then(Operation.WRITE, *[Fault.LOSE] * 500)
    live(world, 30 * 60, step=5)
    assert world.booking().state is BookingState.PROPOSED
    assert "bob-home/main" in said(world)[0]
    assert check(world.deps) == []


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.RATE_LIMIT, Fault.DROP_BEFORE])
def test_a_calendar_that_takes_nothing_is_given_up_after_ten_minutes_and_told(fault: Fault) -> None:
    world = World()
    world.propose()
    world.accept()
    world.desks[BOB].faults.then(Operation.WRITE, *[fault] * 500)
    world.run()
    shown = booking_view(world.booking(), world.effects())
    assert shown["since"] == "2027-01-15T12:00:00Z"
    assert shown["waitsFor"].startswith("for bob-home/main (bob")
    assert shown["waitsFor"].endswith("until 2027-01-15T12:10:00Z")
    live(world, 900, step=15)
    assert world.booking().state is BookingState.PROPOSED
    assert len(said(world)) == 1
    assert check(world.deps) == []


def test_a_lost_write_that_cannot_be_looked_up_is_asked_for_ever_more_seldom() -> None:
    world = World()
    world.propose()
    world.accept()
    faults = world.desks[BOB].faults
    faults.then(Operation.WRITE, Fault.DROP_AFTER)
    faults.then(Operation.READ, *[Fault.UNAVAILABLE] * 1000)
    seen = set[int]()
    while world.run() is BookingState.WRITING:
        (lost,) = [each for each in world.effects() if each.attendee == BOB]
        seen.add(lost.next_at)
        world.clock.at = max(world.clock.at + 1, world.booking().next_at)
    assert len(seen) < 45
    assert world.clock.at >= min(seen) + WRITE_DEADLINE - 15
    faults.paused = True
    assert world.settle() is BookingState.PROPOSED
    assert sum(world.copies().values()) == 0


def test_nothing_is_waited_for_at_rest() -> None:
    world = Booked()
    assert "waitsFor" not in booking_view(world.booking(), world.effects())
