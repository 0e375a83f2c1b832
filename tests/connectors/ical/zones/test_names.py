"""Zone names without a definition, held against the offsets they stand for in winter and in summer."""

from datetime import datetime

import pytest

from connectors.ical.zones.names import ABBREVIATIONS, by_abbreviation, resolved
from connectors.ical.zones.windows_names import SHOWN, by_name
from tests.connectors.ical.reading.busy_times import DATA

ROWS = [line.split("\t") for line in (DATA / "windows_zones.tsv").read_text().splitlines()[1:]]
DAYS = (datetime(2026, 1, 15, 12), datetime(2026, 7, 15, 12))  # noqa: DTZ001 - wall times


def offsets(name: str) -> list[str]:
    found = resolved(name)
    assert found is not None, name
    assert found.guess == "", name
    return [day.replace(tzinfo=found.zone).strftime("%z") for day in DAYS]


def as_windows_shows_it(windows: str, shown: str) -> list[str]:
    offset, _, place = shown.partition(") ")
    return [
        windows,
        windows.lower(),
        f"{windows} 1",
        windows.replace("Standard Time", "Daylight Time"),
        shown,
        shown.replace("UTC", "GMT", 1),
        shown.replace("UTC", "GMT ", 1) if shown != ROWS[-1][1] else shown,
        f'"{shown}"',
        f"{place} {offset})",
        shown.replace(":", ".", 1),
    ]


@pytest.mark.parametrize(("windows", "shown", "january", "july"), ROWS, ids=[row[0] for row in ROWS])
def test_a_windows_zone_is_known_by_name_and_by_what_outlook_shows(
    windows: str, shown: str, january: str, july: str
) -> None:
    for name in as_windows_shows_it(windows, shown):
        assert offsets(name) == [january, july], name


def test_every_name_that_windows_has_had_is_a_zone() -> None:
    assert len(by_name()) > 2 * 120
    for windows in (*by_name(), *SHOWN):
        assert resolved(windows) is not None, windows


@pytest.mark.parametrize(
    ("name", "january", "july"),
    [
        ("GMT+0100", "+0100", "+0100"),
        ("GMT+1", "+0100", "+0100"),
        ("UTC-03:30", "-0330", "-0330"),
        ("(GMT +01:00)", "+0100", "+0100"),
        ("(UTC+05:45)", "+0545", "+0545"),
        ("+0100", "+0100", "+0100"),
        ("-05:00", "-0500", "-0500"),
        ("UTC\u221205:00", "-0500", "-0500"),
        ("Europe/Berlin (CET)", "+0100", "+0200"),
        ("(UTC-05:00) America/New_York", "-0500", "-0400"),
        ("(GMT+01.00) Sarajevo/Warsaw/Zagreb", "+0100", "+0200"),
        ("(GMT-08.00) US/Canada Pacific", "-0800", "-0700"),
        ("(GMT-05:00) Eastern Time - New York", "-0500", "-0400"),
        ("(GMT+01:00) Central European Time - Berlin", "+0100", "+0200"),
        ("(UTC-11:00) Midway Island, Samoa", "-1100", "-1100"),
        ("(UTC-07:00) Chihuahua, La Paz, Mazatlan", "-0700", "-0700"),
        ("(UTC+06:00) Astana", "+0600", "+0600"),
        ("Mexico Standard Time 2", "-0700", "-0700"),
        ("Europe/Berlin 1", "+0100", "+0200"),
        ("europe/berlin", "+0100", "+0200"),
        ("America/New York", "-0500", "-0400"),
        ("Eastern Time (US & Canada)", "-0500", "-0400"),
        ("/citadel.org/20100101_1/Europe/Paris", "+0100", "+0200"),
        ("/Australia/Sydney", "+1100", "+1000"),
        ("UTC+5.5", "+0530", "+0530"),
        ("UTC+5,5", "+0530", "+0530"),
        ("(UTC+5.50)", "+0530", "+0530"),
        ("GMT-3.5", "-0330", "-0330"),
        ("UTC+5.75", "+0545", "+0545"),
        ("UTC+12.75", "+1245", "+1245"),
        ("UTC+5.30", "+0530", "+0530"),
        ("UTC+5.45", "+0545", "+0545"),
        ("(UTC+5.5) Chennai, Kolkata, Mumbai, New Delhi", "+0530", "+0530"),
        ("EST", "-0500", "-0500"),
        ("CET", "+0100", "+0200"),
    ],
)
def test_other_programs_names_mean(name: str, january: str, july: str) -> None:
    assert offsets(name) == [january, july]


@pytest.mark.parametrize(
    ("name", "offset"),
    [
        ("(UTC+02:00) Amman", "+0200"),
        ("(UTC+03:00) Europe/Berlin", "+0300"),
        ("Custom GMT+0200", "+0200"),
        ("(UTC+09:15) Nowhere", "+0915"),
        ("(UTC-07:00) Berlin", "-0700"),
    ],
)
def test_a_stated_offset_wins_over_a_guess_and_the_guess_is_told(name: str, offset: str) -> None:
    found = resolved(name)
    assert found is not None
    assert found.guess
    assert [day.replace(tzinfo=found.zone).strftime("%z") for day in DAYS] == [offset, offset]


@pytest.mark.parametrize(
    ("name", "january", "july"),
    [
        ("PST", "-0800", "-0700"),
        ("PDT", "-0800", "-0700"),
        ("pst", "-0800", "-0700"),
        ("CST", "-0600", "-0500"),
        ("MDT", "-0700", "-0600"),
        ("EDT", "-0500", "-0400"),
        ("BST", "+0000", "+0100"),
        ("CEST", "+0100", "+0200"),
        ("MESZ", "+0100", "+0200"),
        ("IST", "+0530", "+0530"),
        ("JST", "+0900", "+0900"),
        ("AEDT", "+1100", "+1000"),
        ("NZST", "+1300", "+1200"),
    ],
)
def test_a_bare_abbreviation_means_the_zone_of_most_who_write_it_and_is_told(
    name: str, january: str, july: str
) -> None:
    found = resolved(name)
    assert found is not None
    assert found.guess
    assert [day.replace(tzinfo=found.zone).strftime("%z") for day in DAYS] == [january, july]


@pytest.mark.parametrize(
    "name", sorted({short for names in ABBREVIATIONS.values() for short in names.split()})
)
def test_each_abbreviation_is_of_a_zone_that_is_known(name: str) -> None:
    assert by_abbreviation(name) is not None
    assert resolved(name) is not None


@pytest.mark.parametrize(
    "name",
    [
        "XYZ",
        "UTC+5.55.5",
        "Customized Time Zone",
        "customized time zone 1",
        "My Zone 1",
        "../../etc/passwd",
        "/etc/localtime",
        "",
        "(UTC+99:00) X",
    ],
)
def test_a_name_that_nobody_knows_is_no_zone(name: str) -> None:
    assert resolved(name) is None
