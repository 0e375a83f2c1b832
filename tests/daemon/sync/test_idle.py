"""What idle calendars cost: one request each, no row, and never more in a minute than Google allows."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from daemon.services import Services
from daemon.sync.pulled import Pulled
from daemon.wire import open_daemon
from engine.ids import CalendarKey, ConnectorName, Href, RemoteCalendarId, UserId
from engine.model.calendar_object import BusySpan, Digest
from engine.model.integration import GrantStatus
from engine.model.operations import Grant
from engine.time.instant import parse_instant
from engine.time.span import DAY, Span
from tests.standins.google.google import CLIENT, Google
from tests.standins.google.oauth import SCOPE, OAuth
from tests.standins.google.state import Clock, StoredCalendar
from tests.standins.time import NOON, HandClock, Numbered
from tests.worlds.google_world import google_services

STORE = '[store]\nurl = "sqlite:///gatherly.db"\n'
PERSON = """
[users."{person}"]
timezone = "Europe/Berlin"

[connectors.{name}]
kind = "google"
user = "{person}"
read = [{calendars}]
client_secret_file = "client.json"
api_root = "{{url}}"
token_uri = "{{url}}/token"
allow_private_network = true
"""


class Shared(HandClock):
    """One time for both sides, moved by waiting."""

    def __init__(self, theirs: Clock) -> None:
        super().__init__()
        self.at = float(NOON)
        self._theirs = theirs

    def wait(self, seconds: float) -> bool:
        stopping = super().wait(seconds)
        self._theirs.at = self.at
        return stopping

    def pass_by(self, seconds: int) -> None:
        self.at += seconds
        self._theirs.at = self.at


@dataclass
class Town:
    """People with many calendars each, and the services that reads them."""

    google: Google
    services: Services
    clock: Shared
    people: int
    calendars: int

    def pull(self) -> list[Pulled]:
        self.google.log.clear()
        return [self.services.pull.run(source) for source in self.services.sources.values()]

    def asked(self) -> list[str]:
        return [one.method for one in self.google.log]

    def stored(self) -> tuple[list[dict[Href, Digest]], list[BusySpan]]:
        """Give every row of events that a pull writes."""
        window = Span(NOON - DAY, NOON + 60 * DAY)
        digests: list[dict[Href, Digest]] = []
        busy: list[BusySpan] = []
        with self.services.store.reading() as tx:
            for person in range(self.people):
                busy += tx.calendars.busy(UserId(address(person)), window)
                for number in range(self.calendars):
                    key = CalendarKey(name_of(person), RemoteCalendarId(calendar(person, number)))
                    digests.append(dict(tx.calendars.digests(key)))
        return digests, busy


def address(person: int) -> str:
    return f"p{person}@example.com"


def calendar(person: int, number: int) -> str:
    return f"c{number}p{person}@group.calendar.google.com"


def name_of(person: int) -> ConnectorName:
    return ConnectorName(f"p{person}-work")


def furnish(google: Google, person: int, calendars: int) -> None:
    """Give somebody calendars with an event in each."""
    google.account(address(person))
    when = {"start": {"dateTime": "2026-10-20T08:00:00Z"}, "end": {"dateTime": "2026-10-20T09:00:00Z"}}
    for number in range(calendars):
        name = calendar(person, number)
        google.state.stored_calendars[name] = StoredCalendar(id=name, owner=address(person), summary=name)
        google.state.lists.setdefault(address(person), {})[name] = {}
        google.api(address(person)).insert({"calendarId": name}, {}, {**when, "summary": "Taken"})


def grant_of(google: Google, person: int) -> Grant:
    refresh, _ = OAuth(google.state).grant(CLIENT.id, address(person), (f"{SCOPE}calendar",))
    return Grant(
        connector=name_of(person),
        user_id=UserId(address(person)),
        provider="google",
        account_email=address(person),
        refresh_token=refresh,
        status=GrantStatus.CONNECTED,
        created_at=NOON,
        updated_at=NOON,
    )


@pytest.fixture
def shape() -> tuple[int, int]:
    return 2, 100


@pytest.fixture
def town(tmp_path: Path, shape: tuple[int, int]) -> Iterator[Town]:
    people, calendars = shape
    theirs = Clock()
    clock = Shared(theirs)
    tables = [
        PERSON.format(
            person=address(person),
            name=name_of(person),
            calendars=", ".join(f'"{calendar(person, number)}"' for number in range(calendars)),
        )
        for person in range(people)
    ]
    with google_services(tmp_path, theirs, "".join((STORE, *tables))) as made:
        theirs.at = clock.at
        for person in range(people):
            furnish(made.google, person, calendars)
        with open_daemon(made.file, clock=clock, randomness=Numbered()) as services:
            with services.store.writing() as tx:
                for person in range(people):
                    tx.repositories.grants.put(grant_of(made.google, person))
            yield Town(made.google, services, clock, people, calendars)


def assert_within_quota(town: Town) -> None:
    settings = town.google.state.settings
    most = town.google.quota.most
    assert most[""] <= settings.project_per_minute
    assert max(count for name, count in most.items() if name) <= settings.account_per_minute
    assert not [one for one in town.google.log if one.status == 403]


@pytest.mark.parametrize(
    "shape",
    [(2, 100), pytest.param((10, 100), marks=[pytest.mark.long, pytest.mark.upload, pytest.mark.simulate])],
)
def test_idle_calendars_take_a_request_each_no_row_and_stay_within_a_minutes_budget(
    town: Town, shape: tuple[int, int]
) -> None:
    people, calendars = shape
    first = town.pull()
    assert sum(one.changed for one in first) == people * calendars
    assert_within_quota(town)
    before = town.stored()
    town.clock.pass_by(5 * 60)
    began = town.clock.at
    second = town.pull()
    assert town.clock.at - began < 60
    assert [(one.changed, one.error) for one in second] == [(0, None)] * people
    assert town.asked() == ["calendar.events.list"] * people * calendars
    assert town.stored() == before
    assert_within_quota(town)


@pytest.mark.parametrize("shape", [(1, 3)])
def test_a_change_costs_its_own_size(town: Town) -> None:
    town.pull()
    digests, busy = town.stored()
    when = {"start": {"dateTime": "2026-10-21T08:00:00Z"}, "end": {"dateTime": "2026-10-21T09:00:00Z"}}
    events = town.google.api(address(0))
    events.insert({"calendarId": calendar(0, 1)}, {}, {**when, "summary": "New"})
    (pulled,) = town.pull()
    assert pulled.changed == 1
    assert town.asked() == ["calendar.events.list"] * 3
    after, now_busy = town.stored()
    assert [one == other for one, other in zip(digests, after, strict=True)] == [True, False, True]
    (new,) = set(now_busy) - set(busy)
    assert new.span == Span(parse_instant("2026-10-21T08:00:00Z"), parse_instant("2026-10-21T09:00:00Z"))
