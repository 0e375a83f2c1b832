"""While no daemon runs nobody tries: what is under way is not called stuck for one time without any."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from daemon.app.examine import check
from daemon.booking.worker import BookJob
from engine.booking.timing import ATTENDED_SHARE, UNDO_DEADLINE, VERIFY_DEADLINE
from engine.ids import EventId, RemoteCalendarId, UserId
from engine.model.booking import BookingState, Observed
from engine.sessions import state_machine
from engine.time.span import DAY, HOUR, MINUTE
from tests.daemon.booking.test_calendar_changes import Booked
from tests.daemon.booking.test_limits import AWAY, live, said
from tests.doubles.provider.connector import MemoryConnector
from tests.doubles.provider.faults import Fault, Operation
from tests.worlds.book_world import CALENDAR, SESSION, World

BOB = UserId("bob")
S = BookingState
ONCE = Fault.UNAVAILABLE
STOPS = (HOUR, 2 * DAY, 365 * DAY)


def undoing() -> World:
    """Let bob's calendar be away while a booking is taken back."""
    world = Booked()
    world.desks[BOB].faults.then(Operation.WITHDRAW, ONCE)
    world.command(lambda session: state_machine.cancel(session, now=world.clock.now()))
    assert world.run() is S.UNDOING
    return world


def quarantined() -> World:
    """Stop while it is waited for what may land late."""
    world = Booked()
    world.command(lambda session: state_machine.cancel(session, now=world.clock.now()))
    while world.run() is not S.QUARANTINE:
        world.clock.at += 1
    return world


def verifying() -> World:
    """Stop while a copy that was written could not be read back yet."""
    world = World()
    world.propose()
    world.accept()
    world.desks[BOB].faults.then(Operation.READ, ONCE)
    assert world.run() is S.VERIFYING
    return world


def trouble(world: World) -> None:
    """Let bob's calendar be away once more, for whatever is asked of it."""
    for operation in (Operation.WITHDRAW, Operation.READ):
        world.desks[BOB].faults.then(operation, ONCE)


PATIENT = ((undoing, UNDO_DEADLINE), (verifying, VERIFY_DEADLINE))


ENDS = ((undoing, S.CANCELLED), (quarantined, S.CANCELLED), (verifying, S.CONFIRMED))


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize(("begun", "end"), ENDS)
def test_trouble_in_passing_after_a_long_stop_makes_nothing_stuck(
    begun: Callable[[], World], end: BookingState, stop: int
) -> None:
    world = begun()
    world.clock.at += stop
    trouble(world)
    assert live(world, 10 * MINUTE, step=5) & {S.STUCK} == set()
    assert world.booking().state is end
    assert said(world) == []
    assert check(world.deps) == []


@pytest.mark.parametrize("stops", [1, 2])
@pytest.mark.parametrize(("begun", "limit"), PATIENT)
def test_its_patience_is_what_it_was_for_the_time_in_which_it_is_tried(
    begun: Callable[[], World], limit: int, stops: int
) -> None:
    world = begun()
    for operation in (Operation.WITHDRAW, Operation.READ):
        world.desks[BOB].faults.then(operation, *AWAY)
    tried = limit // stops - limit // ATTENDED_SHARE
    for number in range(stops):
        world.clock.at += 3 * DAY
        seen = live(world, tried - 10 * MINUTE, step=61)
        assert S.STUCK not in seen, number
    live(world, stops * 20 * MINUTE, step=61)
    assert world.booking().state is S.STUCK
    assert len(said(world)) == 1
    assert check(world.deps) == []


@pytest.mark.parametrize("begun", [undoing, verifying])
def test_what_goes_round_ends_as_well_where_somebody_looks_in_seldom(begun: Callable[[], World]) -> None:
    world = begun()
    for operation in (Operation.WITHDRAW, Operation.READ):
        world.desks[BOB].faults.then(operation, *AWAY)
    assert live(world, DAY + 6 * HOUR, step=2 * HOUR) & {S.STUCK}
    assert len(said(world)) == 1


class Frozen(MemoryConnector):
    """The whole daemon stands still for days during its first call, which is then in vain."""

    stop: Callable[[], None] | None = None

    def read(self, calendar: RemoteCalendarId, event_id: EventId) -> Observed | None:
        self._stand_still()
        return super().read(calendar, event_id)

    def withdraw(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        self._stand_still()
        super().withdraw(calendar, event_id)

    def _stand_still(self) -> None:
        stop, self.stop = self.stop, None
        if stop is not None:
            stop()


@pytest.mark.parametrize(("begun", "end"), ENDS)
def test_trouble_as_a_daemon_goes_on_that_was_stopped_during_a_call_makes_nothing_stuck(
    begun: Callable[[], World], end: BookingState
) -> None:
    world = begun()
    world.clock.at += 2 * MINUTE
    trouble(world)
    desk = world.desks[BOB]
    connector = Frozen(desk.provider, world.store.install, [CALENDAR], faults=desk.faults)
    deps = replace(world.deps, connectors={**world.deps.connectors, desk.key.connector: connector})

    def stop() -> None:
        world.clock.at += 3 * DAY

    connector.stop = stop
    BookJob(deps).run(SESSION)
    assert connector.stop is None
    assert live(world, 10 * MINUTE, step=5) & {S.STUCK} == set()
    assert world.booking().state is end
    assert check(world.deps) == []
