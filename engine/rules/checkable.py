"""Rules that nothing checks must not claim to block: what is forbidden would be offered."""

from engine.errors import InputError
from engine.model.constraint import Constraint, ConstraintLevel, CustomRule


def checkable(rule: Constraint) -> Constraint:
    """Give a rule as it is, unless it would have to block and nothing here can tell when it does.

    Raises:
        InputError: it is a hard rule of the type `custom`.
    """
    if isinstance(rule.rule, CustomRule) and rule.level is ConstraintLevel.HARD:
        raise InputError(
            f"Nothing can check the custom rule {rule.name!r}, so it cannot block",
            "Make it soft, or write it as a rule of another type",
        )
    return rule
