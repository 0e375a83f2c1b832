"""The one predicate: all that can stand against a start (hours, buffers, rules), as sets of starts it blocks.

Offering, booking, blaming and relaxing all read these sets, so they cannot disagree.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.find.answer import BlockCode
from engine.find.person import People, Person
from engine.find.request import FindRequest
from engine.ids import UserId
from engine.model.constraint import Constraint
from engine.model.session import Group, SessionConstraints, TimeRange
from engine.rules.blocking import Situation, starts_against, words
from engine.time.intervals import (
    Stretch,
    at_least,
    clipped,
    common,
    gaps,
    starts_inside,
    starts_meeting,
    united,
    without,
)
from engine.time.local_time import (
    MINUTES_A_DAY,
    LocalDay,
    LocalTime,
    day_number,
    local_days,
    local_time,
    weekday_of,
)
from engine.time.span import MINUTE, Instant, Span


@dataclass(frozen=True, slots=True)
class Barrier:
    """One thing that stands against starts; `user` is None where it is the session's own."""

    code: BlockCode
    user: UserId | None
    starts: list[Stretch]


def barriers(request: FindRequest, within: Stretch, people: People) -> list[Barrier]:
    """Give all that stands against the starts of a stretch; what is blocked beyond it means nothing."""
    session, duration = request.session, request.duration
    found = []
    earliest = earliest_start(request)
    if within[0] < earliest:
        found.append(Barrier(BlockCode.PAST, None, [(within[0], earliest)]))
    local = local_time(request.host.timezone, Span(*within))
    found.extend(constraint_barriers(session.constraints, local, duration, within))
    found.append(Barrier(BlockCode.RESOURCE, None, starts_without_room(request, within)))
    for user in session.required_ids:
        found.extend(person_barriers(people[user], duration, within))
    for group in session.groups:
        found.extend(_group_barriers(group, duration, within, people))
    return [barrier for barrier in found if barrier.starts]


def starts_without_room(request: FindRequest, within: Stretch) -> list[Stretch]:
    """Give, united, the starts at which something the session needs has no room, or is not to be used."""
    if not request.resources and not request.resource_rules:
        return []
    situation = Situation(local_time(request.host.timezone, Span(*within)), within, request.duration, [])
    against = (one for rule in request.resource_rules for one in starts_against(rule.rule, situation))
    return united((*starts_taken(list(request.resources), request.duration, 0, within), *against))


def earliest_start(request: FindRequest) -> Instant:
    """Give the first start that now and the session's notice allow."""
    return request.now + request.session.minimum_notice * MINUTE


def constraint_barriers(
    constraints: SessionConstraints, local: LocalTime, duration: int, within: Stretch
) -> Iterator[Barrier]:
    """Give what a session's own constraints block, read on the host's clock."""
    if constraints.days_of_week is not None:
        named = frozenset(constraints.days_of_week)
        others = _on_days(local, within, lambda day: weekday_of(day) not in named)
        yield Barrier(BlockCode.OUTSIDE_DAYS, None, others)
    if constraints.exclude_dates:
        excluded = frozenset(day_number(day) for day in constraints.exclude_dates)
        yield Barrier(BlockCode.EXCLUDED_DATE, None, _on_days(local, within, lambda day: day in excluded))
    if constraints.time_range is not None:
        inside = _inside_time_range(constraints.time_range, local, within, duration)
        yield Barrier(BlockCode.OUTSIDE_TIME_RANGE, None, gaps(united(inside), within))


def _on_days(local: LocalTime, within: Stretch, chosen: Callable[[LocalDay], bool]) -> list[Stretch]:
    return united((start, end) for day, start, end in local_days(local, within) if chosen(day))


def _inside_time_range(
    wanted: TimeRange, local: LocalTime, within: Stretch, duration: int
) -> Iterator[Stretch]:
    opens = 0 if wanted.start is None else wanted.start
    closes = MINUTES_A_DAY if wanted.end is None else wanted.end
    overnight = 1 if closes <= opens else 0
    for day, start, end in local_days(local, within):
        latest = local.last(day + overnight, closes) - duration
        yield max(start, local.first(day, opens)), min(end, latest + 1)


def person_barriers(person: Person, duration: int, within: Stretch) -> Iterator[Barrier]:
    """Give what of one required person's time stands against starts inside a stretch."""
    if person.known_until is None:
        yield Barrier(BlockCode.UNKNOWN_CALENDAR, person.id, [within])
        return
    yield Barrier(BlockCode.UNKNOWN_CALENDAR, person.id, beyond_knowledge(person, duration, within))
    busy = starts_taken(person.firm.united, duration, 0, within)
    yield Barrier(BlockCode.BUSY, person.id, busy)
    direct = busy
    if person.blocking is not person.firm:
        direct = starts_taken(person.blocking.united, duration, 0, within)
        yield Barrier(BlockCode.TENTATIVE, person.id, without(direct, busy))
    if person.buffer:
        widened = starts_taken(person.blocking.united, duration, person.buffer, within)
        yield Barrier(BlockCode.BUFFER, person.id, without(widened, direct))
    if person.hours is not None:
        yield Barrier(
            BlockCode.OUTSIDE_WORKING_HOURS, person.id, starts_outside(person.hours, duration, within)
        )
    for rule in person.hard:
        against = starts_against_rule(person, rule, duration, within)
        if against:
            yield Barrier(BlockCode(words(rule.rule)[0]), person.id, against)


def beyond_knowledge(person: Person, duration: int, within: Stretch) -> list[Stretch]:
    """Give the starts for which, buffer included, somebody's busy times are not known to the end."""
    if person.known_until is None:
        return [within]
    first = max(person.known_until - duration - person.buffer + 1, within[0])
    return [(first, within[1])] if first < within[1] else []


def starts_taken(taken: list[Stretch], duration: int, buffer: int, within: Stretch) -> list[Stretch]:
    """Give the starts near a stretch at which a session, with its buffer, meets something taken."""
    near = clipped(taken, within[0] - buffer, within[1] + duration + buffer)
    return starts_meeting(near, duration, buffer)


def starts_outside(hours: tuple[Stretch, ...], duration: int, within: Stretch) -> list[Stretch]:
    """Give the starts of a stretch at which a session does not lie inside somebody's hours."""
    return gaps(starts_inside(clipped(hours, within[0], within[1] + duration), duration), within)


def starts_against_rule(person: Person, rule: Constraint, duration: int, within: Stretch) -> list[Stretch]:
    """Give the starts near a stretch against which one of somebody's rules speaks."""
    return starts_against(rule.rule, Situation(person.local, within, duration, person.events))


def _group_barriers(group: Group, duration: int, within: Stretch, people: People) -> Iterator[Barrier]:
    """Blame the members who cannot come where fewer than the group's count can."""
    by_member = [list(person_barriers(people[user], duration, within)) for user in group.any_of]
    away = [united(stretch for barrier in theirs for stretch in barrier.starts) for theirs in by_member]
    failing = at_least(len(group.any_of) - group.count + 1, away)
    for theirs in by_member:
        for barrier in theirs:
            yield Barrier(barrier.code, barrier.user, common(barrier.starts, failing))
