"""What Google's documentation allows, and a kind stand-in would never do."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import WriteConflictError
from engine.ids import RemoteCalendarId
from tests.connectors.gcal.world import GoogleWorld, event, google_world
from tests.contracts.connector import draft_for
from tests.standins.google.answers import ApiError
from tests.standins.google.kindness import Kindness
from tests.standins.google.listing import Listing
from tests.standins.google.state import StoredCalendar
from tests.standins.surroundings import OWNER

TEN, ELEVEN = "2026-10-20T10:00:00Z", "2026-10-20T11:00:00Z"


@pytest.fixture
def source(tmp_path: Path) -> Iterator[GoogleWorld]:
    with google_world(tmp_path) as made:
        made.google.state.settings.kindness = Kindness(prompt_lists=True)
        yield made


def subscribe(source: GoogleWorld, name: str, **entry: object) -> StoredCalendar:
    state = source.google.state
    state.stored_calendars[name] = StoredCalendar(
        id=name, owner="else@example.com", summary=name, acl={OWNER: "writer"}
    )
    state.lists.setdefault(OWNER, {})[name] = dict(entry)
    return state.stored_calendars[name]


def listed(source: GoogleWorld) -> list[str]:
    return [str(one.calendar) for one in source.connector.calendars()]


def test_a_hidden_calendar_is_listed_like_any_other_and_a_deleted_one_is_not(source: GoogleWorld) -> None:
    for name in ("hidden@x.example", "shown@x.example", "gone@x.example"):
        subscribe(source, name, **({"hidden": True} if name.startswith("hidden") else {}))
    source.google.state.stored_calendars["gone@x.example"].deleted = True
    assert sorted(listed(source)) == ["hidden@x.example", "primary", "shown@x.example"]


def test_a_hidden_calendar_that_is_configured_is_found_by_check(source: GoogleWorld) -> None:
    subscribe(source, "hidden@x.example", hidden=True)
    context = source.connector._context
    source.connector._context = replace(context, read=(RemoteCalendarId("hidden@x.example"),))
    assert source.connector.probe().problems == ()


def test_a_list_in_any_order_with_an_empty_page_and_all_told_twice_is_read_whole(
    source: GoogleWorld,
) -> None:
    names = [f"c{number}@x.example" for number in range(600)]
    for name in names:
        subscribe(source, name)
    assert sorted(listed(source)) == sorted([*names, "primary"])
    pages = [one for one in source.google.log if one.method == "calendar.calendarList.list"]
    assert len(pages) > 3


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_events_come_whole_through_short_and_empty_pages(source: GoogleWorld, limit: int) -> None:
    source.google.state.settings.page_limit = limit
    for hour in range(10, 17):
        source.insert(**event(f"2026-10-20T{hour}:00:00Z", f"2026-10-20T{hour}:30:00Z"))
    whole = source.everything()
    assert len(whole.objects) == 7
    source.insert(**event(TEN, ELEVEN))
    assert len(source.connector.changes(source.calendar, whole.token, {}).objects) == 1


def test_an_etag_that_changed_by_itself_is_looked_up_and_the_write_goes_on(source: GoogleWorld) -> None:
    plan = draft_for(source)
    written = source.connector.write(source.calendar, plan)
    with pytest.raises(WriteConflictError):
        source.connector.write(source.calendar, replace(plan, title="Other"), written.etag)
    found = source.connector.read(source.calendar, plan.event_id)
    assert found is not None
    assert found.live
    assert source.connector.write(source.calendar, replace(plan, title="Other"), found.etag).etag
    source.connector.withdraw(source.calendar, plan.event_id)
    gone = source.connector.read(source.calendar, plan.event_id)
    assert gone is None or not gone.live


@pytest.mark.parametrize(
    ("start", "end", "more"),
    [
        ({"dateTime": "2026-10-20T10:00:00"}, {"dateTime": TEN}, {}),
        ({"dateTime": TEN}, {"dateTime": "2026-10-20T13:00:00"}, {}),
        ({"dateTime": TEN}, {"dateTime": ELEVEN}, {"recurrence": ["RRULE:FREQ=DAILY"]}),
    ],
)
def test_a_time_without_its_zone_is_refused(
    source: GoogleWorld, start: object, end: object, more: dict[str, object]
) -> None:
    with pytest.raises(ApiError, match="required"):
        source.insert(start=start, end=end, **more)


def test_deletions_since_a_time_are_told_unasked_and_an_old_time_is_refused(
    source: GoogleWorld,
) -> None:
    made = source.insert(**event(TEN, ELEVEN))
    source.owner.delete({"calendarId": "primary", "eventId": made["id"]}, {}, None)
    listing, path = Listing(source.google.state, OWNER), {"calendarId": "primary"}
    source.google.state.settings.kindness.full_pages = True
    told = listing.events(path, {"updatedMin": "2026-10-01T00:00:00Z"})["items"]
    assert [one["status"] for one in told] == ["cancelled"]
    with pytest.raises(ApiError, match="updatedMinTooLongAgo"):
        listing.events(path, {"updatedMin": "2026-01-01T00:00:00Z"})
