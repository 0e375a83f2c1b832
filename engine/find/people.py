"""The people of a search, worked out once from what is known of them and kept while that stands."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.find.busy_intervals import BusyIntervals
from engine.find.person import People, Person
from engine.find.request import BusyColumns, BusyTimes, FindRequest
from engine.ids import UserId
from engine.model.calendar import BusyStatus
from engine.model.constraint import Constraint, ConstraintLevel, MinGap
from engine.model.user import TentativeAs, User
from engine.rules.hours import open_hours
from engine.rules.preferences import preference_constraints
from engine.time.intervals import Stretch
from engine.time.local_time import local_time
from engine.time.span import DAY, MINUTE, Instant, Span

_MOST_KEPT = 8
_MOST_SIGHTS = 256
"""Days and buffers that stay known."""
NEVER = BusyIntervals((), ())


class Timetable(NamedTuple):
    """Busy times by kind."""

    firm: BusyIntervals
    tentative: BusyIntervals


def timetable(entries: BusyTimes) -> Timetable:
    """Sort what is known of somebody; zero-length entries are none."""
    if not entries:
        return Timetable(NEVER, NEVER)
    if isinstance(entries, BusyColumns):
        return Timetable(BusyIntervals(entries.starts, entries.ends), NEVER)
    starts, ends, _, kinds = zip(*entries, strict=True)
    if kinds.count(BusyStatus.BUSY) == len(kinds) or BusyStatus.TENTATIVE not in kinds:
        return Timetable(BusyIntervals(starts, ends), NEVER)
    firm, tentative = (
        [(start, end) for start, end, _, kind in entries if (kind is BusyStatus.TENTATIVE) is unsure]
        for unsure in (False, True)
    )
    return Timetable(BusyIntervals.of(firm), BusyIntervals.of(tentative))


@dataclass(slots=True)
class _Known:
    """What is kept of one user, and what it was derived from."""

    user: User
    busy: BusyTimes
    rules: tuple[Constraint, ...]
    timetable: Timetable
    in_force: tuple[Constraint, ...]
    people: dict[Hashable, Person] = field(default_factory=dict)

    def stands(self, user: User, busy: BusyTimes, rules: tuple[Constraint, ...]) -> bool:
        """Whether it was derived from the same; equal objects take the place of those that it knew."""
        if self.user != user or self.busy != busy or self.in_force != _rules_of(user, rules):
            return False
        self.user, self.busy, self.rules = user, busy, rules
        return True


class _Sight:
    """What is asked of people alike: on which days, and with which buffer; known again by being the same."""

    __slots__ = ("buffer", "days")

    def __init__(self, days: tuple[int, int], buffer: int) -> None:
        self.days, self.buffer = days, buffer


class Roster:
    """Everybody of whom something was asked: who has changed, or whose busy times have, is worked out anew.

    A roster that stands aside knows what its base knows, and keeps what is new to itself: for questions that
    are only tried. Where it knows `most` people it forgets them all and begins anew.
    """

    def __init__(self, base: "Roster | None" = None, most: int = 50_000) -> None:
        self._known: dict[UserId, _Known] = {}
        self._sights: dict[tuple[int, int, int], _Sight] = {} if base is None else base._sights
        self._base = base
        self._most = most

    def aside(self) -> "Roster":
        """Give a roster for trying changed people, which leaves this one as it is."""
        return Roster(self)

    def people(self, request: FindRequest) -> People:
        """Give everybody whom a session concerns, required people first, for the request's window."""
        return self._people(request, request.session.attendee_ids)

    def person(self, request: FindRequest, user_id: UserId) -> Person:
        """Give one of them."""
        return self._people(request, (user_id,))[user_id]

    def _people(self, request: FindRequest, users: Iterable[UserId]) -> People:
        names, busy, rules, until = request.users, request.busy, request.rules, request.known_until
        sight, all_known, found = self._sight(request), self._known, {}
        for user_id in users:
            user, times = names[user_id], busy.get(user_id)
            known = all_known.get(user_id)
            if known is None or not (
                (known.user is user and known.busy is times and known.rules is rules)
                or known.stands(user, times, rules)
            ):
                known = self._of(user, times, rules)
            key = (sight, until.get(user_id)) if until else sight
            person = known.people.get(key)
            if person is None:
                if len(known.people) >= _MOST_KEPT:
                    known.people.clear()
                person = known.people[key] = _person(known, sight, until.get(user_id))
            found[user_id] = person
        return found

    def _sight(self, request: FindRequest) -> _Sight:
        """Give the same one for the same days and buffer, as long as it is kept."""
        buffer, days = request.session.buffer_time, _days_around(request.window)
        key = *days, buffer
        found = self._sights.get(key)
        if found is None:
            if len(self._sights) >= _MOST_SIGHTS:
                self._sights.clear()
            found = self._sights[key] = _Sight(days, buffer)
        return found

    def _of(self, user: User, busy: BusyTimes, rules: tuple[Constraint, ...]) -> _Known:
        """Take what the base knows, or work out anew who is unknown or has changed."""
        known = self._known.get(user.id)
        if known is None and self._base is not None:
            known = self._base._known.get(user.id)
            if known is not None and known.stands(user, busy, rules):
                return known
        table = known.timetable if known and known.busy == busy else timetable(busy)
        known = _Known(user, busy, rules, table, _rules_of(user, rules))
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[user.id] = known
        return known


def _days_around(window: Span) -> tuple[int, int]:
    return window.start // DAY, (window.end + DAY) // DAY + 1


def _rules_of(user: User, rules: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    return (*(rule for rule in rules if rule.applies_to(user.id)), *preference_constraints(user))


def _person(known: _Known, sight: _Sight, until: Instant | None) -> Person:
    days = sight.days
    user, (firm, tentative) = known.user, known.timetable
    preferences = user.default_preferences
    blocking = firm
    if tentative and preferences.tentative_as is TentativeAs.BUSY:
        blocking = BusyIntervals.of((*firm.united, *tentative.united))
    hard = tuple(rule for rule in known.in_force if rule.level is ConstraintLevel.HARD)
    gaps = (rule.rule.minutes for rule in hard if isinstance(rule.rule, MinGap))
    return Person(
        user=user,
        local=local_time(user.timezone, Span(days[0] * DAY, days[1] * DAY)),
        buffer=max((preferences.buffer_time, sight.buffer, *gaps)) * MINUTE,
        firm=firm,
        tentative=tentative,
        blocking=blocking,
        events=_events(known.busy) if known.in_force else [],
        hours=open_hours(user, days),
        known_until=None if known.busy is None else days[1] * DAY + DAY if until is None else until,
        hard=tuple(rule for rule in hard if not isinstance(rule.rule, MinGap)),
        soft=tuple(rule for rule in known.in_force if rule.level is ConstraintLevel.SOFT),
    )


def _events(entries: BusyTimes) -> list[Stretch]:
    return sorted({(start, end) for start, end, _, _ in entries or () if start < end})
