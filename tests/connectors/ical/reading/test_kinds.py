"""Each kind of report, case after case: what a calendar takes is what it was made to take."""

from datetime import datetime
from random import Random

import pytest

from connectors.ical.reading.interpret import interpret, interpret_body, interpret_each
from connectors.ical.text.body import whole_calendar
from connectors.ical.text.objects import split
from engine.errors import SourceIncompleteError
from engine.time.intervals import merge
from engine.time.span import Span, clipped
from tests.connectors.ical.reading.busy_times import owned_by, window
from tests.connectors.ical.reading.kinds import KINDS, ME, Reported, lines_of, some_events

SPAN = window("2026-01-01T00:00:00Z", "2026-11-30T00:00:00Z")
OWNER = owned_by(ME, "alias@example.org")


def spans(case: Reported) -> list[Span]:
    given = (Span(_seconds(start), _seconds(end)) for start, end in case.busy)
    return list(merge(clipped(given, SPAN)))


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def check(kind: str, seed: int) -> None:
    case = KINDS[kind](Random(f"{kind} {seed}"))
    text = whole_calendar(case.body, "the calendar")
    read = interpret(split(text), SPAN, "UTC", owner=OWNER)
    assert list(merge(clipped((one.span for one in read.occurrences), SPAN))) == spans(case), (kind, seed)
    assert case.told in (None, bool(read.quarantined)), (kind, seed, read.quarantined)
    assert interpret_body(text, SPAN, "UTC", owner=OWNER) == read, (kind, seed)
    one_by_one = interpret_each(split(text), SPAN, "UTC", owner=OWNER)
    assert sorted(each.span for found in one_by_one for each in found) == sorted(
        each.span for each in read.occurrences
    ), (kind, seed)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_report_is_read_as_it_was_meant(kind: str) -> None:
    for seed in range(15):
        check(kind, seed)


@pytest.mark.long
@pytest.mark.fuzz
@pytest.mark.parametrize("kind", KINDS)
def test_500_of_a_kind_are_read_as_they_were_meant(kind: str) -> None:
    for seed in range(500):
        check(kind, seed)


def ruined(random: Random) -> tuple[bytes, int]:
    """Spoil what begins or ends events in a way that may or may not be readable; also how many there were."""
    events, busy = some_events(random)
    spoilt = [
        ("BEGIN:VEVENT", "BEGIN VEVENT"),
        ("BEGIN:VEVENT", "BEGIN=VEVENT"),
        ("BEGIN:VEVENT", "BEGINVEVENT"),
        ("\r\nBEGIN:VEVENT", "BEGIN:VEVENT"),
        ("\r\nBEGIN:VEVENT", " BEGIN:VEVENT"),
        ("\r\nBEGIN:VEVENT", "\x0bBEGIN:VEVENT"),
        ("\r\nBEGIN:VEVENT", "\u2028BEGIN:VEVENT"),
        ("\r\nBEGIN:VEVENT", "\x85BEGIN:VEVENT"),
        ("\r\nBEGIN:VEVENT", "\\nBEGIN:VEVENT"),
        ("BEGIN:VEVENT", "BEGIN;VEVENT"),
        ("BEGIN:VEVENT", "BEGIN:;VEVENT"),
        ("BEGIN:VEVENT", "BEGIN: VEVENT"),
        ("BEGIN:VEVENT", "  begin:vevent"),
    ]
    before, after = random.choice(spoilt)
    text = "\r\n".join(lines_of(events)) + "\r\n"
    return text.replace(before, after, random.choice([1, -1])).encode(), len(busy)


def guard(seed: int) -> None:
    body, count = ruined(Random(f"guard {seed}"))
    try:
        text = whole_calendar(body, "the calendar")
    except SourceIncompleteError:
        return
    read = interpret(split(text), SPAN, "UTC", why=True)
    assert len(read.why) == count, (seed, body)


def test_an_event_that_is_begun_is_found_or_the_calendar_is_incomplete() -> None:
    for seed in range(100):
        guard(seed)


@pytest.mark.long
@pytest.mark.fuzz
def test_2000_ruined_calendars_lose_no_event_in_silence() -> None:
    for seed in range(2000):
        guard(seed)
