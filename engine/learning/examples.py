"""Lessons laid out for counting and fitting: one entry a person and shown time, in an order of their own."""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, repeat
from operator import attrgetter
from typing import TypeAlias

from engine.ids import UserId
from engine.learning.aging import Aged, aged
from engine.learning.features import Key, Keys, clock_keys, keys_around, lead_key, lead_of, length_key
from engine.learning.lessons import Lesson, Row
from engine.time.local_time import MINUTES_A_DAY, LocalTime, local_time
from engine.time.span import MINUTE, Instant, Span

_WEEK = 7 * MINUTES_A_DAY
Forgotten = Mapping[UserId, Mapping[Key, Instant]]
"""By person, buckets of which everything before a moment is forgotten."""
UTC = "UTC"
_Kinds: TypeAlias = dict[int, list[int]]
Shapes: TypeAlias = tuple[_Kinds, _Kinds]
"""What was counted of each kind of one person's entries: what the clock says, and the rest."""
_People: TypeAlias = Sequence[tuple[UserId, float]]
"""Whom a time was shown to, and how much each of them counts."""


def _numbers() -> "array[float]":
    return array("d")


def _places() -> "array[int]":
    return array("q")


@dataclass(slots=True)
class Examples:
    """Entries as columns. Row i was shown to the people of the entries whose `rows` are i.

    Rows of one number in `sets` were to choose from together. `clocks` number in `kinds` what depends on the
    clock, `more` the rest: lead, length, and what was around. `age` is how much a row counts, 1 the newest;
    `fine` and `halvings` are the same as `aging` tells it.
    """

    taken: "array[float]" = field(default_factory=_numbers)
    age: "array[float]" = field(default_factory=_numbers)
    fine: "array[int]" = field(default_factory=_places)
    halvings: "array[int]" = field(default_factory=_places)
    sets: "array[int]" = field(default_factory=_places)
    rows: "array[int]" = field(default_factory=_places)
    users: "array[int]" = field(default_factory=_places)
    weights: "array[float]" = field(default_factory=_numbers)
    clocks: "array[int]" = field(default_factory=_places)
    more: "array[int]" = field(default_factory=_places)
    kinds: list[Keys] = field(default_factory=list)
    names: list[UserId] = field(default_factory=list)


def examples(
    lessons: Iterable[Lesson],
    zones: Mapping[UserId, str],
    silent: frozenset[UserId] = frozenset(),
    newest: Instant | None = None,
    forgotten: Forgotten | None = None,
) -> Examples:
    """Lay lessons out; neither their order nor anybody's name makes a difference.

    An answer's weight halves every `HALF_LIFE` back from the newest moment. Whoever is silent is left out.
    """
    ordered = _in_order(lessons)
    found = Examples()
    if not ordered:
        return found
    newest = max(lesson.created for lesson in ordered) if newest is None else newest
    laid = _Layer(found, zones, silent, _horizon(ordered), forgotten or {}, aged(newest))
    for lesson in ordered:
        laid.add(lesson, aged(min(lesson.created, newest)))
    return found


def _in_order(lessons: Iterable[Lesson]) -> list[Lesson]:
    """Sort lessons; what two of one moment showed is looked at only where there are such."""
    found: list[Lesson] = []
    for _, together in groupby(sorted(lessons, key=_CREATED), _CREATED):
        same = list(together)
        found += sorted(same, key=_place) if len(same) > 1 else same
    return found


_CREATED = attrgetter("created")


def _place(lesson: Lesson) -> tuple[object, ...]:
    return lesson.minutes, [(row.start, row.people, row.taken) for row in lesson.rows]


def _horizon(lessons: list[Lesson]) -> Span:
    starts = [row.start for lesson in lessons for row in lesson.rows]
    return Span(min(starts), max(starts))


class _Clock(dict[int, int]):
    """The kinds of a week's minutes as starts of one length, numbered as they are met."""

    def __init__(self, number: Callable[[Keys], int], minutes: int) -> None:
        self._number, self._minutes = number, minutes

    def __missing__(self, minute: int) -> int:
        found = self[minute] = self._number(clock_keys(minute, self._minutes))
        return found


