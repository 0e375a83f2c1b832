"""Where many rows are looked at together, one that does not open is named, and the others are seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from daemon.app.erase import erase, what_goes
from daemon.app.examine import check
from daemon.app.principal import OPERATOR
from daemon.app.repair import repair
from engine.errors import VaultError
from engine.ids import SessionId, UserId
from tests.daemon.booking.test_unopened import NO_KEYS
from tests.store.blank import NAME
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

pytestmark = [pytest.mark.long, pytest.mark.upload]

PEOPLE = tuple(Somebody(name=name) for name in ("alice", "bob", "cara", "dan"))
NOW = "2025-11-12T09:58:00Z"
OF_A_SESSION = ("event_sessions.title", "event_sessions.proposed_times", "event_sessions.metadata")
UNDECODED = "{"
"""What no reader of JSON takes."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FolderWorld]:
    world = FolderWorld(tmp_path, PEOPLE, NOW)
    with world.standing():
        yield world


def spoil(world: FolderWorld, column: str, where: str, value: str | None = None) -> None:
    """Make a sealed value unreadable, in the rows that a condition finds."""
    table, name = column.split(".")
    text = name in ("title", "content", "description", "reason", "last_error")
    spoilt = value or (NO_KEYS if text else f'"{NO_KEYS}"')
    engine = sa.create_engine(f"sqlite:///{world.root / NAME}")
    with engine.begin() as connection:
        changed = sa.text(f"UPDATE {table} SET {name} = :spoilt WHERE {where}")  # noqa: S608
        assert connection.execute(changed, {"spoilt": spoilt}).rowcount
    engine.dispose()


def offered(world: FolderWorld, host: str, guest: str) -> SessionId:
    session = world.create(host, guest)
    world.run_once()
    return session


def broken(world: FolderWorld) -> str:
    with world.services() as services:
        return "\n".join(f"{each.session}: {each.what}" for each in check(services.book_deps))


@pytest.mark.parametrize("value", [None, UNDECODED])
@pytest.mark.parametrize("column", OF_A_SESSION)
def test_a_list_of_sessions_names_one_that_does_not_open_and_shows_the_rest(
    world: FolderWorld, capsys: pytest.CaptureFixture[str], column: str, value: str | None
) -> None:
    bad, good = offered(world, "alice", "bob"), offered(world, "cara", "dan")
    spoil(world, column, f"id = '{bad}'", value)
    gatherly = Line(capsys)
    told = gatherly("session", "list", "-c", world.file)
    assert (told.returncode, good[:8] in told.stdout, bad in told.stdout) == (1, True, False)
    assert f"Session {bad} does not open" in told.stderr
    assert [one["id"] for one in gatherly.asked("session", "list", "-c", world.file)] == [good]


