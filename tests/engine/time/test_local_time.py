"""Local time: gaps and folds are read once and for all, and agree with zoneinfo second by second."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.errors import InputError
from engine.time.instant import format_instant, parse_instant
from engine.time.local_time import daily_windows, day_number, local_time, weekday_of, zone_info
from engine.time.span import DAY, HOUR, Span
from engine.time.weekday import Weekday

ZONES = [
    "America/New_York",
    "Europe/Berlin",
    "Europe/London",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "America/Vancouver",
    "Africa/Casablanca",
    "America/Havana",
    "Asia/Beirut",
    "America/Santiago",
]


def horizon(text: str, days: int = 3) -> Span:
    start = parse_instant(f"{text}T00:00:00Z")
    return Span(start, start + days * DAY)


@pytest.mark.parametrize("zone", ZONES)
def test_the_clock_agrees_with_zoneinfo_through_all_transitions_2024_to_2030(zone: str) -> None:
    span = Span(parse_instant("2024-01-01T00:00:00Z"), parse_instant("2031-01-01T00:00:00Z"))
    local = local_time(zone, span)
    changes = [era.start + delta for era in local.eras for delta in (-1, 0, 1)]
    for at in (*changes[2:], *range(span.start, span.end, 5 * HOUR + 7)):
        shown = datetime.fromtimestamp(at, ZoneInfo(zone)).replace(tzinfo=UTC)
        assert local.clock(at) == int(shown.timestamp())
        assert local.day(at) == day_number(shown.date())
        assert weekday_of(local.day(at)) == shown.weekday()


def test_a_time_in_the_gap_is_the_first_instant_after_it() -> None:
    local = local_time("Europe/Berlin", horizon("2026-03-28"))
    sunday = day_number(date(2026, 3, 29))
    for minute in (120, 150, 179, 180):
        assert format_instant(local.first(sunday, minute)) == "2026-03-29T01:00:00Z"
        assert format_instant(local.last(sunday, minute)) == "2026-03-29T01:00:00Z"


def test_a_time_in_the_fold_opens_at_its_first_and_closes_at_its_last_occurrence() -> None:
    local = local_time("Europe/Berlin", horizon("2026-10-24"))
    sunday = day_number(date(2026, 10, 25))
    assert format_instant(local.first(sunday, 150)) == "2026-10-25T00:30:00Z"
    assert format_instant(local.last(sunday, 150)) == "2026-10-25T01:30:00Z"
    windows = list(daily_windows(local, horizon("2026-10-25", 1), 150, 160, [Weekday.SUNDAY]))
    assert [window.seconds for window in windows] == [HOUR + 600]


def test_a_range_that_the_gap_swallows_is_empty() -> None:
    local = local_time("Europe/Berlin", horizon("2026-03-28"))
    assert not list(daily_windows(local, horizon("2026-03-29", 1), 130, 170, [Weekday.SUNDAY]))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Asia/Kathmandu", "2026-04-05", 24),
    ],
)
def test_a_local_day_lasts_from_midnight_to_midnight(zone: str, day: str, hours: float) -> None:
    number = day_number(date.fromisoformat(day))
    local = local_time(zone, horizon(day))
    assert local.first(number + 1, 0) - local.first(number, 0) == hours * HOUR


def test_hours_over_midnight_belong_to_the_day_on_which_they_start() -> None:
    local = local_time("UTC", horizon("2026-11-16"))
    windows = daily_windows(local, horizon("2026-11-16"), 22 * 60, 6 * 60, [Weekday.MONDAY])
    assert [(format_instant(window.start), format_instant(window.end)) for window in windows] == [
        ("2026-11-16T22:00:00Z", "2026-11-17T06:00:00Z")
    ]


def test_equal_start_and_end_are_the_whole_day() -> None:
    local = local_time("UTC", horizon("2026-11-16"))
    windows = list(daily_windows(local, horizon("2026-11-16"), 540, 540, [Weekday.MONDAY]))
    assert [window.seconds for window in windows] == [DAY]


def test_local_time_is_written_with_its_offset() -> None:
    at = parse_instant("2026-11-20T12:00:00Z")
    assert local_time("Asia/Kathmandu", Span(at, at)).written(at) == "2026-11-20T17:45:00+05:45"
    assert local_time("America/New_York", Span(at, at)).written(at) == "2026-11-20T07:00:00-05:00"
    assert local_time("America/St_Johns", Span(at, at)).written(at) == "2026-11-20T08:30:00-03:30"
    assert local_time("UTC", Span(at, at)).written(at) == "2026-11-20T12:00:00+00:00"


def test_a_zone_that_does_not_exist_is_named() -> None:
    with pytest.raises(InputError, match="'Mars/Olympus' is not an IANA time zone"):
        zone_info("Mars/Olympus")
