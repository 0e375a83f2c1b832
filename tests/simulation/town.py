"""The simulated town: people with calendars of every kind, a family's, a mail relay, and one time for all."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from connectors.gcal.scopes import WRITE_SCOPES
from connectors.gcal.translate import EPOCH, SESSION
from connectors.outlook import marks
from connectors.sandbox.pool import ChildPool
from daemon.runtime.clock import SystemClock
from engine.ids import ConnectorName, UserId
from engine.model.integration import GrantStatus
from engine.model.operations import Grant
from engine.time.instant import format_instant, parse_instant
from engine.time.span import HOUR, Instant
from tests.standins.google.files import client_secret
from tests.standins.google.google import CLIENT, Google
from tests.standins.google.kindness import Kindness as GoogleKindness
from tests.standins.google.oauth import OAuth
from tests.standins.google.server import GoogleServer
from tests.standins.google.server import serving as serving_google
from tests.standins.google.state import Clock as GoogleClock
from tests.standins.mailserver import HOST, Mailroom, mail_server
from tests.standins.outlook.kindness import Kindness as OutlookKindness
from tests.standins.outlook.outlook import APP, TENANT, Outlook
from tests.standins.outlook.owner import Owner
from tests.standins.outlook.server import serving as serving_outlook
from tests.standins.outlook.state import Clock as OutlookClock
from tests.standins.time import Numbered
from tests.store.blank import lay_blank_store
from tests.worlds.folder_world import event

MOST_ASKED = 5_000
"""How often the time is asked for until a daemon is at rest: ten times what the busiest moment needs."""
BEGIN = parse_instant("2026-10-05T06:00:00Z")
"""The clocks of Europe go back on 25 October, those of America on 1 November."""
FOLDERS = ("ann", "bob")
CARA, DAVE, EVE = "cara@example.com", "dave@example.com", "eve"
WRITERS = (*FOLDERS, CARA, DAVE)
PEOPLE = (*WRITERS, EVE)
ZONES = {"ann": "America/New_York", EVE: "Asia/Tokyo"}
HEAD = """
[store]
url = "sqlite:///gatherly.db"
[sync]
every = "8h"
max_age = "2d"
horizon = "40d"
[sessions]
expire_after = "4d"
[mail]
smtp = "smtp://{host}:{relay}"
from = "gatherly@example.com"
[api]
public_url = "http://127.0.0.1:8765"
[calendars.family]
name = "Family"
type = "family"
mirror = "ann-folder"
[resources.car]
name = "Family Car"
type = "vehicle"
"""
PERSON = """
[users."{name}"]
email = "{email}"
timezone = "{zone}"
working_hours = {{ start = "08:00", end = "18:00" }}
"""
FOLDER = """
[connectors.{name}-folder]
kind = "folder"
user = "{name}"
path = "calendars/{name}"
{write}
"""
GOOGLE = """
[connectors.cara-work]
kind = "google"
user = "{user}"
read = ["primary"]
write = "primary"
client_secret_file = "client.json"
api_root = "{url}"
token_uri = "{url}/token"
allow_private_network = true
"""
OUTLOOK = """
[connectors.dave-outlook]
kind = "outlook"
user = "{user}"
read = ["primary"]
write = "primary"
client_id = "{app}"
tenant = "{tenant}"
mailbox = "{user}"
client_secret_file = "outlook.secret"
api_root = "{url}"
authority = "{url}"
allow_private_network = true
"""


class Copy(NamedTuple):
    """A copy of a session as it really lies in somebody's calendar; `epoch` tells which try wrote it."""

    user: str
    session: str
    epoch: int
    start: Instant
    name: str


class RestlessError(Exception):
    """A job goes on and on: nothing that it does brings it to an end."""


class Time:
    """The one time of the daemon, of the providers and of the people; waiting moves it.

    Whoever asks for it more often than any piece of work does will never end.
    """

    def __init__(self) -> None:
        self.at = float(BEGIN)
        self.asked = 0

    def now(self) -> int:
        self.asked += 1
        if self.asked > MOST_ASKED:
            self.asked = 0
            raise RestlessError(f"it has asked {MOST_ASKED} times how late it is, and has not come to rest")
        return int(self.at)

    def monotonic(self) -> float:
        return self.at

    def wait(self, seconds: float) -> bool:
        self.at += seconds
        return False


class Ids(Numbered):
    """Ids that count up, past those that a daemon took which died."""

    def skip(self) -> None:
        self._last += 1000


class _AtGoogle(GoogleClock):
    def __init__(self, time: Time) -> None:
        super().__init__()
        self._time = time

    def now(self) -> float:
        return self._time.at


