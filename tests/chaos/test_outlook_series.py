"""A series of four for two people on Outlook, one crash at every request of booking it and of changing it.

There a series is several requests: in the end both calendars hold the same instances, or neither any.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from connectors.web.answer import Answer
from connectors.web.http import Http
from connectors.web.urls import Url
from daemon.app.examine import check
from daemon.booking.sweep import SweepJob
from daemon.booking.watch import WatchJob
from daemon.booking.worker import BookJob
from engine.ids import UserId
from engine.model.booking import BookingState
from engine.model.session import EventSession, Occurrence, TimeSlot
from engine.ports.connector import Connector
from engine.sessions import series_changes, state_machine
from engine.time.span import DAY, HOUR
from tests.chaos.test_exhaustive import Crash, CrashSteps
from tests.chaos.test_outlook import ANN, BOB, FAY, Abroad, Linked, Servers, email
from tests.connectors.outlook.world import SCOPES
from tests.standins.outlook.faults import Fault
from tests.standins.outlook.keeping import occurrences
from tests.standins.outlook.login import Login
from tests.standins.outlook.outlook import CLIENT, Outlook
from tests.standins.outlook.server import serving
from tests.standins.outlook.times import instant
from tests.worlds.book_world import NOON, SESSION, SimClock

pytestmark = pytest.mark.chaos

RULE = "FREQ=WEEKLY;COUNT=4"
STARTS = [NOON + DAY + number * 7 * DAY for number in range(4)]
SERIES = TimeSlot(
    start=STARTS[0],
    end=STARTS[0] + HOUR,
    occurrences=(
        *(Occurrence(start=at) for at in STARTS[:2]),
        Occurrence(start=STARTS[2], available=False, conflicts=("x",)),
        Occurrence(start=STARTS[3], available=False, conflicts=("x",), moved_to=STARTS[3] + HOUR),
    ),
)
AS_BOOKED = [STARTS[0], STARTS[1], STARTS[3] + HOUR]
Command = Callable[[EventSession], EventSession]


def leave_out(session: EventSession) -> EventSession:
    return series_changes.without(session, _occurrence(session, 1), "Called off")


def move(session: EventSession) -> EventSession:
    return series_changes.moved(session, _occurrence(session, 1), STARTS[1] + 2 * HOUR)


def call_off(session: EventSession) -> EventSession:
    return state_machine.cancel(session, now=NOON)


def _occurrence(session: EventSession, number: int) -> Occurrence:
    assert session.final_time is not None
    return session.final_time.occurrences[number]


CHANGES: dict[str, tuple[tuple[Command, ...], list[int]]] = {
    "booked": ((), AS_BOOKED),
    "one called off": ((leave_out,), [AS_BOOKED[0], AS_BOOKED[2]]),
    "one moved": ((move,), [AS_BOOKED[0], STARTS[1] + 2 * HOUR, AS_BOOKED[2]]),
    "called off": ((call_off,), []),
}


class SteppedHttp(Http):
    """The way out, with a step before each request and one after it."""

    servers: "SeriesServers"

    def request(self, method: str, url: Url | str, **sent: Any) -> Answer:
        self.servers.steps.transition()
        answer = super().request(method, url, **sent)
        self.servers.steps.transition()
        return answer


@dataclass
class SeriesServers(Servers):
    """The same, where a process can die between any two requests."""

    steps: CrashSteps = field(default_factory=CrashSteps)

    @contextmanager
    def asked(self) -> Iterator[Abroad]:
        """Begin anew with a series that was accepted."""
        self.steps = CrashSteps()
        self.outlook.reset(self.accounts)
        clock = SimClock()
        self.outlook.state.clock = Linked(clock)
        for one in self.outlook.state.refreshes.values():
            one.used = clock.at
        with ExitStack() as stack:
            remote: dict[UserId, Connector] = {
                user: stack.enter_context(closing(self.connector(user, clock, self.http)))
                for user in (ANN, BOB)
            }
            world = Abroad(people=(ANN, BOB, FAY), clock=clock, remote=remote)
            world.propose(SERIES)
            with world.store.writing() as tx:
                tx.sessions.put(replace(world.session(), recurrence=RULE))
            world.accept()
            yield world

    def http(self, clock: SimClock) -> Http:
        """Give a way out that takes steps."""
        made = SteppedHttp(clock, allow_private=True)
        made.servers = self
        return made

    def instances(self) -> list[list[int]]:
        """Give what really lies in each calendar, the whole of it."""
        return [
            sorted(
                int(instant(one["start"]))
                for kept in calendar.events.values()
                for one, _, _ in occurrences(kept, NOON + 90 * DAY)
            )
            for calendar in self.outlook.state.calendars.values()
        ]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeriesServers]:
    folder, outlook = tmp_path_factory.mktemp("servers"), Outlook()
    refresh = {}
    for user in (ANN, BOB):
        outlook.account(email(user))
        refresh[user], _ = Login(outlook.state).grant(CLIENT.id, email(user), SCOPES)
    with serving(outlook) as server:
        yield SeriesServers(outlook, server, folder, outlook.snapshot(), refresh)
    assert outlook.violations == []


def work_and_crash(servers: SeriesServers, world: Abroad, die_at: int, commands: list[Command]) -> bool:
    """Let one daemon work and die at a step; tells whether it did, and leaves what was not asked yet."""
    servers.steps = CrashSteps(die_at=die_at)
    job = BookJob(world.deps)
    try:
        job.run(SESSION)
        while commands:
            world.command(commands.pop(0))
            job.run(SESSION)
    except Crash:
        return True
    finally:
        servers.steps = CrashSteps()
    return False


def come_to_rest(world: Abroad) -> BookingState:
    """Let another daemon go on, and reconcile, until nothing is left to do."""
    for wait in (300, 300, 3600, 3600, 300):
        state = world.settle(1200)
        world.clock.at += wait
        SweepJob(world.deps, world.job, WatchJob(world.deps)).run()
    return state


TROUBLES = (
    ("*", Fault.NONE),
    ("events.create", Fault.LOST_AFTER),
    ("events.instances", Fault.UNAVAILABLE),
    ("events.update", Fault.LOST_AFTER),
    ("events.update", Fault.THROTTLED),
    ("events.update", Fault.ERROR_AFTER),
    ("events.delete", Fault.LOST_AFTER),
    ("events.delete", Fault.TIMEOUT),
)


def dies_everywhere(servers: SeriesServers, what: str, operation: str, fault: Fault, stride: int) -> int:
    commands, wanted = CHANGES[what]
    die_at, died = 1 - stride, True
    while died:
        die_at += stride
        with servers.asked() as world:
            if commands:
                world.settle()
            servers.outlook.faults.then(operation, fault)
            left = list(commands)
            died = work_and_crash(servers, world, die_at, left)
            for command in left:
                world.command(command)
            state = come_to_rest(world)
            expected = wanted if state is BookingState.CONFIRMED else []
            assert state in (BookingState.CONFIRMED, BookingState.PROPOSED, BookingState.CANCELLED), die_at
            assert state is BookingState.CONFIRMED or what == "called off", (die_at, state)
            assert servers.instances() == [expected, expected], (die_at, state)
            assert check(world.deps) == [], die_at
    return die_at


def test_a_crash_at_any_request_leaves_the_same_series_in_both_or_none(servers: SeriesServers) -> None:
    assert dies_everywhere(servers, "booked", "events.update", Fault.NONE, 5) > 10


@pytest.mark.long
@pytest.mark.parametrize(("operation", "fault"), TROUBLES)
@pytest.mark.parametrize("what", CHANGES)
def test_a_crash_at_any_request_with_any_trouble_does_neither(
    servers: SeriesServers, what: str, operation: str, fault: Fault
) -> None:
    assert dies_everywhere(servers, what, operation, fault, 1) > 4
