"""Constraint documents (F2 section 8); keys are read in F2's own snake_case and in camelCase alike."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.documents.clocktimes import clock_text, parse_clock, parse_days
from engine.documents.reading import Fields
from engine.errors import InputError
from engine.ids import UserId
from engine.model.constraint import (
    DEFAULT_PRIORITY,
    EVERY_DAY,
    BlockedWindow,
    Constraint,
    ConstraintLevel,
    CustomRule,
    MaxEventsPerDay,
    MaxEventsPerWeek,
    MinGap,
    NoEventsAfter,
    NoEventsBefore,
    PreferredWindow,
    ResourcePriority,
    Rule,
)
from engine.rules.blocking import words
from engine.text.free_form import free_form

_FIELDS = frozenset(
    {"id", "name", "familyMemberId", "userId", "type", "constraintLevel", "level", "priority", "rule"}
    | {"active"}
    | {"createdAt", "updatedAt"}
)
_CAMEL = re.compile(r"_([a-z])")
_TYPES = {
    "no_events_before": "time_window",
    "no_events_after": "time_window",
    "preferred_window": "time_window",
    "blocked_window": "time_window",
    "min_gap_minutes": "min_gap",
}
"""F2's coarser `type` of a constraint by the type of its rule, where the two differ."""
MOST_EVENTS = 10_000
LONGEST_GAP = 7 * 1440


def camel_cased(document: object) -> object:
    """Read an object's snake_case keys as camelCase; anything else is given back as it is."""
    if not isinstance(document, Mapping):
        return document
    return {_CAMEL.sub(lambda found: found[1].upper(), str(key)): value for key, value in document.items()}


def parse_constraint(document: object, path: str = "rule") -> Constraint:
    """Read a Constraint document; a missing or null member means everybody.

    Raises:
        InputError: a field is missing, unknown or wrong.
    """
    fields = Fields.of(camel_cased(document), path, _FIELDS)
    rule = parse_rule(fields.values.get("rule"), fields.at("rule"))
    member = fields.maybe("familyMemberId", _user) or fields.maybe("userId", _user)
    return Constraint(
        id=fields.id("id", path),
        name=fields.text("name", words(rule)[1].capitalize()),
        user=member,
        level=fields.word("level" if fields.has("level") else "constraintLevel", ConstraintLevel),
        priority=fields.whole("priority", DEFAULT_PRIORITY, least=1, most=10),
        rule=rule,
        active=fields.flag("active", True),
    )


def _user(value: object, path: str) -> UserId:
    return UserId(Fields({"id": value}, path).id("id"))


def parse_rule(document: object, path: str = "rule") -> Rule:
    """Read a rule by its type.

    Raises:
        InputError: the type is not F2's, or one of its fields is missing, unknown or wrong.
    """
    kind = document.get("type") if isinstance(document, Mapping) else None
    read = _RULES.get(kind) if isinstance(kind, str) else None
    if read is None:
        known = Fields.of(document, path, frozenset(document if isinstance(document, Mapping) else ()))
        raise known.wrong("type", f"Write one of {', '.join(_RULES)}")
    return read(document, path)


def _before(document: object, path: str) -> Rule:
    fields = Fields.of(document, path, frozenset({"type", "time"}))
    return NoEventsBefore(parse_clock(fields.values.get("time"), fields.at("time")))


def _after(document: object, path: str) -> Rule:
    fields = Fields.of(document, path, frozenset({"type", "time"}))
    return NoEventsAfter(parse_clock(fields.values.get("time"), fields.at("time"), end=True))


def _window(kind: Callable[..., Rule]) -> Callable[[object, str], Rule]:
    def read(document: object, path: str) -> Rule:
        fields = Fields.of(document, path, frozenset({"type", "start", "end", "days"}))
        return kind(
            parse_clock(fields.values.get("start"), fields.at("start")),
            parse_clock(fields.values.get("end"), fields.at("end"), end=True),
            parse_days(fields, "days") if fields.has("days") else EVERY_DAY,
        )

    return read


def _number(kind: Callable[[int], Rule], key: str, least: int, most: int) -> Callable[[object, str], Rule]:
    def read(document: object, path: str) -> Rule:
        fields = Fields.of(document, path, frozenset({"type", key}))
        return kind(fields.whole(key, least=least, most=most))

    return read


def _free(kind: Callable[[Mapping[str, Any]], Rule]) -> Callable[[object, str], Rule]:
    def read(document: object, path: str) -> Rule:
        if not isinstance(document, Mapping):
            raise InputError(f"{path} is no object", "Write a JSON object there")
        return kind(free_form(path, {key: value for key, value in document.items() if key != "type"}))

    return read


_RULES: Mapping[str, Callable[[object, str], Rule]] = {
    "no_events_before": _before,
    "no_events_after": _after,
    "preferred_window": _window(PreferredWindow),
    "blocked_window": _window(BlockedWindow),
    "min_gap_minutes": _number(MinGap, "minutes", 0, LONGEST_GAP),
    "max_events_per_day": _number(MaxEventsPerDay, "count", 0, MOST_EVENTS),
    "max_events_per_week": _number(MaxEventsPerWeek, "count", 0, MOST_EVENTS),
    "resource_priority": _free(ResourcePriority),
    "custom": _free(CustomRule),
}


def constraint_document(constraint: Constraint) -> dict[str, Any]:
    """Write a Constraint document in camelCase."""
    kind = words(constraint.rule)[0]
    return {
        "id": constraint.id,
        "name": constraint.name,
        "familyMemberId": constraint.user,
        "type": _TYPES.get(kind, kind),
        "constraintLevel": constraint.level.value,
        "priority": constraint.priority,
        "rule": {"type": kind} | _rule_fields(constraint.rule),
        "active": constraint.active,
    }


def _rule_fields(rule: Rule) -> dict[str, Any]:
    match rule:
        case NoEventsBefore(minute) | NoEventsAfter(minute):
            return {"time": clock_text(minute)}
        case PreferredWindow(start, end, days) | BlockedWindow(start, end, days):
            named = {} if days == EVERY_DAY else {"days": [day.short for day in days]}
            return {"start": clock_text(start), "end": clock_text(end)} | named
        case MinGap(minutes):
            return {"minutes": minutes}
        case MaxEventsPerDay(count) | MaxEventsPerWeek(count):
            return {"count": count}
        case ResourcePriority(details) | CustomRule(details):
            return dict(details)
