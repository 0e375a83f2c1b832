"""Somebody whose calendar cannot be written is invited by mail: real folders, store and mail server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.ids import SessionId
from tests.standins.mailserver import HOST, YES, Mailroom, mail_server
from tests.worlds.folder_world import FolderWorld, Somebody

MAIL = """
[connectors.carol-mail]
kind = "email"
user = "carol"
smtp = "smtp://{host}:{port}"
from = "scheduler@example.com"
"""


class InvitedWorld(FolderWorld):
    """Ann hosts and can be written to; Carol's calendar is read-only, but she has a mailbox."""

    def confirmed(self) -> SessionId:
        """Book an hour with both."""
        session = self.create("ann", "carol")
        self.run_once()
        self.accept(session)
        self.run_once()
        return session

    def booking(self, session: SessionId) -> Any:
        return self.view(session)["booking"]

    def carols(self, session: SessionId) -> Any:
        (hers,) = (one for one in self.booking(session)["perCalendar"] if one["user"] == "carol")
        return hers

    def cancel(self, session: SessionId) -> None:
        with self.services() as services:
            services.desk.cancel(session)


@pytest.fixture
def room() -> Mailroom:
    return Mailroom()


@pytest.fixture
def world(tmp_path: Path, room: Mailroom) -> Iterator[InvitedWorld]:
    with mail_server(room) as port:
        carol = Somebody(name="carol", writes=False, extra=MAIL.format(host=HOST, port=port))
        yield InvitedWorld(tmp_path, (Somebody(name="ann"), carol), "2026-10-14T12:00:00Z")


def sequences(room: Mailroom) -> list[tuple[str, str]]:
    """Tell each letter's method and the SEQUENCE in its calendar."""
    told = []
    for message in room.messages():
        (program,) = (part for part in message.walk() if part.get_content_type() == "text/calendar")
        lines = program.get_content().splitlines()
        number = next(line for line in lines if line.startswith("SEQUENCE:"))
        told.append((program["Content-Type"].params["method"], number.removeprefix("SEQUENCE:")))
    return told


def test_the_invitation_is_sent_once_and_counts_for_all_or_none(world: InvitedWorld, room: Mailroom) -> None:
    session = world.confirmed()
    world.run_once()
    assert sequences(room) == [("REQUEST", "0")]
    assert room.recipients == ["carol@example.com"]
    assert len(world.events("ann")) == 1
    assert world.booking(session)["allOrNone"] == "all"


def test_what_is_called_off_is_taken_back_by_mail(world: InvitedWorld, room: Mailroom) -> None:
    session = world.confirmed()
    world.cancel(session)
    world.run_once()
    world.pass_time(600)
    world.run_once()
    assert sequences(room) == [("REQUEST", "0"), ("CANCEL", "1")]
    assert world.events("ann") == []


def taken_over(room: Mailroom, *, drop: tuple[str, ...] = ("X-GATHERLY", "METHOD")) -> list[str]:
    """Give the letter's calendar as a program keeps it that the recipient has let take it over."""
    (message,) = room.messages()
    (program,) = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    return [line for line in program.get_content().splitlines() if not line.startswith(drop)]


def lie_in_carols_folder(world: InvitedWorld, lines: list[str]) -> list[object]:
    """Let it be read twice; gives what everybody has been told."""
    (world.folder("carol") / "taken-over.ics").write_text("\r\n".join([*lines, ""]), newline="")
    for _ in range(2):
        world.pass_time(600)
        world.run_once()
    with world.services() as services, services.store.reading() as tx:
        return [entry.payload.get("what") for entry in tx.outbox.listed()]


def test_an_invitation_that_its_recipient_has_taken_over_is_known_again(
    world: InvitedWorld, room: Mailroom
) -> None:
    """Her calendar shows the event under the same UID, but without the marks, like anybody's event."""
    session = world.confirmed()
    assert "time_conflict" not in lie_in_carols_folder(world, taken_over(room))
    assert world.booking(session)["allOrNone"] == "all"


def test_a_reply_that_lies_in_a_calendar_changes_nothing(world: InvitedWorld, room: Mailroom) -> None:
    """Anybody can write one in anybody's name."""
    session = world.confirmed()
    before = world.view(session)
    lines = [
        line.replace("METHOD:REQUEST", "METHOD:REPLY").replace("NEEDS-ACTION", "DECLINED")
        for line in taken_over(room, drop=("X-GATHERLY",))
    ]
    assert "METHOD:REPLY" in lines
    lie_in_carols_folder(world, lines)
    assert (world.view(session)["status"], world.booking(session)) == (before["status"], before["booking"])


def test_a_mailbox_is_no_calendar_and_a_run_without_one_has_not_failed(world: InvitedWorld) -> None:
    assert world.run_once().failed == ()


def test_a_relay_that_asks_to_wait_is_tried_again(world: InvitedWorld, room: Mailroom) -> None:
    room.at_data = "451 4.7.1 Come back later"
    session = world.confirmed()
    assert world.booking(session)["allOrNone"] == "pending"
    assert "451 4.7.1 Come back later" in world.carols(session)["lastError"]
    room.at_data = YES
    world.pass_time(3600)
    world.run_once()
    assert sequences(room) == [("REQUEST", "0")]
    assert world.booking(session)["allOrNone"] == "all"


def test_a_relay_that_refuses_is_shown_and_left_alone(world: InvitedWorld, room: Mailroom) -> None:
    room.at_recipient = "550 5.1.1 No such user here"
    session = world.confirmed()
    assert "550 5.1.1 No such user here" in world.carols(session)["lastError"]
    room.at_recipient = "250 OK"
    world.pass_time(3600)
    world.run_once()
    assert room.letters == []


def test_a_letter_whose_answer_was_lost_is_sent_again_as_the_same(
    world: InvitedWorld, room: Mailroom
) -> None:
    room.drop_line = True
    session = world.confirmed()
    room.drop_line = False
    world.pass_time(3600)
    world.run_once()
    names = {str(message["Message-ID"]) for message in room.messages()}
    assert (len(room.letters), len(names)) == (2, 1)
    assert world.booking(session)["allOrNone"] == "all"
