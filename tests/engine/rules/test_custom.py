"""Rules that packages add: what they forbid is forbidden to the second, and what fails forbids everything."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.availability.rule_blocks import rule_blocks
from engine.documents.requests import parse_request
from engine.documents.rules import constraint_document, parse_constraint
from engine.errors import InputError
from engine.find.answer import BlockCode
from engine.find.request import FindRequest
from engine.find.search import bookable, find
from engine.ids import UserId
from engine.model.constraint import Check, Constraint, CustomRule
from engine.rules.blocking import Situation, starts_against
from engine.rules.check import check_constraints
from engine.rules.checkable import checkable, with_check
from engine.rules.custom import MOST_PARTS
from engine.time.intervals import holds
from engine.time.local_time import local_time
from engine.time.span import HOUR, MINUTE, Span

ZONE = "America/New_York"
NOW = 1_773_000_000
NAP = {"type": "custom", "from": 13, "to": 14}
Parts = Iterable[tuple[datetime, datetime]]


def nap(details: Any, span: tuple[datetime, datetime], zone: str) -> Parts:
    """Forbid some hours of each local day, as a package would."""
    day = span[0].replace(hour=0, minute=0, second=0)
    while day < span[1]:
        yield day.replace(hour=details["from"]), day.replace(hour=details["to"])
        day += timedelta(days=1)


def rule(level: str = "hard", name: str = "Nap", document: dict[str, Any] = NAP) -> Constraint:
    return parse_constraint({"id": name, "name": name, "level": level, "rule": document})


def checked(check: Check, level: str = "hard") -> Constraint:
    return with_check(rule(level), {"Nap": check})


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def against(one: Constraint, start: int, minutes: int = 60) -> bool:
    event = Span(start, start + minutes * MINUTE)
    return bool(check_constraints(UserId("a"), ZONE, event, [one]))


def request(*rules: Constraint) -> FindRequest:
    """One person of New York, from the day on which the clocks go forward, for three days."""
    document = {
        "now": "2026-03-07T00:00:00Z",
        "window": {"start": "2026-03-07T00:00:00Z", "end": "2026-03-10T00:00:00Z"},
        "all": True,
        "session": {"hostUserId": "ada", "duration": 60},
        "users": [{"id": "ada", "timezone": ZONE}],
        "busy": {"ada": []},
    }
    return replace(parse_request(document, 0), rules=rules)


def test_a_hard_rule_is_taken_with_a_check_of_its_name_alone() -> None:
    with pytest.raises(InputError, match="Nothing can check the custom rule 'Nap'"):
        checkable(rule(), {"Another": nap})
    assert checkable(rule(), {"Nap": nap}) == rule()
    assert checkable(rule("soft"), {}) == rule("soft")


@pytest.mark.parametrize(
    ("start", "stands"),
    [
        ("2026-03-09T11:59:59-04:00", False),
        ("2026-03-09T12:00:00-04:00", False),
        ("2026-03-09T12:00:01-04:00", True),
        ("2026-03-09T13:59:59-04:00", True),
        ("2026-03-09T14:00:00-04:00", False),
        ("2026-03-06T12:30:00-05:00", True),
        ("2026-03-06T14:00:00-05:00", False),
    ],
)
def test_an_event_of_an_hour_that_meets_what_is_forbidden_stands_against_it(start: str, stands: bool) -> None:
    """On the zone's own clock, before and after it changes."""
    assert against(checked(nap), at(start)) is stands


def _raises(details: Any, span: Any, zone: str) -> Parts:
    raise RuntimeError(details)


def _ends_everything(details: Any, span: Any, zone: str) -> Parts:
    raise SystemExit(1)


def _naive(details: Any, span: Any, zone: str) -> Parts:
    return [(one.replace(tzinfo=None), one.replace(tzinfo=None)) for one in span[:1]]


def _backwards(details: Any, span: Any, zone: str) -> Parts:
    return [(span[1], span[0])]


def _no_stretches(details: Any, span: Any, zone: str) -> Any:
    return True


def _numbers(details: Any, span: Any, zone: str) -> Any:
    return [(0, 1)]


def _without_end(details: Any, span: Any, zone: str) -> Parts:
    while True:
        yield span


FAILING = (_raises, _ends_everything, _naive, _backwards, _no_stretches, _numbers, _without_end)


@pytest.mark.parametrize("check", FAILING)
def test_what_fails_forbids_everything_and_nobody_else_notices(check: Check) -> None:
    assert against(checked(check), NOW)
    assert not find(request(checked(check))).proposed
    assert find(request(replace(checked(check), user=UserId("bob")))).proposed


@pytest.mark.parametrize("check", [nap, _raises, _no_stretches])
def test_offering_booking_and_blaming_agree(check: Check) -> None:
    asked = request(checked(check))
    found = find(asked)
    window, starts = asked.starts_window, set(found.starts)
    for start in range(window.start, window.end, 7 * MINUTE):
        codes = {one.code for one in bookable(asked, start)}
        assert (BlockCode.CUSTOM in codes) is against(checked(check), start)
        assert start not in starts or not codes
    assert bool(starts) is (check is nap)
    if found.failure is not None:
        assert [one.code for one in found.failure.blockers] == [BlockCode.CUSTOM]
        assert "rule:Nap" in {one.code for one in found.failure.relaxations}


def test_asked_of_more_at_once_it_says_the_same() -> None:
    start, one = at("2026-03-05T00:00:00-05:00"), checked(nap)
    whole = Span(start, start + 7 * 24 * HOUR)
    situation = Situation(local_time(ZONE, whole), (whole.start, whole.end), HOUR, [])
    told = starts_against(one.rule, situation)
    for each in range(start, whole.end, 1801):
        assert holds(told, each) is against(one, each)


def test_a_soft_one_lowers_and_never_blocks() -> None:
    found, usual = find(request(checked(_raises, "soft"))).proposed, find(request()).proposed
    assert len(found) == len(usual)
    assert max(one.confidence for one in found) < max(one.confidence for one in usual)


def test_one_whose_package_is_gone_forbids_where_it_is_hard() -> None:
    assert against(with_check(rule(), {}), NOW)
    assert not against(with_check(rule("soft"), {}), NOW)


def test_it_is_a_block_of_somebodys_availability() -> None:
    user = request().host
    day = Span(at("2026-03-09T00:00:00-04:00"), at("2026-03-10T00:00:00-04:00"))
    blocks = [one for one in rule_blocks(user, [checked(nap)], day) if one.metadata == {"rule": "Nap"}]
    assert [(one.start, one.end, one.is_busy) for one in blocks] == [
        (at("2026-03-09T13:00:00-04:00"), at("2026-03-09T14:00:00-04:00"), True)
    ]


def test_its_check_is_never_written_down() -> None:
    assert constraint_document(checked(nap))["rule"] == NAP
    assert checked(nap) == rule()
    assert isinstance(checked(nap).rule, CustomRule)


def test_parts_without_number_are_bounded() -> None:
    asked = []

    def counting(details: Any, span: Any, zone: str) -> Parts:
        while True:
            asked.append(1)
            yield span

    assert against(checked(counting), NOW)
    assert len(asked) <= MOST_PARTS + 2
