"""A series whose first instance lies on a change of the clock: the others last as long as was told."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.time.instant import format_instant, parse_instant
from engine.time.span import DAY, HOUR, MINUTE, Span
from tests.connectors.ical.reading.busy_times import calendar, event, meaning

CHANGES = ("2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z")
WEEK = 7 * DAY


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("how", ["DURATION", "DTEND in UTC"])
@pytest.mark.parametrize("careful", [False, True])
def test_each_instance_lasts_as_long_as_was_told(change: str, how: str, careful: bool) -> None:
    for by in range(-3 * HOUR, 3 * HOUR, 30 * MINUTE):
        start = parse_instant(change) + by
        (first,) = _read(start, "DURATION:PT1H")
        told = "DURATION:PT1H" if how == "DURATION" else f"DTEND:{_utc(first.end)}"
        odd = ("X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT0S",) if careful else ()
        found = _read(start, told, "RRULE:FREQ=WEEKLY;COUNT=3", *odd)
        assert [each.start for each in found[:1]] == [first.start]
        assert found[0].end >= first.end
        assert [each.seconds for each in found[1:]] == [HOUR, HOUR]


@pytest.mark.parametrize("until", ["PT1H", "in UTC"])
def test_a_period_lasts_as_long_as_was_told(until: str) -> None:
    for by in range(-3 * HOUR, 3 * HOUR, 30 * MINUTE):
        at = parse_instant(CHANGES[1]) + by
        (first,) = _read(at, "DURATION:PT1H")
        last = until if until == "PT1H" else _utc(first.end)
        added = f"RDATE;TZID=Europe/Berlin;VALUE=PERIOD:{_wall(at)}/{last}"
        found = _read(at - 2 * DAY, "DURATION:PT1H", added)
        assert [each.start for each in found] == [at - 2 * DAY, first.start]
        assert found[1].end >= first.end


def _read(start: int, *lines: str) -> list[Span]:
    text = calendar(event("UID:a", f"DTSTART;TZID=Europe/Berlin:{_wall(start)}", *lines))
    read = meaning(text, "Europe/Berlin", Span(start - 2 * DAY, start + 4 * WEEK))
    assert read.quarantined == ()
    return [one.span for one in read.occurrences]


def _wall(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo('Europe/Berlin')):%Y%m%dT%H%M%S}"


def _utc(at: int) -> str:
    return format_instant(at).replace("-", "").replace(":", "")
