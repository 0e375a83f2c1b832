"""`check_constraints` with the documents' own five rules and their boundaries (acceptance 68 to 70)."""

from typing import Any

import pytest

from engine.documents.rules import constraint_document, parse_constraint
from engine.errors import InputError
from engine.ids import UserId
from engine.model.constraint import ConstraintLevel, PriorityBand
from engine.rules.check import check_constraints
from engine.time.instant import parse_instant
from engine.time.span import Span

MORNING: dict[str, Any] = {
    "id": "c1",
    "name": "No early morning events",
    "family_member_id": "child_1",
    "type": "time_window",
    "constraint_level": "hard",
    "rule": {"type": "no_events_before", "time": "08:00"},
}
DAYTIME: dict[str, Any] = {
    "id": "c2",
    "name": "Prefer daytime events",
    "family_member_id": "parent_1",
    "type": "time_window",
    "constraint_level": "soft",
    "priority": 7,
    "rule": {"type": "preferred_window", "start": "09:00", "end": "17:00"},
}
GAP: dict[str, Any] = {
    "id": "c3",
    "name": "Buffer time between events",
    "family_member_id": "parent_1",
    "type": "min_gap",
    "constraint_level": "hard",
    "rule": {"type": "min_gap_minutes", "minutes": 30},
}
LIMIT: dict[str, Any] = {
    "id": "c4",
    "name": "Limit daily events",
    "family_member_id": "child_1",
    "type": "max_events_per_day",
    "constraint_level": "soft",
    "priority": 8,
    "rule": {"type": "max_events_per_day", "count": 3},
}
DINNER: dict[str, Any] = {
    "id": "c5",
    "name": "Family dinner time",
    "family_member_id": None,
    "type": "time_window",
    "constraint_level": "hard",
    "rule": {
        "type": "blocked_window",
        "start": "18:00",
        "end": "19:00",
        "days": ["MON", "TUE", "WED", "THU", "FRI"],
    },
}
RULES = [parse_constraint(document) for document in (MORNING, DAYTIME, GAP, LIMIT, DINNER)]


def span(start: str, end: str, day: str = "2026-01-05") -> Span:
    return Span(parse_instant(f"{day}T{start}:00Z"), parse_instant(f"{day}T{end}:00Z"))


def broken(user: str, event: Span, *others: Span) -> list[str]:
    return [one.constraint.id for one in check_constraints(UserId(user), "UTC", event, RULES, others)]


@pytest.mark.parametrize(
    ("user", "event", "others", "expected"),
    [
        ("child_1", span("07:59", "08:30"), (), ["c1"]),
        ("child_1", span("08:00", "08:30"), (), []),
        ("parent_1", span("07:59", "08:30"), (), ["c2"]),
        ("other", span("18:00", "19:00"), (), ["c5"]),
        ("other", span("18:30", "18:45"), (), ["c5"]),
        ("other", span("17:00", "18:00"), (), []),
        ("other", span("19:00", "20:00"), (), []),
        ("other", span("18:00", "19:00", "2026-01-10"), (), []),
        ("parent_1", span("10:00", "11:00"), (span("11:29", "12:00"),), ["c3"]),
        ("parent_1", span("10:00", "11:00"), (span("11:30", "12:00"),), []),
        ("parent_1", span("10:00", "11:00"), (span("09:00", "09:31"),), ["c3"]),
        ("parent_1", span("10:00", "11:00"), (span("09:00", "09:30"),), []),
    ],
)
def test_acc_69_the_boundaries(user: str, event: Span, others: tuple[Span, ...], expected: list[str]) -> None:
    assert broken(user, event, *others) == expected


def test_acc_69_the_fourth_event_of_a_day_breaks_the_limit_of_three() -> None:
    day = [span("09:00", "10:00"), span("11:00", "12:00"), span("13:00", "14:00")]
    assert broken("child_1", span("15:00", "16:00"), *day) == ["c4"]
    assert broken("child_1", span("15:00", "16:00"), *day[:2]) == []
    assert broken("child_1", span("15:00", "16:00", "2026-01-06"), *day) == []


