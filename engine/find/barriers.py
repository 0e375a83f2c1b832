"""The one predicate: everything that can stand against a start, as sets of starts that it blocks.

Offering, booking, blaming and relaxing all read these sets, so they cannot disagree.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.find.answer import BlockCode
from engine.find.people import Person, person
from engine.find.request import FindRequest
from engine.find.stretches import Stretch, common, gaps, starts_inside, starts_meeting, united, without
from engine.ids import UserId
from engine.localtime import LocalDay, LocalTime, day_number, local_time, weekday_of
from engine.model.session import Group, TimeRange
from engine.timespan import DAY, MINUTE, Span

_MINUTES_A_DAY = 1440


@dataclass(frozen=True, slots=True)
class Barrier:
    """One thing that stands against starts; `user` is None where it is the session's own."""

    code: BlockCode
    user: UserId | None
    starts: list[Stretch]


def barriers(request: FindRequest, within: Stretch) -> list[Barrier]:
    """Give all that stands against the starts of a stretch; what is blocked beyond it means nothing."""
    found = list(_session_barriers(request, within))
    for user in request.session.required_ids:
        found.extend(person_barriers(person(request, user, within), request.duration, within))
    for group in request.session.groups:
        found.extend(_group_barriers(request, group, within))
    return [barrier for barrier in found if barrier.starts]


def _session_barriers(request: FindRequest, within: Stretch) -> Iterator[Barrier]:
    earliest = request.now + request.session.minimum_notice * MINUTE
    if within[0] < earliest:
        yield Barrier(BlockCode.PAST, None, [(within[0], earliest)])
    constraints = request.session.constraints
    local = local_time(request.host.timezone, Span(*within))
    if constraints.days_of_week is not None:
        named = frozenset(constraints.days_of_week)
        yield Barrier(
            BlockCode.OUTSIDE_DAYS, None, _on_days(local, within, lambda day: weekday_of(day) not in named)
        )
    if constraints.exclude_dates:
        excluded = frozenset(day_number(day) for day in constraints.exclude_dates)
        yield Barrier(BlockCode.EXCLUDED_DATE, None, _on_days(local, within, lambda day: day in excluded))
    if constraints.time_range is not None:
        inside = _inside_time_range(constraints.time_range, local, within, request.duration)
        yield Barrier(BlockCode.OUTSIDE_TIME_RANGE, None, gaps(united(inside), within))


def _on_days(local: LocalTime, within: Stretch, chosen: Callable[[LocalDay], bool]) -> list[Stretch]:
    return united((start, end) for day, start, end in local_days(local, within) if chosen(day))


def local_days(local: LocalTime, within: Stretch) -> Iterator[tuple[LocalDay, int, int]]:
    """Cut a stretch at local midnights, in order; a fold over midnight gives the same day twice."""
    for era in local.eras:
        start, end = max(era.start, within[0]), min(era.end, within[1])
        while start < end:
            day = (start + era.offset) // DAY
            midnight = min((day + 1) * DAY - era.offset, end)
            yield day, start, midnight
            start = midnight


def _inside_time_range(
    wanted: TimeRange, local: LocalTime, within: Stretch, duration: int
) -> Iterator[Stretch]:
    opens = 0 if wanted.start is None else wanted.start
    closes = _MINUTES_A_DAY if wanted.end is None else wanted.end
    overnight = 1 if closes <= opens else 0
    for day, start, end in local_days(local, within):
        latest = local.last(day + overnight, closes) - duration
        yield max(start, local.first(day, opens)), min(end, latest + 1)


def person_barriers(person: Person, duration: int, within: Stretch) -> Iterator[Barrier]:
    """Give what of one required person's time stands against starts inside a stretch."""
    if person.known_until is None:
        yield Barrier(BlockCode.UNKNOWN_CALENDAR, person.id, [within])
        return
    latest = person.known_until - duration - person.buffer
    if latest + 1 < within[1]:
        yield Barrier(BlockCode.UNKNOWN_CALENDAR, person.id, [(max(latest + 1, within[0]), within[1])])
    busy = starts_meeting(person.firm, duration)
    yield Barrier(BlockCode.BUSY, person.id, busy)
    blocking = person.blocking
    direct = busy
    if blocking is not person.firm:
        direct = starts_meeting(blocking, duration)
        yield Barrier(BlockCode.TENTATIVE, person.id, without(direct, busy))
    if person.buffer:
        widened = starts_meeting(blocking, duration, person.buffer)
        yield Barrier(BlockCode.BUFFER, person.id, without(widened, direct))
    if person.hours is not None:
        outside = gaps(starts_inside(person.hours, duration), within)
        yield Barrier(BlockCode.OUTSIDE_WORKING_HOURS, person.id, outside)


def _group_barriers(request: FindRequest, group: Group, within: Stretch) -> Iterator[Barrier]:
    """Blame the members who cannot come where fewer than the group's count can."""
    by_member = [
        list(person_barriers(person(request, user, within), request.duration, within))
        for user in group.any_of
    ]
    away = [united(stretch for barrier in theirs for stretch in barrier.starts) for theirs in by_member]
    failing = _at_least(len(group.any_of) - group.count + 1, away)
    for theirs in by_member:
        for barrier in theirs:
            yield Barrier(barrier.code, barrier.user, common(barrier.starts, failing))


def _at_least(count: int, sets: list[list[Stretch]]) -> list[Stretch]:
    """Give where so many of several sets hold at once."""
    edges = sorted(edge for stretches in sets for start, end in stretches for edge in ((start, 1), (end, -1)))
    found: list[Stretch] = []
    depth = since = 0
    for at, change in edges:
        if depth < count <= depth + change:
            since = at
        elif depth >= count > depth + change:
            found.append((since, at))
        depth += change
    return united(found)
