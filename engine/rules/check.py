"""`check_constraints` of F2: which rules an event would break, and whether that blocks it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.ids import UserId
from engine.model.constraint import Constraint, ConstraintLevel
from engine.rules.blocking import Situation, starts_against
from engine.time.intervals import holds
from engine.time.local_time import local_time
from engine.time.span import DAY, Span

_WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that an event would break."""

    constraint: Constraint

    @property
    def blocking(self) -> bool:
        """Whether the event may not be at all."""
        return self.constraint.level is ConstraintLevel.HARD

    def document(self) -> dict[str, Any]:
        """Write it as F2's `check_constraints` does."""
        told: dict[str, Any] = {
            "constraint_id": self.constraint.id,
            "name": self.constraint.name,
            "level": self.constraint.level.value,
        }
        if not self.blocking:
            told["priority"] = self.constraint.priority
        return told | {"blocking": self.blocking}


def check_constraints(
    user: UserId, zone: str, event: Span, constraints: Iterable[Constraint], others: Sequence[Span] = ()
) -> tuple[Violation, ...]:
    """Tell which rules of a user, or of everybody, an event among other events would break.

    Rules are read in the user's zone. `others` are the user's other events, in any order.
    """
    reach = Span(event.start - _WEEK, event.end + _WEEK)
    events = sorted({(other.start, other.end) for other in others if other.start < other.end})
    situation = Situation(local_time(zone, reach), (event.start, event.start + 1), event.seconds, events)
    return tuple(
        Violation(constraint)
        for constraint in constraints
        if constraint.applies_to(user) and holds(starts_against(constraint.rule, situation), event.start)
    )
