"""One person, one moment: every event, rule, hour and stale source that makes them free or busy."""

from collections.abc import Sequence

import pytest

from engine.availability.evidence import Gap, Known, Taken
from engine.availability.explain import explain
from engine.documents.rules import parse_constraint
from engine.documents.users import parse_attendee
from engine.model.calendar import BusyStatus
from engine.model.constraint import Constraint
from engine.model.session import Availability
from engine.time.instant import parse_instant
from engine.time.span import HOUR, Instant, Span

NOON = parse_instant("2026-11-16T12:00:00Z")
ADA = parse_attendee(
    {"id": "ada", "defaultPreferences": {"workingHours": {"start": "09:00", "end": "17:00"}}}
)
DINNER = {
    "name": "Dinner",
    "constraint_level": "hard",
    "rule": {"type": "blocked_window", "start": "16:00", "end": "17:00"},
}
LATE = {
    "name": "Mornings",
    "constraint_level": "soft",
    "rule": {"type": "preferred_window", "start": "09:00", "end": "12:00"},
}
CROWDED = {"name": "Calm", "constraint_level": "hard", "rule": {"type": "max_events_per_day", "count": 1}}


def told(
    at: Instant, rules: Sequence[Constraint] = (), *taken: Span, gaps: tuple[Gap, ...] = ()
) -> tuple[Availability, list[str]]:
    known = Known(
        user=ADA.id,
        taken=tuple(Taken(span=span, status=BusyStatus.BUSY) for span in taken),
        until=NOON + 100 * HOUR,
        gaps=gaps,
    )
    explanation = explain(ADA, at, known, (), (), rules)
    return explanation.state, [f"{cause.code}: {cause.text}" for cause in explanation.causes]


def test_nothing_stands_against_a_free_moment() -> None:
    assert told(NOON) == (Availability.FREE, [])


def test_a_hard_rule_is_named_and_takes_the_time() -> None:
    state, causes = told(NOON + 4 * HOUR, [parse_constraint(DINNER)])
    assert (state, causes) == (Availability.OUTSIDE_HOURS, ["blocked_window: Dinner: never 16:00-17:00"])


def test_a_soft_rule_is_named_and_leaves_the_time_free() -> None:
    state, causes = told(NOON + HOUR, [parse_constraint(LATE)])
    assert (state, causes) == (Availability.FREE, ["preference: Mornings: rather 09:00-12:00 (soft)"])


def test_a_full_day_is_named() -> None:
    state, causes = told(NOON, [parse_constraint(CROWDED)], Span(NOON - 2 * HOUR, NOON - HOUR))
    assert (state, causes) == (
        Availability.OUTSIDE_HOURS,
        ["max_events_per_day: Calm: at most 1 events a day"],
    )


@pytest.mark.parametrize("hours", [-4, 5, 20])
def test_time_outside_the_hours_is_named_with_their_zone(hours: int) -> None:
    state, causes = told(NOON + hours * HOUR)
    assert (state, causes) == (
        Availability.OUTSIDE_HOURS,
        ["outside_working_hours: outside working hours (UTC)"],
    )


def test_a_stale_source_is_named_though_it_still_counts() -> None:
    state, causes = told(
        NOON, gaps=(Gap(source="feed", why="it was last read 900 minutes ago", user_unknown=False),)
    )
    assert state is Availability.FREE
    assert causes == ["stale: last good busy times count, but it was last read 900 minutes ago"]


def test_unknown_comes_before_everything() -> None:
    gap = Gap(source="feed", why="its access has expired", user_unknown=True)
    assert told(NOON + 20 * HOUR, gaps=(gap,))[0] is Availability.UNKNOWN
