"""What is told to the outside: once, and only what stands."""

from dataclasses import replace

import pytest

from daemon.booking.outbox import OutboxJob
from daemon.booking.worker import BookJob
from engine.booking.target import Target
from engine.booking.view import booking_view
from engine.errors import SourceUnavailableError
from engine.ids import CalendarKey, ConnectorName, EventId, InstallId, RemoteCalendarId, UserId
from engine.model.booking import (
    BookingState,
    Delivery,
    EventDraft,
    OutboxEntry,
    OutboxKind,
    OutboxState,
    Written,
)
from engine.model.capabilities import IdForm
from engine.sessions import state_machine
from tests.doubles.provider.connector import MemoryConnector
from tests.doubles.provider.faults import Fault, Operation
from tests.doubles.provider.provider import MemoryProvider
from tests.worlds.book_world import CALENDAR, World

BOB = UserId("bob")
MAIL = CalendarKey(ConnectorName("bob-mail"), RemoteCalendarId("bob@example.com"))


class Relay(MemoryConnector):
    """An e-mail connector's double: it keeps what the relay took."""

    def __init__(self, world: World) -> None:
        self.sent: list[EventDraft] = []
        self.trouble: list[Exception] = []
        provider = MemoryProvider(world.clock)
        super().__init__(provider, InstallId("memory"), [CALENDAR])

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None = None) -> Written:
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append(draft)
        return Written(EventId(draft.event_id), None)


class MailWorld(World):
    """Bob cannot be written to and is invited by mail."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.relay = Relay(self)
        self.targets[BOB] = Target(delivery=Delivery.INVITED, calendar=MAIL, form=IdForm.MESSAGE)
        self.deps = replace(self.deps, connectors={**self.deps.connectors, MAIL.connector: self.relay})
        self.job = BookJob(self.deps)
        self.notices: list[OutboxEntry] = []
        self.outbox_job = OutboxJob(self.deps, {OutboxKind.NOTIFICATION: self.notices.append})


@pytest.fixture
def world() -> MailWorld:
    made = MailWorld()
    made.propose()
    made.accept()
    return made


def test_the_invitation_goes_out_once_the_booking_stands(world: MailWorld) -> None:
    world.outbox_job.run()
    assert world.relay.sent == []
    world.settle()
    assert booking_view(world.booking(), world.effects())["allOrNone"] == "pending"
    world.outbox_job.run()
    world.outbox_job.run()
    assert [(each.sequence, each.cancelled) for each in world.relay.sent] == [(0, False)]
    assert booking_view(world.booking(), world.effects())["allOrNone"] == "all"


def test_a_relay_that_does_not_answer_is_asked_again(world: MailWorld) -> None:
    world.settle()
    world.relay.trouble.append(SourceUnavailableError("The relay does not answer"))
    world.outbox_job.run()
    assert world.relay.sent == []
    world.clock.at += 60
    world.outbox_job.run()
    assert len(world.relay.sent) == 1


def test_a_repeated_mail_is_the_same_mail(world: MailWorld) -> None:
    world.settle()
    world.relay.trouble.append(SourceUnavailableError("The answer was lost"))
    world.outbox_job.run()
    world.clock.at += 60
    world.outbox_job.run()
    event_id = next(each.event_id for each in world.effects() if each.attendee == BOB)
    assert [each.event_id for each in world.relay.sent] == [event_id]


def test_an_invitation_is_taken_back_with_a_higher_sequence(world: MailWorld) -> None:
    world.settle()
    world.outbox_job.run()
    world.command(lambda session: state_machine.cancel(session, now=world.clock.now()))
    world.settle()
    world.outbox_job.run()
    assert [(each.sequence, each.cancelled) for each in world.relay.sent] == [(0, False), (1, True)]
    assert world.relay.sent[0].span == world.relay.sent[1].span


def test_an_invitation_never_sent_is_not_taken_back(world: MailWorld) -> None:
    world.settle()
    world.command(lambda session: state_machine.cancel(session, now=world.clock.now()))
    world.settle()
    world.outbox_job.run()
    assert world.relay.sent == []
    mails = [entry for entry in world.outbox() if entry.kind is OutboxKind.MAIL]
    assert [entry.state for entry in mails] == [OutboxState.DONE]


def test_a_write_that_fails_mails_nobody(world: MailWorld) -> None:
    world.desks[UserId("cy")].faults.then(Operation.WRITE, Fault.REFUSE)
    assert world.settle() is BookingState.PROPOSED
    world.outbox_job.run()
    assert world.relay.sent == []


def test_a_kind_without_a_handler_waits(world: MailWorld) -> None:
    world.settle()
    world.outbox_job.run()
    waiting = {entry.kind for entry in world.outbox() if entry.state is OutboxState.PENDING}
    assert waiting == {OutboxKind.ANALYTICS}


def test_a_handler_is_not_asked_again_for_what_it_has_told(world: MailWorld) -> None:
    world.settle()
    world.outbox_job.run()
    world.clock.at += 600
    world.outbox_job.run()
    assert len(world.notices) == 3
