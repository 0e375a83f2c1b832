"""F0's AvailabilityBlocks of preferences and constraints."""

from typing import Any

from engine.availability.evidence import BlockSource
from engine.availability.rule_blocks import rule_blocks
from engine.documents.rules import parse_constraint
from engine.documents.users import parse_attendee
from engine.time.instant import format_instant, parse_instant
from engine.time.span import Span

SATURDAY = Span(parse_instant("2025-11-15T00:00:00Z"), parse_instant("2025-11-16T00:00:00Z"))


def blocks(user: dict[str, Any], *rules: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    found = rule_blocks(parse_attendee(user), [parse_constraint(rule) for rule in rules], SATURDAY)
    return [
        (format_instant(one.start)[11:16], format_instant(one.end)[11:16], one.source.value, one.is_busy)
        for one in found
    ]


def test_acc_32_a_preferred_window_is_a_preference_block_that_is_not_busy() -> None:
    rule = {
        "name": "Afternoons",
        "constraint_level": "soft",
        "rule": {"type": "preferred_window", "start": "14:00", "end": "17:00"},
    }
    user = parse_attendee({"id": "user_abc123"})
    (block,) = rule_blocks(user, [parse_constraint(rule)], SATURDAY)
    assert (block.user_id, block.source, block.is_busy) == ("user_abc123", BlockSource.PREFERENCE, False)
    assert (format_instant(block.start), format_instant(block.end)) == (
        "2025-11-15T14:00:00Z",
        "2025-11-15T17:00:00Z",
    )
    assert block.metadata == {"preferredTime": True}


def test_acc_31_hours_and_hard_windows_are_constraint_blocks() -> None:
    hours = {"workingHours": {"start": "09:00", "end": "17:00", "days": ["saturday"]}}
    dinner = {
        "name": "Dinner",
        "constraint_level": "hard",
        "rule": {"type": "blocked_window", "start": "12:00", "end": "13:00"},
    }
    assert blocks({"id": "ada", "defaultPreferences": hours}, dinner) == [
        ("00:00", "09:00", "constraint", True),
        ("12:00", "13:00", "constraint", True),
        ("17:00", "00:00", "constraint", True),
    ]


def test_contra_4_a_preference_never_makes_busy() -> None:
    user = {"id": "ada", "preferences": {"time_preferences": {"preferred_start_time": "09:00"}}}
    assert blocks(user) == [("09:00", "00:00", "preference", False)]
