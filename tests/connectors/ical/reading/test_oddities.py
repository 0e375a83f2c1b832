"""Where the RFC is silent or exporters err: the reading that gatherly takes, each with its reason."""

import pytest

from connectors.ical.feed.body import read_feed
from connectors.ical.zones.names import named_zone
from tests.connectors.ical.reading.busy_times import busy, calendar, event, meaning, owned_by, window

WEEK = window("2026-10-12T00:00:00Z", "2026-10-19T00:00:00Z")
FIRST = WEEK.start // 86400
DAILY = ("UID:s", "DTSTART:20261012T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3")


def at(day: int, hour: int = 8, hours: int = 1) -> list[str]:
    return [f"2026-10-{day:02d}T{hour:02d}:00:00Z", f"2026-10-{day:02d}T{hour + hours:02d}:00:00Z"]


def whole(day: int) -> list[str]:
    return [f"2026-10-{day:02d}T00:00:00Z", f"2026-10-{day + 1:02d}T00:00:00Z"]


def zone(name: str, offset: str = "+0600") -> str:
    rule = ("DTSTART:19700101T000000", f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}")
    lines = ("BEGIN:VTIMEZONE", f"TZID:{name}", "BEGIN:STANDARD", *rule, "END:STANDARD", "END:VTIMEZONE")
    return "\r\n".join((*lines, ""))


def moved(day: int, hour: int, *more: str, uid: str = "s") -> str:
    replaced = f"RECURRENCE-ID:202610{day:02d}T080000Z"
    return event(f"UID:{uid}", replaced, f"DTSTART:202610{day:02d}T{hour:02d}0000Z", "DURATION:PT1H", *more)


