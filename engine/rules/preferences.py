"""A user's own preferences (F2) as rules: what is set is honoured, what is not set is no limit."""

from collections.abc import Iterator

from engine.model.constraint import (
    Constraint,
    ConstraintLevel,
    MaxEventsPerDay,
    MinGap,
    NoEventsAfter,
    NoEventsBefore,
    PreferredWindow,
    Rule,
)
from engine.model.user import FamilyPreferences, User
from engine.time.local_time import MINUTES_A_DAY


def preference_constraints(user: User) -> tuple[Constraint, ...]:
    """Give the rules that follow from somebody's preferences: the preferred hours soft, all others hard."""
    preferred = (
        Constraint(
            id=f"{user.id}:preferred",
            name="Preferred hours",
            user=user.id,
            level=ConstraintLevel.SOFT,
            rule=rule,
        )
        for rule in _preferred(user.preferences)
    )
    limits = (
        Constraint(id=f"{user.id}:{number}", name=name, user=user.id, level=ConstraintLevel.HARD, rule=rule)
        for number, (name, rule) in enumerate(_limits(user.preferences))
    )
    return (*preferred, *limits)


def _preferred(preferences: FamilyPreferences) -> Iterator[Rule]:
    start, end = preferences.preferred_start, preferences.preferred_end
    if start is not None or end is not None:
        yield PreferredWindow(start or 0, MINUTES_A_DAY if end is None else end)


def _limits(preferences: FamilyPreferences) -> Iterator[tuple[str, Rule]]:
    if preferences.no_events_before is not None:
        yield "No events before", NoEventsBefore(preferences.no_events_before)
    if preferences.no_events_after is not None:
        yield "No events after", NoEventsAfter(preferences.no_events_after)
    if preferences.min_gap is not None:
        yield "Gap between events", MinGap(preferences.min_gap)
    if preferences.max_events_per_day is not None:
        yield "Events a day", MaxEventsPerDay(preferences.max_events_per_day)
