"""One of three has a calendar on a real server, one is invited by mail: a crash at every step there is.

The server is a Radicale and the letters go to a real mail server, both over real lines; what goes wrong with
a copy happens on the line, and the crash is an exception that nobody catches.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connectors.ical.caldav.connector import CalDavConnector
from daemon.app.examine import check
from daemon.booking.worker import BookJob
from engine.booking.target import Target
from engine.ids import CalendarKey, ConnectorName, RemoteCalendarId, UserId
from engine.model.booking import BookingState, Delivery
from tests.chaos.test_mailed import MailTown, letters, well
from tests.connectors.ical.caldav.sources import opened
from tests.standins.mailserver import Mailroom, mail_server
from tests.standins.radicale import Answered, Between, Exchange, Radicale, radicale
from tests.worlds.book_world import SimClock

pytestmark = pytest.mark.chaos

CY = UserId("cy")
MEET = RemoteCalendarId("meet")
DAV = CalendarKey(ConnectorName("cy-dav"), MEET)


@dataclass
class Office:
    """The servers that outlive a crash."""

    room: Mailroom
    port: int
    dav: Radicale
    folder: Path

    @contextmanager
    def begun(self, trouble: "Trouble") -> Iterator["DavTown"]:
        """Begin anew, with no letter and no event; let a session be accepted before anything goes wrong."""
        self.dav.between = None
        self.room.letters.clear()
        well(self.room)
        clock = SimClock()
        with closing(opened(self.dav.url, self.folder, username="cy", write=MEET, clock=clock)) as connector:
            town = DavTown(folder=self.folder, port=self.port, connector=connector, clock=clock)
            town.propose()
            town.accept()
            self.dav.between = trouble()
            yield town
            for found in connector.marked(MEET, None):
                connector.withdraw(MEET, found.event_id)


@dataclass
class DavTown(MailTown):
    """Cy's calendar lies on a server, Bob has only a mailbox."""

    connector: CalDavConnector = field(kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.targets[CY] = Target(delivery=Delivery.WRITTEN, calendar=DAV)
        self.deps.connectors[DAV.connector] = self.connector  # type: ignore[index] # a dict, made just now
        self.job = BookJob(self.deps)

    def copies(self) -> dict[str, int]:
        return {**super().copies(), "cy": len(self.connector.marked(MEET, None))}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    room, folder = Mailroom(), tmp_path_factory.mktemp("office")
    with mail_server(room) as port, radicale(folder / "radicale", ["cy"]) as dav:
        dav.calendar("cy", MEET)
        yield Office(room, port, dav, folder)


def nothing_wrong() -> Between | None:
    return None


def the_answer_is_lost() -> Between:
    """The first copy is kept, and the server says that it broke."""
    return _first("PUT", lambda serve: (serve(), Answered("500 Internal Server Error"))[1])


def sent_twice() -> Between:
    """The first copy arrives twice, and only the second time is answered."""
    return _first("PUT", lambda serve: (serve(), serve())[1])


def come_back_later() -> Between:
    return _first("PUT", lambda serve: Answered("503 Service Unavailable", (("Retry-After", "7"),)))


def kept_nowhere() -> Between:
    """The first copy is acknowledged, and thrown away."""
    return _first("PUT", lambda serve: Answered("201 Created"))


def forbidden() -> Between:
    return _first("PUT", lambda serve: Answered("403 Forbidden"))


def _first(method: str, answer: Callable[[Callable[[], Answered]], Answered]) -> Between:
    left = [method]

    def between(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
        if exchange.method not in left:
            return serve()
        left.clear()
        return answer(serve)

    return between


Trouble = Callable[[], Between | None]
TROUBLES: tuple[Trouble, ...] = (
    nothing_wrong,
    the_answer_is_lost,
    sent_twice,
    come_back_later,
    kept_nowhere,
    forbidden,
)
STRIDE = len(TROUBLES)
"""The suite crashes at each step with one of the troubles, the long run with all of them."""
CRASHES = pytest.mark.parametrize(
    ("trouble", "first", "stride"),
    [
        *(pytest.param(trouble, number + 1, STRIDE) for number, trouble in enumerate(TROUBLES)),
        *(pytest.param(trouble, 1, 1, marks=pytest.mark.long) for trouble in TROUBLES),
    ],
)


@CRASHES
def test_a_crash_at_any_step_ends_with_everybody_or_nobody(
    office: Office, trouble: Trouble, first: int, stride: int
) -> None:
    died, die_at = True, first - stride
    while died:
        die_at += stride
        with office.begun(trouble) as town:
            died = town.die(die_at, cancel=False)
            state = town.recover()
            assert state is BookingState.CONFIRMED or trouble is forbidden, die_at
            assert_all_or_none(office, town, state)
            assert letters(office.room, "CANCEL") == [], die_at
    assert die_at > 15


@CRASHES
def test_a_crash_at_any_step_of_a_cancellation_leaves_everybody_or_nobody(
    office: Office, trouble: Trouble, first: int, stride: int
) -> None:
    died, die_at = True, first - stride
    while died:
        die_at += stride
        with office.begun(trouble) as town:
            died = town.die(die_at, cancel=True)
            assert_all_or_none(office, town, town.recover())
    assert die_at > 15


def assert_all_or_none(office: Office, town: DavTown, state: BookingState) -> None:
    """Everybody has the event, or nobody has, and nobody is left invited to what does not take place."""
    asked, taken_back = letters(office.room, "REQUEST"), letters(office.room, "CANCEL")
    stands = state is BookingState.CONFIRMED
    assert town.copies() == {"ann": int(stands), "bob": 0, "cy": int(stands)}
    assert len(set(asked)) == 1 if stands else bool(asked) == bool(taken_back)
    assert not (stands and taken_back)
    assert state in (BookingState.CONFIRMED, BookingState.PROPOSED, BookingState.CANCELLED)
    assert check(town.deps) == []