class _AtOutlook(OutlookClock):
    def __init__(self, time: Time) -> None:
        super().__init__()
        self._time = time

    def now(self) -> float:
        return self._time.at


@dataclass
class Simulated:
    """Everything outside the daemon, and where its configuration lies."""

    root: Path
    time: Time
    google: Google
    server: GoogleServer
    outlook: Outlook
    room: Mailroom
    children: ChildPool
    randomness: Ids = field(default_factory=Ids)
    refresh: str = ""
    _count: int = 0
    _files: dict[str, tuple[int, Copy | None]] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.root / "gatherly.toml"

    def folder(self, name: str) -> Path:
        return self.root / "calendars" / name

    @property
    def daves(self) -> Owner:
        return Owner(self.outlook, self.outlook.account(DAVE))

    def number(self) -> int:
        self._count += 1
        return self._count

    def forget_requests(self) -> None:
        """Drop what the providers noted of what they have answered: nobody looks at it here."""
        self.google.log.clear()
        self.outlook.log.clear()
        self.outlook.state.pages.clear()

    def take_up(self, user: str, start: Instant, hours: int) -> None:
        """Let somebody put an event of their own into their calendar."""
        begin, end = format_instant(start), format_instant(start + hours * HOUR)
        name = f"own-{self.number()}"
        if user == CARA:
            body = {"summary": name, "start": {"dateTime": begin}, "end": {"dateTime": end}}
            self.google.api(CARA).insert({"calendarId": CARA}, {}, body)
        elif user == DAVE:
            self.daves.put(begin[:-1], end[:-1], subject=name)
        else:
            file = self.folder(user) / f"{name}.ics"
            file.write_text(event(name, begin, end), newline="")
            self._stamp(file, file.parent)

    def drop(self, copy: Copy) -> None:
        """Let a copy's owner delete it."""
        if copy.user == CARA:
            self.google.api(CARA).delete({"calendarId": CARA, "eventId": copy.name}, {}, None)
        elif copy.user == DAVE:
            self.daves.delete(copy.name)
        else:
            (self.folder(copy.user) / copy.name).unlink()
            self._stamp(self.folder(copy.user))

    def move(self, copy: Copy, hours: int) -> None:
        """Let a copy's owner move it."""
        if copy.user == CARA:
            there = self.google.state.stored_calendars[CARA].events[copy.name]
            moved = {part: _moved_time(there[part], hours) for part in ("start", "end")}
            self.google.api(CARA).patch({"calendarId": CARA, "eventId": copy.name}, {}, moved, None)
        elif copy.user == DAVE:
            kept = self.daves.kept(copy.name).event
            times = [_later(kept[part]["dateTime"][:19] + "Z", hours)[:-1] for part in ("start", "end")]
            self.daves.move(copy.name, times[0], times[1])
        else:
            file = self.folder(copy.user) / copy.name
            head, mark, rest = file.read_text().partition("BEGIN:VEVENT")
            rest = _ICAL_TIMES.sub(lambda found: _moved(found, hours), rest)
            file.write_text(head + mark + rest, newline="")
            self._stamp(file, file.parent)

    def _stamp(self, *places: Path) -> None:
        """Let files be of this moment: changes that in life lie minutes apart come within one tick here."""
        for place in places:
            os.utime(place, ns=(self.time.now() * 10**9,) * 2)

    def copies(self) -> list[Copy]:
        """Give every live copy of a session in any calendar, in an order that no random name decides."""
        folders = [one for name in FOLDERS for one in self._in_folder(name)]
        found = [*folders, *self._at_google(), *self._at_outlook()]
        return sorted(found, key=lambda each: (each.user, each.session, each.epoch, each.start))

    def _in_folder(self, name: str) -> Iterator[Copy]:
        with os.scandir(self.folder(name)) as files:
            for file in files:
                if not file.name.endswith(".ics"):
                    continue
                stamp, known = file.stat().st_mtime_ns, self._files.get(file.path)
                if known is None or known[0] != stamp:
                    known = self._files[file.path] = stamp, _copy(name, Path(file.path))
                if known[1] is not None:
                    yield known[1]

    def _at_google(self) -> Iterator[Copy]:
        for name, one in self.google.state.stored_calendars[CARA].events.items():
            private = one.get("extendedProperties", {}).get("private", {})
            if SESSION in private and one.get("status") != "cancelled":
                start = parse_instant(one["start"]["dateTime"])
                yield Copy(CARA, private[SESSION], int(private[EPOCH]), start, name)

    def _at_outlook(self) -> Iterator[Copy]:
        for name, kept in self.daves.stored.events.items():
            values = {one["id"]: one["value"] for one in kept.event.get("singleValueExtendedProperties", ())}
            if marks.SESSION in values:
                start = parse_instant(kept.event["start"]["dateTime"][:19] + "Z")
                yield Copy(DAVE, values[marks.SESSION], int(values[marks.EPOCH]), start, name)

    def grant(self) -> Grant:
        """Let Cara give her consent, as it then stands in the store."""
        self.refresh, _ = OAuth(self.google.state).grant(CLIENT.id, CARA, WRITE_SCOPES)
        return Grant(
            connector=ConnectorName("cara-work"),
            user_id=UserId(CARA),
            provider="google",
            refresh_token=self.refresh,
            status=GrantStatus.CONNECTED,
            created_at=self.time.now(),
            updated_at=self.time.now(),
        )

    def revoke(self) -> None:
        """Let Cara take her consent back."""
        OAuth(self.google.state).revoke(f"token={self.refresh}")
        self.google.expire_access_tokens()


