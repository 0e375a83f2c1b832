"""Mail: letters on a real line, with relays that say no, not now, or nothing at all."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.ical.mail.connector import MailConnector, connect
from connectors.ical.mail.relay import Relay, relay_at
from connectors.ical.options import EmailOptions
from connectors.registry import kind_of
from engine.errors import (
    InputError,
    SourceError,
    SourceExpiredError,
    SourceUnavailableError,
    WriteAmbiguousError,
    WriteRefusedError,
)
from engine.ids import RemoteCalendarId
from tests.contracts.connector import WINDOW, ZONE, draft
from tests.standins.mailserver import HOST, PASSWORD, USER, Mailroom, bare_server, certificates, mail_server
from tests.standins.surroundings import surroundings

MAILBOX = RemoteCalendarId("dave@example.com")


@pytest.fixture
def room() -> Mailroom:
    return Mailroom()


@pytest.fixture
def port(room: Mailroom) -> Iterator[int]:
    with mail_server(room) as port:
        yield port


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return certificates(tmp_path_factory.mktemp("certificates"))


def configured(tmp_path: Path, port: int, **given: str) -> MailConnector:
    options = {"smtp": f"smtp://{HOST}:{port}", "from": "scheduler@example.com", **given}
    return connect(
        EmailOptions.model_validate(options), surroundings(tmp_path, secrets={"password": PASSWORD})
    )


def over(tmp_path: Path, port: int, **given: Any) -> MailConnector:
    """Give a connector over a relay with a short patience and its own idea of whom to trust."""
    relay = Relay(host=HOST, port=port, tls_from_start=False, seconds=60.0)
    return MailConnector(
        relay=replace(relay, **given), sender="scheduler@example.com", context=surroundings(tmp_path)
    )


def refusal(connector: MailConnector) -> SourceError:
    with pytest.raises(SourceError) as caught:
        connector.write(MAILBOX, draft())
    return caught.value


def test_an_invitation_arrives(tmp_path: Path, room: Mailroom, port: int) -> None:
    written = configured(tmp_path, port).write(MAILBOX, draft())
    (message,) = room.messages()
    assert room.recipients == ["dave@example.com"]
    assert message["Subject"] == "Invitation: Planning; part 2, with Zoë"
    assert written.event_id == draft().event_id


def test_sending_again_sends_the_same_letter(tmp_path: Path, room: Mailroom, port: int) -> None:
    connector = configured(tmp_path, port)
    connector.write(MAILBOX, draft())
    connector.write(MAILBOX, draft())
    first, second = room.messages()
    assert first["Message-ID"] == second["Message-ID"]


def test_a_withdrawal_arrives_as_a_letter_of_its_own(tmp_path: Path, room: Mailroom, port: int) -> None:
    configured(tmp_path, port).write(MAILBOX, replace(draft(), cancelled=True, sequence=1))
    (message,) = room.messages()
    (program,) = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert program["Content-Type"].params["method"] == "CANCEL"


def test_a_line_that_begins_with_a_dot_arrives_whole(tmp_path: Path, room: Mailroom, port: int) -> None:
    configured(tmp_path, port).write(MAILBOX, replace(draft(), description="above\n.\nbelow"))
    (message,) = room.messages()
    body = message.get_body(("plain",))
    assert body is not None
    assert "above\n.\nbelow" in body.get_content().replace("\r\n", "\n")


@pytest.mark.parametrize("answer", ["451 4.7.1 Greylisted", "421 4.3.2 Going down", "452 4.2.2 Mailbox full"])
def test_not_now_is_tried_again_later(tmp_path: Path, room: Mailroom, port: int, answer: str) -> None:
    for place in ("at_recipient", "at_data"):
        setattr(room, place, answer)
        error = refusal(configured(tmp_path, port))
        assert isinstance(error, SourceUnavailableError)
        assert answer[:3] in str(error)
        setattr(room, place, "250 OK")
    assert room.letters == []


@pytest.mark.parametrize("place", ["at_recipient", "at_data"])
def test_a_definite_no_is_one(tmp_path: Path, room: Mailroom, port: int, place: str) -> None:
    setattr(room, place, "550 5.1.1 No such user here")
    error = refusal(configured(tmp_path, port))
    assert isinstance(error, WriteRefusedError)
    assert "550 5.1.1 No such user here" in str(error)
    assert room.letters == []


def test_a_line_dropped_after_the_letter_leaves_it_open(tmp_path: Path, room: Mailroom, port: int) -> None:
    room.drop_line = True
    assert isinstance(refusal(configured(tmp_path, port)), WriteAmbiguousError)
    room.drop_line = False
    configured(tmp_path, port).write(MAILBOX, draft())
    first, again = room.messages()
    assert first["Message-ID"] == again["Message-ID"]


def test_a_line_dropped_before_the_letter_has_sent_nothing(tmp_path: Path) -> None:
    def greet_and_go(line: socket.socket) -> None:
        line.sendall(b"220 here\r\n")
        line.recv(100)

    with bare_server(greet_and_go) as port:
        error = refusal(over(tmp_path, port))
    assert type(error) is SourceUnavailableError


def test_nobody_there(tmp_path: Path) -> None:
    with bare_server(lambda line: None) as port:
        pass
    assert type(refusal(over(tmp_path, port))) is SourceUnavailableError


@pytest.mark.parametrize("word", [b"", b"2", b"220-"])
def test_a_relay_that_trickles_is_cut_off_in_time(tmp_path: Path, word: bytes) -> None:
    def trickle(line: socket.socket) -> None:
        line.settimeout(0.1)
        while True:
            line.sendall(word)
            try:
                if line.recv(100) == b"":
                    return
            except TimeoutError:
                continue

    with bare_server(trickle) as port:
        error = refusal(over(tmp_path, port, seconds=0.5))
    assert type(error) is SourceUnavailableError


def test_starttls_is_used_where_it_is_offered(
    tmp_path: Path, room: Mailroom, tls: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    server, client = tls
    with mail_server(room, starttls=server) as port:
        over(tmp_path, port, tls=client, username=USER, password=lambda: PASSWORD).write(MAILBOX, draft())
    assert room.logins == [(USER, True)]
    assert len(room.letters) == 1


def test_tls_from_the_start(
    tmp_path: Path, room: Mailroom, tls: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    server, client = tls
    with mail_server(room, tls=server) as port:
        given = {"tls": client, "tls_from_start": True, "username": USER, "password": lambda: PASSWORD}
        over(tmp_path, port, **given).write(MAILBOX, draft())
    assert room.logins[0][0] == USER
    assert len(room.letters) == 1


def test_a_password_never_goes_without_tls(tmp_path: Path, room: Mailroom, port: int) -> None:
    error = refusal(configured(tmp_path, port, username=USER, password_file="password"))
    assert "a password never goes without" in str(error)
    assert (room.logins, room.letters) == ([], [])


def test_a_certificate_that_is_not_trusted_ends_it(
    tmp_path: Path, room: Mailroom, tls: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    with mail_server(room, starttls=tls[0]) as port:
        error = refusal(over(tmp_path, port))
    assert isinstance(error, SourceUnavailableError)
    assert "cannot prove who it is" in str(error)
    assert room.letters == []


def test_a_wrong_password_is_told_as_expired_and_never_repeated(
    tmp_path: Path, room: Mailroom, tls: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    server, client = tls
    with mail_server(room, starttls=server) as port:
        connector = over(tmp_path, port, tls=client, username=USER, password=lambda: "canary")
        error = refusal(connector)
        probe = connector.probe()
    assert isinstance(error, SourceExpiredError)
    assert "canary" not in str(error)
    assert (probe.reachable, probe.authorised) == (True, False)


def test_a_probe_sends_nothing(tmp_path: Path, room: Mailroom, port: int) -> None:
    probe = configured(tmp_path, port).probe()
    assert (probe.reachable, probe.authorised, probe.can_write, probe.problems) == (True, True, True, ())
    assert room.letters == []


def test_a_probe_tells_what_is_wrong_instead_of_raising(tmp_path: Path) -> None:
    with bare_server(lambda line: None) as port:
        probe = over(tmp_path, port).probe()
    assert not probe.reachable
    assert "cannot be used" in probe.problems[0]


def test_it_reads_nothing_and_says_so(tmp_path: Path, port: int) -> None:
    connector = configured(tmp_path, port)
    assert not kind_of("email").capabilities.reads
    with pytest.raises(SourceError, match="reads no calendar"):
        connector.changes(MAILBOX, None, {})
    assert connector.interpret((), WINDOW, ZONE).occurrences == ()
    assert connector.read(MAILBOX, draft().event_id) is None
    assert connector.marked(MAILBOX, None) == []
    assert [one.calendar for one in connector.calendars()] == [MAILBOX]
    with pytest.raises(WriteRefusedError, match="cannot be deleted"):
        connector.withdraw(MAILBOX, draft().event_id)
    connector.close()


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, False)),
        ("smtps://mail.example.com", ("mail.example.com", None, True)),
        ("smtp://[::1]:25/", ("::1", 25, False)),
    ],
)
def test_the_relays_address(address: str, meant: tuple[str, int | None, bool]) -> None:
    assert relay_at(address) == meant


@pytest.mark.parametrize(
    "address", ["smtp://", "http://a", "smtp://a:99999", "smtp://u:canary@a", "smtp://a/path"]
)
def test_what_is_no_relays_address(address: str) -> None:
    with pytest.raises(InputError, match="smtp") as caught:
        relay_at(address)
    assert "canary" not in str(caught.value)


def test_a_sender_that_is_no_address_is_refused_at_the_start(tmp_path: Path) -> None:
    options = EmailOptions.model_validate({"smtp": "smtp://localhost", "from": "nobody"})
    with pytest.raises(InputError, match="from = 'nobody' is no address"):
        connect(options, surroundings(tmp_path))


@pytest.mark.parametrize(
    ("hook", "answer"),
    [
        ("at_sender", "550 5.7.1 this sender may not"),
        ("at_sender", "553 5.1.8 unknown sender domain"),
        ("at_sender", "530 5.7.0 must log in first"),
        ("at_sender", "552 5.2.2 quota of this sender is used up"),
        ("at_recipient", "550 5.1.1 nobody of that name"),
        ("at_recipient", "554 5.7.1 relay access denied"),
    ],
)
def test_a_probe_finds_what_the_relay_would_refuse_and_sends_nothing(
    tmp_path: Path, room: Mailroom, port: int, hook: str, answer: str
) -> None:
    setattr(room, hook, answer)
    probe = configured(tmp_path, port).probe()
    assert (probe.reachable, probe.authorised, probe.can_write) == (True, True, False)
    assert answer in probe.problems[0]
    assert room.letters == []


@pytest.mark.parametrize("hook", ["at_sender", "at_recipient"])
def test_a_relay_that_asks_to_wait_refuses_no_letter_and_is_told(
    tmp_path: Path, room: Mailroom, port: int, hook: str
) -> None:
    setattr(room, hook, "451 4.7.1 greylisted, come back in a minute")
    probe = configured(tmp_path, port).probe()
    assert (probe.can_write, probe.problems) == (True, ())
    assert "greylisted" in probe.notes[0]


def test_what_a_probe_announces_is_taken_back(tmp_path: Path, room: Mailroom, port: int) -> None:
    configured(tmp_path, port).probe()
    assert room.announced == ["scheduler@example.com"]
    assert (room.taken_back, room.letters) == (1, [])


def test_a_sender_that_the_protocol_cannot_carry_is_found_by_the_probe(tmp_path: Path, port: int) -> None:
    probe = configured(tmp_path, port, **{"from": "jürgen@example.com"}).probe()
    assert not probe.can_write
    assert "jürgen@example.com" in probe.problems[0]
