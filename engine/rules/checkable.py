"""Rules that nothing checks must not claim to block: what is forbidden would be offered."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.errors import InputError
from engine.model.constraint import Check, Constraint, ConstraintLevel, CustomRule

Checks = Mapping[str, Check]
"""What packages add under `gatherly.rules`, by the name of the rule that each checks."""
REMEDY = (
    "Make it soft, write it as a rule of another type, "
    "or install the package whose entry point in `gatherly.rules` bears its name"
)


def checkable(rule: Constraint, checks: Checks) -> Constraint:
    """Give a rule as it is, unless it would have to block and nothing here can tell when it does.

    Raises:
        InputError: it is a hard rule of the type `custom`, and no package checks rules of its name.
    """
    custom = isinstance(rule.rule, CustomRule) and rule.level is ConstraintLevel.HARD
    if custom and rule.name not in checks:
        raise InputError(f"Nothing can check the custom rule {rule.name!r}, so it cannot block", REMEDY)
    return rule


def with_check(rule: Constraint, checks: Checks) -> Constraint:
    """Give a rule with the check of its name; a hard one whose check is gone forbids whatever is asked."""
    if not isinstance(rule.rule, CustomRule):
        return rule
    check = checks.get(rule.name)
    if check is None and rule.level is ConstraintLevel.HARD:
        check = _gone
    return rule if check is None else replace(rule, rule=replace(rule.rule, check=check))


def _gone(
    details: Mapping[str, Any], span: tuple[datetime, datetime], zone: str
) -> Iterable[tuple[datetime, datetime]]:
    return [span]
