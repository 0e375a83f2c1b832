"""One occurrence removed or moved by its owner at Google, Outlook or a CalDAV server, seen by whole pulls."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest

from connectors.gcal.scopes import WRITE_SCOPES
from engine.ids import ConnectorName, SessionId, UserId
from engine.model.integration import GrantStatus
from engine.model.operations import Grant
from engine.time.instant import parse_instant
from engine.time.span import HOUR
from tests.connectors.outlook.world import SCOPES
from tests.daemon.series.test_booked_series import ALICE, settle, status
from tests.daemon.series.test_series_goes_on import later, others, told
from tests.standins.dav_hand import PASSWORD
from tests.standins.google import server as google_server
from tests.standins.google.files import client_secret
from tests.standins.google.google import CLIENT as GOOGLES
from tests.standins.google.google import Google
from tests.standins.google.oauth import OAuth
from tests.standins.google.state import Clock as GooglesClock
from tests.standins.outlook import server as outlook_server
from tests.standins.outlook.keeping import occurrences
from tests.standins.outlook.login import Login
from tests.standins.outlook.outlook import CLIENT, Outlook
from tests.standins.outlook.owner import Owner
from tests.standins.outlook.state import Clock as MicrosoftsClock
from tests.standins.outlook.times import instant
from tests.standins.radicale import radicale
from tests.standins.time import StillClock
from tests.worlds.folder_world import FolderWorld, Somebody

BOB = "bob@example.com"
NOW = "2026-10-19T12:00:00Z"
FIRST, SECOND, THIRD, FOURTH = (
    f"2026-{day}T{hour}:00:00Z" for day, hour in (("10-20", 14), ("10-27", 14), ("11-03", 15), ("11-10", 15))
)
"""Ten o'clock in New York, in UTC."""
GUARDED = "allow_private_network = true"


@dataclass
class Abroad:
    """Bob's calendar somewhere else, with what his hand does there to an occurrence, by its start."""

    world: FolderWorld
    remove: Callable[[str], None]
    move: Callable[[str, str], None]


class AtGoogle(GooglesClock):
    """Google's clock, which goes as the daemon's does."""

    def __init__(self, here: StillClock) -> None:
        super().__init__()
        self._here = here

    def now(self) -> float:
        return float(self._here.now())


class AtMicrosoft(MicrosoftsClock):
    """Microsoft's."""

    def __init__(self, here: StillClock) -> None:
        super().__init__()
        self._here = here

    def now(self) -> float:
        return float(self._here.now())


def made(root: Path, table: str) -> FolderWorld:
    bob = Somebody(name="bob", zone="Europe/Berlin", writes=False, extra=table)
    return FolderWorld(root, (ALICE, bob), NOW, '[sync]\nhorizon = "60d"')


def granted(world: FolderWorld, provider: str, refresh: str) -> None:
    at = world.clock.now()
    grant = Grant(
        connector=ConnectorName("bob-far"),
        user_id=UserId("bob"),
        provider=provider,
        refresh_token=refresh,
        status=GrantStatus.CONNECTED,
        created_at=at,
        updated_at=at,
    )
    with world.services() as services, services.store.writing() as tx:
        tx.repositories.grants.put(grant)


@contextmanager
def at_google(root: Path) -> Iterator[Abroad]:
    google = Google()
    google.account(BOB)
    refresh, _ = OAuth(google.state).grant(GOOGLES.id, BOB, WRITE_SCOPES)
    with google_server.serving(google) as server:
        table = f"""[connectors.bob-far]
kind = "google"
user = "bob"
read = ["primary"]
write = "primary"
client_secret_file = "client.json"
api_root = "{server.url}"
token_uri = "{server.url}/token"
{GUARDED}"""
        world = made(root, table)
        (root / "client.json").write_text(json.dumps(client_secret(server.url)))
        google.state.clock = AtGoogle(world.clock)
        hand = google.api(BOB)

        def path(start: str) -> dict[str, str]:
            (name,) = (
                one
                for one, event in google.state.stored_calendars[BOB].events.items()
                if event.get("recurrence")
            )
            return {"calendarId": "primary", "eventId": f"{name}_{re.sub('[-:]', '', start)}"}

        def move(start: str, there: str) -> None:
            end = parse_instant(there) + HOUR
            times = {
                "start": {"dateTime": there},
                "end": {"dateTime": there.replace(there[11:13], f"{end % 86400 // 3600:02}")},
            }
            hand.patch(path(start), {}, times, None)

        with world.standing():
            granted(world, "google", refresh)
            yield Abroad(world, lambda start: hand.delete(path(start), {}, None), move)