CASES = {
    "EXDATE wins over an override of the same instance": (
        event(*DAILY, "EXDATE:20261013T080000Z") + moved(13, 15),
        [at(12), at(14)],
    ),
    "unless the override is newer than the master": (
        event(*DAILY, "EXDATE:20261013T080000Z", "SEQUENCE:1") + moved(13, 15, "SEQUENCE:2"),
        [at(12), at(13, 15), at(14)],
    ),
    "of two masters with equal SEQUENCE both count": (
        event(*DAILY) + event("UID:s", "DTSTART:20261016T080000Z", "DURATION:PT1H"),
        [at(12), at(13), at(14), at(16)],
    ),
    "a RANGE moves what follows as well": (
        event(*DAILY)
        + event(
            "UID:s",
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20261013T080000Z",
            "DTSTART:20261013T100000Z",
            "DURATION:PT1H",
        ),
        [at(12), at(13, 10), at(14, 10)],
    ),
    "an override that matches no instance stands for itself": (
        event(*DAILY) + moved(17, 9),
        [at(12), at(13), at(14), at(17, 9)],
    ),
    "an override without its master stands for itself": (moved(13, 15), [at(13, 15)]),
    "a recurrence id in another zone means the same instance": (
        event(*DAILY)
        + event(
            "UID:s",
            "RECURRENCE-ID;TZID=Europe/Berlin:20261013T100000",
            "DTSTART:20261013T150000Z",
            "DURATION:PT1H",
        ),
        [at(12), at(13, 15), at(14)],
    ),
    "DTSTART that its rule does not make is an instance beside COUNT": (
        event("UID:s", "DTSTART:20261012T080000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=TU,WE;COUNT=2"),
        [at(12), at(13), at(14)],
    ),
    "UNTIL as a date includes that day": (
        event("UID:s", "DTSTART:20261012T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20261013"),
        [at(12), at(13)],
    ),
    "an EXDATE that is a date removes a timed instance of that day": (
        event(*DAILY, "EXDATE;VALUE=DATE:20261013"),
        [at(12), at(14)],
    ),
    "an EXDATE that is a date without saying so does as well": (
        event(*DAILY, "EXDATE:20261013"),
        [at(12), at(14)],
    ),
    "several dates, of which one names no instance": (
        event(*DAILY, "EXDATE;VALUE=DATE:20261012,20261014,20261020"),
        [at(13)],
    ),
    "an EXDATE that is a date wins over an override of that day": (
        event(*DAILY, "EXDATE;VALUE=DATE:20261013") + moved(13, 15),
        [at(12), at(14)],
    ),
    "an RDATE that is a date adds that day at the series' hour": (
        event(*DAILY, "RDATE;VALUE=DATE:20261016"),
        [at(12), at(13), at(14), at(16)],
    ),
    "an empty EXDATE or RDATE is none": (event(*DAILY, "EXDATE:", "RDATE:"), [at(12), at(13), at(14)]),
    "lower case is read": (
        event(*DAILY).lower().replace("20261012t080000z", "20261012T080000Z"),
        [at(12), at(13), at(14)],
    ),
    "a folded name is read": (event(*DAILY).replace("RRULE", "RR\r\n ULE"), [at(12), at(13), at(14)]),
    "a folded time is read": (
        event(*DAILY).replace("DTSTART:2026", "DTSTART:20\r\n 26"),
        [at(12), at(13), at(14)],
    ),
    "an event that was never ended counts": (
        event(*DAILY).replace("END:VEVENT\r\n", "")
        + event("UID:t", "DTSTART:20261016T080000Z", "DURATION:PT1H"),
        [at(12), at(13), at(14), at(16)],
    ),
    "copies count once, whatever their stamp": (
        event(*DAILY, "DTSTAMP:20260101T000000Z") + event(*DAILY, "DTSTAMP:20260202T000000Z"),
        [at(12), at(13), at(14)],
    ),
    "an alarm lends its event nothing": (
        event(
            *DAILY[:2],
            "BEGIN:VALARM",
            "DURATION:PT9H",
            "RRULE:FREQ=DAILY",
            "UID:other",
            "END:VALARM",
            "DURATION:PT1H",
        ),
        [at(12)],
    ),
    "P1DT is a day": (
        event("UID:s", "DTSTART:20261012T080000Z", "DURATION:P1DT"),
        [["2026-10-12T08:00:00Z", "2026-10-13T08:00:00Z"]],
    ),
    "an event of years ago that still lasts is busy": (
        event("UID:s", "DTSTART:20200101T000000Z", "DTEND:20261012T060000Z"),
        [["2026-10-12T00:00:00Z", "2026-10-12T06:00:00Z"]],
    ),
    "a blank line stands within a fold": (
        event("UID:s", "DTSTART:20261012T080000\r\n\r\n Z", "DTEND:20261012T0900\n\n\t00Z"),
        [at(12)],
    ),
    "blank lines of blanks stand within a fold": (
        event("UID:s", "DTSTART:20261012T080000\r\n \r\n\r\n Z", "DURATION:PT\r\n\r\n\r\n 1H"),
        [at(12)],
    ),
    "a cancelled instance has no start of its own": (
        event(*DAILY) + event("UID:s", "RECURRENCE-ID:20261013T080000Z", "STATUS:CANCELLED"),
        [at(12), at(14)],
    ),
    "a cancelled instance of a whole day has no start of its own": (
        event("UID:s", "DTSTART;VALUE=DATE:20261012", "RRULE:FREQ=DAILY;COUNT=2")
        + event("UID:s", "RECURRENCE-ID;VALUE=DATE:20261012", "STATUS:canceled"),
        [whole(13)],
    ),
    "a whole day is written with a midnight": (
        event("UID:s", "DTSTART;VALUE=DATE:20261012T000000", "DTEND;VALUE=DATE:20261013T000000"),
        [whole(12)],
    ),
    "a whole day is written with a midnight of UTC and without an end": (
        event("UID:s", "DTSTART;VALUE=DATE:20261012T000000Z"),
        [whole(12)],
    ),
    "a file's zone is named within quotes": (
        zone('"Own Zone"') + event("UID:s", "DTSTART;TZID=Own Zone:20261012T140000", "DURATION:PT1H"),
        [at(12)],
    ),
    "a file's quoted zone is named within quotes, and in another case": (
        zone(' "Own Zone" ') + event("UID:s", 'DTSTART;TZID="own zone":20261012T140000', "DURATION:PT1H"),
        [at(12)],
    ),
    "somebody is called as an event begins": (
        event(*DAILY, 'ATTENDEE;CN="BEGIN:VEVENT":mailto:a@example.com')
        + event("UID:t", *DAILY[1:3], 'ORGANIZER;CN="a begin:vevent";X="b":mailto:b@example.com'),
        [at(12), at(13), at(14)],
    ),
    "a place, a category and a relation are called as an event begins": (
        event(*DAILY, "CATEGORIES:BEGIN:VEVENT", "RESOURCES:a BEGIN:VEVENT", 'LOCATION;X="BEGIN:VEVENT":b'),
        [at(12), at(13), at(14)],
    ),
    "an offset has hours alone": (
        zone("Own", "+06") + event("UID:s", "DTSTART;TZID=Own:20261012T140000", "DURATION:PT1H"),
        [at(12)],
    ),
    "a rule of seconds without gaps is one block": (
        event(
            "UID:s", "DTSTART:20261012T080000Z", "DURATION:PT1M", "RRULE:FREQ=SECONDLY;INTERVAL=30;COUNT=119"
        ),
        [at(12)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_reading_taken_where(name: str) -> None:
    events, expected = CASES[name]
    read = meaning(calendar(events), "UTC", WEEK)
    assert read.quarantined == ()
    assert busy(read, WEEK) == expected


def test_of_two_masters_the_one_with_the_higher_sequence_counts_and_the_other_is_reported() -> None:
    newer = event("UID:s", "DTSTART:20261016T080000Z", "DURATION:PT1H", "SEQUENCE:2")
    read = meaning(calendar(event(*DAILY, "SEQUENCE:1") + newer), "UTC", WEEK)
    assert busy(read, WEEK) == [at(16)]
    assert [one.reason for one in read.quarantined] == ["another version of it counts in its place"]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("DTSTART:20261012T080000Z", "DTEND:20261012T070000Z"), "DTEND is before DTSTART"),
        (("DTSTART:20261012T080000Z", "DURATION:-PT1H"), "DURATION is negative"),
        (("DTSTART:20261312T080000Z", "DURATION:PT1H"), "DTSTART cannot be read"),
        (("DTSTART:20261012T080000Z", "RRULE:FREQ=SOMETIMES"), "no known FREQ"),
        (("DTSTART:20261012T080000Z", "RRULE:FREQ=DAILY;INTERVAL=0"), "INTERVAL=0 leads nowhere"),
        (("DTSTART:20261012T080000Z", "RRULE:FREQ=DAILY;BYHOUR=25"), "BYHOUR holds 25"),
        (("DTSTART:20261012T080000Z", "RRULE:FREQ=DAILY;COUNT=1000000"), "COUNT=1000000 is too much"),
        (("DTSTART:20261012T080000Z", "EXRULE:FREQ=DAILY"), "EXRULE is not followed"),
        (("SUMMARY:No start",), "DTSTART is missing"),
    ],
)
def test_what_cannot_be_read_is_quarantined_with_its_reason(lines: tuple[str, ...], reason: str) -> None:
    read = meaning(calendar(event("UID:bad", *lines), event(*DAILY)), "UTC", WEEK)
    assert [one.uid for one in read.quarantined] == ["bad"]
    assert reason in read.quarantined[0].reason
    assert busy(read, WEEK) == [at(12), at(13), at(14)]


