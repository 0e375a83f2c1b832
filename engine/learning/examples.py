"""Lessons laid out for counting and fitting: one entry a person and shown time, in an order of their own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.ids import UserId
from engine.learning.features import Key, Keys, clock_keys, keys_around, lead_key, lead_of, length_key
from engine.learning.lessons import Lesson, Row
from engine.time.local_time import MINUTES_A_DAY, LocalTime, local_time
from engine.time.span import DAY, MINUTE, Instant, Span

HALF_LIFE = 60 * DAY
"""Seconds after which an answer counts half."""
_WEEK = 7 * MINUTES_A_DAY
Forgotten = Mapping[UserId, Mapping[Key, Instant]]
"""By person, buckets of which everything before a moment is forgotten."""
UTC = "UTC"


@dataclass(slots=True)
class Examples:
    """Entries as columns. Row i was shown to the people of the entries whose `rows` are i.

    Rows of one number in `sets` were to choose from together. `keys` are what depends on the clock, `more`
    the rest: lead, length, and what was around.
    """

    taken: list[float] = field(default_factory=list)
    age: list[float] = field(default_factory=list)
    sets: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    users: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    keys: list[Keys] = field(default_factory=list)
    more: list[Keys] = field(default_factory=list)
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
    ordered = sorted(lessons, key=_place)
    found = Examples()
    if not ordered:
        return found
    newest = max(lesson.created for lesson in ordered) if newest is None else newest
    laid = _Layer(found, zones, silent, _horizon(ordered), forgotten or {})
    for lesson in ordered:
        laid.add(lesson, 0.5 ** (max(newest - lesson.created, 0) / HALF_LIFE))
    return found


def _place(lesson: Lesson) -> tuple[object, ...]:
    return lesson.created, lesson.minutes, [(row.start, row.people, row.taken) for row in lesson.rows]


def _horizon(lessons: list[Lesson]) -> Span:
    starts = [row.start for lesson in lessons for row in lesson.rows]
    return Span(min(starts), max(starts))


class _Layer:
    """Adds lessons to columns, each zone's clock and each person's number looked up once."""

    def __init__(
        self,
        found: Examples,
        zones: Mapping[UserId, str],
        silent: frozenset[UserId],
        horizon: Span,
        forgotten: Forgotten,
    ) -> None:
        self._forgotten = forgotten
        self._found, self._zones, self._silent, self._horizon = found, zones, silent, horizon
        self._people: dict[UserId, tuple[int, LocalTime]] = {}
        self._more: dict[tuple[int, int], Keys] = {}

    def add(self, lesson: Lesson, age: float) -> None:
        together = [row for row in lesson.rows if not row.alone]
        for choice in (together, *([row] for row in lesson.rows if row.alone)):
            number = self._found.sets[-1] + 1 if self._found.sets else 0
            for row in choice:
                self._row(lesson, row, age, number)

    def _row(self, lesson: Lesson, row: Row, age: float, choice: int) -> None:
        found, lead, start = self._found, lead_of(row.start, lesson.created), row.start
        people = [one for one in row.people if one[0] not in self._silent]
        if not people:
            return
        number = len(found.taken)
        found.taken.append(float(row.taken))
        found.age.append(age)
        found.sets.append(choice)
        shared = self._more.get((lead, lesson.minutes))
        if shared is None:
            shared = self._more[lead, lesson.minutes] = (lead_key(lead), length_key(lesson.minutes))
        for user, weight in people:
            index, local = self._people.get(user) or self._person(user)
            around = row.around.get(user)
            found.rows.append(number)
            found.users.append(index)
            found.weights.append(weight)
            keys = clock_keys(local.clock(start) // MINUTE % _WEEK, lesson.minutes)
            more = (*shared, *keys_around(around)) if around else shared
            if user in self._forgotten:
                keys, more = self._left(user, lesson, keys), self._left(user, lesson, more)
            found.keys.append(keys)
            found.more.append(more)

    def _left(self, user: UserId, lesson: Lesson, keys: Keys) -> Keys:
        """Leave out what somebody had forgotten after this was asked."""
        until = self._forgotten[user]
        return tuple(key for key in keys if lesson.created >= until.get(key, lesson.created))

    def _person(self, user: UserId) -> tuple[int, LocalTime]:
        known = len(self._found.names), local_time(self._zones.get(user, UTC), self._horizon)
        self._people[user] = known
        self._found.names.append(user)
        return known