def test_a_list_goes_on_behind_a_page_of_which_nothing_opens(
    world: FolderWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.app.session_views.PAGE", 2)
    good = world.create("alice", "bob")
    world.pass_time(1)
    bad = {world.create("alice", "bob") for _ in range(4)}
    spoil(world, "event_sessions.title", f"id <> '{good}'")
    named = set[str]()
    with world.services() as services:
        found = list(services.desk.listed(unopened=lambda row, _: named.add(row)))
        assert ([one["id"] for one in found], named) == ([good], bad)
        with pytest.raises(VaultError):
            list(services.desk.listed())
        assert [one["id"] for one in services.desk.page(None, None, 2)] == [good]


def test_a_booking_that_does_not_open_is_named_by_the_list(
    world: FolderWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, good = offered(world, "alice", "bob"), offered(world, "cara", "dan")
    world.accept(bad)
    world.accept(good)
    spoil(world, "booking.progress", f"session = '{bad}'", UNDECODED)
    told = Line(capsys)("session", "list", "-c", world.file)
    assert (told.returncode, good[:8] in told.stdout, bad in told.stderr) == (1, True, True)


@pytest.mark.parametrize("column", ["messages.content", "messages.metadata"])
def test_a_message_that_does_not_open_is_named_beside_those_that_do(
    world: FolderWorld, capsys: pytest.CaptureFixture[str], column: str
) -> None:
    session = offered(world, "alice", "bob")
    with world.services() as services, services.store.reading() as tx:
        first, *rest = tx.messages.ids(session)
    spoil(world, column, f"id = '{first}'")
    view = world.view(session)
    assert [one["id"] for one in view["messages"]] == rest != []
    assert [first in one for one in view["unopenedMessages"]] == [True]
    told = Line(capsys)("session", "show", session, "-c", world.file)
    assert (told.returncode, f"a message does not open: {first}" in told.stdout) == (0, True)


@pytest.mark.parametrize("value", [None, UNDECODED])
@pytest.mark.parametrize("column", OF_A_SESSION)
def test_fsck_names_a_pending_session_that_does_not_open_and_examines_the_rest(
    world: FolderWorld, column: str, value: str | None
) -> None:
    bad, good = offered(world, "alice", "bob"), offered(world, "cara", "dan")
    world.accept(good)
    world.run_once()
    for path in world.folder("cara").glob("*.ics"):
        path.unlink()
    spoil(world, column, f"id = '{bad}'", value)
    found = broken(world)
    assert (bad in found, good in found) == (True, True)
    with world.services() as services:
        repair(OPERATOR, services.book_deps, check(services.book_deps))
    assert world.view(good)["booking"]["state"] != "confirmed"


@pytest.mark.parametrize("value", [None, UNDECODED])
def test_fsck_names_what_is_to_be_told_and_does_not_open_and_examines_the_rest(
    world: FolderWorld, value: str | None
) -> None:
    good = offered(world, "cara", "dan")
    world.accept(good)
    world.run_once()
    with world.services() as services, services.store.reading() as tx:
        entry = tx.outbox.listed()[0].id
    for path in world.folder("cara").glob("*.ics"):
        path.unlink()
    spoil(world, "outbox.payload", f"id = '{entry}'", value)
    found = broken(world)
    assert (f"outbox entry {entry}" in found, good in found) == (True, True)


def forget(world: FolderWorld, user: str) -> list[str]:
    """Forget somebody; gives what could not be opened of theirs."""
    with world.services() as services:
        goes = what_goes(OPERATOR, services.store, services.custody, user, services.clock.now())
        assert goes is not None
        erase(
            OPERATOR, goes, services.desk, services.custody, services.clock.now, lambda: services.book.run()
        )
        with services.store.reading() as tx:
            assert user not in {one.id for one in tx.users.all()}
    return list(goes.unopened)


@pytest.mark.parametrize("whose", [("cara", "dan"), ("alice", "bob"), ("bob", "alice")])
def test_somebody_is_forgotten_though_a_session_does_not_open(
    world: FolderWorld, whose: tuple[str, str]
) -> None:
    """Whether it is others', their own, or one that they attend."""
    bad, good = offered(world, *whose), offered(world, "alice", "cara")
    spoil(world, "event_sessions.metadata", f"id = '{bad}'")
    unopened = forget(world, "alice")
    assert [bad in one for one in unopened] == ([True] if "alice" in whose else [])
    with world.services() as services, services.store.reading() as tx:
        assert good not in tx.sessions.begun("")


def test_somebody_is_forgotten_though_something_to_be_told_does_not_open(world: FolderWorld) -> None:
    session = offered(world, "cara", "dan")
    world.accept(session)
    world.run_once()
    spoil(world, "outbox.payload", "position = (SELECT min(position) FROM outbox)")
    assert forget(world, "alice") == []


@pytest.mark.parametrize("column", [*OF_A_SESSION, "messages.content"])
def test_what_does_not_open_is_named_in_its_owners_archive_beside_the_rest(
    world: FolderWorld, column: str
) -> None:
    session = offered(world, "alice", "bob")
    spoil(world, column, "id IS NOT NULL")
    with world.services() as services:
        archive = services.custody.export(UserId("alice"))
    table, name = column.split(".")
    (row,) = archive[table][:1]
    assert "does not open" in row[name]
    assert row["id"] == session if table == "event_sessions" else row["role"]
    assert archive["users"]
