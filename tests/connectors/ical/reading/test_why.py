"""What became of each event, and the rule that decided."""

import pytest

from connectors.ical.reading.interpret import interpret_body
from connectors.ical.reading.vevent import Owner
from tests.connectors.ical.reading.busy_times import busy, calendar, event, owned_by, window

WEEK = window("2026-10-12T00:00:00Z", "2026-10-19T00:00:00Z")
HOUR = ("DTSTART:20261012T080000Z", "DTEND:20261012T090000Z")
BUSY = [["2026-10-12T08:00:00Z", "2026-10-12T09:00:00Z"]]


@pytest.mark.parametrize(
    ("lines", "verdict", "rule"),
    [
        (HOUR, "counted", "takes time"),
        ((*HOUR, "STATUS:TENTATIVE"), "counted", "tentative is busy"),
        ((*HOUR, "X-APPLE-TRAVEL-DURATION:PT30M"), "counted", "the way to it"),
        ((*HOUR, "STATUS:CANCELLED"), "free", "cancelled"),
        ((*HOUR, "STATUS:CANCELED"), "free", "cancelled"),
        ((*HOUR, "TRANSP:TRANSPARENT"), "free", "transparent"),
        ((*HOUR, "ATTENDEE;PARTSTAT=DECLINED:mailto:me@example.com"), "free", "declined"),
        (HOUR[:1], "free", "takes no time"),
        (("DTSTART:20270101T080000Z", "DURATION:PT1H"), "free", "not in the window"),
        (("DTSTART:soon", "DURATION:PT1H"), "quarantined", "DTSTART cannot be read"),
        ((*HOUR, "RRULE:FREQ=SOMETIMES"), "quarantined", "no known FREQ"),
    ],
)
def test_each_event_tells_the_rule_that_decided(lines: tuple[str, ...], verdict: str, rule: str) -> None:
    body = calendar(event("UID:a", *lines))
    (told,) = interpret_body(body, WEEK, "UTC", owner=owned_by("me@example.com"), why=True).why
    assert (told.uid, told.verdict.value) == ("a", verdict)
    assert rule in told.rule


def test_the_one_that_gives_way_is_told_beside_the_one_that_counts() -> None:
    body = calendar(event("UID:a", *HOUR, "SEQUENCE:1"), event("UID:a", *HOUR, "SUMMARY:x", "SEQUENCE:2"))
    told = interpret_body(body, WEEK, "UTC", why=True).why
    assert sorted(one.verdict.value for one in told) == ["counted", "quarantined"]


def test_asking_why_changes_nothing_of_the_answer() -> None:
    body = calendar(event("UID:a", *HOUR), event("UID:b", "DTSTART:soon"))
    asked, plain = (interpret_body(body, WEEK, "UTC", why=why) for why in (True, False))
    assert (asked.occurrences, asked.quarantined) == (plain.occurrences, plain.quarantined)
    assert plain.why == ()


def test_a_calendar_may_be_told_that_what_is_marked_free_blocks_all_the_same() -> None:
    body = calendar(event("UID:a", *HOUR, "TRANSP:TRANSPARENT"))
    assert busy(interpret_body(body, WEEK, "UTC", owner=Owner(transparent_is_busy=True)), WEEK) == BUSY
    assert busy(interpret_body(body, WEEK, "UTC"), WEEK) == []
    cancelled = calendar(event("UID:a", *HOUR, "TRANSP:TRANSPARENT", "STATUS:CANCELLED"))
    assert busy(interpret_body(cancelled, WEEK, "UTC", owner=Owner(transparent_is_busy=True)), WEEK) == []
