"""A family whose calendar is mirrored into Alice's folder, CalDAV server or Google: what copies are to be."""

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from connectors.gcal.scopes import WRITE_SCOPES
from daemon.family.mirroring import Mirror
from daemon.services import Services
from engine.family.event_change import EventChange
from engine.ids import CalendarKey, ConnectorName, RemoteCalendarId, UserId
from engine.model.booking import native_session
from engine.model.calendar import NATIVE
from engine.model.event import EventStatus
from engine.model.integration import GrantStatus
from engine.model.operations import Grant
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, Span
from tests.chaos.steps import CountedConnector, CountedStore, Steps
from tests.daemon.family.home import SETTINGS, add, desks
from tests.standins.dav_hand import PASSWORD
from tests.standins.google.files import client_secret
from tests.standins.google.google import CLIENT, Google
from tests.standins.google.oauth import OAuth
from tests.standins.google.server import serving
from tests.standins.google.state import Clock
from tests.standins.radicale import radicale
from tests.standins.time import StillClock
from tests.worlds.folder_world import FolderWorld, Somebody

NOW = "2026-01-08T10:00:00Z"
START = parse_instant("2026-01-12T10:00:00Z")
FAMILY = CalendarKey(NATIVE, RemoteCalendarId("family"))
EVER = Span(START - 30 * DAY, START + 400 * DAY)
FOLDER, DAV, GOOGLE = (ConnectorName(f"alice-{kind}") for kind in ("folder", "dav", "work"))
SERVER = """
[connectors.alice-dav]
kind = "caldav"
user = "alice"
url = "{url}"
username = "alice"
password = "{password}"
read = ["Home"]
write = "Home"
allow_private_network = true
"""
AT_GOOGLE = """
[connectors.alice-work]
kind = "google"
user = "alice"
read = ["primary"]
write = "primary"
client_secret_file = "client.json"
api_root = "{url}"
token_uri = "{url}/token"
allow_private_network = true
"""
CAUGHT_UP = 10
"""Seconds after which a provider's lists show what was written: twice what they lag."""
FOLLOWING = '[booking]\non_moved = "follow"\n'
Shown = tuple[str, str, Span, frozenset[int]]
"""A copy: whose it is, its title, its time, and which instances it leaves out."""


@dataclass(slots=True)
class Mirrored:
    """Calendars mirrored by services, wired as the daemon does."""

    services: Services
    place: ConnectorName

    def mirror(self, steps: Steps) -> Mirror:
        """Give a mirror that may die at a step."""
        sources = dict(self.services.sources)
        source = sources[self.place]
        sources[self.place] = replace(source, connector=CountedConnector(source.connector, steps))
        store = CountedStore(self.services.store, steps)
        return Mirror(store, self.services.clock, sources, self.services.custody.identifier)

    def recover(self) -> None:
        """Be a daemon that is started again: read the calendar, bring copies in step, and read it anew."""
        source = self.services.sources[self.place]
        for _ in range(2):
            self.services.pull.run(source)
            self.services.mirror.run()

    def copies(self) -> list[Shown]:
        """Give what is there once lists have caught up; the daemon that looks next sees them lag again."""
        clock = self.services.clock
        assert isinstance(clock, StillClock)
        clock.at += CAUGHT_UP
        try:
            return self._listed()
        finally:
            clock.at -= CAUGHT_UP

    def _listed(self) -> list[Shown]:
        source = self.services.sources[self.place]
        calendar = RemoteCalendarId(str(source.write))
        found = source.connector.marked(calendar, self.services.store.install)
        cut_out = self._cut_out(calendar) if self.place == GOOGLE else {}
        return sorted(
            (
                str(one.mark.session),
                one.title,
                one.span,
                frozenset(each.original for each in one.instances) | cut_out.get(one.event_id, frozenset()),
            )
            for one in found
            if one.mark is not None and one.span is not None
        )

    def _cut_out(self, calendar: RemoteCalendarId) -> Mapping[str, frozenset[int]]:
        """Tell which instances a series at Google leaves out: what is observed names changed ones only."""
        objects = self.services.sources[self.place].connector.changes(calendar, None, {}).objects
        events = [event for one in objects for event in json.loads(one.raw)]
        lines = {str(one["id"]): "\n".join(one.get("recurrence", ())) for one in events}
        return {
            name: frozenset(
                parse_instant(f"{day[:4]}-{day[4:6]}-{day[6:8]}T{day[9:11]}:{day[11:13]}:{day[13:15]}Z")
                for day in re.findall(r"^EXDATE:(.*)Z$", told, re.MULTILINE)
            )
            for name, told in lines.items()
        }

    def wanted(self) -> list[Shown]:
        """Give what is to be there: a copy of every confirmed event, and of each instance that differs."""
        with self.services.store.reading() as tx:
            events = tx.repositories.events.candidates(FAMILY, EVER)
        left_out: dict[str, set[int]] = {}
        for one in events:
            if one.recurrence_parent_id is not None and one.original_start_time is not None:
                left_out.setdefault(one.recurrence_parent_id, set()).add(one.original_start_time)
        return sorted(
            (str(native_session(one.id)), one.title, one.span, frozenset(left_out.get(one.id, ())))
            for one in events
            if one.status is EventStatus.CONFIRMED
        )


