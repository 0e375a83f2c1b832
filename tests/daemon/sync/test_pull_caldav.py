"""Pulling CalDAV calendars through the wired services: what a second pull asks, and what it changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from daemon.sync.pulled import Pulled
from engine.ids import CalendarKey, ConnectorName, Href, RemoteCalendarId, UserId
from engine.model.calendar_object import BusySpan, Digest
from engine.time.instant import parse_instant
from engine.time.span import DAY, Span
from tests.connectors.ical.caldav.sources import text
from tests.standins.dav_hand import PASSWORD
from tests.standins.radicale import Asked, Radicale, fill, radicale
from tests.worlds.folder_world import FolderWorld, Somebody

NOW = "2026-10-14T12:00:00Z"
CONNECTOR = ConnectorName("dave-dav")
DAV = """
[connectors.dave-dav]
kind = "caldav"
user = "dave"
url = "{url}"
username = "dave"
password = "{password}"
read = {names}
allow_private_network = true
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Radicale]:
    with radicale(tmp_path / "radicale") as running:
        yield running


@dataclass(slots=True)
class DavWorld:
    """Dave's calendars on a server, and a daemon that can be started again and again."""

    server: Radicale
    root: Path
    names: Sequence[str]
    world: FolderWorld = field(init=False)

    def __post_init__(self) -> None:
        names = "[" + ", ".join(f'"{name}"' for name in self.names) + "]"
        extra = DAV.format(url=self.server.url, password=PASSWORD, names=names)
        self.root.mkdir()
        self.world = FolderWorld(self.root, [Somebody(name="dave", writes=False, extra=extra)], NOW)

    def pull(self) -> tuple[Pulled, list[Asked]]:
        """Start the daemon and pull once; gives what it did, and what it asked."""
        self.server.asked.clear()
        with self.world.services() as services:
            pulled = services.pull.run(services.sources[CONNECTOR])
        return pulled, list(self.server.asked)

    def stored(self) -> tuple[dict[str, dict[Href, Digest]], Sequence[BusySpan]]:
        """Give every row that a pull writes."""
        with self.world.services() as services, services.store.reading() as tx:
            keys = [CalendarKey(CONNECTOR, RemoteCalendarId(name)) for name in self.names]
            digests = {str(key): dict(tx.calendars.digests(key)) for key in keys}
            start = parse_instant(NOW)
            return digests, tx.calendars.busy(UserId("dave"), Span(start - DAY, start + 90 * DAY))


@pytest.mark.parametrize(
    "count", [40, pytest.param(200, marks=[pytest.mark.long, pytest.mark.upload, pytest.mark.simulate])]
)
def test_a_second_pull_of_many_calendars_asks_once_each_and_changes_no_row(
    server: Radicale, tmp_path: Path, count: int
) -> None:
    names = [f"Calendar {number}" for number in range(count)]
    paths = [server.calendar("dave", f"c{number}", name) for number, name in enumerate(names)]
    taken = {path: [(f"e{n}", text(f"e{n}", "20261020T080000Z", "Taken"))] for n, path in enumerate(paths)}
    fill(server, taken)
    world = DavWorld(server, tmp_path / "home", names)
    first, _ = world.pull()
    assert (first.changed, first.error) == (count, None)
    before = world.stored()
    assert len(before[1]) == count
    second, asked = world.pull()
    assert (second.changed, second.error) == (0, None)
    assert [one.method for one in asked] == ["REPORT"] * count
    assert len({one.path for one in asked}) == count
    assert world.stored() == before


@pytest.mark.parametrize(
    "count", [1_000, pytest.param(5_000, marks=[pytest.mark.long, pytest.mark.upload, pytest.mark.simulate])]
)
def test_a_change_of_one_among_thousands_costs_that_one(server: Radicale, tmp_path: Path, count: int) -> None:
    path = server.calendar("dave", "home", "Home")
    events = [
        (f"e{n}", text(f"e{n}", f"2026{1 + n % 12:02}{1 + n % 28:02}T080000Z", "Old")) for n in range(count)
    ]
    fill(server, {path: events})
    world = DavWorld(server, tmp_path / "home", ["Home"])
    first, everything = world.pull()
    assert (first.changed, first.error) == (count, None)
    digests, _ = world.stored()
    server.hand("dave").put(f"{path}e77.ics", text("e77", "20261021T093000Z", "New"))
    second, asked = world.pull()
    assert (second.changed, second.error) == (1, None)
    assert [one.method for one in asked] == ["REPORT", "REPORT"]
    assert sum(one.size for one in asked) < 3_000 < sum(one.size for one in everything) / 4
    after, busy = world.stored()
    (key,) = digests
    assert {href for href, one in after[key].items() if digests[key][href] != one} == {"e77.ics"}
    assert Span(parse_instant("2026-10-21T09:30:00Z"), parse_instant("2026-10-21T10:30:00Z")) in {
        one.span for one in busy
    }
