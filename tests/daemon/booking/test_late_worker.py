"""A worker that sleeps past its lease, and wakes when the session has long been booked anew by another."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from daemon.app.examine import check
from daemon.app.principal import OPERATOR
from daemon.app.purge import purge
from daemon.booking.watch import WatchJob
from daemon.booking.worker import BookJob
from engine.booking.policy import OnDeleted, Policy
from engine.ids import InstallId, RemoteCalendarId, UserId
from engine.model.booking import BookingState, Observed
from engine.sessions import state_machine
from engine.time.span import Instant
from tests.doubles.provider.connector import MemoryConnector
from tests.doubles.provider.faults import Fault, Operation
from tests.worlds.book_world import CALENDAR, SESSION, World, slot

BOB = UserId("bob")


class Sleepy(MemoryConnector):
    """Something else happens for a while before its first list is asked for."""

    meanwhile: Callable[[], None] | None = None

    def marked(
        self, calendar: RemoteCalendarId, install: InstallId | None, since: Instant | None = None
    ) -> Sequence[Observed]:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return super().marked(calendar, install, since)


def sleeper(world: World, meanwhile: Callable[[], None]) -> BookJob:
    desk = world.desks[BOB]
    connector = Sleepy(desk.provider, world.store.install, [CALENDAR], faults=desk.faults)
    connector.meanwhile = meanwhile
    return BookJob(replace(world.deps, connectors={**world.deps.connectors, desk.key.connector: connector}))


def booked_anew(world: World) -> None:
    """Let another worker finish the undo, and book the next slot."""
    world.clock.at += 61
    while world.booking().state is not BookingState.PROPOSED:
        world.run()
        world.clock.at += 95
    world.command(lambda session: replace(session, proposed_times=(slot(30),)))
    world.accept()
    assert world.settle() is BookingState.CONFIRMED


def test_a_sweep_that_wakes_late_leaves_the_next_booking_alone() -> None:
    world = World()
    world.propose()
    world.accept()
    world.settle()
    world.command(lambda session: state_machine.reschedule(session, now=world.clock.now()))
    assert world.run() is BookingState.QUARANTINE
    world.clock.at += 95
    sleeper(world, lambda: booked_anew(world)).run(SESSION)
    assert world.copies() == {"ann": 1, "bob": 1, "cy": 1}


def test_a_read_back_that_wakes_late_leaves_the_next_booking_alone() -> None:
    world = World()
    world.propose()
    world.accept()
    world.desks[BOB].faults.then(Operation.WRITE, Fault.DROP_BEFORE)

    def meanwhile() -> None:
        world.clock.at += 61
        world.command(lambda session: state_machine.reschedule(session, now=world.clock.now()))
        booked_anew(world)

    sleeper(world, meanwhile).run(SESSION)
    assert world.copies() == {"ann": 1, "bob": 1, "cy": 1}


def test_a_write_that_lands_while_it_is_being_undone_was_intended() -> None:
    world = World()
    world.propose()
    world.accept()
    desk = world.desks[BOB]
    desk.faults.then(Operation.WRITE, Fault.STALL, Fault.RATE_LIMIT)
    desk.faults.then(Operation.WITHDRAW, Fault.UNAVAILABLE)

    def meanwhile() -> None:
        world.clock.at += 61
        world.run()
        world.clock.at += 8
        world.run()
        world.command(lambda session: state_machine.cancel(session, now=world.clock.now()))

    desk.connector.stall = meanwhile
    world.run()
    assert len(desk.events()) == 1
    assert check(world.deps) == []
    assert world.settle() is BookingState.CANCELLED
    assert set(world.copies().values()) == {0}


def asleep_in_bobs_write(world: World, meanwhile: Callable[[], None], *after: Fault) -> None:
    """Let a worker sleep in its write of Bob's copy until another has booked, and something happened."""
    world.propose()
    world.accept()
    desk = world.desks[BOB]
    desk.faults.then(Operation.WRITE, Fault.STALL, *after)

    def asleep() -> None:
        desk.connector.stall = lambda: None
        world.clock.at += 61
        assert world.settle() is BookingState.CONFIRMED
        meanwhile()

    desk.connector.stall = asleep
    world.run()


def bob_deletes(world: World) -> None:
    desk = world.desks[BOB]
    desk.provider.owner_deletes(CALENDAR, desk.events()[0].event_id)
    WatchJob(world.deps).inspect(SESSION)


@pytest.mark.parametrize("keeps_ids", [False, True], ids=["nothing is kept of it", "its id is kept"])
def test_a_late_write_of_a_copy_that_its_owner_deleted_is_taken_back(keeps_ids: bool) -> None:
    world = World(people=("ann", "cy"), optional=("bob",), keeps_ids=keeps_ids)
    asleep_in_bobs_write(world, lambda: bob_deletes(world))
    assert world.booking().state is BookingState.CONFIRMED
    assert world.copies() == {"ann": 1, "bob": 0, "cy": 1}


def test_a_late_write_of_a_required_persons_deleted_copy_is_taken_back_where_that_is_no_no() -> None:
    world = World()
    world.deps = replace(world.deps, policy=Policy(on_deleted=OnDeleted.FLAG))
    world.job = BookJob(world.deps)
    asleep_in_bobs_write(world, lambda: bob_deletes(world))
    assert world.booking().state is BookingState.CONFIRMED
    assert world.copies() == {"ann": 1, "bob": 0, "cy": 1}


def test_a_late_write_of_a_required_persons_deleted_copy_is_undone_with_the_rest() -> None:
    world = World()
    asleep_in_bobs_write(world, lambda: bob_deletes(world))
    assert world.settle() is BookingState.PROPOSED
    assert world.copies() == {"ann": 0, "bob": 0, "cy": 0}


def test_a_late_write_leaves_a_copy_alone_that_its_owner_only_declined() -> None:
    world = World(people=("ann", "cy"), optional=("bob",))
    desk = world.desks[BOB]

    def bob_declines() -> None:
        desk.provider.owner_declines(CALENDAR, desk.events()[0].event_id)
        WatchJob(world.deps).inspect(SESSION)

    asleep_in_bobs_write(world, bob_declines)
    assert [each.declined for each in desk.events()] == [True]


def test_a_late_write_of_a_copy_that_stands_changes_nothing() -> None:
    world = World(people=("ann", "cy"), optional=("bob",))
    asleep_in_bobs_write(world, lambda: None)
    assert world.copies() == {"ann": 1, "bob": 1, "cy": 1}
    assert check(world.deps) == []


def test_a_late_write_of_a_copy_that_an_operator_purged_is_taken_back() -> None:
    world = World(people=("ann", "cy"), optional=("bob",))
    desk = world.desks[BOB]

    def purged() -> None:
        found = purge(OPERATOR, world.store, world.clock, desk.key.connector, desk.connector, dry_run=False)
        assert len(list(found)) == 1

    asleep_in_bobs_write(world, purged)
    assert world.copies() == {"ann": 1, "bob": 0, "cy": 1}
