"""A guest whose calendar is on a CalDAV server: booked, read back, moved by its owner, and taken back."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from daemon.commands import calendars, check, status
from engine.ids import SessionId
from engine.time.span import MINUTE
from tests.connectors.ical.caldav.sources import text
from tests.standins.dav_hand import PASSWORD, DavHand
from tests.standins.radicale import Answered, Exchange, Radicale, radicale
from tests.worlds.command_line import printed
from tests.worlds.folder_world import FolderWorld, Somebody

NOW = "2026-10-14T12:00:00Z"
DAV = """
[connectors.dave-dav]
kind = "caldav"
user = "dave"
url = "{url}"
username = "dave"
password = "{password}"
read = ["Home", "Work"]
write = "Home"
allow_private_network = true
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Radicale]:
    with radicale(tmp_path / "radicale") as running:
        running.calendar("dave", "a1", "Home")
        running.calendar("dave", "b2", "Work")
        yield running


@pytest.fixture
def world(tmp_path: Path, server: Radicale) -> FolderWorld:
    (tmp_path / "home").mkdir()
    dave = Somebody(name="dave", writes=False, extra=DAV.format(url=server.url, password=PASSWORD))
    return FolderWorld(tmp_path / "home", (Somebody(name="ann"), dave), NOW)


def in_home(hand: DavHand) -> list[str]:
    """Give the addresses of what lies in Dave's Home."""
    body = '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
    answer = hand.ask("PROPFIND", "/dave/a1/", body, Depth="1").body.decode()
    return [unquote(part.partition("</href>")[0]) for part in answer.split("<href>")[2:]]


def booked(world: FolderWorld) -> SessionId:
    """Book half an hour of Ann's and Dave's."""
    session = world.create("ann", "dave")
    world.run_once()
    world.accept(session)
    world.run_once()
    return session


def daves(world: FolderWorld, session: SessionId) -> Any:
    (his,) = (one for one in world.view(session)["booking"]["perCalendar"] if one["user"] == "dave")
    return his


def test_what_lies_in_either_of_the_guest_s_calendars_is_kept_free_of(
    world: FolderWorld, server: Radicale
) -> None:
    server.hand("dave").put("/dave/b2/one.ics", text("one", "20261014T120000Z", "Taken"))
    session = world.create("ann", "dave")
    world.run_once()
    assert world.view(session)["proposedTimes"][0]["start"] >= "2026-10-14T13:00:00Z"


def test_a_booking_reaches_both_calendars_once_and_a_second_pass_does_nothing(
    world: FolderWorld, server: Radicale
) -> None:
    session = booked(world)
    view = world.view(session)
    assert (view["status"], view["booking"]["allOrNone"]) == ("scheduled", "all")
    (path,) = in_home(server.hand("dave"))
    copy = server.hand("dave").ask("GET", path).body.decode()
    assert "X-GATHERLY-SESSION" in copy
    assert copy.count("SCHEDULE-AGENT=NONE") == 3  # the organizer and both attendees
    assert len(world.events("ann")) == 1
    world.run_once()
    again = world.run_once()
    assert (again.changed, again.writes, again.failed) == (0, 0, ())


def test_a_copy_that_its_owner_moves_is_noticed_and_flagged(world: FolderWorld, server: Radicale) -> None:
    session = booked(world)
    hand = server.hand("dave")
    (path,) = in_home(hand)
    copy = hand.ask("GET", path).body.decode()
    head, event = copy.split("BEGIN:VEVENT")
    event = re.sub(r"(DTSTART[^\r\n]*T)\d{6}", r"\g<1>200000", event)
    event = re.sub(r"(DTEND[^\r\n]*T)\d{6}", r"\g<1>203000", event)
    hand.put(path, f"{head}BEGIN:VEVENT{event}")
    world.pass_time(10 * MINUTE)
    world.run_once()
    assert daves(world, session)["lastError"] == "moved to 2026-10-14T20:00:00Z/2026-10-14T20:30:00Z"
    assert world.view(session)["status"] == "scheduled"
    assert len(in_home(hand)) == 1


def test_a_copy_that_its_owner_deletes_reopens_the_session_and_is_not_revived(
    world: FolderWorld, server: Radicale
) -> None:
    session = booked(world)
    hand = server.hand("dave")
    (path,) = in_home(hand)
    hand.delete(path)
    world.pass_time(10 * MINUTE)
    world.run_once()
    assert in_home(hand) == []
    assert world.view(session)["status"] == "pending"


def test_a_cancelled_session_takes_its_copies_back(world: FolderWorld, server: Radicale) -> None:
    session = booked(world)
    with world.services() as services:
        services.desk.cancel(session)
    world.run_once()
    world.pass_time(5 * MINUTE)
    world.run_once()
    assert in_home(server.hand("dave")) == []
    assert world.events("ann") == []
    assert world.view(session)["booking"]["allOrNone"] == "none"


def test_a_server_that_is_away_books_nothing_and_says_so(world: FolderWorld, server: Radicale) -> None:
    session = world.create("ann", "dave")
    world.run_once()
    world.accept(session)
    (world.root / "gatherly.toml").write_text(
        world.file.read_text().replace(server.url, "http://127.0.0.1:9/")
    )
    world.run_once()
    view = world.view(session)
    assert view["status"] == "pending"
    assert world.events("ann") == []
    assert in_home(server.hand("dave")) == []


def test_status_tells_what_was_found_out_of_a_server(world: FolderWorld, server: Radicale) -> None:
    def without_sync(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
        return Answered("403 Forbidden") if b"sync-collection" in exchange.body else serve()

    server.between = without_sync
    world.run_once()
    _, out = printed(lambda: status.run(world.file, as_json=True))
    (dav,) = (one for one in json.loads(out)["connectors"] if one["name"] == "dave-dav")
    assert dav["notes"] == [
        "sync-collection fails: changes are found by ETags, and it is tried again another day"
    ]


def test_the_commands_tell_of_the_account(world: FolderWorld) -> None:
    world.run_once()
    _, out = printed(lambda: check.run(world.file, as_json=True))
    (dav,) = (one for one in json.loads(out)["connectors"] if one["name"] == "dave-dav")
    assert dav["canWrite"]
    assert dav["notes"] == ["changes are read by sync-collection", "without TLS"]
    code, listed = printed(lambda: calendars.run("dave-dav", world.file, as_json=True))
    assert code == 0
    found = sorted((one["calendar"], one["read"], one["write"]) for one in json.loads(listed))
    assert found == [("Home", True, True), ("Work", True, False)]
