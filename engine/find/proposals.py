"""A feasible start as a proposal: its reasons, its attendees, its confidence."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from engine.find.attendance import availability_when_feasible
from engine.find.grid import Grid
from engine.find.people import People, Person
from engine.find.planes import Planes
from engine.find.ranking import CHANCE, Ranking, confidence, score, session_reasons, worst_placed
from engine.find.request import FindRequest
from engine.localtime import LocalTime
from engine.model.session import Attendance, Availability, Group, Reason, TimeSlot
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
class Setting:
    """What all proposals of one search have in common; `today` is the host's day of the earliest start."""

    duration: int
    limit: int
    host: LocalTime
    earliest: Instant
    people: tuple[tuple[Person, bool], ...]
    """Everybody, and whether they must come."""
    groups: tuple[Group, ...]
    ranking: Ranking

    def costs(self, grid: Grid) -> list[Planes]:
        """Give what each of them costs at every lattice point."""
        return [self.ranking.costs(one, required, grid, self.duration) for one, required in self.people]


class Rank(NamedTuple):
    """The order of proposals: the smallest is the best."""

    doubt: float
    unfairness: float
    start: Instant


class _Seen(NamedTuple):
    """One feasible start, looked at from all sides."""

    reasons: list[Reason]
    states: list[Availability]
    score: float
    confidence: float


def setting(request: FindRequest, people: People, ranking: Ranking) -> Setting:
    """Lay out what the proposals of a search have in common."""
    required = frozenset(request.session.required_ids)
    return Setting(
        duration=request.duration,
        limit=request.limit,
        host=people[request.session.host_user_id].local,
        earliest=min(max(request.now, request.window.start), request.window.end),
        people=tuple([(person, user in required) for user, person in people.items()]),
        groups=request.session.groups,
        ranking=ranking,
    )


class Pick(NamedTuple):
    """A start to propose; `speaks` says who may have something to say of it, None = anybody may."""

    start: Instant
    speaks: Sequence[int] | None = None


def _seen(scene: Setting, pick: Pick) -> _Seen:
    start, end = pick.start, pick.start + scene.duration
    reasons = session_reasons(scene.host, scene.earliest, start)
    states = []
    weigh = scene.ranking.reasons
    for index, (person, required) in enumerate(scene.people):
        if required and pick.speaks is not None and not pick.speaks[index]:
            states.append(Availability.FREE)
            continue
        state = availability_when_feasible(person, required, start, end)
        states.append(state)
        reasons += weigh(person, required, state, start, end)
    points = score(reasons)
    return _Seen(reasons, states, points, confidence(points, _chances(scene, states)))


def rank(scene: Setting, start: Instant) -> Rank:
    """Rank one feasible start by confidence, then by its worst-placed attendee, then by time."""
    return _rank(_seen(scene, Pick(start)), start)


def _rank(seen: _Seen, start: Instant) -> Rank:
    return Rank(-seen.confidence, -worst_placed(seen.reasons), start)


def points_of(scene: Setting, start: Instant) -> tuple[float, float]:
    """Give the score of one feasible start, and its worst-placed attendee's points."""
    seen = _seen(scene, Pick(start))
    return seen.score, worst_placed(seen.reasons)


def slots(scene: Setting, picks: Iterable[Pick]) -> tuple[TimeSlot, ...]:
    """Give feasible starts as proposals that explain themselves, best first."""
    seen = [(_rank(one, pick.start), one) for pick in picks for one in (_seen(scene, pick),)]
    seen.sort(key=itemgetter(0))
    return tuple([_slot(scene, ranked.start, one) for ranked, one in seen])


def _slot(scene: Setting, start: Instant, seen: _Seen) -> TimeSlot:
    attendees = [
        Attendance(person.user.id, state, required, person.local.written(start))
        for (person, required), state in zip(scene.people, seen.states, strict=True)
    ]
    return TimeSlot(
        start=start,
        end=start + scene.duration,
        confidence=round(seen.confidence, 4),
        conflicts=tuple([*_conflicts(seen.reasons)]),
        score=seen.score,
        reasons=tuple(seen.reasons),
        attendees=tuple(attendees),
    )


def _chances(scene: Setting, states: list[Availability]) -> list[float]:
    """Give the chance of each required person, and of a group's best placed members."""
    pairs = zip(scene.people, states, strict=True)
    if not scene.groups:
        return [CHANCE[state] for (_, required), state in pairs if required]
    by_user = {person.id: (CHANCE.get(state, 0.0), required) for (person, required), state in pairs}
    chances = [chance for chance, required in by_user.values() if required]
    for group in scene.groups:
        best = sorted((by_user[user][0] for user in group.any_of), reverse=True)
        chances += best[: group.count]
    return chances


def _conflicts(reasons: Iterable[Reason]) -> Iterator[str]:
    for reason in reasons:
        if reason.user is not None and reason.code in _CONFLICT:
            yield f"{reason.user}: {_CONFLICT[reason.code]}"
