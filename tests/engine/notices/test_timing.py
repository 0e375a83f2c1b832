"""When a notice comes: quiet hours and digests on its reader's own clock, over clock changes too."""

import pytest

from engine.model.notices import Digest, NoticeKind, NoticePreferences, QuietHours
from engine.notices.timing import digest_at, due_at, quiet_until
from engine.time.instant import format_instant, parse_instant
from engine.time.span import HOUR

BERLIN = "Europe/Berlin"
NIGHT = QuietHours(21 * 60, 7 * 60)
K = NoticeKind

CASES = {
    # kind, preferences, now, concerns: when it comes
    "by day": (K.BOOKED, NIGHT, "off", "2026-11-16T12:00:00Z", (), "2026-11-16T12:00:00Z"),
    "by night": (K.BOOKED, NIGHT, "off", "2026-11-16T21:00:00Z", (), "2026-11-17T06:00:00Z"),
    "after midnight": (K.BOOKED, NIGHT, "off", "2026-11-17T02:00:00Z", (), "2026-11-17T06:00:00Z"),
    "as it begins": (K.BOOKED, NIGHT, "off", "2026-11-16T20:00:00Z", (), "2026-11-17T06:00:00Z"),
    "as it ends": (K.BOOKED, NIGHT, "off", "2026-11-17T06:00:00Z", (), "2026-11-17T06:00:00Z"),
    "a reminder by night": (K.REMINDER, NIGHT, "daily", "2026-11-16T22:00:00Z", (), "2026-11-16T22:00:00Z"),
    "an answer wanted by night": (
        *(K.PROPOSED, NIGHT, "off", "2026-11-16T22:00:00Z"),
        *(("2026-11-20T10:00:00Z",), "2026-11-17T06:00:00Z"),
    ),
    "an answer wanted before its slot": (
        *(K.PROPOSED, NIGHT, "off", "2026-11-16T22:00:00Z"),
        *(("2026-11-17T05:30:00Z",), "2026-11-16T22:00:00Z"),
    ),
    "a slot that has passed does not hurry": (
        *(K.CANCELLED, NIGHT, "off", "2026-11-16T22:00:00Z"),
        *(("2026-11-16T21:30:00Z",), "2026-11-17T06:00:00Z"),
    ),
    "a slot as they end": (
        *(K.BOOKED, NIGHT, "off", "2026-11-16T22:00:00Z"),
        *(("2026-11-17T06:00:00Z",), "2026-11-17T06:00:00Z"),
    ),
    "a digest by the hour": (K.BOOKED, None, "hourly", "2026-11-16T12:10:00Z", (), "2026-11-16T13:00:00Z"),
    "a digest at eight": (K.BOOKED, None, "daily", "2026-11-16T12:10:00Z", (), "2026-11-17T07:00:00Z"),
    "a digest before eight": (K.BOOKED, None, "daily", "2026-11-16T03:00:00Z", (), "2026-11-16T07:00:00Z"),
    "what asks is not collected": (
        *(K.PROPOSED, None, "daily", "2026-11-16T12:10:00Z"),
        *((), "2026-11-16T12:10:00Z"),
    ),
    "an hourly digest in the night": (
        *(K.BOOKED, NIGHT, "hourly", "2026-11-16T22:10:00Z"),
        *((), "2026-11-17T06:00:00Z"),
    ),
    "a digest over the clock change": (
        *(K.BOOKED, None, "daily", "2026-10-24T12:00:00Z"),
        *((), "2026-10-25T07:00:00Z"),
    ),
    "quiet over the clock change": (
        *(K.BOOKED, NIGHT, "off", "2026-10-24T20:00:00Z"),
        *((), "2026-10-25T06:00:00Z"),
    ),
    "no quiet hours of no length": (
        *(K.BOOKED, QuietHours(60, 60), "off", "2026-11-16T00:00:00Z"),
        *((), "2026-11-16T00:00:00Z"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_when_a_notice_comes(case: str) -> None:
    kind, quiet, digest, now, concerns, expected = CASES[case]
    wishes = NoticePreferences(quiet=quiet, digest=Digest(digest))
    due = due_at(kind, wishes, BERLIN, parse_instant(now), [parse_instant(one) for one in concerns])
    assert format_instant(due) == expected


@pytest.mark.parametrize("zone", ["UTC", BERLIN, "America/New_York", "Asia/Kolkata", "Pacific/Apia"])
def test_nothing_is_held_back_longer_than_the_quiet_hours_are_long(zone: str) -> None:
    begins = parse_instant("2026-03-20T00:00:00Z")
    for now in range(begins, begins + 20 * 24 * HOUR, 1740):
        until = quiet_until(NIGHT, zone, now)
        assert until is None or now < until <= now + 11 * HOUR
        assert until is None or quiet_until(NIGHT, zone, until) is None


ENDS = [QuietHours(22 * 60, minute) for minute in (60, 90, 119, 120, 150, 179, 180, 210)]
CHANGES = {
    BERLIN: ("2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z"),
    "America/New_York": ("2026-03-07T12:00:00Z", "2026-10-31T12:00:00Z"),
    "Australia/Lord_Howe": ("2026-04-04T00:00:00Z", "2026-10-03T00:00:00Z"),
    "America/Santiago": ("2026-04-04T12:00:00Z", "2026-09-05T12:00:00Z"),
}


@pytest.mark.parametrize("zone", CHANGES)
def test_quiet_hours_and_digests_that_end_as_clocks_change_are_ahead_and_near(zone: str) -> None:
    for begins in map(parse_instant, CHANGES[zone]):
        for now in range(begins, begins + 30 * HOUR, 420):
            for quiet in ENDS:
                until = quiet_until(quiet, zone, now)
                assert until is None or now < until <= now + 7 * HOUR, (format_instant(now), quiet)
            for digest, most in ((Digest.HOURLY, HOUR), (Digest.DAILY, 25 * HOUR)):
                assert now < digest_at(digest, zone, now) <= now + most, (format_instant(now), digest)