def test_what_its_owner_declined_leaves_them_free() -> None:
    attendee = "ATTENDEE;PARTSTAT=DECLINED;CN=Dave:mailto:Dave@Example.com"
    body = calendar(event(*DAILY, attendee))
    assert busy(meaning(body, "UTC", WEEK, owner=owned_by("dave@example.com")), WEEK) == []
    assert busy(meaning(body, "UTC", WEEK, owner=owned_by("alice@example.com")), WEEK) == [
        at(12),
        at(13),
        at(14),
    ]


@pytest.mark.parametrize("end", ["\r\n ", "\n\t", "\r\n\r\n "])
@pytest.mark.parametrize("at_letter", range(1, 9))
@pytest.mark.parametrize("answer", ["DECLINED", "declined"])
def test_an_answer_is_read_wherever_its_line_is_folded(answer: str, at_letter: int, end: str) -> None:
    folded = answer[:at_letter] + end + answer[at_letter:]
    body = calendar(event(*DAILY, f'ATTENDEE;PARTSTAT={folded};CN="Dave":mailto:dave@example.com'))
    assert busy(meaning(body, "UTC", WEEK, owner=owned_by("dave@example.com")), WEEK) == []


@pytest.mark.parametrize("marks", [1, 2, 3])
def test_byte_order_marks_before_a_calendar_are_no_part_of_it(marks: int) -> None:
    assert busy(meaning(b"\xef\xbb\xbf" * marks + calendar(event(*DAILY[:3])), "UTC", WEEK), WEEK) == [at(12)]


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Romance Standard Time", "Europe/Paris"),
        ("w. europe standard time", "Europe/Berlin"),
        ("/mozilla.org/20050126_1/America/New_York", "America/New_York"),
        ("/freeassociation.sourceforge.net/America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin"),
        ("(UTC-08:00) Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("Prague Bratislava Standard Time", "Europe/Prague"),
        ("Jerusalem Standard Time", "Asia/Jerusalem"),
        ("Malay Peninsula Standard Time", "Asia/Singapore"),
        ("tzone://Microsoft/Custom", None),
        ("Customized Time Zone", None),
        ("../../etc/passwd", None),
        ("/etc/localtime", None),
    ],
)
def test_a_zone_name_means(name: str, zone: str | None) -> None:
    found = named_zone(name)
    assert (None if found is None else str(found)) == zone