def test_acc_69_hard_is_blocking_and_soft_tells_its_priority() -> None:
    found = check_constraints(UserId("parent_1"), "UTC", span("18:00", "19:00"), RULES)
    assert [violation.document() for violation in found] == [
        {
            "constraint_id": "c2",
            "name": "Prefer daytime events",
            "level": "soft",
            "priority": 7,
            "blocking": False,
        },
        {"constraint_id": "c5", "name": "Family dinner time", "level": "hard", "blocking": True},
    ]


def test_acc_68_rules_are_read_on_the_users_own_clock() -> None:
    event = span("13:30", "14:00")
    found = check_constraints(UserId("child_1"), "America/New_York", event, RULES)
    assert found == ()
    early = check_constraints(UserId("child_1"), "America/Los_Angeles", event, RULES)
    assert [one.constraint.id for one in early] == ["c1"]


def test_acc_68_inactive_rules_are_ignored() -> None:
    rule = parse_constraint(MORNING | {"active": False})
    assert check_constraints(UserId("child_1"), "UTC", span("07:00", "08:00"), [rule]) == ()


def test_acc_68_priority_is_five_by_default_and_has_three_bands() -> None:
    assert parse_constraint(MORNING).priority == 5
    bands = [parse_constraint(DAYTIME | {"priority": priority}).band for priority in range(1, 11)]
    assert bands == [PriorityBand.LOW] * 3 + [PriorityBand.MEDIUM] * 4 + [PriorityBand.HIGH] * 3


@pytest.mark.parametrize("priority", [0, 11, "high"])
def test_acc_68_a_priority_beyond_1_to_10_is_refused(priority: object) -> None:
    with pytest.raises(InputError, match=r"rule\.priority"):
        parse_constraint(DAYTIME | {"priority": priority})


@pytest.mark.parametrize(
    "rule",
    [
        {"type": "no_events_before", "time": "08:00"},
        {"type": "no_events_after", "time": "21:00"},
        {"type": "preferred_window", "start": "09:00", "end": "17:00"},
        {"type": "blocked_window", "start": "18:00", "end": "19:00", "days": ["MON", "SUN"]},
        {"type": "min_gap_minutes", "minutes": 30},
        {"type": "max_events_per_day", "count": 3},
        {"type": "max_events_per_week", "count": 9},
        {"type": "resource_priority", "resources": ["car"]},
        {"type": "custom", "anything": {"goes": True}},
    ],
)
def test_acc_70_every_rule_type_is_known_and_round_trips(rule: dict[str, Any]) -> None:
    document = constraint_document(parse_constraint(MORNING | {"rule": rule}))
    assert document["rule"] == rule
    assert constraint_document(parse_constraint(document)) == document
    assert parse_constraint(document).level is ConstraintLevel.HARD


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"type": "weather"}, "rule.rule.type"),
        ({"type": "no_events_before", "time": "8am"}, "rule.rule.time"),
        ({"type": "blocked_window", "start": "18:00"}, "rule.rule.end"),
        ({"type": "min_gap_minutes"}, "rule.rule.minutes"),
        ({"type": "max_events_per_day", "count": -1}, "rule.rule.count"),
        ({"type": "min_gap_minutes", "minutes": 30, "colour": "red"}, "rule.rule.colour"),
        ("none", "rule.rule"),
    ],
)
def test_acc_70_a_broken_rule_is_named_by_its_field(rule: object, field: str) -> None:
    with pytest.raises(InputError, match=field.replace(".", r"\.")):
        parse_constraint(MORNING | {"rule": rule})


def test_events_a_week_count_by_iso_weeks() -> None:
    limit = parse_constraint(LIMIT | {"rule": {"type": "max_events_per_week", "count": 1}})
    sunday, monday = span("10:00", "11:00", "2026-01-11"), span("10:00", "11:00", "2026-01-12")
    child = UserId("child_1")
    assert len(check_constraints(child, "UTC", sunday, [limit], [span("10:00", "11:00")])) == 1
    assert check_constraints(child, "UTC", monday, [limit], [span("10:00", "11:00")]) == ()
