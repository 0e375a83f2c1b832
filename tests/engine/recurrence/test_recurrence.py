"""Series: the RFC's own examples, the bounds of the work, and instances against a walk by dateutil."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from engine.errors import InputError
from engine.model.recurrence import Extra, Frequency, NthDay, Rule, Series, wall_seconds, wall_time
from engine.recurrence.instances import instances
from engine.recurrence.rrule import parse_rule, rule_text
from engine.recurrence.rule_starts import rule_starts
from engine.recurrence.vetting import vet
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, Span
from engine.time.weekday import Weekday
from tests.work import work_of

NEW_YORK = ZoneInfo("America/New_York")
NINE = datetime(1997, 9, 2, 9)  # noqa: DTZ001 - a wall time

BEGINNINGS = {
    "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1": datetime(1997, 9, 30, 9),  # noqa: DTZ001 - a wall time
    "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200": datetime(1997, 1, 1, 9),  # noqa: DTZ001 - a wall time
    "FREQ=YEARLY;COUNT=4;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8": datetime(1996, 11, 5, 9),  # noqa: DTZ001
}
"""Where an example does not begin on 2 September 1997."""

EXAMPLES = [
    ("FREQ=DAILY;COUNT=10", 10, "1997-09-11"),
    ("FREQ=DAILY;UNTIL=19971224T000000Z", 113, "1997-12-23"),
    ("FREQ=DAILY;INTERVAL=10;COUNT=5", 5, "1997-10-12"),
    ("FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", 10, "1997-10-02"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", 8, "1997-10-16"),
    ("FREQ=MONTHLY;COUNT=10;BYDAY=1FR", 10, "1998-06-05"),
    ("FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", 10, "1998-05-31"),
    ("FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", 6, "1998-02-16"),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", 10, "1998-01-15"),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", 10, "1998-02-01"),
    ("FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", 10, "2006-01-01"),
    ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", 3, "1997-11-06"),
    ("FREQ=YEARLY;COUNT=4;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", 4, "2008-11-04"),
    ("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", 2, "1997-09-02"),
    ("FREQ=MINUTELY;INTERVAL=90;COUNT=4", 4, "1997-09-02"),
    ("FREQ=DAILY;BYHOUR=9,10,11;BYMINUTE=0,20,40;COUNT=9", 9, "1997-09-02"),
]


@pytest.mark.parametrize(("text", "count", "last"), EXAMPLES)
def test_an_example_of_rfc_5545(text: str, count: int, last: str) -> None:
    rule = parse_rule(text, NEW_YORK)
    start = wall_seconds(BEGINNINGS.get(text, NINE))
    starts = list(rule_starts(rule, start, 0, start + 5000 * DAY))
    assert (len(starts), f"{wall_time(starts[-1]):%Y-%m-%d}") == (count, last)


def test_local_time_stays_through_a_clock_change_and_instances_carry_their_own() -> None:
    start = wall_seconds(datetime(2026, 10, 26, 9))  # noqa: DTZ001 - a wall time
    series = Series(
        start=start,
        length=HOUR,
        zone=NEW_YORK,
        rules=(Rule(frequency=Frequency.WEEKLY),),
        extras=(Extra(start + DAY, 2 * HOUR),),
        removed=frozenset({start + 14 * DAY}),
    )
    window = Span(parse_instant("2026-10-25T00:00:00Z"), parse_instant("2026-11-20T00:00:00Z"))
    found = sorted(instances(series, window))
    assert found == [
        Span(parse_instant("2026-10-26T13:00:00Z"), parse_instant("2026-10-26T14:00:00Z")),
        Span(parse_instant("2026-10-27T13:00:00Z"), parse_instant("2026-10-27T15:00:00Z")),
        Span(parse_instant("2026-11-02T14:00:00Z"), parse_instant("2026-11-02T15:00:00Z")),
        Span(parse_instant("2026-11-16T14:00:00Z"), parse_instant("2026-11-16T15:00:00Z")),
    ]


def test_the_age_of_a_series_costs_nothing() -> None:
    window = Span(parse_instant("2026-10-01T00:00:00Z"), parse_instant("2026-11-01T00:00:00Z"))
    daily = Series(start=DAY * 366, length=HOUR, zone=NEW_YORK, rules=(Rule(frequency=Frequency.DAILY),))
    young = replace(daily, start=wall_seconds(datetime(2026, 9, 1)))  # noqa: DTZ001 - a wall time
    assert len(instances(daily, window)) == len(instances(young, window)) == 31
    cost = work_of(lambda: instances(young, window)).calls
    assert work_of(lambda: instances(daily, window)).calls <= cost + 50


@pytest.mark.parametrize(
    "rule",
    [
        Rule(frequency=Frequency.SECONDLY, interval=3),
        Rule(frequency=Frequency.DAILY, count=10_001),
        Rule(
            frequency=Frequency.DAILY,
            by_hour=tuple(range(24)),
            by_minute=tuple(range(60)),
            by_second=(1, 2, 3, 4),
        ),
        Rule(frequency=Frequency.WEEKLY, count=9_000, by_month=(2,), by_hour=tuple(range(24))),
    ],
)
def test_too_much_work_is_refused_before_it_is_done(rule: Rule) -> None:
    series = Series(start=wall_seconds(NINE), length=0, zone=NEW_YORK, rules=(rule,))
    window = Span(parse_instant("2026-10-01T00:00:00Z"), parse_instant("2026-12-01T00:00:00Z"))
    with pytest.raises(InputError, match="too"):
        vet(series, window)


def random_rule(chance: random.Random) -> Rule:
    """Make a rule that dateutil follows as the RFC means it, and soon."""
    frequency = chance.choice(list(Frequency)[:5])
    days: set[NthDay] = set()
    if chance.random() < 0.4:
        nth = chance.choice([1, 2, -1]) if frequency <= Frequency.MONTHLY and chance.random() < 0.5 else 0
        days = {NthDay(Weekday(chance.randrange(7)), nth) for _ in range(chance.randrange(1, 4))}
    months = chance.sample(range(1, 13), 3) if chance.random() < 0.3 else []
    month_days = chance.sample([1, 2, 15, 28, -1, -2], 2) if chance.random() < 0.3 and frequency != 2 else []
    return Rule(
        frequency=frequency,
        interval=chance.choice([1, 1, 2, 3, 5]),
        count=chance.randrange(1, 30) if chance.random() < 0.3 else None,
        by_day=tuple(days),
        by_month=tuple(sorted(months)),
        by_month_day=tuple(sorted(month_days)),
        by_hour=tuple(sorted(chance.sample(range(24), 2))) if chance.random() < 0.15 else (),
        week_start=Weekday(chance.choice([0, 6, 3])),
        by_set_position=(chance.choice([1, 2, -1]),) if days and chance.random() < 0.2 else (),
    )


@pytest.mark.parametrize("seed", range(60))
def test_starts_are_those_that_a_walk_from_the_beginning_finds(seed: int) -> None:
    chance = random.Random(seed)
    rule = random_rule(chance)
    start = datetime(2024, 1, 1) + timedelta(days=chance.randrange(700), minutes=30 * chance.randrange(48))  # noqa: DTZ001
    first = start + timedelta(days=chance.randrange(400))
    last = first + timedelta(days=90)
    walked = rrulestr(rule_text(rule) + f";UNTIL={last:%Y%m%dT%H%M%S}" * (rule.count is None), dtstart=start)
    expected = [wall_seconds(at) for at in walked if first <= at <= last]
    assert list(rule_starts(rule, wall_seconds(start), wall_seconds(first), wall_seconds(last))) == expected
