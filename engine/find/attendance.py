"""How one attendee stands to one time."""

from bisect import bisect_left
from collections.abc import Sequence

from engine.find.barriers import starts_against_rule
from engine.find.person import Person
from engine.model.constraint import Constraint
from engine.model.session import Availability
from engine.model.user import TentativeAs
from engine.time.intervals import Stretch, holds
from engine.time.span import Instant

BACK_TO_BACK = 5 * 60
"""Seconds: a gap shorter than this to the neighbouring event is none."""


def availability(person: Person, start: Instant, end: Instant) -> Availability:
    """Tell what somebody is in [start, end): the first that holds of unknown to free."""
    if person.known_until is None or end > person.known_until:
        return Availability.UNKNOWN
    if person.firm.meet(start, end):
        return Availability.BUSY
    if person.tentative_as is not TentativeAs.FREE and person.tentative.meet(start, end):
        return Availability.TENTATIVE
    if person.hours is not None and not covers(person.hours, start, end):
        return Availability.OUTSIDE_HOURS
    if any(speaks_against(person, rule, start, end) for rule in person.hard):
        return Availability.OUTSIDE_HOURS
    return Availability.FREE


def availability_when_feasible(person: Person, required: bool, start: Instant, end: Instant) -> Availability:
    """Tell the same of a feasible time: who must come is free then, but for tentative events."""
    if required and not person.tentative.starts:
        return Availability.FREE
    return availability(person, start, end)


def speaks_against(person: Person, rule: Constraint, start: Instant, end: Instant) -> bool:
    """Whether one of somebody's rules speaks against [start, end)."""
    return holds(starts_against_rule(person, rule, end - start, (start, start + 1)), start)


def covers(stretches: Sequence[Stretch], start: Instant, end: Instant) -> bool:
    """Whether [start, end) lies inside one of united stretches."""
    index = bisect_left(stretches, (start + 1,)) - 1
    return index >= 0 and stretches[index][1] >= end


def is_back_to_back(person: Person, start: Instant, end: Instant) -> bool:
    """Whether an event of theirs ends just before [start, end) or begins just after it, and none meets it."""
    starts, ends = person.blocking.starts, person.blocking.ends
    index = bisect_left(starts, start)
    since = ends[index - 1] if index else start - BACK_TO_BACK
    until = starts[index] if index < len(starts) else end + BACK_TO_BACK
    if since > start or until < end:
        return False
    return start - since < BACK_TO_BACK or until - end < BACK_TO_BACK
