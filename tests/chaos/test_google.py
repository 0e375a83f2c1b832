"""Two attendees on Google, one on a CalDAV server, one who is only read: a crash at every step there is.

Google is its stand-in and the server a Radicale, both over real lines; what goes wrong with a copy happens on
the line, and the crash is an exception that nobody catches.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from connectors.budgets import HeldBudgets
from connectors.gcal.connector import GoogleConnector
from connectors.gcal.options import GoogleOptions
from connectors.gcal.scopes import WRITE_SCOPES
from daemon.app.examine import check
from daemon.booking.worker import BookJob
from engine.booking.target import NOTIFIED, Target
from engine.ids import CalendarKey, ConnectorName, RemoteCalendarId, UserId
from engine.model.booking import BookingState, Delivery
from engine.model.capabilities import IdForm
from engine.ports.connector import Connector
from engine.time.span import DAY, HOUR
from tests.chaos.test_exhaustive import book_and_crash
from tests.connectors.ical.caldav.sources import opened
from tests.standins.google.faults import Fault
from tests.standins.google.files import client_secret
from tests.standins.google.google import CLIENT, Google
from tests.standins.google.keeper import HeldGrant
from tests.standins.google.kindness import Kindness
from tests.standins.google.oauth import OAuth
from tests.standins.google.server import GoogleServer, serving
from tests.standins.google.state import Clock, State
from tests.standins.radicale import Radicale, radicale
from tests.standins.surroundings import surroundings
from tests.worlds.book_world import SimClock, World, slot

pytestmark = pytest.mark.chaos

ANN, BOB, CY, FAY = (UserId(name) for name in ("ann", "bob", "cy", "fay"))
MEET, PRIMARY = RemoteCalendarId("meet"), RemoteCalendarId("primary")
INSERT, DELETE, GET = (f"calendar.events.{name}" for name in ("insert", "delete", "get"))
TROUBLES = (
    (INSERT, Fault.NONE),
    (INSERT, Fault.ERROR_AFTER),
    (INSERT, Fault.LOST_AFTER),
    (INSERT, Fault.TWICE),
    (INSERT, Fault.UNAVAILABLE),
    (INSERT, Fault.FORBIDDEN),
    (INSERT, Fault.RATE),
    (INSERT, Fault.USER_RATE),
    (INSERT, Fault.DAILY_QUOTA),
    (INSERT, Fault.WRITE_LIMIT),
    (GET, Fault.ERROR_BEFORE),
    (DELETE, Fault.LOST_BEFORE),
    (DELETE, Fault.LOST_AFTER),
)
PAUSES = (Fault.DAILY_QUOTA, Fault.WRITE_LIMIT)
"""Troubles after which Google takes no writes for hours: that is waited out with nothing written anywhere."""
LAGGING = 10
"""Seconds after which Google's lists have caught up."""
STRIDE = len(TROUBLES)
"""The suite crashes at each step with one of the troubles, the long run with all of them."""


