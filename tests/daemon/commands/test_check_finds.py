"""Whatever would refuse a copy or a mail is found by `check`: exit 1, each named, nothing sent or written."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.gcal.scopes import READ_SCOPES
from engine.ids import ConnectorName
from engine.model.calendar import CalendarAccount, ConnectorState
from tests.standins.dav_hand import PASSWORD
from tests.standins.mailserver import Mailroom, certificates, mail_server
from tests.standins.radicale import Answered, Exchange, Radicale, radicale
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody
from tests.worlds.google_world import google_services


@pytest.fixture
def gatherly(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return FolderWorld(tmp_path, (Somebody(name="alice"), Somebody(name="bob")), "2025-11-12T09:58:00Z")


def problems(gatherly: Line, file: Path) -> str:
    """Give all that `check` names as wrong; "" where it finds nothing, and its exit code says so too."""
    answered = gatherly("check", "--json", "-c", file)
    found = json.loads(answered.stdout)
    named = [*found["problems"], *(each for row in found["connectors"] for each in row["problems"])]
    assert (found["ok"], answered.returncode) == ((True, 0) if not named else (False, 1))
    return "\n".join(named)


def with_table(world: FolderWorld, table: str) -> Path:
    with world.file.open("a") as file:
        file.write(table)
    return world.file


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('write = "."', 'write = "shared"', ("'shared'",)),
        ('write = "."', 'read = [".", "private"]\nwrite = "."', ("'private'",)),
        ('write = "."', 'read = ["one", "two"]\nwrite = "three"', ("'one'", "'two'", "'three'")),
        ('write = "."', 'write = "../bob"', ("'../bob'",)),
        ('path = "calendars/bob"', 'path = "calendars/bobb"', ("calendars/bobb",)),
        ('path = "calendars/bob"', 'path = "missing/bob.ics"', ("missing",)),
    ],
)
def test_a_folder_s_missing_calendars_are_each_named(
    world: FolderWorld, gatherly: Line, before: str, after: str, named: tuple[str, ...]
) -> None:
    assert problems(gatherly, world.file) == ""
    kept, table = world.file.read_text().split("[connectors.bob-folder]")
    world.file.write_text(f"{kept}[connectors.bob-folder]{table.replace(before, after)}")
    told = problems(gatherly, world.file)
    assert [each for each in named if each not in told] == []


DAV = """
[connectors.dave-dav]
kind = "caldav"
user = "alice"
url = "{url}"
username = "dave"
password_file = "password"
read = {read}
write = "{write}"
allow_private_network = true
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with radicale(tmp_path_factory.mktemp("dav")) as running:
        running.calendar("dave", "home", "Home")
        yield running


def at_dav(world: FolderWorld, server: Radicale, read: tuple[str, ...], write: str) -> Path:
    (world.root / "password").write_text(PASSWORD)
    world.file.write_text(world.file.read_text().replace('write = "."', "", 1))
    named = "[" + ", ".join(f'"{name}"' for name in read) + "]"
    return with_table(world, DAV.format(url=server.url, read=named, write=write))


@pytest.mark.parametrize(
    ("read", "write", "named"),
    [
        (("Home",), "Home", ()),
        (("Home",), "Work", ("'Work'",)),
        (("Home", "Club"), "Home", ("'Club'",)),
        (("Club", "Home", "Gym"), "Work", ("'Club'", "'Gym'", "'Work'")),
    ],
)
def test_a_caldav_account_s_missing_calendars_are_each_named(
    world: FolderWorld,
    server: Radicale,
    gatherly: Line,
    read: tuple[str, ...],
    write: str,
    named: tuple[str, ...],
) -> None:
    told = problems(gatherly, at_dav(world, server, read, write))
    assert [each for each in named if each not in told] == []
    assert bool(told) is bool(named)
    row = next(
        one for one in gatherly.asked("check", "-c", world.file)["connectors"] if one["name"] == "dave-dav"
    )
    assert (row["reachable"], row["authorised"], row["canWrite"]) == (True, True, write == "Home")


