"""A published VFREEBUSY is its owner's time as well as events are."""

import pytest

from connectors.ical.reading.interpret import interpret_body
from connectors.ical.text.body import whole_calendar
from tests.connectors.ical.reading.busy_times import busy, calendar, event, meaning, window

WEEK = window("2026-10-12T00:00:00Z", "2026-10-19T00:00:00Z")


def at(day: int, hour: int = 8) -> list[str]:
    return [f"2026-10-{day:02d}T{hour:02d}:00:00Z", f"2026-10-{day:02d}T{hour + 1:02d}:00:00Z"]


def published(*lines: str) -> str:
    bounds = ("DTSTART:20261001T000000Z", "DTEND:20261130T000000Z")
    return "\r\n".join(("BEGIN:VFREEBUSY", "UID:f", *bounds, *lines, "END:VFREEBUSY", ""))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("FREEBUSY:20261012T080000Z/PT1H",), [at(12)]),
        (("FREEBUSY:20261012T080000Z/20261012T090000Z,20261013T080000Z/PT1H",), [at(12), at(13)]),
        (("FREEBUSY;FBTYPE=BUSY:20261012T080000Z/PT1H", "FREEBUSY:20261014T080000Z/PT60M"), [at(12), at(14)]),
        (("FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261012T080000Z/PT1H",), [at(12)]),
        (("FREEBUSY;fbtype=busy-tentative:20261012T080000Z/PT1H",), [at(12)]),
        (('FREEBUSY;FBTYPE="X-OOF";X-A="b:c":20261012T080000Z/PT1H',), [at(12)]),
        (("FREEBUSY;FBTYPE=FREE:20261012T080000Z/PT1H", "FREEBUSY:20261013T080000Z/PT1H"), [at(13)]),
        (("FREEBUSY;FBTYPE=free:20261012T080000Z/PT1H",), []),
        (("FREEBUSY:20261012T080000Z/\r\n PT1H,\r\n 20261013T080000Z/PT1H",), [at(12), at(13)]),
        (("freebusy;value=period:20261012T080000Z/PT1H", "COMMENT:FREEBUSY:x"), [at(12)]),
        (("FREEBUSY:20261012T080000Z/PT1H,",), [at(12)]),
        (("FREEBUSY;TZID=Europe/Berlin:20261012T100000/20261012T110000",), [at(12)]),
        (('FREEBUSY;TZID="W. Europe Standard Time";FBTYPE=BUSY:20261012T100000/PT1H',), [at(12)]),
        (("FREEBUSY:",), []),
        ((), []),
    ],
)
def test_what_is_published_as_busy_is_busy(lines: tuple[str, ...], expected: list[list[str]]) -> None:
    body = calendar(published(*lines), event("UID:e", "DTSTART:20261016T080000Z", "DURATION:PT1H"))
    read = meaning(body, "UTC", WEEK)
    assert read.quarantined == ()
    assert busy(read, WEEK) == [*expected, at(16)]
    assert busy(interpret_body(whole_calendar(body, "it"), WEEK, "UTC"), WEEK) == busy(read, WEEK)


@pytest.mark.parametrize(
    "wrong",
    ["soon", "20261013T080000Z", "20261013T080000Z/", "20261013T080000Z/PT3", "20261013T080000Z/x", "/PT1H"],
)
def test_a_published_period_that_cannot_be_read_is_told_and_the_others_count(wrong: str) -> None:
    read = meaning(calendar(published(f"FREEBUSY:{wrong},20261012T080000Z/PT1H")), "UTC", WEEK)
    assert len(read.quarantined) == 1
    assert busy(read, WEEK) == [at(12)]


@pytest.mark.parametrize("after", ["", event("UID:e", "DTSTART:20261016T080000Z"), published("COMMENT:none")])
def test_a_publication_that_is_never_ended_ends_where_something_else_begins(after: str) -> None:
    unended = published("FREEBUSY:20261012T080000Z/PT1H").replace("END:VFREEBUSY\r\n", "")
    assert busy(meaning(calendar(unended, after), "UTC", WEEK), WEEK) == [at(12)]


def test_a_publication_of_nothing_takes_nothing_else_away() -> None:
    nothing = "BEGIN:VFREEBUSY\r\nEND:VFREEBUSY\r\n"
    meeting = event("UID:e", "DTSTART:20261016T080000Z", "DURATION:PT1H")
    body = calendar(nothing, meeting, published("FREEBUSY:20261012T080000Z/PT1H"), nothing)
    assert busy(meaning(body, "UTC", WEEK), WEEK) == [at(12), at(16)]
