"""Events that gatherly writes: nothing in a text can end a line, and what is written reads back."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from connectors.ical.text.compose import compose, texts
from connectors.ical.text.ical_values import instant_of, wall_of
from connectors.ical.text.lines import content_lines
from connectors.ical.text.objects import cut
from connectors.ical.text.read_back import check_reads_back
from connectors.ical.zones.file_zones import file_zones
from engine.errors import WriteRefusedError
from engine.model.booking import Person
from engine.text.plain_text import plain_text
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, Span
from tests.connectors.ical.reading.busy_times import busy, meaning
from tests.contracts.connector import WINDOW, draft

NASTY = st.text(st.characters(codec="utf-8", exclude_categories=()), max_size=200) | st.sampled_from(
    [
        "a\r\nEND:VEVENT\r\nBEGIN:VEVENT",
        "x\nATTENDEE:mailto:e@vil",
        "\x00\x0b\x85\u2028\u2029",
        "\\n;,:\"'",
        "ß" * 3000,
    ]
)


@settings(max_examples=50, deadline=None)
@given(NASTY, NASTY, NASTY, NASTY)
def test_whatever_the_texts_are_one_event_with_the_same_properties_comes_out(
    title: str, description: str, location: str, name: str
) -> None:
    written = replace(
        draft(),
        title=title,
        description=description,
        location=location,
        organizer=Person(name=name, email="a@example.com"),
    )
    text = compose(written)
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    plain = {line.name for line in content_lines(text)}
    expected = {line.name for line in content_lines(compose(draft()))}
    assert plain <= expected
    assert str(event.get("DESCRIPTION", "")) == plain_text(description, 8000)
    assert busy(meaning(text, "UTC", WINDOW), WINDOW) == busy(
        meaning(compose(draft()), "UTC", WINDOW), WINDOW
    )


def test_a_copy_is_personal_and_known_again() -> None:
    (event,) = Calendar.from_ical(compose(draft())).walk("VEVENT")
    for people in (event["ORGANIZER"], event["ATTENDEE"]):
        assert people.params["SCHEDULE-AGENT"] == "NONE"
    assert (event["X-GATHERLY-INSTALL"], event["X-GATHERLY-SESSION"], event["X-GATHERLY-EPOCH"]) == (
        "install-1",
        "s-1",
        "2",
    )
    assert event["SEQUENCE"] == 0
    assert "DTSTAMP" in event


def test_an_address_that_is_none_is_refused() -> None:
    for email in ("a b@example.com", "a@example.com\r\nX-EVIL:1", "nobody", "a@b\u2028c"):
        with pytest.raises(WriteRefusedError, match="is not an address"):
            compose(replace(draft(), organizer=Person(name="A", email=email)))


@pytest.mark.parametrize(
    "name",
    ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Africa/Casablanca", "Australia/Lord_Howe", "UTC"],
)
def test_the_zone_that_is_written_is_the_zone_that_was_meant(name: str) -> None:
    zone = ZoneInfo(name)
    start = parse_instant("2026-10-20T08:00:00Z")
    text = compose(replace(draft(), zone=name, span=Span(start, start + HOUR)))
    (segment,) = cut(text)
    read = file_zones(b"", segment.zones, zone, {}).own[name].zone
    for at in range(start - 300 * DAY, start + 300 * DAY, 13 * HOUR):
        wall = wall_of(at, zone)
        assert wall_of(at, read) == wall
        assert instant_of(wall, read) == instant_of(wall, zone)


SMUGGLED = {
    "an event more": ("END:VEVENT\r\n", "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n"),
    "an alarm in it": ("END:VEVENT\r\n", "BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT\r\n"),
    "a property more": ("SEQUENCE:0\r\n", "SEQUENCE:0\r\nRRULE:FREQ=DAILY\r\n"),
    "a person more": ("SEQUENCE:0\r\n", "SEQUENCE:0\r\nATTENDEE:mailto:mallory@evil.example\r\n"),
    "another title": ("SUMMARY:Planning", "SUMMARY:Lunch"),
    "another address": ("mailto:dave@", "mailto:mallory@"),
    "another name": ("CN=Dave", "CN=Mallory"),
    "a bare feed": ("SEQUENCE:0\r\n", "SEQUENCE:0\nX-EVIL:1\r\n"),
    "a bare return": ("SEQUENCE:0\r\n", "SEQUENCE:0\rX-EVIL:1\r\n"),
    "a NUL": ("Room 5", "Room\x00 5"),
    "a vertical tab": ("Room 5", "Room\x0b5"),
    "a next line": ("Room 5", "Room\x855"),
    "a line separator": ("Room 5", "Room\u20285"),
    "a mark of direction": ("Room 5", "Room \u202e5"),
    "a line that is none": ("SEQUENCE:0\r\n", "SEQUENCE:0\r\nnothing\r\n"),
    "no end": ("END:VCALENDAR\r\n", "END:VCALENDAR"),
}


@pytest.mark.parametrize("how", SMUGGLED)
def test_a_calendar_that_would_read_as_anything_else_never_leaves(how: str) -> None:
    written = draft()
    old, new = SMUGGLED[how]
    text = compose(written)
    (event,) = Calendar.from_ical(text).events
    check_reads_back(text, [event], list(texts(written)), written.event_id)
    spoilt = text.replace(old.encode(), new.encode())
    assert spoilt != text
    with pytest.raises(WriteRefusedError, match="cannot be written"):
        check_reads_back(spoilt, [event], list(texts(written)), written.event_id)


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u202e"])
def test_no_control_character_is_written_into_a_calendar(sign: str) -> None:
    text = f"a{sign}b"
    written = compose(
        replace(
            draft(),
            title=text,
            description=text,
            location=text,
            organizer=Person(name=text, email="a@example.com"),
        )
    ).decode()
    assert sign not in written


def test_a_copy_says_of_nobody_that_they_accepted_who_have_not() -> None:
    people = (
        Person(name="Ann", email="ann@example.com"),
        Person(name="Bob", email="bob@example.com", optional=True, comes=False),
    )
    text = compose(replace(draft(), attendees=people)).decode().replace("\r\n ", "")
    lines = {line for line in text.splitlines() if line.startswith("ATTENDEE")}
    ann, bob = sorted(lines)
    assert "PARTSTAT=ACCEPTED" in ann
    assert "ROLE=" not in ann
    assert "PARTSTAT=NEEDS-ACTION" in bob
    assert "ROLE=OPT-PARTICIPANT" in bob