def test_a_caldav_calendar_that_is_shared_for_reading_only_is_found(
    world: FolderWorld, server: Radicale, gatherly: Line
) -> None:
    def read_only(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
        answer = serve()
        for privilege in (b"all", b"write", b"write-content", b"write-properties"):
            answer = answer.saying(answer.body.replace(b"<privilege><%s /></privilege>" % privilege, b""))
        return answer

    server.between = read_only
    told = problems(gatherly, at_dav(world, server, ("Home",), "Home"))
    server.between = None
    assert "Home cannot be written" in told


MAIL = """
[connectors.bob-mail]
kind = "email"
user = "bob"
smtp = "smtp://127.0.0.1:{port}"
from = "{sender}"
"""


@pytest.mark.parametrize(
    ("hook", "answer"),
    [
        ("at_sender", "550 5.7.1 this sender may not"),
        ("at_sender", "553 5.1.8 unknown sender domain"),
        ("at_recipient", "550 5.1.1 nobody of that name"),
        ("at_recipient", "554 5.7.1 relay access denied"),
    ],
)
def test_a_letter_that_the_relay_would_refuse_is_found_and_none_is_sent(
    world: FolderWorld, gatherly: Line, hook: str, answer: str
) -> None:
    room = Mailroom()
    with mail_server(room) as port:
        with_table(world, MAIL.format(port=port, sender="scheduler@example.com"))
        assert problems(gatherly, world.file) == ""
        setattr(room, hook, answer)
        assert answer in problems(gatherly, world.file)
    assert room.letters == []
    assert "127.0.0.1" in problems(gatherly, world.file), "a relay that is away"


def test_a_password_that_the_relay_refuses_is_found(
    world: FolderWorld, gatherly: Line, tls_relay: tuple[Mailroom, int]
) -> None:
    (world.root / "mail.password").write_text("canary")
    table = MAIL.format(port=tls_relay[1], sender="scheduler@example.com").replace("smtp://", "smtps://")
    with_table(world, table + 'username = "scheduler"\npassword_file = "mail.password"\n')
    told = problems(gatherly, world.file)
    assert "535" in told
    assert "canary" not in told
    (world.root / "mail.password").write_text("correct horse")
    assert problems(gatherly, world.file) == ""
    mail = gatherly.asked("check", "-c", world.file)["connectors"][-1]
    assert mail["notes"][0] == "over TLS 1.3"


@pytest.fixture
def tls_relay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Mailroom, int]]:
    room = Mailroom()
    context, _ = certificates(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    with mail_server(room, tls=context) as port:
        yield room, port


def test_what_google_would_refuse_is_found(tmp_path: Path, gatherly: Line) -> None:
    with google_services(tmp_path) as services:
        assert (
            gatherly("connect", "alice-work", "-c", services.file, "--from", services.grant).returncode == 0
        )
        assert problems(gatherly, services.file) == ""
        text = services.file.read_text()
        services.file.write_text(text.replace('read = ["primary"]', 'read = ["primary", "club@example.com"]'))
        assert "club@example.com" in problems(gatherly, services.file)
        services.file.write_text(text.replace('write = "primary"', 'write = "gone@example.com"'))
        assert "gone@example.com" in problems(gatherly, services.file)
        services.file.write_text(text)
        for refresh in services.google.state.refreshes.values():
            refresh.scopes = READ_SCOPES
        services.google.expire_access_tokens()
        with_scope = problems(gatherly, services.file)
        assert "lacks the scope https://www.googleapis.com/auth/calendar.events." in with_scope


@pytest.mark.parametrize("state", [ConnectorState.EXPIRED, ConnectorState.DISABLED])
def test_whoever_is_known_not_to_be_bookable_is_named_when_a_session_is_made_and_nothing_is_offered(
    world: FolderWorld, gatherly: Line, state: ConnectorState
) -> None:
    world.run_once()
    with world.services() as services, services.store.writing() as tx:
        account = tx.calendars.account(ConnectorName("bob-folder"))
        assert account is not None
        tx.calendars.put_account(_with_state(account, state))
    words = ("--host", "alice", "--with", "bob", "--duration", "30m", "--title", "Sync", "-c", world.file)
    told = gatherly("session", "create", *words)
    assert told.returncode == 0
    assert f"! bob: bob-folder is {state.value}" in told.stdout
    (made,) = gatherly.asked("session", "list", "-c", world.file)
    assert made.get("proposedTimes", []) == []


def _with_state(account: CalendarAccount, state: ConnectorState) -> CalendarAccount:
    return replace(account, state=state, last_error="the grant was revoked")


def test_whoever_s_connector_is_out_of_service_is_named_when_a_session_is_made(
    world: FolderWorld, gatherly: Line
) -> None:
    (world.root / "conf.d").mkdir()
    table = world.file.read_text().split("[connectors.bob-folder]")
    world.file.write_text(table[0])
    (world.root / "conf.d" / "bob.toml").write_text(f"[connectors.bob-folder]{table[1]}\ncolour = 1\n")
    words = ("--host", "alice", "--with", "bob", "--duration", "30m", "--title", "Sync", "-c", world.file)
    told = gatherly("session", "create", *words)
    assert "! bob: bob-folder is out of service" in told.stdout
    world.run_once()
    (made,) = gatherly.asked("session", "list", "-c", world.file)
    assert made.get("proposedTimes", []) == []
    assert "bob" in made["metadata"]["waitingFor"]
