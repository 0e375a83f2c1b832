"""What makes busy at Google: one policy, each kind of event, and what cannot be read."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.gcal.translate import Reader, interpret
from connectors.owner import OwnerAddresses
from engine.ids import InstallId
from engine.model.calendar import BusyStatus
from engine.time.instant import format_instant, parse_instant
from engine.time.span import Span
from tests.connectors.gcal.world import kept

WINDOW = Span(parse_instant("2026-10-01T00:00:00Z"), parse_instant("2026-11-15T00:00:00Z"))
READER = Reader(InstallId("install-1"), OwnerAddresses(["dave@example.com"]))
BERLIN = "Europe/Berlin"


def made(**fields: Any) -> dict[str, Any]:
    return {
        "id": "event1",
        "iCalUID": "event1@google.com",
        "status": "confirmed",
        "start": {"dateTime": "2026-10-20T10:00:00+02:00"},
        "end": {"dateTime": "2026-10-20T11:00:00+02:00"},
        **fields,
    }


def answer(email: str, response: str, **fields: Any) -> dict[str, Any]:
    return {"email": email, "responseStatus": response, **fields}


def spans(*events: dict[str, Any], reader: Reader = READER, zone: str = BERLIN) -> list[str]:
    raw = kept(events[0]["id"], events, reader.install)
    read = interpret([raw], WINDOW, zone, reader)
    assert read.quarantined == ()
    return [f"{format_instant(one.span.start)}/{format_instant(one.span.end)}" for one in read.occurrences]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "cancelled"},
        {"transparency": "transparent"},
        {"eventType": "workingLocation"},
        {"eventType": "birthday"},
        {"attendees": [answer("dave@example.com", "declined")]},
        {"attendees": [answer("alias@example.com", "declined", self=True)]},
        {"end": {"dateTime": "2026-10-20T10:00:00+02:00"}},
    ],
)
def test_what_takes_no_time(fields: dict[str, Any]) -> None:
    assert spans(made(**fields)) == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"status": "tentative"},
        {"visibility": "private"},
        {"eventType": "outOfOffice"},
        {"eventType": "focusTime"},
        {"eventType": "fromGmail"},
        {"attendees": [answer("dave@example.com", "needsAction")]},
        {"attendees": [answer("dave@example.com", "tentative")]},
        {"attendees": [answer("other@example.com", "declined")]},
    ],
)
def test_what_takes_time(fields: dict[str, Any]) -> None:
    assert spans(made(**fields)) == ["2026-10-20T08:00:00Z/2026-10-20T09:00:00Z"]


def test_out_of_office_and_focus_time_are_free_where_the_operator_says_so() -> None:
    free = replace(READER, free_types=frozenset({"outOfOffice", "focusTime"}))
    assert spans(made(eventType="outOfOffice"), reader=free) == []
    assert spans(made(eventType="focusTime"), reader=free) == []


def test_kinds_of_busy_are_told_apart() -> None:
    found = interpret(
        [
            kept("event1", [made(status="tentative")], READER.install),
            kept("event2", [made(id="event2", eventType="outOfOffice")], READER.install),
        ],
        WINDOW,
        BERLIN,
        READER,
    )
    assert {one.status for one in found.occurrences} == {BusyStatus.TENTATIVE, BusyStatus.OUT_OF_OFFICE}


@pytest.mark.parametrize(
    ("zone", "span"),
    [
        (BERLIN, "2026-10-19T22:00:00Z/2026-10-20T22:00:00Z"),
        ("Pacific/Kiritimati", "2026-10-19T10:00:00Z/2026-10-20T10:00:00Z"),
        ("Pacific/Pago_Pago", "2026-10-20T11:00:00Z/2026-10-21T11:00:00Z"),
    ],
)
def test_a_day_is_one_of_the_calendars_zone(zone: str, span: str) -> None:
    days = made(start={"date": "2026-10-20"}, end={"date": "2026-10-21"})
    assert spans(days, zone=zone) == [span]


def weekly(**fields: Any) -> dict[str, Any]:
    series = {
        "start": {"dateTime": "2026-10-20T10:00:00+02:00", "timeZone": BERLIN},
        "end": {"dateTime": "2026-10-20T11:00:00+02:00", "timeZone": BERLIN},
        "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"],
    }
    return made(**{**series, **fields})


def exception(day: str, **fields: Any) -> dict[str, Any]:
    return made(
        id=f"event1_{day}",
        recurringEventId="event1",
        originalStartTime={"dateTime": f"{day[:4]}-{day[4:6]}-{day[6:8]}T{day[9:11]}:00:00Z"},
        **fields,
    )


def test_a_series_keeps_its_wall_clock_over_the_end_of_summer() -> None:
    starts = [span.partition("/")[0] for span in spans(weekly())]
    assert starts == ["2026-10-20T08:00:00Z", "2026-10-27T09:00:00Z", "2026-11-03T09:00:00Z"]


def test_exceptions_take_the_place_of_their_instances() -> None:
    cancelled = {
        "id": "event1_20261027T090000Z",
        "status": "cancelled",
        "recurringEventId": "event1",
        "originalStartTime": {"dateTime": "2026-10-27T10:00:00+01:00"},
    }
    moved = exception(
        "20261103T090000Z",
        start={"dateTime": "2026-11-04T15:00:00+01:00"},
        end={"dateTime": "2026-11-04T16:00:00+01:00"},
    )
    starts = [span.partition("/")[0] for span in spans(weekly(), cancelled, moved)]
    assert starts == ["2026-10-20T08:00:00Z", "2026-11-04T14:00:00Z"]


def test_a_declined_exception_of_an_accepted_series_is_free() -> None:
    declined = exception("20261027T090000Z", attendees=[answer("dave@example.com", "declined")])
    assert len(spans(weekly(), declined)) == 2


def test_an_opaque_exception_of_a_transparent_series_is_busy() -> None:
    assert len(spans(weekly(transparency="transparent"), exception("20261027T090000Z"))) == 1


def test_an_exception_alone_stands_for_itself() -> None:
    assert len(spans(exception("20261027T090000Z"))) == 1


def test_exdates_rdates_and_an_end_are_followed() -> None:
    lines = [
        "RRULE:FREQ=WEEKLY;UNTIL=20261103T085959Z",
        f"EXDATE;TZID={BERLIN}:20261027T100000",
        "RDATE:20261028T090000Z",
    ]
    starts = [span.partition("/")[0] for span in spans(weekly(recurrence=lines))]
    assert starts == ["2026-10-20T08:00:00Z", "2026-10-28T09:00:00Z"]


def test_days_repeat_as_days() -> None:
    days = made(
        start={"date": "2026-10-24"},
        end={"date": "2026-10-25"},
        recurrence=["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20261025"],
    )
    assert spans(days) == [
        "2026-10-23T22:00:00Z/2026-10-24T22:00:00Z",
        "2026-10-25T23:00:00Z/2026-10-26T23:00:00Z",
    ]


@pytest.mark.parametrize(
    "broken",
    [
        {"recurrence": ["RRULE:FREQ=NEVER"]},
        {"recurrence": ["RRULE:FREQ=SECONDLY;BYSECOND=1,2,3"]},
        {"recurrence": ["EXRULE:FREQ=DAILY"]},
        {"start": {}},
        {"start": {"dateTime": "yesterday"}},
        {"start": None},
    ],
)
def test_one_event_that_cannot_be_read_is_left_out_and_its_neighbour_counts(broken: dict[str, Any]) -> None:
    objects = [
        kept("event1", [weekly(**broken)], READER.install),
        kept("event2", [made(id="event2")], READER.install),
    ]
    read = interpret(objects, WINDOW, BERLIN, READER)
    assert len(read.occurrences) == 1
    assert [one.uid for one in read.quarantined] == ["event1@google.com"]
