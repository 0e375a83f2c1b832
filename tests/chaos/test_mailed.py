"""One of three is invited by mail: a crash at every step there is, with every kind of relay.

The letters go to a real mail server over a real line; the crash is an exception that nobody catches.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from ssl import PROTOCOL_TLS_CLIENT, SSLContext

import pytest

from connectors.ical.mail.connector import MailConnector
from connectors.ical.mail.relay import Relay
from daemon.app.examine import check
from daemon.booking.dependencies import BookDeps
from daemon.booking.outbox import OutboxJob
from daemon.booking.worker import BookJob
from engine.booking.target import Target
from engine.ids import CalendarKey, ConnectorName, RemoteCalendarId, UserId
from engine.model.booking import BookingState, Delivery, EventDraft, OutboxKind, Written
from engine.model.capabilities import IdForm
from engine.ports.connector import Connector
from engine.sessions import state_machine
from tests.chaos.steps import CountedConnector, CountedStore, Steps
from tests.chaos.test_exhaustive import Crash, CrashSteps
from tests.doubles.provider.faults import Fault, Operation
from tests.standins.mailserver import HOST, YES, Mailroom, mail_server
from tests.standins.surroundings import surroundings
from tests.worlds.book_world import SESSION, World

pytestmark = pytest.mark.chaos

BOB = UserId("bob")
MAIL = CalendarKey(ConnectorName("bob-mail"), RemoteCalendarId("bob"))


class SteppedMail(MailConnector):
    """The mail connector, with a step before each letter and one before the relay's answer is known."""

    steps = Steps()

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None = None) -> Written:
        self.steps.transition()
        try:
            return super().write(calendar, draft, etag)
        finally:
            self.steps.transition()


@dataclass
class MailTown(World):
    """Bob has no calendar that could be written, only a mailbox."""

    folder: Path = Path()
    port: int = 0
    tls: SSLContext = field(default_factory=lambda: SSLContext(PROTOCOL_TLS_CLIENT))
    """Not used here: nobody's certificates are loaded."""

    def __post_init__(self) -> None:
        super().__post_init__()
        relay = Relay(host=HOST, port=self.port, tls_from_start=False, tls=self.tls)
        context = replace(surroundings(self.folder), owner_email="bob@example.com", clock=self.clock)
        self.mail = SteppedMail(relay=relay, sender="scheduler@example.com", context=context)
        self.targets[BOB] = Target(delivery=Delivery.INVITED, calendar=MAIL, form=IdForm.MESSAGE)
        self.deps = replace(self.deps, connectors={**self.deps.connectors, MAIL.connector: self.mail})
        self.job = BookJob(self.deps)

    def live(self, deps: BookDeps, *, cancel: bool) -> None:
        """Be a daemon: book, tell, and take it all back if the host says so."""
        job, outbox = BookJob(deps), OutboxJob(deps, {OutboxKind.NOTIFICATION: lambda entry: None})
        job.run(SESSION)
        outbox.run()
        if cancel:
            self.command(lambda session: state_machine.cancel(session, now=self.clock.now()))
            job.run(SESSION)
            outbox.run()

    def die(self, die_at: int, *, cancel: bool) -> bool:
        """Live until a step; tells whether it came to that."""
        steps = CrashSteps(die_at=die_at)
        self.mail.steps = steps
        calendars = {
            name: CountedConnector(each, steps)
            for name, each in self.deps.connectors.items()
            if name != MAIL.connector
        }
        connectors: dict[ConnectorName, Connector] = {**calendars, MAIL.connector: self.mail}
        deps = replace(self.deps, store=CountedStore(self.store, steps), connectors=connectors)
        try:
            self.live(deps, cancel=cancel)
        except Crash:
            return True
        finally:
            self.mail.steps = Steps()
        return False

    def recover(self) -> BookingState:
        """Let a healthy daemon go on until nothing is left to do."""
        outbox = OutboxJob(self.deps, {OutboxKind.NOTIFICATION: lambda entry: None})
        for _ in range(3):
            self.settle(1200)
            self.clock.at += 7200
            outbox.run()
        return self.booking().state


@pytest.fixture(scope="module")
def office() -> Iterator[tuple[Mailroom, int]]:
    room = Mailroom()
    with mail_server(room) as port:
        yield room, port


