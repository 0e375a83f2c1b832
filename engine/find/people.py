"""One person of a search: busy times, hours, rules and clock, worked out once and kept while they stand."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from engine.find.hours import open_hours
from engine.find.request import BusyTimes, FindRequest
from engine.ids import UserId
from engine.localtime import LocalTime, local_time
from engine.model.calendar import BusyStatus
from engine.model.constraint import Constraint, ConstraintLevel, MinGap
from engine.model.user import TentativeAs, User
from engine.rules.preferences import preference_constraints
from engine.stretches import Stretch, united
from engine.timespan import DAY, MINUTE, Instant, Span

_MOST_KEPT = 8


@dataclass(frozen=True, slots=True)
class Timetable:
    """Busy times as sorted stretches: `firm` and `tentative` united, `events` each one as it is."""

    firm: list[Stretch]
    tentative: list[Stretch]
    events: list[Stretch]

    @classmethod
    def of(cls, entries: BusyTimes) -> "Timetable":
        """Sort what is known of somebody; zero-length entries are none."""
        known = [(entry[0], entry[1]) for entry in entries or () if entry[0] < entry[1]]
        sure = [entry[:2] for entry in entries or () if entry.status is not BusyStatus.TENTATIVE]
        unsure = [entry[:2] for entry in entries or () if entry.status is BusyStatus.TENTATIVE]
        return cls(united(sure), united(unsure), known)


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """What a search knows of one attendee.

    `firm` and `tentative` are busy stretches, united; `blocking` is what keeps them from coming; `events` are
    single and sorted. `hours` are united, None = any time. `known_until` is where knowledge ends, None where
    nothing is known. Buffer in seconds. `memo` keeps what back ends derive from all this.
    """

    user: User
    local: LocalTime
    buffer: int
    firm: list[Stretch]
    tentative: list[Stretch]
    blocking: list[Stretch]
    events: list[Stretch]
    hours: tuple[Stretch, ...] | None
    known_until: Instant | None
    hard: tuple[Constraint, ...]
    soft: tuple[Constraint, ...]
    memo: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> UserId:
        """Who it is."""
        return self.user.id

    @property
    def tentative_as(self) -> TentativeAs:
        """What their tentative events do to their time."""
        return self.user.default_preferences.tentative_as


@dataclass(slots=True)
class _Known:
    """What is kept of one user, and the objects that it was derived from."""

    user: User
    busy: BusyTimes
    rules: tuple[Constraint, ...]
    timetable: Timetable
    in_force: tuple[Constraint, ...]
    people: dict[Hashable, Person] = field(default_factory=dict)


class Roster:
    """Everybody of whom something was asked, by identity: a new `User` or busy tuple is worked out anew."""

    def __init__(self) -> None:
        self._known: dict[UserId, _Known] = {}

    def person(self, request: FindRequest, user_id: UserId) -> Person:
        """Give one attendee as far as the request's window needs them."""
        known = self._of(request, user_id)
        window, session = request.window, request.session
        days = (window.start // DAY, (window.end + DAY) // DAY + 1)
        until = request.known_until.get(user_id) if request.known_until else None
        key = (days, session.buffer_time, until)
        person = known.people.get(key)
        if person is None:
            if len(known.people) >= _MOST_KEPT:
                known.people.clear()
            person = known.people[key] = _person(known, session.buffer_time, days, until)
        return person

    def _of(self, request: FindRequest, user_id: UserId) -> _Known:
        user, busy = request.users[user_id], request.busy.get(user_id)
        known = self._known.get(user_id)
        if (
            known is None
            or known.user is not user
            or known.busy is not busy
            or known.rules is not request.rules
        ):
            timetable = known.timetable if known and known.busy is busy else Timetable.of(busy)
            known = _Known(user, busy, request.rules, timetable, _rules_of(user, request.rules))
            self._known[user_id] = known
        return known


def _rules_of(user: User, rules: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    return (*(rule for rule in rules if rule.applies_to(user.id)), *preference_constraints(user))


def _person(known: _Known, session_buffer: int, days: tuple[int, int], until: Instant | None) -> Person:
    user, timetable = known.user, known.timetable
    preferences = user.default_preferences
    blocking = timetable.firm
    if timetable.tentative and preferences.tentative_as is TentativeAs.BUSY:
        blocking = united((*timetable.firm, *timetable.tentative))
    hard = tuple(rule for rule in known.in_force if rule.level is ConstraintLevel.HARD)
    gaps = (rule.rule.minutes for rule in hard if isinstance(rule.rule, MinGap))
    return Person(
        user=user,
        local=local_time(user.timezone, Span(days[0] * DAY, days[1] * DAY)),
        buffer=max((preferences.buffer_time, session_buffer, *gaps)) * MINUTE,
        firm=timetable.firm,
        tentative=timetable.tentative,
        blocking=blocking,
        events=sorted(set(timetable.events)) if known.in_force else [],
        hours=open_hours(user, days),
        known_until=None if known.busy is None else days[1] * DAY + DAY if until is None else until,
        hard=tuple(rule for rule in hard if not isinstance(rule.rule, MinGap)),
        soft=tuple(rule for rule in known.in_force if rule.level is ConstraintLevel.SOFT),
    )
