"""From candidates to proposals: explained, ranked, and spread over the host's days."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.find.attendance import attendance
from engine.find.lattice import host_clock
from engine.find.people import Person, Roster
from engine.find.ranking import CHANCE, confidence, person_reasons, score, session_reasons, worst_placed
from engine.find.request import FindRequest
from engine.ids import UserId
from engine.localtime import LocalDay, LocalTime
from engine.model.session import Attendance, Reason, TimeSlot
from engine.timespan import Instant

_CONFLICT = {
    "back_to_back": "Back-to-back meetings",
    "busy": "Busy",
    "tentative": "Tentatively busy",
    "outside_hours": "Outside working hours",
    "unknown": "Calendar unknown",
}
"""The document's words for what speaks against a slot; labels of events are for their owners alone."""


@dataclass(frozen=True, slots=True)
class Attendees:
    """Everybody the session concerns, worked out, and who of them must come."""

    host: LocalTime
    people: tuple[Person, ...]
    required: frozenset[UserId]
    in_groups: frozenset[UserId]


def attendees(request: FindRequest, roster: Roster) -> Attendees:
    """Work out everybody for the whole window."""
    return Attendees(
        host=host_clock(request),
        people=tuple(roster.person(request, user) for user in request.session.attendee_ids),
        required=frozenset(request.session.required_ids),
        in_groups=frozenset(user for group in request.session.groups for user in group.any_of),
    )


def explained(request: FindRequest, who: Attendees, start: Instant) -> TimeSlot:
    """Give one feasible start as a slot with its reasons, attendees and confidence (unrounded)."""
    end = start + request.duration
    reasons = tuple(_reasons(request, who, start, end))
    states = tuple(attendance(person, person.id in who.required, start, end) for person in who.people)
    points = score(reasons)
    return TimeSlot(
        start=start,
        end=end,
        confidence=round(confidence(points, _chances(request, states)), 4),
        conflicts=tuple(_conflicts(reasons)),
        score=points,
        reasons=reasons,
        attendees=states,
    )


def _reasons(request: FindRequest, who: Attendees, start: Instant, end: Instant) -> Iterator[Reason]:
    yield from session_reasons(who.host, max(request.now, request.window.start), start)
    for person_ in who.people:
        yield from person_reasons(person_, person_.id in who.required, start, end)


def _chances(request: FindRequest, states: Iterable[Attendance]) -> Iterator[float]:
    """Give the chance of each required person, and of a group's best placed members."""
    by_user = {state.user: CHANCE.get(state.availability, 0.0) for state in states}
    yield from (by_user[user] for user in request.session.required_ids)
    for group in request.session.groups:
        yield from sorted((by_user[user] for user in group.any_of), reverse=True)[: group.count]


def _conflicts(reasons: Iterable[Reason]) -> Iterator[str]:
    for reason in reasons:
        if reason.user is not None and reason.code in _CONFLICT:
            yield f"{reason.user}: {_CONFLICT[reason.code]}"


def proposals(
    request: FindRequest, starts: Sequence[Instant], roster: Roster | None = None
) -> tuple[TimeSlot, ...]:
    """Choose at most `limit` of the candidates, the best of as many different local days as there are."""
    who = attendees(request, roster or Roster())
    slots = sorted((explained(request, who, start) for start in starts), key=_rank)
    return tuple(sorted(spread(slots, request.limit, lambda slot: who.host.day(slot.start)), key=_rank))


def _rank(slot: TimeSlot) -> tuple[float, float, Instant]:
    return -slot.confidence, -worst_placed(slot.reasons), slot.start


def spread(ranked: Sequence[TimeSlot], limit: int, day_of: Callable[[TimeSlot], LocalDay]) -> list[TimeSlot]:
    """Take the best of each day first; then what overlaps nothing taken; then what is left."""
    chosen: list[TimeSlot] = []
    days: set[LocalDay] = set()
    for slot in ranked:
        if len(chosen) < limit and day_of(slot) not in days:
            chosen.append(slot)
            days.add(day_of(slot))
    for apart in (True, False):
        for slot in ranked:
            if len(chosen) >= limit:
                return chosen
            if slot not in chosen and not (apart and any(slot.span.overlaps(other.span) for other in chosen)):
                chosen.append(slot)
    return chosen
