"""One session of three, one crash at every step there is, with every kind of fault: all or none, every time.

The crash is an exception that nobody catches, in this process: what the store and the calendars hold at that
moment is all that is left. Real processes die in `test_kills`.
"""

from dataclasses import replace
from functools import partial

import pytest

from daemon.app.examine import check
from daemon.booking.worker import BookJob
from engine.ids import SessionId, UserId
from engine.model.booking import BookingState
from engine.sessions import leaving, state_machine
from tests.chaos.steps import CountedConnector, CountedStore, Steps
from tests.doubles.provider.faults import Fault, Operation
from tests.worlds.book_world import World

pytestmark = pytest.mark.chaos

PEOPLE = ("ann", "bob", "cy")
FAULTS = (
    (Operation.WRITE, Fault.NONE),
    (Operation.WRITE, Fault.REFUSE),
    (Operation.WRITE, Fault.DROP_BEFORE),
    (Operation.WRITE, Fault.DROP_AFTER),
    (Operation.WRITE, Fault.ERROR_AFTER),
    (Operation.WRITE, Fault.STALL),
    (Operation.WRITE, Fault.CONFLICT),
    (Operation.WRITE, Fault.DUPLICATE),
    (Operation.WRITE, Fault.GONE),
    (Operation.WRITE, Fault.CHANGED),
    (Operation.WRITE, Fault.RATE_LIMIT),
    (Operation.WRITE, Fault.UNAVAILABLE),
    (Operation.WRITE, Fault.EXPIRED),
    (Operation.WRITE, Fault.LOSE),
    (Operation.READ, Fault.UNAVAILABLE),
    (Operation.READ, Fault.EXPIRED),
    (Operation.WITHDRAW, Fault.DROP_BEFORE),
    (Operation.WITHDRAW, Fault.DROP_AFTER),
    (Operation.WITHDRAW, Fault.RATE_LIMIT),
    (Operation.MARKED, Fault.UNAVAILABLE),
)


class Crash(BaseException):
    """The end of a process, as far as one process can play it."""


class CrashSteps(Steps):
    """Crashes where `Steps` would kill."""

    def transition(self, *, may_sleep: bool = True, call: Operation | None = None) -> None:
        self.taken += 1
        if self.taken == self.die_at:
            raise Crash


def book_and_crash(world: World, die_at: int, *, cancel: bool) -> bool:
    """Let one worker begin and die at a step; tells whether it did."""
    steps = CrashSteps(die_at=die_at)
    connectors = {name: CountedConnector(each, steps) for name, each in world.deps.connectors.items()}
    job = BookJob(replace(world.deps, store=CountedStore(world.store, steps), connectors=connectors))
    try:
        job.run(sessions_of(world))
        if cancel:
            world.command(lambda session: state_machine.cancel(session, now=world.clock.now()))
            job.run(sessions_of(world))
    except Crash:
        return True
    return False


@pytest.mark.parametrize(("operation", "fault"), FAULTS)
def test_a_crash_at_any_step_of_taking_somebody_out_takes_theirs_alone(
    operation: Operation, fault: Fault
) -> None:
    die_at, died = 0, True
    while died:
        die_at += 1
        world = World(people=PEOPLE)
        world.propose()
        world.accept()
        world.settle(1200)
        world.clock.at += 300
        world.command(partial(leaving.taken_out, user=UserId("cy"), now=world.clock.now()))
        world.desks[UserId("cy")].faults.then(operation, fault)
        died = book_and_crash(world, die_at, cancel=False)
        for _ in range(10):
            world.clock.at += 120
            world.run()
        assert (world.booking().state, world.copies()) == (
            BookingState.CONFIRMED,
            {"ann": 1, "bob": 1, "cy": 0},
        ), die_at
        assert check(world.deps) == [], die_at
        assert world.holds() == {"ann", "bob"}
    assert die_at > 5


def sessions_of(world: World) -> SessionId:
    return world.session().id


@pytest.mark.parametrize("keeps_ids", [True, False])
@pytest.mark.parametrize(("operation", "fault"), FAULTS)
def test_a_crash_at_any_step_with_any_fault_ends_in_all_or_none(
    operation: Operation, fault: Fault, keeps_ids: bool
) -> None:
    die_at, died = 0, True
    while died:
        die_at += 1
        world = World(people=PEOPLE, keeps_ids=keeps_ids)
        world.propose()
        world.accept()
        world.desks[UserId("bob")].faults.then(operation, fault)
        died = book_and_crash(world, die_at, cancel=operation is Operation.WITHDRAW)
        state = world.settle(1200)
        expected = 1 if state is BookingState.CONFIRMED else 0
        assert state in (BookingState.CONFIRMED, BookingState.PROPOSED, BookingState.CANCELLED), die_at
        assert set(world.copies().values()) == {expected}, (die_at, state)
        assert check(world.deps) == [], die_at
    assert die_at > 15
