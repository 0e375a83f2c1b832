"""A series of five for three people, one crash at every step of booking, moving one and calling one off.

In the end every calendar holds the same instances of it, or none holds anything.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from daemon.app.examine import check
from daemon.booking.sweep import SweepJob
from daemon.booking.watch import WatchJob
from daemon.booking.worker import BookJob
from engine.model.booking import BookingState
from engine.model.session import EventSession, Occurrence, TimeSlot
from engine.sessions import series_changes, state_machine
from engine.time.span import DAY, HOUR
from tests.chaos.steps import CountedConnector, CountedStore
from tests.chaos.test_exhaustive import Crash, CrashSteps
from tests.doubles.provider.faults import Fault, Operation
from tests.worlds.book_world import NOON, SESSION, World

pytestmark = pytest.mark.chaos

RULE = "FREQ=WEEKLY;COUNT=5"
STARTS = [NOON + DAY + number * 7 * DAY for number in range(5)]
SERIES = TimeSlot(
    start=STARTS[0],
    end=STARTS[0] + HOUR,
    occurrences=(
        *(Occurrence(start=at) for at in STARTS[:4]),
        Occurrence(start=STARTS[4], available=False, conflicts=("x",), moved_to=STARTS[4] + HOUR),
    ),
)
AS_BOOKED = (RULE, (), ((STARTS[4], STARTS[4] + HOUR),))
Command = Callable[[EventSession], EventSession]


def leave_out(session: EventSession) -> EventSession:
    return series_changes.without(session, occurrence(session, 1), "Called off")


def move(session: EventSession) -> EventSession:
    return series_changes.moved(session, occurrence(session, 2), STARTS[2] + 2 * HOUR)


def occurrence(session: EventSession, number: int) -> Occurrence:
    assert session.final_time is not None
    return session.final_time.occurrences[number]


def call_off(session: EventSession) -> EventSession:
    return state_machine.cancel(session, now=NOON)


CHANGES: dict[str, tuple[tuple[Command, ...], tuple[object, ...] | None]] = {
    "booked": ((), AS_BOOKED),
    "one called off": ((leave_out,), (RULE, (STARTS[1],), AS_BOOKED[2])),
    "one moved": ((move,), (RULE, (), ((STARTS[2], STARTS[2] + 2 * HOUR), *AS_BOOKED[2]))),
    "one moved, one called off": (
        (move, leave_out),
        (RULE, (STARTS[1],), ((STARTS[2], STARTS[2] + 2 * HOUR), *AS_BOOKED[2])),
    ),
    "called off while one is moved": ((move, call_off), None),
}
FAULTS = (
    Fault.NONE,
    Fault.REFUSE,
    Fault.DROP_BEFORE,
    Fault.DROP_AFTER,
    Fault.ERROR_AFTER,
    Fault.CONFLICT,
    Fault.RATE_LIMIT,
    Fault.UNAVAILABLE,
    Fault.LOSE,
)


def asked() -> World:
    """Make a world in which a series was accepted."""
    world = World()
    world.propose(SERIES)
    with world.store.writing() as tx:
        tx.sessions.put(replace(world.session(), recurrence=RULE))
    world.accept()
    return world


def work_and_crash(world: World, die_at: int, commands: list[Command]) -> bool:
    """Let one daemon work and die at a step; tells whether it did, and leaves what was not asked yet."""
    steps = CrashSteps(die_at=die_at)
    connectors = {name: CountedConnector(each, steps) for name, each in world.deps.connectors.items()}
    job = BookJob(replace(world.deps, store=CountedStore(world.store, steps), connectors=connectors))
    try:
        job.run(SESSION)
        while commands:
            world.command(commands.pop(0))
            job.run(SESSION)
    except Crash:
        return True
    return False


def come_to_rest(world: World) -> BookingState:
    """Let another daemon go on, and reconcile, until nothing is left to do."""
    for wait in (300, 300, 3600, 3600, 300):
        state = world.settle(1200)
        world.clock.at += wait
        SweepJob(world.deps, world.job, WatchJob(world.deps)).run()
    return state


def held(world: World) -> set[tuple[object, ...]]:
    """Give what the calendars hold of it, each thing once; an empty one where a calendar holds nothing."""
    series = [[event.series for event in desk.events()] for desk in world.desks.values()]
    assert all(len(events) < 2 for events in series)
    return {events[0] if events else () for events in series}


def dies_everywhere(what: str, fault: Fault) -> int:
    """Crash at every step there is; gives how many there were."""
    commands, wanted = CHANGES[what]
    die_at, died = 0, True
    while died:
        die_at += 1
        world = asked()
        if commands:
            world.settle()
        world.desks[next(iter(world.desks))].faults.then(Operation.WRITE, fault)
        left = list(commands)
        died = work_and_crash(world, die_at, left)
        for command in left:
            world.command(command)
        state = come_to_rest(world)
        expected = {()} if wanted is None or state is not BookingState.CONFIRMED else {wanted}
        assert held(world) == expected, (die_at, state)
        assert check(world.deps) == [], die_at
    return die_at


@pytest.mark.parametrize("what", ["booked", "one moved", "one called off"])
def test_a_crash_at_any_step_leaves_the_same_series_everywhere_or_none(what: str) -> None:
    assert dies_everywhere(what, Fault.DROP_AFTER) > 8


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("what", CHANGES)
def test_a_crash_at_any_step_with_any_fault_does_neither(what: str, fault: Fault) -> None:
    assert dies_everywhere(what, fault) > 8
