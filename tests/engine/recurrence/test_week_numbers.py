"""BYWEEKNO, against another way of counting weeks: one belongs to the year that its fourth day lies in."""

import random
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import pytest

from engine.model.recurrence import wall_seconds, wall_time
from engine.recurrence.rrule import parse_rule
from engine.recurrence.rule_starts import rule_starts
from engine.time.span import DAY

EVERY_DAY = "BYDAY=MO,TU,WE,TH,FR,SA,SU"
WEEK_STARTS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FIRST, LAST = date(2008, 1, 1), date(2021, 12, 31)
EVERY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
"""Years of each length that begin on each day of the week."""


@cache
def weeks_of(day: date, week_start: int) -> set[int]:
    """Number the week that a day lies in, from the beginning of its year and from the end."""
    fourth = day - timedelta(days=(day.weekday() - week_start) % 7) + timedelta(days=3)
    last = date(fourth.year, 12, 31)
    left = (last.timetuple().tm_yday - fourth.timetuple().tm_yday) // 7
    return {(fourth.timetuple().tm_yday - 1) // 7 + 1, -1 - left}


def days(text: str, first: date = FIRST, last: date = LAST) -> list[date]:
    start = wall_seconds(datetime.combine(first, time()))
    end = start + (last - first).days * DAY
    return [wall_time(at).date() for at in rule_starts(parse_rule(text, UTC), start, start, end)]


@cache
def numbered(week_start: int) -> dict[int, list[date]]:
    """Give the days of every week by its number."""
    found: dict[int, list[date]] = {}
    for day in EVERY:
        for number in weeks_of(day, week_start):
            found.setdefault(number, []).append(day)
    return found


@pytest.mark.parametrize("number", [1, 2, 26, 52, 53, -1, -2, -52, -53])
def test_the_days_of_a_numbered_week(number: int) -> None:
    for week_start, name in ((0, "MO"), (6, "SU"), (3, "TH")):
        expected = numbered(week_start)[number]
        assert days(f"FREQ=YEARLY;BYWEEKNO={number};{EVERY_DAY};WKST={name}") == expected


@pytest.mark.parametrize("seed", range(12))
def test_some_days_of_some_weeks(seed: int) -> None:
    chance = random.Random(seed)
    numbers = chance.sample([*range(1, 54), *range(-53, 0)], 4)
    week_start, named = chance.randrange(7), sorted(chance.sample(range(7), 2))
    by_day = ",".join(WEEK_STARTS[one] for one in named)
    listed = ",".join(map(str, numbers))
    found = days(f"FREQ=YEARLY;BYWEEKNO={listed};BYDAY={by_day};WKST={WEEK_STARTS[week_start]}")
    assert found == [
        day for day in EVERY if day.weekday() in named and weeks_of(day, week_start) & set(numbers)
    ]


def test_rfc_5545s_monday_of_week_20() -> None:
    found = days("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", date(1997, 5, 12), date(1999, 12, 31))
    assert found == [date(1997, 5, 12), date(1998, 5, 11), date(1999, 5, 17)]


@pytest.mark.parametrize(
    ("week", "expected"),
    [
        (1, date(2024, 12, 30)),  # a Monday of the old year, in the new one's first week
        (53, date(2026, 12, 28)),
        (-1, date(2024, 12, 23)),
    ],
)
def test_a_week_at_the_turn_of_the_year(week: int, expected: date) -> None:
    assert expected in days(f"FREQ=YEARLY;BYWEEKNO={week};BYDAY=MO", last=date(2027, 12, 31))


def test_every_second_year_counts_the_year_of_the_day() -> None:
    found = days("FREQ=YEARLY;INTERVAL=2;BYWEEKNO=10;BYDAY=WE", date(2020, 1, 1), date(2026, 1, 1))
    assert found == [date(2020, 3, 4), date(2022, 3, 9), date(2024, 3, 6)]
