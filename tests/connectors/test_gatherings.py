"""Who was at Google's and Outlook's events, as their documents tell it; an odd one tells nothing."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from connectors.gcal.gatherings import gatherings_task as of_google
from connectors.outlook.gatherings import gatherings_task as of_outlook
from connectors.sandbox.frames import framed, ordered
from engine.ids import EventUid, Href
from engine.model.calendar_object import RawObject
from engine.time.instant import parse_instant
from engine.time.span import HOUR

START = parse_instant("2026-11-02T10:00:00Z")
WINDOW = [parse_instant("2026-10-01T00:00:00Z"), parse_instant("2026-12-31T00:00:00Z"), "Europe/Berlin"]
Task = Callable[[bytes], bytes]
Event = dict[str, Any]


def told(task: Task, *documents: object) -> list[Any]:
    objects = [
        RawObject(
            href=Href(str(number)),
            uid=EventUid(str(number)),
            etag=None,
            content_hash="",
            raw=json.dumps(document).encode(),
        )
        for number, document in enumerate(documents)
    ]
    found: list[Any] = json.loads(task(ordered(WINDOW, framed(objects))))
    return found


def google(*attendees: object, **fields: Any) -> Event:
    return {
        "id": "x",
        "status": "confirmed",
        "summary": "Choir",
        "start": {"dateTime": "2026-11-02T11:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-11-02T12:00:00+01:00", "timeZone": "Europe/Berlin"},
        "organizer": {"email": "Ana@x.example", "displayName": "Ana"},
        "attendees": list(attendees),
        **fields,
    }


ME = {"email": "me@x.example", "self": True, "responseStatus": "accepted"}
BEN = {"email": "Ben@x.example", "displayName": "Ben", "responseStatus": "accepted"}


def people(row: Any) -> dict[str, tuple[str, bool, bool]]:
    """Give kind, whether they declined, and whether it is the owner, by address."""
    return {address: (kind, no, own) for address, _, kind, no, own in row[1][0][3]}


def test_google_tells_who_is_there_by_address_and_who_is_the_owner() -> None:
    room = {"email": "r@resource.calendar.google.com", "resource": True}
    no = {"email": "no@x.example", "responseStatus": "declined"}
    (row,) = told(of_google, [google(ME, BEN, room, no)])
    assert row[0] is False
    assert row[1][0][:3] == [START, START + HOUR, "Choir"]
    assert people(row) == {
        "ana@x.example": ("individual", False, False),
        "me@x.example": ("individual", False, True),
        "ben@x.example": ("individual", False, False),
        "r@resource.calendar.google.com": ("room", False, False),
        "no@x.example": ("individual", True, False),
    }


def test_googles_series_takes_place_each_time_but_where_it_was_called_off() -> None:
    series = google(ME, BEN, recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"])
    off: Event = {
        "id": "x_1",
        "status": "cancelled",
        "recurringEventId": "x",
        "originalStartTime": {"dateTime": "2026-11-09T11:00:00+01:00"},
    }
    moved = google(
        ME,
        {"email": "zoe@x.example"},
        id="x_2",
        recurringEventId="x",
        originalStartTime={"dateTime": "2026-11-16T11:00:00+01:00"},
        start={"dateTime": "2026-11-17T11:00:00+01:00"},
        end={"dateTime": "2026-11-17T12:00:00+01:00"},
    )
    (row,) = told(of_google, [series, off, moved])
    assert row[0] is True
    starts = {start: {one[0] for one in there} for start, _, _, there in row[1]}
    week = 7 * 24 * HOUR
    assert starts.keys() == {START, START + 3 * week, START + 2 * week + 24 * HOUR}
    assert "zoe@x.example" in starts[START + 2 * week + 24 * HOUR]
    assert "zoe@x.example" not in starts[START]


@pytest.mark.parametrize(
    "event",
    [
        google(ME, BEN, status="cancelled"),
        google(),
        google("ben@x.example", None, 7),
        google(ME, BEN, start={"dateTime": "soon"}),
        google(ME, BEN, start={"dateTime": "2025-11-02T10:00:00Z"}, end={"dateTime": "2025-11-02T11:00:00Z"}),
        google(ME, BEN, organizer="ana"),
        {k: v for k, v in google(ME, BEN).items() if k != "start"},
    ],
)
def test_what_tells_of_nobody_in_time_tells_nothing_and_stops_no_other(event: Event) -> None:
    odd, good = told(of_google, [event], [google(ME, BEN)])
    assert odd[1] == []
    assert len(good[1]) == 1


@pytest.mark.parametrize(
    ("fields", "birthday"),
    [
        ({"eventType": "birthday"}, ["Choir", "--11-02", True]),
        ({}, ["Choir", "--11-02", False]),
        ({"recurrence": []}, None),
        ({"start": {"dateTime": "2026-11-02T11:00:00Z"}}, None),
    ],
)
def test_google_tells_whole_days_that_are_kept_each_year(fields: Event, birthday: object) -> None:
    yearly = {
        "start": {"date": "1980-11-02"},
        "end": {"date": "1980-11-03"},
        "recurrence": ["RRULE:FREQ=YEARLY"],
    }
    assert told(of_google, [google(**{**yearly, **fields})])[0][2] == birthday


def graph(*attendees: object, **fields: Any) -> Mapping[str, Any]:
    event: Event = {
        "id": "x",
        "subject": "Choir",
        "isAllDay": False,
        "start": {"dateTime": "2026-11-02T10:00:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-02T11:00:00.0000000", "timeZone": "UTC"},
        "organizer": {"emailAddress": {"address": "Ana@x.example", "name": "Ana"}},
        "attendees": list(attendees),
        **fields,
    }
    return {"event": event}


def asked(address: object, kind: str = "required", answer: str = "accepted") -> Event:
    person = {"address": address, "name": str(address)}
    return {"type": kind, "status": {"response": answer}, "emailAddress": person}


def test_outlook_tells_who_is_there_by_address() -> None:
    there = [
        asked("Ben@x.example"),
        asked("r@x.example", "resource"),
        asked("no@x.example", answer="declined"),
    ]
    (row,) = told(of_outlook, graph(*there))
    assert row[1][0][:3] == [START, START + HOUR, "Choir"]
    assert people(row) == {
        "ana@x.example": ("individual", False, False),
        "ben@x.example": ("individual", False, False),
        "r@x.example": ("room", False, False),
        "no@x.example": ("individual", True, False),
    }


def test_outlook_says_that_the_owner_organises_and_what_the_owner_answered() -> None:
    (mine,) = told(of_outlook, graph(asked("ben@x.example"), isOrganizer=True))
    assert people(mine)["ana@x.example"] == ("individual", False, True)
    (declined,) = told(of_outlook, graph(asked("ben@x.example"), responseStatus={"response": "declined"}))
    assert declined[1] == []


@pytest.mark.parametrize(
    "document",
    [
        graph(asked("ben@x.example"), isCancelled=True),
        graph(),
        graph("ben@x.example", None),
        graph(asked("ben@x.example"), start=None),
        graph(asked("ben@x.example"), start={"dateTime": "soon"}),
        graph(asked("ben@x.example"), attendees="everybody"),
        graph(asked("ben@x.example"), organizer="ana"),
        {"event": None},
        {"event": "an event"},
        {},
    ],
)
def test_what_outlook_says_oddly_tells_nothing_and_stops_no_other(document: object) -> None:
    odd, good = told(of_outlook, document, graph(asked("ben@x.example")))
    assert odd[1] == []
    assert len(good[1]) == 1
    assert (
        told(of_outlook, graph(asked(None), asked(7), asked("ben@x.example")))[0][1][0][3][-1][0]
        == "ben@x.example"
    )
