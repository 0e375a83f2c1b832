"""Two attendees on Outlook, whose ids are the server's, one who is only read: a crash at every step there is.

Outlook is its stand-in over real lines, with no kindness: lists and filters lag, versions change by
themselves, a repeat is answered with 409. The crash is an exception that nobody catches.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from connectors.budgets import HeldBudgets
from connectors.outlook.connector import OutlookConnector
from connectors.outlook.options import OutlookOptions
from connectors.web.http import Http
from daemon.app.examine import check
from daemon.booking.worker import BookJob
from engine.booking.target import NOTIFIED, Target
from engine.ids import CalendarKey, ConnectorName, UserId
from engine.model.booking import BookingState, Delivery
from engine.ports.connector import Connector
from engine.time.span import DAY, HOUR
from tests.chaos.test_exhaustive import book_and_crash
from tests.connectors.outlook.world import PRIMARY, SCOPES
from tests.standins.google.keeper import HeldGrant
from tests.standins.outlook.faults import Fault
from tests.standins.outlook.kindness import Kindness
from tests.standins.outlook.login import Login
from tests.standins.outlook.outlook import CLIENT, Outlook
from tests.standins.outlook.server import OutlookServer, serving
from tests.standins.outlook.state import Clock, State
from tests.standins.surroundings import surroundings
from tests.worlds.book_world import SimClock, World, slot

pytestmark = pytest.mark.chaos

ANN, BOB, FAY = (UserId(name) for name in ("ann", "bob", "fay"))
CREATE, DELETE, GET, LIST = (f"events.{name}" for name in ("create", "delete", "get", "list"))
TROUBLES = (
    (CREATE, Fault.NONE),
    (CREATE, Fault.ERROR_AFTER),
    (CREATE, Fault.LOST_AFTER),
    (CREATE, Fault.LOST_BEFORE),
    (CREATE, Fault.TWICE),
    (CREATE, Fault.TRUNCATED),
    (CREATE, Fault.UNAVAILABLE),
    (CREATE, Fault.TIMEOUT),
    (CREATE, Fault.THROTTLED),
    (CREATE, Fault.FORBIDDEN),
    (GET, Fault.ERROR_BEFORE),
    (LIST, Fault.ERROR_BEFORE),
    (DELETE, Fault.LOST_BEFORE),
    (DELETE, Fault.LOST_AFTER),
    (DELETE, Fault.THROTTLED),
)
LAGGING = 10
"""Seconds after which Outlook's lists have caught up."""
STRIDE = len(TROUBLES)
"""The suite crashes at each step with one of the troubles, the long run with all of them."""


@dataclass
class Abroad(World):
    """Ann and Bob are on Outlook, and Fay's feed is only read."""

    remote: dict[UserId, Connector] = field(kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        keys = {user: CalendarKey(ConnectorName(f"{user}-far"), PRIMARY) for user in self.remote}
        for user, key in keys.items():
            self.targets[user] = Target(delivery=Delivery.WRITTEN, calendar=key)
        self.targets[FAY] = NOTIFIED
        far = {keys[user].connector: connector for user, connector in self.remote.items()}
        self.deps = replace(self.deps, connectors=far)
        self.job = BookJob(self.deps)


class Linked(Clock):
    """Outlook's clock, which goes as the daemon's does."""

    def __init__(self, clock: SimClock) -> None:
        self._clock = clock

    def now(self) -> float:
        return float(self._clock.at)


@dataclass
class Servers:
    """What outlives a crash."""

    outlook: Outlook
    server: OutlookServer
    folder: Path
    accounts: State
    refresh: dict[UserId, str]

    @contextmanager
    def begun(self, operation: str, fault: Fault) -> Iterator[Abroad]:
        """Begin anew with no event anywhere; the first such request goes wrong."""
        self.outlook.reset(self.accounts)
        clock = SimClock()
        self.outlook.state.clock = Linked(clock)
        for one in self.outlook.state.refreshes.values():
            one.used = clock.at
        with ExitStack() as stack:
            remote: dict[UserId, Connector] = {
                user: stack.enter_context(closing(self.connector(user, clock))) for user in (ANN, BOB)
            }
            world = Abroad(people=(ANN, BOB, FAY), clock=clock, remote=remote)
            world.propose(slot(72))
            world.accept()
            self.outlook.faults.then(operation, fault)
            yield world

    def copies(self) -> list[int]:
        """Count what really lies in each calendar."""
        return [len(one.events) for one in self.outlook.state.calendars.values()]

    def connector(
        self, user: UserId, clock: SimClock, way: Callable[[SimClock], Http] | None = None
    ) -> OutlookConnector:
        """Connect to somebody's calendar, by another `way` out than usual."""
        usual = surroundings(self.folder, write=PRIMARY)
        around = replace(
            usual,
            http=usual.http if way is None else lambda _private, _trust: way(clock),
            name=ConnectorName(f"{user}-far"),
            owner_email=email(user),
            grants=HeldGrant(self.refresh[user], clock),
            clock=clock,
            budgets=HeldBudgets(clock),
        )
        places = {"api_root": self.server.url, "authority": self.server.url, "allow_private_network": True}
        return OutlookConnector(OutlookOptions.model_validate({"client_id": CLIENT.id, **places}), around)


def email(user: UserId) -> str:
    return f"{user}@example.com"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder, outlook = tmp_path_factory.mktemp("servers"), Outlook()
    refresh = {}
    for user in (ANN, BOB):
        outlook.account(email(user))
        refresh[user], _ = Login(outlook.state).grant(CLIENT.id, email(user), SCOPES)
    with serving(outlook) as server:
        yield Servers(outlook, server, folder, outlook.snapshot(), refresh)
    assert outlook.violations == []
    assert outlook.state.settings.kindness == Kindness()


@pytest.mark.parametrize(
    ("operation", "fault", "first", "stride"),
    [
        *(pytest.param(*trouble, number + 1, STRIDE) for number, trouble in enumerate(TROUBLES)),
        *(pytest.param(*trouble, 1, 1, marks=pytest.mark.long) for trouble in TROUBLES),
    ],
)
def test_a_crash_at_any_step_ends_with_everybody_or_nobody(
    servers: Servers, operation: str, fault: Fault, first: int, stride: int
) -> None:
    died, die_at = True, first - stride
    while died:
        die_at += stride
        with servers.begun(operation, fault) as world:
            died = book_and_crash(world, die_at, cancel=operation == DELETE)
            state = world.settle(1200)
            if state is BookingState.HELD:
                state = world.settle(DAY + HOUR)
            world.clock.at += LAGGING
            expected = int(state is BookingState.CONFIRMED)
            assert state in (BookingState.CONFIRMED, BookingState.PROPOSED, BookingState.CANCELLED), die_at
            assert state is BookingState.CONFIRMED or fault is Fault.FORBIDDEN or operation == DELETE, die_at
            assert servers.copies() == [expected, expected], (die_at, state)
            assert check(world.deps) == [], die_at
    assert die_at > 10


def test_what_a_lost_answer_wrote_is_not_written_twice_though_no_search_shows_it_yet(
    servers: Servers,
) -> None:
    servers.accounts.settings.list_lag = 40
    try:
        with servers.begun(CREATE, Fault.LOST_AFTER) as world:
            assert world.settle(1200) is BookingState.CONFIRMED
            assert servers.copies() == [1, 1]
    finally:
        servers.accounts.settings.list_lag = 5
