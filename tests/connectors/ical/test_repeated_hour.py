"""The hour that a clock repeats: whatever is written there reads back as the moment that was meant.

A local time in it means its first occurrence (RFC 5545 section 3.3.5): the second is told in UTC.
"""

from dataclasses import replace
from typing import Any

import pytest
from icalendar import Calendar

from connectors.ical.mail.invitation import Route, invitation
from connectors.ical.native_file import read_file, write_file
from connectors.ical.text.compose import compose
from engine.errors import WriteRefusedError
from engine.ids import CalendarKey, ConnectorName, RemoteCalendarId, UserId
from engine.model.event import CalendarEvent, EventStatus
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, MINUTE, Instant, Span
from tests.connectors.ical.reading.busy_times import meaning
from tests.contracts.connector import draft

CHANGES = {
    "Europe/Berlin": "2026-10-25T01:00:00Z",
    "America/New_York": "2026-11-01T06:00:00Z",
    "Australia/Lord_Howe": "2026-04-04T15:00:00Z",
    "Africa/Casablanca": "2026-02-15T02:00:00Z",
    "UTC": "2026-10-25T01:00:00Z",
}
"""When a clock goes back in each zone; UTC's never does."""
AROUND = range(-3 * HOUR, 3 * HOUR, 15 * MINUTE)


def spans(zone: str) -> list[Span]:
    change = parse_instant(CHANGES[zone])
    return [Span(change + by, change + by + length) for by in AROUND for length in (30 * MINUTE, HOUR)]


def read_back(text: bytes, zone: str, near: Instant) -> list[Span]:
    return [one.span for one in meaning(text, zone, Span(near - 2 * DAY, near + 2 * DAY)).occurrences]


@pytest.mark.parametrize("zone", CHANGES)
def test_an_event_reads_back_as_it_was_meant(zone: str) -> None:
    for span in spans(zone):
        text = compose(replace(draft(), zone=zone, span=span))
        assert read_back(text, zone, span.start) == [span]


@pytest.mark.parametrize("zone", CHANGES)
def test_an_invitation_says_the_moment_that_was_meant(zone: str) -> None:
    route = Route(sender="scheduler@example.com", recipient="dave@example.com")
    for span in spans(zone):
        text = invitation(replace(draft(), zone=zone, span=span), route)
        event: Any = Calendar.from_ical(text).walk("VEVENT")[0]
        assert Span(*(int(event[end].dt.timestamp()) for end in ("DTSTART", "DTEND"))) == span
        assert read_back(text.replace(b"METHOD:REQUEST\r\n", b""), zone, span.start) == [span]


@pytest.mark.parametrize("zone", CHANGES)
def test_a_calendar_of_ones_own_is_written_as_it_is(zone: str) -> None:
    for span in spans(zone):
        event = CalendarEvent(
            id="e1",
            calendar=CalendarKey(ConnectorName("family"), RemoteCalendarId("1")),
            title="Breakfast",
            start_time=span.start,
            end_time=span.end,
            zone=zone,
            status=EventStatus.CONFIRMED,
            proposed_at=span.start,
            created_by=UserId("ann"),
            created_at=span.start,
            updated_at=span.start,
        )
        (read,) = read_file(write_file("Family", [event], span.start), zone)
        assert read.span == span


@pytest.mark.parametrize("by", [0, HOUR // 2])
def test_an_instance_moved_into_it_reads_back_too(by: int) -> None:
    first = parse_instant("2026-10-18T08:00:00Z")
    second, later = first + 7 * DAY + HOUR, parse_instant(CHANGES["Europe/Berlin"]) + by
    series = replace(
        draft(),
        zone="Europe/Berlin",
        span=Span(first, first + HOUR),
        recurrence="FREQ=WEEKLY;COUNT=2",
        moved=((second, later),),
        lasts=second + HOUR,
    )
    found = meaning(compose(series), "Europe/Berlin", Span(first - DAY, second + DAY)).occurrences
    assert sorted(one.span.start for one in found) == [first, later]


@pytest.mark.parametrize("by", [-HOUR, -HOUR // 2, 0, HOUR // 2, HOUR])
def test_a_series_never_begins_at_another_moment(by: int) -> None:
    start = parse_instant(CHANGES["Europe/Berlin"]) + by
    series = replace(
        draft(),
        zone="Europe/Berlin",
        span=Span(start, start + HOUR),
        recurrence="FREQ=WEEKLY;COUNT=2",
        lasts=start + 8 * DAY,
    )
    if by < HOUR:
        with pytest.raises(WriteRefusedError, match="an hour that the clock repeats"):
            compose(series)
    else:
        assert read_back(compose(series), "Europe/Berlin", start) == [Span(start, start + HOUR)]
