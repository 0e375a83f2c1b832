"""All calendars of an account, pulled through the wired services: they come, go, and reach ahead."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.booking.ids import event_id
from engine.ids import CalendarKey, RemoteCalendarId, SessionId
from engine.model.booking import EventDraft, Mark, Person
from engine.model.calendar import CalendarState
from engine.model.capabilities import IdForm
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, Span
from tests.standins.google.state import StoredCalendar
from tests.standins.time import NOON
from tests.worlds.connected_world import NAME, USER, Connected, connected_services
from tests.worlds.google_world import ALICE, CONFIGURATION

TEAM, CLUB = "team@group.calendar.google.com", "club@group.calendar.google.com"
WHEN = {
    "start": {"dateTime": "2026-10-20T08:00:00Z", "timeZone": "UTC"},
    "end": {"dateTime": "2026-10-20T09:00:00Z", "timeZone": "UTC"},
}


@pytest.fixture
def connected(tmp_path: Path) -> Iterator[Connected]:
    everything = CONFIGURATION.replace('read = ["primary"]\n', "")
    with connected_services(tmp_path, everything) as made:
        yield made


def subscribe(connected: Connected, name: str) -> None:
    state = connected.made.google.state
    state.stored_calendars[name] = StoredCalendar(
        id=name, owner="else@example.com", summary=name, acl={ALICE: "writer"}
    )
    state.lists.setdefault(ALICE, {})[name] = {}


def put(connected: Connected, calendar: str, **fields: object) -> str:
    path = {"calendarId": calendar}
    made = connected.made.google.api(ALICE).insert(path, {}, {**WHEN, "summary": "Taken", **fields})
    return str(made["id"])


def pull(connected: Connected) -> None:
    pulled = connected.services.pull.run(connected.services.sources[NAME])
    assert pulled.error is None


def busy(connected: Connected, days: int = 60) -> list[tuple[str, int]]:
    window = Span(NOON - DAY, NOON + days * DAY)
    with connected.services.store.reading() as tx:
        return [(str(one.calendar.calendar), one.span.start) for one in tx.calendars.busy(USER, window)]


def test_every_calendar_of_the_account_counts_and_one_that_is_gone_keeps_nobody_unknown(
    connected: Connected,
) -> None:
    for name in (TEAM, CLUB):
        subscribe(connected, name)
        put(connected, name)
    pull(connected)
    assert {calendar for calendar, _ in busy(connected)} == {TEAM, CLUB}
    del connected.made.google.state.lists[ALICE][CLUB]
    connected.pass_by(8 * HOUR)
    pull(connected)
    assert {calendar for calendar, _ in busy(connected)} == {TEAM}
    assert connected.is_known()


@pytest.mark.parametrize("turn", [1, -1])
def test_gg10_an_event_that_moves_is_in_one_calendar_whichever_is_read_first(
    connected: Connected, turn: int
) -> None:
    subscribe(connected, TEAM)
    event = put(connected, "primary")
    pull(connected)
    connected.made.google.api(ALICE).move({"calendarId": "primary", "eventId": event}, {"destination": TEAM})
    source = connected.services.sources[NAME]
    for calendar in (RemoteCalendarId("primary"), RemoteCalendarId(TEAM))[::turn]:
        planned = connected.services.pull.calendar.plan(source, calendar)
        with connected.services.store.writing() as tx:
            tx.calendars.apply(planned.plan)
    assert [calendar for calendar, _ in busy(connected)] == [TEAM]


def test_gg2_an_event_beyond_the_horizon_becomes_busy_as_time_goes_by(connected: Connected) -> None:
    put(
        connected,
        "primary",
        start={"dateTime": "2027-01-20T08:00:00Z"},
        end={"dateTime": "2027-01-20T09:00:00Z"},
    )
    put(connected, "primary", recurrence=["RRULE:FREQ=WEEKLY"])
    pull(connected)
    for _ in range(8):
        connected.pass_by(7 * DAY)
        pull(connected)
    asked = [one.method for one in connected.made.google.log if one.method.startswith("calendar.events")]
    starts = [start for _, start in busy(connected, 7 * 16)]
    assert parse_instant("2027-01-20T08:00:00Z") in starts
    assert parse_instant("2027-01-26T08:00:00Z") in starts
    assert asked.count("calendar.events.list") == len(asked)


def test_a_whole_read_after_gatherly_took_its_only_event_back_is_not_taken_for_a_loss(
    connected: Connected,
) -> None:
    connector, store = connected.services.sources[NAME].connector, connected.services.store
    primary, session = RemoteCalendarId("primary"), SessionId("s1")
    name = event_id(
        IdForm.GOOGLE,
        lambda text: text.encode().ljust(32, b"x")[:32],
        store.install,
        session=session,
        person=USER,
        calendar=CalendarKey(NAME, primary),
        epoch=1,
    )
    draft = EventDraft(
        event_id=name,
        span=Span(NOON + DAY, NOON + DAY + HOUR),
        zone="UTC",
        title="Lunch",
        stamp=NOON,
        organizer=Person(name="Alice", email=ALICE),
        mark=Mark(install=store.install, session=session, epoch=1),
    )
    connector.write(primary, draft)
    pull(connected)
    connector.withdraw(primary, name)
    connected.made.google.expire_sync_tokens()
    pull(connected)
    with store.reading() as tx:
        calendar = tx.calendars.get(CalendarKey(NAME, primary))
    assert calendar is not None
    assert calendar.state is CalendarState.OK