@contextmanager
def mirrored_world(root: Path, place: ConnectorName) -> Iterator[FolderWorld]:
    """Build it, with a server where that is where the copies go."""
    if place == GOOGLE:
        with google_world(root) as world:
            yield world
        return
    at_server = radicale(root / "dav", ("alice",)) if place == DAV else nullcontext()
    with at_server as server:
        extra = ""
        if server is not None:
            server.calendar("alice", "home", "Home")
            extra = SERVER.format(url=server.url, password=PASSWORD)
        yield built(root, place, extra)


def built(root: Path, place: ConnectorName, extra: str) -> FolderWorld:
    settings = SETTINGS.replace("alice-folder", place) + FOLLOWING
    people = (Somebody(name="alice", writes=place == FOLDER, extra=extra), Somebody(name="carol"))
    return FolderWorld(root, people, NOW, settings)


class Linked(Clock):
    """Google's clock, which goes as the daemon's does."""

    def __init__(self, world: FolderWorld) -> None:
        self._world = world

    def now(self) -> float:
        return float(self._world.clock.at)


@contextmanager
def google_world(root: Path) -> Iterator[FolderWorld]:
    """Build it with a Google that Alice has let gatherly into."""
    google = Google()
    with serving(google) as server:
        world = built(root, GOOGLE, AT_GOOGLE.format(url=server.url))
        (root / "client.json").write_text(json.dumps(client_secret(server.url)))
        google.state.clock = Linked(world)
        google.account("alice@example.com")
        refresh, _ = OAuth(google.state).grant(CLIENT.id, "alice@example.com", WRITE_SCOPES)
        at = world.clock.at
        grant = Grant(
            connector=GOOGLE,
            user_id=UserId("alice"),
            provider="google",
            refresh_token=refresh,
            status=GrantStatus.CONNECTED,
            created_at=at,
            updated_at=at,
        )
        with world.services() as services, services.store.writing() as tx:
            tx.repositories.grants.put(grant)
        yield world


Change = Callable[[Services, str], object]


def series(services: Services) -> str:
    return add(
        services, "Choir", "2026-01-12T10:00:00Z", "2026-01-12T11:00:00Z", rule="FREQ=WEEKLY;COUNT=6"
    ).id


def cancelled_in_part(services: Services, name: str) -> None:
    desks(services).events.cancel(name, only=date(2026, 1, 19))
    desks(services).events.cancel(name)


CHANGES: Mapping[str, Change] = {
    "made": lambda services, name: None,
    "moved": lambda services, name: desks(services).events.move(name, START + 3 * HOUR),
    "renamed": lambda services, name: desks(services).events.edit(name, EventChange(title="Band")),
    "cancelled": lambda services, name: desks(services).events.cancel(name),
    "one moved": lambda services, name: desks(services).events.move(
        name, START + 8 * DAY, only=date(2026, 1, 19)
    ),
    "one cancelled": lambda services, name: desks(services).events.cancel(name, only=date(2026, 1, 26)),
    "split": lambda services, name: desks(services).events.move(
        name, START + 14 * DAY + HOUR, since=date(2026, 1, 26)
    ),
    "one and all cancelled": cancelled_in_part,
}


def at_random(services: Services, lots: random.Random) -> None:
    """Do one thing to some event, or add one."""
    with services.store.reading() as tx:
        events = [
            one
            for one in tx.repositories.events.candidates(FAMILY, EVER)
            if one.status is EventStatus.CONFIRMED
        ]
    masters = [one for one in events if one.recurrence_parent_id is None]
    if not masters or len(masters) < lots.randint(2, 5):
        series(services)
        return
    one = lots.choice(masters)
    change = lots.choice(("moved", "renamed", "cancelled", "one moved", "one cancelled"))
    days = {"one moved": date(2026, 1, 19), "one cancelled": date(2026, 1, 26)}
    if change in days and one.start_time != START:
        change = "cancelled"
    CHANGES[change](services, one.id)