@contextmanager
def at_outlook(root: Path) -> Iterator[Abroad]:
    outlook = Outlook()
    stored = outlook.account(BOB)
    refresh, _ = Login(outlook.state).grant(CLIENT.id, BOB, SCOPES)
    with outlook_server.serving(outlook) as server:
        table = f"""[connectors.bob-far]
kind = "outlook"
user = "bob"
read = ["primary"]
write = "primary"
client_id = "{CLIENT.id}"
api_root = "{server.url}"
authority = "{server.url}"
{GUARDED}"""
        world = made(root, table)
        outlook.state.clock = AtMicrosoft(world.clock)
        owner = Owner(outlook, stored)

        def named(start: str) -> str:
            (kept,) = (one for one in stored.events.values() if one.event.get("recurrence"))
            at = parse_instant(start)
            return next(str(one["id"]) for one, _, _ in occurrences(kept, 4e9) if instant(one["start"]) == at)

        def move(start: str, there: str) -> None:
            hour = int(there[11:13])
            times = {
                name: {"dateTime": f"{there[:11]}{at:02}:00:00", "timeZone": "UTC"}
                for name, at in (("start", hour), ("end", hour + 1))
            }
            outlook.events(BOB).update(stored.id, named(start), times, None, "UTC")

        with world.standing():
            granted(world, "outlook", refresh)
            yield Abroad(world, lambda start: owner.delete_instance(named(start)), move)


@contextmanager
def at_caldav(root: Path) -> Iterator[Abroad]:
    with radicale(root / "radicale", ("bob",)) as server:
        place = server.calendar("bob", "work")
        home = root / "home"
        home.mkdir()
        table = f"""[connectors.bob-far]
kind = "caldav"
user = "bob"
url = "{server.url}"
username = "bob"
password = "{PASSWORD}"
read = ["work"]
write = "work"
{GUARDED}"""
        world = made(home, table)
        hand = server.hand("bob")

        def held() -> tuple[str, str]:
            listed = hand.ask("PROPFIND", place, "", Depth="1").body.decode()
            (name,) = set(re.findall(rf"{re.escape(place)}[^<]+\.ics", listed))
            name = unquote(name)
            text = hand.ask("GET", name).body.decode()
            return name, "\r\n".join(text.splitlines()) + "\r\n"

        def local(start: str) -> str:
            return f"{start[:4]}{start[5:7]}{start[8:10]}T100000"

        def remove(start: str) -> None:
            name, text = held()
            hand.put(
                name,
                text.replace("SEQUENCE:", f"EXDATE;TZID=America/New_York:{local(start)}\r\nSEQUENCE:", 1),
            )

        def move(start: str, there: str) -> None:
            name, text = held()
            (master,) = re.findall(r"BEGIN:VEVENT.*?END:VEVENT\r\n", text, re.DOTALL)
            single = re.sub(
                r"RRULE:.*\r\n", f"RECURRENCE-ID;TZID=America/New_York:{local(start)}\r\n", master
            )
            single = re.sub(r"DTSTART;.*\r\n", f"DTSTART:{re.sub('[-:]', '', there)}\r\n", single)
            single = re.sub(r"DTEND;.*\r\n", "DURATION:PT1H\r\n", single)
            hand.put(name, text.replace(master, master + single))

        with world.standing():
            yield Abroad(world, remove, move)


PLACES = {"google": at_google, "outlook": at_outlook, "caldav": at_caldav}


def booked(world: FolderWorld) -> SessionId:
    session = world.create(
        "alice", "bob", duration="60m", repeat="FREQ=WEEKLY;COUNT=4", days="tuesday", between="10:00-13:00"
    )
    world.run_once()
    world.accept(session)
    for _ in range(3):
        world.pass_time(60)
        settle(world)
    return session


@pytest.mark.long
@pytest.mark.upload
@pytest.mark.parametrize("place", PLACES)
def test_an_owners_change_of_one_occurrence_concerns_it_alone(tmp_path: Path, place: str) -> None:
    with PLACES[place](tmp_path) as abroad:
        world = abroad.world
        session = booked(world)
        assert status(world, session) == ("scheduled", "all")
        later(world)
        assert told(world, session) == []
        abroad.move(SECOND, "2026-10-27T16:00:00Z")
        later(world)
        assert status(world, session) == ("scheduled", "all")
        assert told(world, session) == [(SECOND, "bob: moved it to 2026-10-27T16:00:00Z")]
        abroad.remove(THIRD)
        later(world)
        later(world)
        assert status(world, session) == ("scheduled", "all")
        (alone,) = others(world, session)
        assert alone["status"] == "pending"
        starts = [one["start"] for one in alone["proposedTimes"]]  # type: ignore[attr-defined]
        assert starts
        assert all(one.startswith(THIRD[:10]) and one != THIRD for one in starts)
        occurrences_now = world.view(session)["finalTime"]["occurrences"]
        assert [one["available"] for one in occurrences_now] == [True, True, False, True]
        later(world)
        assert told(world, session) == [(SECOND, "bob: moved it to 2026-10-27T16:00:00Z")]
        assert status(world, session) == ("scheduled", "all")
        assert len(others(world, session)) == 1