def test_a_zone_that_begins_after_its_event_is_the_one_of_its_name() -> None:
    late = ("DTSTART:20281028T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100")
    zone = (
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Berlin",
        "BEGIN:STANDARD",
        *late,
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    )
    winter = event("UID:s", "DTSTART;TZID=Europe/Berlin:20260112T090000", "DURATION:PT1H")
    january = window("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")
    read = meaning(calendar("\r\n".join(zone), winter), "UTC", january)
    assert busy(read, january) == [["2026-01-12T08:00:00Z", "2026-01-12T09:00:00Z"]]


@pytest.mark.parametrize("name", ["EXDATE", "RECURRENCE-ID"])
@pytest.mark.parametrize(
    ("written", "gone"),
    [
        ("20261013T000000Z", 13),
        (";VALUE=DATE:20261013", 13),
        ("20261012T220000Z", 13),
        ("20261014T220000Z", 15),
        (";TZID=America/New_York:20261012T180000", 13),
        (";TZID=Asia/Tokyo:20261013T000000", 13),
        ("20261013T070000Z", 13),
    ],
)
@pytest.mark.parametrize("rule", ["RRULE:FREQ=DAILY;COUNT=4", "RRULE:FREQ=DAILY;UNTIL=20261015"])
def test_a_removed_day_may_be_named_by_the_moment_at_which_it_begins(
    name: str, written: str, gone: int, rule: str
) -> None:
    """Of whole days in Berlin: UTC's midnight is that date as written, 22:00 of UTC the next day's start."""
    line = f"{name}{written if written.startswith(';') else ':' + written}"
    series = ("UID:s", "DTSTART;VALUE=DATE:20261012", rule)
    if name == "EXDATE":
        body = calendar(event(*series, line))
    else:
        body = calendar(
            event(*series), event("UID:s", line, "DTSTART;VALUE=DATE:20261018", "STATUS:CANCELLED")
        )
    read = meaning(body, "Europe/Berlin", WEEK)
    days = sorted((one.span.start + 2 * 3600) // 86400 for one in read.occurrences)
    assert [day - FIRST + 12 for day in days] == [day for day in (12, 13, 14, 15) if day != gone]


@pytest.mark.parametrize(
    "name",
    [
        '"America/New_York"',
        "america/new_york",
        r"America\/New_York",
        " America/New_York ",
        "/America/New_York",
    ],
)
def test_a_calendar_names_its_own_zone_as(name: str) -> None:
    body = calendar(
        event("UID:s", "DTSTART:20261012T040000", "DURATION:PT1H"), header=f"X-WR-TIMEZONE:{name}\r\n"
    )
    assert busy(meaning(body, "UTC", WEEK), WEEK) == [at(12)]
    assert read_feed(body, "the feed", "").zone == "America/New_York"


def test_a_newer_version_that_is_cancelled_needs_no_start() -> None:
    newer = event("UID:s", "STATUS:CANCELLED", "SEQUENCE:2", "DTSTAMP:20260901T000000Z")
    read = meaning(calendar(event(*DAILY, "SEQUENCE:1") + newer), "UTC", WEEK)
    assert busy(read, WEEK) == []
    assert [one.reason for one in read.quarantined] == ["another version of it counts in its place"]


def test_a_whole_calendar_that_is_called_off_needs_no_starts() -> None:
    called_off = calendar(event("UID:s", "DTSTAMP:20260901T000000Z"), header="METHOD:CANCEL\r\n")
    assert busy(meaning(calendar(event(*DAILY)) + called_off, "UTC", WEEK), WEEK) == []
