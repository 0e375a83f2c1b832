"""RRULE as text: what can be followed is read, what cannot is refused by the name of its part."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.errors import InputError
from engine.recurrence.rrule import parse_rule, rule_text

BERLIN = ZoneInfo("Europe/Berlin")

ENDS = {
    # part: what it takes at both ends, and what lies just beyond
    "BYSECOND": ("0", "60", "-1", "61"),
    "BYMINUTE": ("0", "59", "-1", "60"),
    "BYHOUR": ("0", "23", "-1", "24"),
    "BYMONTHDAY": ("1", "31", "0", "32"),
    "BYYEARDAY": ("1", "366", "0", "367"),
    "BYWEEKNO": ("1", "53", "0", "54"),
    "BYMONTH": ("1", "12", "0", "13"),
    "BYSETPOS": ("1", "366", "0", "367"),
}
FROM_THE_END = ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")


@pytest.mark.parametrize("part", ENDS)
def test_each_number_has_its_ends(part: str) -> None:
    least, most, *beyond = ENDS[part]
    for value in (least, most, f"{least},{most}"):
        assert f"{part}={value}" in rule_text(parse_rule(f"FREQ=YEARLY;{part}={value};BYDAY=MO", UTC))
    for value in (*beyond, f"{least},{beyond[1]}", "x", "1.5", ""):
        if value:
            with pytest.raises(InputError, match=part):
                parse_rule(f"FREQ=YEARLY;{part}={value};BYDAY=MO", UTC)


@pytest.mark.parametrize("part", ENDS)
def test_what_may_count_from_the_end(part: str) -> None:
    _, most, *_ = ENDS[part]
    if part in FROM_THE_END:
        parse_rule(f"FREQ=YEARLY;{part}=-{most};BYDAY=MO", UTC)
        with pytest.raises(InputError, match=part):
            parse_rule(f"FREQ=YEARLY;{part}=-{int(most) + 1};BYDAY=MO", UTC)
    else:
        with pytest.raises(InputError, match=part):
            parse_rule(f"FREQ=YEARLY;{part}=-1;BYDAY=MO", UTC)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("FREQ=FORTNIGHTLY", "FREQ"),
        ("COUNT=3", "FREQ"),
        ("FREQ=DAILY;COUNT=0", "COUNT"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL"),
        ("FREQ=DAILY;BYDAY=XX", "BYDAY"),
        ("FREQ=DAILY;WKST=XX", "WKST"),
        ("FREQ=DAILY;UNTIL=tomorrow", "UNTIL"),
        ("FREQ=DAILY;UNTIL=20261301", "UNTIL"),
        ("FREQ=DAILY;BYEASTER=1", "BYEASTER"),
        ("FREQ=DAILY;COUNT", "COUNT"),
        ("FREQ=DAILY;COUNT=2;COUNT=3", "COUNT"),
    ],
)
def test_what_cannot_be_followed_is_named(text: str, named: str) -> None:
    with pytest.raises(InputError, match=named):
        parse_rule(text, UTC)


@pytest.mark.parametrize(
    "text", ["FREQ=DAILY;", ";FREQ=DAILY", "FREQ=DAILY;;COUNT=", "freq=daily", "FREQ = DAILY"]
)
def test_what_exporters_leave_lying_about_is_skipped(text: str) -> None:
    assert parse_rule(text, UTC) == parse_rule("FREQ=DAILY", UTC)


@pytest.mark.parametrize(
    ("until", "all_day", "last"),
    [
        ("20261020T100000Z", False, datetime(2026, 10, 20, 12)),  # noqa: DTZ001 - a wall time
        ("20261020T100000", False, datetime(2026, 10, 20, 10)),  # noqa: DTZ001 - a wall time
        ("20261020", False, datetime(2026, 10, 20, 23, 59, 59)),  # noqa: DTZ001 - a wall time
        ("20261020T220000Z", True, datetime(2026, 10, 20, 23, 59, 59)),  # noqa: DTZ001 - a wall time
    ],
)
def test_until_is_the_last_moment_on_the_wall(until: str, all_day: bool, last: datetime) -> None:
    rule = parse_rule(f"FREQ=DAILY;UNTIL={until}", BERLIN, all_day=all_day)
    assert f"UNTIL={last:%Y%m%dT%H%M%S}" in rule_text(rule)