@dataclass
class Abroad(World):
    """Ann and Bob are on Google, Cy is on a CalDAV server, and Fay's feed is only read."""

    remote: dict[UserId, Connector] = field(kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        forms = {ANN: IdForm.GOOGLE, BOB: IdForm.GOOGLE, CY: IdForm.ICAL}
        places = {ANN: PRIMARY, BOB: PRIMARY, CY: MEET}
        keys = {user: CalendarKey(ConnectorName(f"{user}-far"), places[user]) for user in forms}
        for user, key in keys.items():
            self.targets[user] = Target(delivery=Delivery.WRITTEN, calendar=key, form=forms[user])
        self.targets[FAY] = NOTIFIED
        far = {keys[user].connector: connector for user, connector in self.remote.items()}
        self.deps = replace(self.deps, connectors=far)
        self.job = BookJob(self.deps)

    def copies(self) -> dict[str, int]:
        places = {ANN: PRIMARY, BOB: PRIMARY, CY: MEET}
        return {user: len(self.remote[user].marked(places[user], None)) for user in places}


class Linked(Clock):
    """Google's clock, which goes as the daemon's does."""

    def __init__(self, clock: SimClock) -> None:
        self._clock = clock

    def now(self) -> float:
        return float(self._clock.at)


@dataclass
class Servers:
    """What outlives a crash."""

    google: Google
    server: GoogleServer
    dav: Radicale
    folder: Path
    accounts: State
    refresh: dict[UserId, str]

    @contextmanager
    def begun(self, method: str, fault: Fault) -> Iterator[Abroad]:
        """Begin anew with no event anywhere; the first such request goes wrong."""
        self.google.reset(self.accounts)
        clock = SimClock()
        self.google.state.clock = Linked(clock)
        with ExitStack() as stack:
            dav = stack.enter_context(
                closing(opened(self.dav.url, self.folder, username="cy", write=MEET, clock=clock))
            )
            remote: dict[UserId, Connector] = {CY: dav}
            for user in (ANN, BOB):
                remote[user] = stack.enter_context(closing(self._google(user, clock)))
            world = Abroad(people=(ANN, BOB, CY, FAY), clock=clock, remote=remote)
            world.propose(slot(72))
            world.accept()
            self.google.faults.then(method, fault)
            yield world
            for found in dav.marked(MEET, None):
                dav.withdraw(MEET, found.event_id)

    def _google(self, user: UserId, clock: SimClock) -> GoogleConnector:
        around = replace(
            surroundings(self.folder, write=PRIMARY),
            name=ConnectorName(f"{user}-far"),
            owner_email=email(user),
            grants=HeldGrant(self.refresh[user], clock),
            clock=clock,
            budgets=HeldBudgets(clock),
        )
        options = {
            "client_secret_file": "client.json",
            "api_root": self.server.url,
            "token_uri": f"{self.server.url}/token",
            "allow_private_network": True,
        }
        return GoogleConnector(GoogleOptions.model_validate(options), around)


def email(user: UserId) -> str:
    return f"{user}@example.com"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder, google = tmp_path_factory.mktemp("servers"), Google()
    refresh = {}
    for user in (ANN, BOB):
        google.account(email(user))
        refresh[user], _ = OAuth(google.state).grant(CLIENT.id, email(user), WRITE_SCOPES)
    with serving(google) as server, radicale(folder / "radicale", ["cy"]) as dav:
        (folder / "client.json").write_text(json.dumps(client_secret(server.url)))
        dav.calendar("cy", MEET)
        yield Servers(google, server, dav, folder, google.snapshot(), refresh)
    assert google.violations == []
    assert google.state.settings.kindness == Kindness()


@pytest.mark.parametrize(
    ("method", "fault", "first", "stride"),
    [
        *(pytest.param(*trouble, number + 1, STRIDE) for number, trouble in enumerate(TROUBLES)),
        *(pytest.param(*trouble, 1, 1, marks=pytest.mark.long) for trouble in TROUBLES),
    ],
)
def test_a_crash_at_any_step_ends_with_everybody_or_nobody(
    servers: Servers, method: str, fault: Fault, first: int, stride: int
) -> None:
    died, die_at = True, first - stride
    while died:
        die_at += stride
        with servers.begun(method, fault) as world:
            died = book_and_crash(world, die_at, cancel=method == DELETE)
            state = world.settle(1200)
            if fault in PAUSES and state is BookingState.HELD:
                assert world.copies() == {ANN: 0, BOB: 0, CY: 0}, die_at
                assert check(world.deps) == [], die_at
                state = world.settle(DAY + HOUR)
            world.clock.at += LAGGING
            expected = int(state is BookingState.CONFIRMED)
            assert state in (BookingState.CONFIRMED, BookingState.PROPOSED, BookingState.CANCELLED), die_at
            assert state is BookingState.CONFIRMED or fault is Fault.FORBIDDEN or method == DELETE, die_at
            assert world.copies() == {ANN: expected, BOB: expected, CY: expected}, (die_at, state)
            assert check(world.deps) == [], die_at
    assert die_at > 15
