"""A feasible start as a proposal: its reasons, its attendees, its confidence."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from math import prod
from typing import NamedTuple, TypeAlias

from engine.find.attendance import availability_when_feasible
from engine.find.person import People, Person
from engine.find.ranking import (
    CHANCE,
    Ranking,
    Scale,
    ScoredBits,
    score,
    session_reasons,
    worst_placed,
)
from engine.find.request import FindRequest
from engine.find.start_grid import Grid
from engine.ids import UserId
from engine.model.deferred import Deferred
from engine.model.session import Attendance, Availability, Group, Reason, TimeSlot
from engine.time.local_time import LocalDay, LocalTime, written
from engine.time.span import Instant

_CONFLICT = {
    "back_to_back": "Back-to-back meetings",
    "busy": "Busy",
    "tentative": "Tentatively busy",
    "outside_hours": "Outside working hours",
    "unknown": "Calendar unknown",
}
"""The document's words for what speaks against a slot; labels of events are for their owners alone."""


_ATTENDANCE = partial(tuple.__new__, Attendance)
"""Makes one of its four parts, as quickly as a tuple is made."""
Said: TypeAlias = tuple[Availability, Sequence[Reason]]
"""What an attendee is at a start, and says of it."""
Later: TypeAlias = Callable[[], Sequence[Sequence[Reason]]]
"""Gives what attendees say besides, once somebody reads it."""
SILENT: Said = (Availability.FREE, ())


class Setting(NamedTuple):
    """What all proposals of one search have in common; `today` is the host's day of the earliest start.

    `people` are everybody, and whether they must come; `unsure` is whether some of those may be away at a
    feasible time: for a tentative event, or because others of their group suffice. `offsets` are those of
    their clocks, None where one changes.
    """

    duration: int
    limit: int
    host: LocalTime
    today: LocalDay
    people: tuple[tuple[Person, bool], ...]
    users: tuple[UserId, ...]
    required: tuple[bool, ...]
    offsets: tuple[int | None, ...]
    groups: tuple[Group, ...]
    unsure: bool
    scale: Scale
    now: Instant

    def scored_bits(self, grid: Grid) -> list[ScoredBits]:
        """Give what each of them says at once of the lattice points."""
        scored_bits, duration = self.scale.scored_bits, self.duration
        return [scored_bits(one, required, grid, duration) for one, required in self.people]

    def written(self, start: Instant) -> list[str]:
        """Write a start on each of their clocks."""
        texts: dict[int, str] = {}
        found = []
        for offset, (person, _) in zip(self.offsets, self.people, strict=True):
            if offset is None:
                found.append(person.local.written(start))
                continue
            text = texts.get(offset)
            if text is None:
                text = texts[offset] = written(start, offset)
            found.append(text)
        return found

    def asked(self, start: Instant) -> list[Said]:
        """Ask each of them about one feasible start."""
        end, told = start + self.duration, []
        for person, required in self.people:
            state = availability_when_feasible(person, required, start, end)
            told.append((state, self.scale.reasons(person, required, state, start, end)))
        return told

    def said_at_once(self, person: Person, required: bool, start: Instant) -> Said:
        """Ask one of them for what they say of one feasible start at once."""
        end = start + self.duration
        state = availability_when_feasible(person, required, start, end)
        return state, self.scale.reasons_at_once(person, required, state, start, end)

    def told_later(self, start: Instant) -> list[Sequence[Reason]]:
        """Give what else they say of it."""
        end = start + self.duration
        return [self.scale.reasons_later(person, required, start, end) for person, required in self.people]


class Rank(NamedTuple):
    """The order of proposals: the smallest is the best; `loss` parts what doubt is too coarse for."""

    doubt: float
    loss: float
    unfairness: float
    start: Instant


class _Seen(NamedTuple):
    """One feasible start, looked at from all sides.

    `reasons` are all of them, or what attendees say at once where more is said later.
    """

    reasons: list[Reason]
    states: list[Availability]
    score: float
    confidence: float