class _Layer:
    """Adds lessons to columns, each zone's clock and each person's number looked up once."""

    def __init__(
        self,
        found: Examples,
        zones: Mapping[UserId, str],
        silent: frozenset[UserId],
        horizon: Span,
        forgotten: Forgotten,
        newest: Aged,
    ) -> None:
        self._forgotten, self._newest = forgotten, newest
        self._found, self._zones, self._silent, self._horizon = found, zones, silent, horizon
        self._known: dict[UserId, tuple[int, LocalTime]] = {}
        self._numbers: dict[Keys, int] = {}
        self._usual: dict[tuple[int, int], int] = {}
        self._clocks: dict[int, _Clock] = {}

    def add(self, lesson: Lesson, weight: Aged) -> None:
        known, age = len(self._found.taken), weight.since(self._newest)
        together = [row for row in lesson.rows if not row.alone]
        for choice in (together, *([row] for row in lesson.rows if row.alone)):
            number = self._found.sets[-1] + 1 if self._found.sets else 0
            for row in choice:
                self._row(lesson, row, number)
        rows = len(self._found.taken) - known
        self._found.age.extend(repeat(age, rows))
        self._found.fine.extend(repeat(weight.fine, rows))
        self._found.halvings.extend(repeat(weight.halvings, rows))

    def _row(self, lesson: Lesson, row: Row, choice: int) -> None:
        found, start, known = self._found, row.start, self._known
        people = [one for one in row.people if one[0] not in self._silent] if self._silent else row.people
        if not people:
            return
        clock = self._clocks.get(lesson.minutes)
        if clock is None:
            clock = self._clocks[lesson.minutes] = _Clock(self._number, lesson.minutes)
        found.rows.extend(repeat(len(found.taken), len(people)))
        found.more.extend(self._more(lesson, row, people))
        for user, weight in people:
            person = known.get(user) or self._person(user)
            found.users.append(person[0])
            found.weights.append(weight)
            found.clocks.append(clock[person[1].clock(start) // MINUTE % _WEEK])
        found.taken.append(row.taken)
        found.sets.append(choice)
        if self._forgotten:
            for column in (found.clocks, found.more):
                self._forget(lesson, people, column)

    def _more(self, lesson: Lesson, row: Row, people: _People) -> Iterable[int]:
        """Number what the clock does not tell."""
        wait = lead_of(row.start, lesson.created), lesson.minutes
        usual = self._usual.get(wait)
        if usual is None:
            usual = self._usual[wait] = self._number((lead_key(wait[0]), length_key(lesson.minutes)))
        if not row.around:
            return repeat(usual, len(people))
        shared = self._found.kinds[usual]
        around = [row.around.get(user) for user, _ in people]
        return [self._number((*shared, *keys_around(one))) if one else usual for one in around]

    def _forget(self, lesson: Lesson, people: _People, column: "array[int]") -> None:
        """Take out of the newest entries what their people had forgotten."""
        for place, (user, _) in zip(range(-len(people), 0), people, strict=True):
            if user in self._forgotten:
                left = self._left(user, lesson, self._found.kinds[column[place]])
                column[place] = self._number(left)

    def _number(self, keys: Keys) -> int:
        number = self._numbers.get(keys)
        if number is None:
            number = self._numbers[keys] = len(self._found.kinds)
            self._found.kinds.append(keys)
        return number

    def _left(self, user: UserId, lesson: Lesson, keys: Keys) -> Keys:
        """Leave out what somebody had forgotten after this was asked."""
        until = self._forgotten[user]
        return tuple(key for key in keys if lesson.created >= until.get(key, lesson.created))

    def _person(self, user: UserId) -> tuple[int, LocalTime]:
        known = len(self._found.names), local_time(self._zones.get(user, UTC), self._horizon)
        self._known[user] = known
        self._found.names.append(user)
        return known
