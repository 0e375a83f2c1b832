"""Acceptance 42 and 43: a host and four people, five calendars, all or none."""

import pytest

from engine.ids import UserId
from engine.model.booking import BookingState
from engine.model.session import SessionStatus
from tests.doubles.provider.faults import Fault, Operation
from tests.work import work_of
from tests.worlds.book_world import World

FIVE = ("host", "ana", "ben", "cleo", "dan")
FAULTS = [Fault.REFUSE, Fault.EXPIRED]


@pytest.fixture
def world() -> World:
    made = World(people=FIVE)
    made.propose()
    made.accept()
    return made


def test_acceptance_42_five_calendars_hold_the_event_in_one_go(world: World) -> None:
    before = world.clock.now()
    states: list[BookingState] = []
    steps = work_of(lambda: states.append(world.run())).calls
    assert states == [BookingState.CONFIRMED]
    assert world.clock.now() == before
    assert steps < 30_000
    assert world.copies() == dict.fromkeys(FIVE, 1)
    assert len(world.session().invitee_ids) == 4
    assert world.session().status is SessionStatus.SCHEDULED


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kth", range(5))
def test_acceptance_43_the_kth_of_five_writes_fails_and_a_retry_makes_exactly_five(
    world: World, kth: int, fault: Fault
) -> None:
    in_order = [*sorted(FIVE[1:]), FIVE[0]]
    world.desks[UserId(in_order[kth])].faults.then(Operation.WRITE, fault)
    assert world.settle() is BookingState.PROPOSED
    assert world.copies() == dict.fromkeys(FIVE, 0)
    assert world.session().status is SessionStatus.PENDING
    world.accept()
    assert world.settle() is BookingState.CONFIRMED
    assert world.copies() == dict.fromkeys(FIVE, 1)


def test_acceptance_43_writes_go_in_order_and_the_hosts_comes_last(world: World) -> None:
    world.desks[UserId("host")].faults.then(Operation.WRITE, Fault.STALL)
    seen: list[dict[str, int]] = []
    world.desks[UserId("host")].connector.stall = lambda: seen.append(world.copies())
    world.run()
    assert seen == [{**dict.fromkeys(FIVE, 1), "host": 0}]
