"""Events as gatherly writes them to Google, and as it knows them again: field by field, without a request."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.gcal.translate import LONGEST_TEXT, LONGEST_TITLE, body_of, mark_of, observed
from engine.ids import EventId
from engine.model.booking import Observed, tombstone
from engine.time.instant import parse_instant
from engine.time.span import Span
from tests.contracts.connector import draft

OWNER = frozenset({"dave@example.com"})
DRAFT = replace(
    draft("a1b2c3install1"), title="Planning", description="Bring\nnumbers", location="Room 1", sequence=3
)


def written(**changes: Any) -> dict[str, Any]:
    return body_of(replace(DRAFT, **changes))


def read(**fields: Any) -> Observed:
    return observed({**written(), "etag": '"7"', **fields}, "UTC", OWNER)


def test_a_copy_takes_time_is_certain_and_has_no_guests_whom_google_would_mail() -> None:
    body = written()
    assert (body["transparency"], body["status"], body["id"]) == ("opaque", "confirmed", DRAFT.event_id)
    assert "attendees" not in body
    assert (body["summary"], body["description"], body["location"]) == (
        "Planning",
        "Bring\nnumbers",
        "Room 1",
    )


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"])
def test_both_its_ends_are_told_in_its_owners_zone(zone: str) -> None:
    body = written(zone=zone)
    assert (body["start"]["timeZone"], body["end"]["timeZone"]) == (zone, zone)
    span = Span(parse_instant(body["start"]["dateTime"]), parse_instant(body["end"]["dateTime"]))
    assert span == DRAFT.span


TEXTS = {
    # field: what a text may hold, and how a line's end in it is written
    "title": ("summary", LONGEST_TITLE, "a b"),
    "location": ("location", LONGEST_TITLE, "a, b"),
    "description": ("description", LONGEST_TEXT, "a\nb"),
}


@pytest.mark.parametrize("field", TEXTS)
def test_a_text_is_cut_to_what_google_takes_and_has_no_lines_where_there_may_be_none(field: str) -> None:
    name, longest, two_lines = TEXTS[field]
    assert written(**{field: "a\nb"})[name] == two_lines
    assert len(written(**{field: "x" * 20_000})[name]) == longest
    assert longest in (1000, 8000)
    assert "\x1b" not in written(**{field: "a\x1b[31mb"})[name]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://gatherly.example/s", True),
        ("http://gatherly.example/s", True),
        ("javascript:alert(1)", False),
        ("ftp://gatherly.example", False),
        (None, False),
    ],
)
def test_only_a_web_address_is_shown_as_where_it_comes_from(url: str | None, shown: bool) -> None:
    assert written(url=url).get("source") == ({"title": "gatherly", "url": url} if shown else None)


def test_what_is_written_is_known_again() -> None:
    assert read() == Observed(
        event_id=DRAFT.event_id,
        etag='"7"',
        span=DRAFT.span,
        mark=DRAFT.mark,
        title="Planning",
        sequence=3,
        rule="",
    )


def private(**changes: Any) -> dict[str, Any]:
    return {"private": {**written()["extendedProperties"]["private"], **changes}}


FIELDS: dict[str, tuple[dict[str, Any], Observed]] = {
    # what somebody made of it: how it is seen
    "deleted": ({"status": "cancelled"}, tombstone(DRAFT.event_id)),
    "deleted, bare": ({"status": "cancelled", "start": None, "end": None}, tombstone(DRAFT.event_id)),
    "tentative": ({"status": "tentative"}, read()),
    "its mark taken off": ({"extendedProperties": {}}, replace(read(), mark=None, sequence=0)),
    "a part of its mark": (
        {"extendedProperties": {"private": {"gatherlyInstall": "x"}}},
        replace(read(), mark=None, sequence=0),
    ),
    "an epoch that is none": ({"extendedProperties": private(gatherlyEpoch="x")}, replace(read(), mark=None)),
    "a sequence that is none": (
        {"extendedProperties": private(gatherlySequence="-1")},
        replace(read(), sequence=0),
    ),
    "declined by its owner": (
        {"attendees": [{"self": True, "responseStatus": "declined"}]},
        replace(read(), declined=True),
    ),
    "declined by one of its owner's addresses": (
        {"attendees": [{"email": "Dave@Example.com", "responseStatus": "declined"}]},
        replace(read(), declined=True),
    ),
    "declined by a guest": (
        {"attendees": [{"email": "eve@example.com", "responseStatus": "declined"}]},
        read(),
    ),
    "accepted by its owner": ({"attendees": [{"self": True, "responseStatus": "accepted"}]}, read()),
    "without a title": ({"summary": ""}, replace(read(), title="")),
}


@pytest.mark.parametrize("case", FIELDS)
def test_how_it_lies_in_the_calendar_now(case: str) -> None:
    fields, expected = FIELDS[case]
    assert read(**fields) == expected


def test_googles_own_sequence_counts_where_ours_is_not_kept() -> None:
    assert read(extendedProperties={}, sequence=4).sequence == 4
    assert read(sequence=9).sequence == 3


def test_an_event_of_a_whole_day_is_that_day_in_the_calendars_zone() -> None:
    found = observed(
        {"id": "x", "start": {"date": "2026-10-25"}, "end": {"date": "2026-10-26"}}, "Europe/Berlin", OWNER
    )
    assert found.span == Span(parse_instant("2026-10-24T22:00:00Z"), parse_instant("2026-10-25T23:00:00Z"))


def test_a_mark_is_all_of_it_or_none() -> None:
    whole = written()
    assert mark_of(whole) == DRAFT.mark
    for part in ("gatherlyInstall", "gatherlySession", "gatherlyEpoch"):
        kept = {key: value for key, value in private()["private"].items() if key != part}
        assert mark_of({"extendedProperties": {"private": kept}}) is None
    assert EventId(whole["id"]) == DRAFT.event_id