def _copy(user: str, file: Path) -> Copy | None:
    """Read a file as a copy; None where it is somebody's own event."""
    text = file.read_text().replace("\r\n ", "")
    mark = re.search(r"^X-GATHERLY-SESSION:(.*)$", text, re.M)
    epoch = re.search(r"^X-GATHERLY-EPOCH:(\d+)", text, re.M)
    start = _START.search(text[text.index("BEGIN:VEVENT") :])
    if mark is None or epoch is None or start is None:
        return None
    return Copy(user, mark[1].strip(), int(epoch[1]), _instant(start[1], start[2]), file.name)


_START = re.compile(r"^DTSTART(?:;TZID=([^:;]+))?[^:\r\n]*:(\d{8}T\d{6})", re.M)
_ICAL_TIMES = re.compile(r"(DT(?:START|END)[^:\r\n]*:)(\d{8}T\d{6})(Z?)")


def _moved(found: "re.Match[str]", hours: int) -> str:
    at = parse_instant(_dashed(found[2]) + "Z") + hours * HOUR
    return f"{found[1]}{format_instant(at).replace('-', '').replace(':', '')[:15]}{found[3]}"


def _dashed(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[9:11]}:{text[11:13]}:{text[13:15]}"


def _instant(zone: str | None, text: str) -> Instant:
    if zone is None:
        return parse_instant(_dashed(text) + "Z")
    return int(datetime.fromisoformat(_dashed(text)).replace(tzinfo=ZoneInfo(zone)).timestamp())


def _moved_time(time: dict[str, str], hours: int) -> dict[str, str]:
    """Move a time of Google's and leave its zone, which a series cannot be without."""
    return {**time, "dateTime": _later(time["dateTime"], hours)}


def _later(text: str, hours: int) -> str:
    return format_instant(parse_instant(text) + hours * HOUR)


def _tables() -> str:
    found = []
    for name in PEOPLE:
        email = name if "@" in name else f"{name}@example.com"
        found.append(PERSON.format(name=name, email=email, zone=ZONES.get(name, "Europe/Berlin")))
    found += [
        FOLDER.format(name=name, write='write = "."' if name in FOLDERS else "") for name in (*FOLDERS, EVE)
    ]
    return "".join(found)


@contextmanager
def simulated(root: Path) -> Iterator[Simulated]:
    """Serve the providers and the relay, and write what an operator would."""
    time, room = Time(), Mailroom()
    google = Google(kindness=GoogleKindness(prompt_lists=True, full_pages=True))
    google.state.clock = _AtGoogle(time)
    google.account(CARA)
    outlook = Outlook(kindness=OutlookKindness(prompt_lists=True, steady_etags=True))
    outlook.state.clock = _AtOutlook(time)
    outlook.account(DAVE)
    with ExitStack() as stack:
        relay = stack.enter_context(mail_server(room))
        at_google = stack.enter_context(serving_google(google))
        at_outlook = stack.enter_context(serving_outlook(outlook))
        lay_blank_store(root)
        for name in (*FOLDERS, EVE):
            (root / "calendars" / name).mkdir(parents=True)
        (root / "client.json").write_text(json.dumps(client_secret(at_google.url)))
        (root / "outlook.secret").write_text(str(APP.secret))
        children = stack.enter_context(closing(ChildPool(SystemClock())))
        made = Simulated(root, time, google, at_google, outlook, room, children)
        places: dict[str, Any] = {"user": DAVE, "app": APP.id, "tenant": TENANT, "url": at_outlook.url}
        made.file.write_text(
            HEAD.format(host=HOST, relay=relay)
            + _tables()
            + GOOGLE.format(user=CARA, url=at_google.url)
            + OUTLOOK.format(**places)
        )
        yield made