def well(room: Mailroom) -> None:
    room.at_recipient, room.at_data, room.drop_line = "250 OK", YES, False


def answered_451(room: Mailroom) -> None:
    room.at_data = "451 4.7.1 Come back later"


def answered_550(room: Mailroom) -> None:
    room.at_recipient = "550 5.1.1 No such user here"


def answered_421(room: Mailroom) -> None:
    room.at_recipient = "421 4.3.2 Going down"


def broke_off(room: Mailroom) -> None:
    room.drop_line = True


Trouble = Callable[[Mailroom], None]
RELAYS: tuple[Trouble, ...] = (well, answered_451, answered_550, answered_421, broke_off)
STRIDE = 4
"""The suite crashes at every fourth step, with each relay beginning at another one; the long run at all."""


CRASHES = pytest.mark.parametrize(
    ("relay", "first", "stride"),
    [
        *(pytest.param(relay, number + 1, STRIDE) for number, relay in enumerate(RELAYS)),
        *(pytest.param(relay, 1, 1, marks=pytest.mark.long) for relay in RELAYS),
    ],
)


def letters(room: Mailroom, method: str) -> list[tuple[str, int]]:
    """Give the Message-ID and the SEQUENCE of every letter of a method, in the order of arrival."""
    found = []
    for message in room.messages():
        (program,) = (part for part in message.walk() if part.get_content_type() == "text/calendar")
        lines = program.get_content().splitlines()
        number = next(line for line in lines if line.startswith("SEQUENCE:"))
        if program["Content-Type"].params["method"] == method:
            found.append((str(message["Message-ID"]), int(number.removeprefix("SEQUENCE:"))))
    return found


def begun(office: tuple[Mailroom, int], folder: Path) -> MailTown:
    room, port = office
    room.letters.clear()
    town = MailTown(folder=folder, port=port)
    town.propose()
    town.accept()
    return town


@CRASHES
def test_a_crash_at_any_step_ends_with_one_invitation(
    office: tuple[Mailroom, int], tmp_path: Path, relay: Trouble, first: int, stride: int
) -> None:
    room, died, die_at = office[0], True, first - stride
    while died:
        die_at += stride
        town = begun(office, tmp_path)
        relay(room)
        died = town.die(die_at, cancel=False)
        well(room)
        assert town.recover() is BookingState.CONFIRMED, die_at
        assert town.copies() == {"ann": 1, "bob": 0, "cy": 1}, die_at
        names = set(letters(room, "REQUEST"))
        refused = [each.last_error for each in town.effects() if each.attendee == BOB and each.last_error]
        assert len(names) == (0 if refused else 1), (die_at, refused)
        assert letters(room, "CANCEL") == [], die_at
        assert check(town.deps) == [], die_at
    assert die_at > 15


@CRASHES
def test_a_crash_at_any_step_of_a_cancellation_leaves_nobody_invited(
    office: tuple[Mailroom, int], tmp_path: Path, relay: Trouble, first: int, stride: int
) -> None:
    room, died, die_at = office[0], True, first - stride
    while died:
        die_at += stride
        town = begun(office, tmp_path)
        relay(room)
        died = town.die(die_at, cancel=True)
        well(room)
        state = town.recover()
        asked, taken_back = letters(room, "REQUEST"), letters(room, "CANCEL")
        if state is BookingState.CANCELLED:
            assert set(town.copies().values()) == {0}, die_at
            assert len(set(taken_back)) <= 1, die_at
            assert taken_back or not asked, die_at
            assert all(later[1] > one[1] for one in asked for later in taken_back), die_at
        else:
            assert state is BookingState.CONFIRMED, die_at
            assert taken_back == [], die_at
        assert len(set(asked)) <= 1, die_at
        assert check(town.deps) == [], die_at
    assert die_at > 30


def test_whoever_refuses_and_wherever_it_crashes_no_letter_goes_out_for_what_never_stood(
    office: tuple[Mailroom, int], tmp_path: Path
) -> None:
    room, died, die_at = office[0], True, 0
    well(room)
    while died:
        die_at += 1
        town = begun(office, tmp_path)
        town.desks[UserId("cy")].faults.then(Operation.WRITE, Fault.REFUSE)
        died = town.die(die_at, cancel=False)
        if town.recover() is not BookingState.CONFIRMED:
            assert room.letters == [], die_at
            assert set(town.copies().values()) == {0}, die_at