def setting(request: FindRequest, people: People, ranking: Ranking) -> Setting:
    """Lay out what the proposals of a search have in common."""
    users, window = tuple(people), request.window
    who, groups = request.session.required_ids, request.session.groups
    required = tuple([user in who for user in users])
    host = people[request.session.host_user_id].local
    return Setting(
        duration=request.duration,
        limit=request.limit,
        host=host,
        today=host.day(min(max(request.now, window.start), window.end)),
        people=tuple(zip(people.values(), required, strict=True)),
        users=users,
        required=required,
        offsets=tuple([person.local.steady for person in people.values()]),
        groups=groups,
        unsure=bool(groups) or any([person.tentative.starts for person in people.values()]),
        scale=ranking.scale(request.session, request.now),
        now=request.now,
    )


class Pick(NamedTuple):
    """A start to propose, and what each attendee says of it at once.

    Where they have more to say than that, `later` gives it, `points` is what all of it adds up to, and
    `worst` gives what it adds up to for whoever is worst placed.
    """

    start: Instant
    said: Sequence[Said]
    later: Later | None = None
    points: float = 0.0
    worst: Callable[[], float] | None = None

    def told(self) -> list[Sequence[Reason]]:
        """Give all that each of them says."""
        at_once = [told for _, told in self.said]
        if self.later is None:
            return at_once
        return [(*one, *more) for one, more in zip(at_once, self.later(), strict=True)]


def asked(scene: Setting, start: Instant) -> Pick:
    """Ask everybody about one feasible start."""
    return Pick(start, scene.asked(start))


def _seen(scene: Setting, pick: Pick) -> _Seen:
    whole = pick.later is None
    reasons = session_reasons(scene.host.clock(pick.start), scene.today) if whole else []
    for _, told in pick.said:
        reasons += told
    states = [state for state, _ in pick.said]
    points = score(reasons) if whole else pick.points
    confidence = scene.scale.chance(points)
    if scene.unsure:
        confidence *= prod(_chances(scene, states))
    return _Seen(reasons, states, points, confidence)


def rank(scene: Setting, start: Instant) -> Rank:
    """Rank one feasible start by confidence, then by its worst-placed attendee, then by time."""
    pick = asked(scene, start)
    return _rank(_seen(scene, pick), pick)


def _rank(seen: _Seen, pick: Pick) -> Rank:
    worst = worst_placed(pick.told()) if pick.worst is None else pick.worst()
    return Rank(-seen.confidence, -seen.score, -worst, pick.start)


def slots(scene: Setting, picks: Iterable[Pick]) -> tuple[TimeSlot, ...]:
    """Give feasible starts as proposals that explain themselves, best first."""
    seen = [(_seen(scene, pick), pick) for pick in picks]
    if len({one.confidence for one, _ in seen}) == len(seen):
        seen.sort(key=lambda pair: -pair[0].confidence)
    else:
        seen.sort(key=lambda pair: _rank(*pair))
    return tuple([_slot(scene, pick, one) for one, pick in seen])


def _all_reasons(scene: Setting, pick: Pick) -> list[Reason]:
    reasons = session_reasons(scene.host.clock(pick.start), scene.today)
    for told in pick.told():
        reasons += told
    return reasons


def _slot(scene: Setting, pick: Pick, seen: _Seen) -> TimeSlot:
    start = pick.start
    written = scene.written(start)
    return TimeSlot(
        start=start,
        end=start + scene.duration,
        confidence=round(seen.confidence, 4),
        conflicts=_conflicts(seen.reasons),
        score=seen.score,
        reasons=tuple(seen.reasons) if pick.later is None else Deferred(partial(_all_reasons, scene, pick)),
        attendees=tuple(
            map(_ATTENDANCE, zip(scene.users, seen.states, scene.required, written, strict=True))
        ),
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


def _conflicts(reasons: Iterable[Reason]) -> tuple[str, ...]:
    return tuple([f"{user}: {_CONFLICT[code]}" for code, user, _, _ in reasons if user and code in _CONFLICT])
