"""One person as a model knows them: what each of their times is worth, and why, looked up once."""

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from engine.find.person import Person
from engine.find.ranking import OPTIONAL_WEIGHT
from engine.ids import UserId
from engine.learning.features import (
    THURSDAY,
    Feature,
    Key,
    Keys,
    clock_keys,
    lead_key,
    length_key,
    meets_lunch,
    start_of,
)
from engine.learning.model import FINENESS, NOTHING, LearnedModel, Weight
from engine.learning.words import PEOPLE, habits_of, lesson
from engine.learning.worths import Worths, usual_weights, worths_of
from engine.model.session import Reason
from engine.time.local_time import MINUTES_A_DAY

MOST_KEPT = 2000
"""Times and waits of which it stays worked out what one person says."""


_CODES = {feature: f"learned_{feature}" for feature in Feature}


_REASON = partial(tuple.__new__, Reason)
"""Makes a reason without the way through its class: a search makes tens of thousands."""


class Habitual(NamedTuple):
    """What a model says of one person, whatever they are asked to: their own weights before everybody's."""

    own: Mapping[Key, Weight]
    everybody: Mapping[Key, Weight]
    worths: Worths


def habitual(model: LearnedModel, user: UserId | None, usual: Mapping[Key, Weight] | None = None) -> Habitual:
    """Give what a model says of somebody, or of whoever it does not know.

    `usual` is what `usual_weights` gives for the model's population, where it is at hand.
    """
    if user in model.silent:
        return Habitual({}, {}, worths_of(usual_weights({}), {}))
    habits = None if user is None else model.people.get(user)
    own = {} if habits is None else habits.weights
    usual = usual_weights(model.population) if usual is None else usual
    return Habitual(own, model.population, worths_of(usual, own))


class Mind:
    """What a model says of one person, who must come or may miss it."""

    def __init__(
        self, known: Habitual, person: Person, required: bool, *, silent: bool, discreet: bool
    ) -> None:
        self._habits = habits_of(person.user.name) if discreet else None
        self._id, self._name = person.id, person.user.name
        self.share = 1.0 if required else OPTIONAL_WEIGHT
        self._reasons: dict[Key, Reason | None] = {}
        self._of_day: dict[int, tuple[Reason, ...]] = {}
        self._of_minute: dict[tuple[int, int], tuple[Reason, ...]] = {}
        self._of_wait: dict[tuple[int, int], tuple[Reason, ...]] = {}
        self._lengths: dict[int, int] = {}
        self._own, self._everybody, self.worths = known
        self.silent = silent

    def said(self, minute_of_week: int, lead: int, minutes: int) -> tuple[Reason, ...]:
        """Give what clock, wait and length say of a start."""
        day, opens = divmod(minute_of_week, MINUTES_A_DAY)
        of_day = self._of_day.get(day)
        if of_day is None:
            of_day = self._of_day[day] = self.of(clock_keys(minute_of_week, minutes)[:1])
        of_minute = self._of_minute.get((opens, minutes))
        if of_minute is None:
            if len(self._of_minute) >= MOST_KEPT:
                self._of_minute.clear()
            of_minute = self.of(clock_keys(minute_of_week, minutes)[1:])
            self._of_minute[opens, minutes] = of_minute
        of_wait = self._of_wait.get((lead, minutes))
        if of_wait is None:
            if len(self._of_wait) >= MOST_KEPT:
                self._of_wait.clear()
            of_wait = self._of_wait[lead, minutes] = self.of((lead_key(lead), length_key(minutes)))
        return of_day + of_minute + of_wait

    def worth(self, minute_of_week: int, minutes: int) -> int:
        """Give what the same is worth, but for the wait, in quarters of a point and without words."""
        worths, (day, opens) = self.worths, divmod(minute_of_week, MINUTES_A_DAY)
        found = worths.weekdays[(day + THURSDAY) % 7] + worths.hours[opens // 60]
        found += worths.starts[start_of(opens)] + self.length(minutes)
        return found + worths.lunch[0] if meets_lunch(opens, minutes) else found

    def length(self, minutes: int) -> int:
        """Give what the length is worth, in quarters of a point; it is the same for every start."""
        found = self._lengths.get(minutes)
        if found is None:
            found = self._lengths[minutes] = int(self._weight(length_key(minutes))[0] * FINENESS)
        return found

    def of(self, keys: Keys) -> tuple[Reason, ...]:
        """Give what some buckets say."""
        known, found = self._reasons, []
        for key in keys:
            told = known.get(key, _UNASKED)
            if told is _UNASKED:
                told = known[key] = self._reason(key)
            if told is not None:
                found.append(told)
        return tuple(found)

    def _weight(self, key: Key) -> Weight:
        return self._own.get(key) or self._everybody.get(key, NOTHING)

    def _reason(self, key: Key) -> Reason | None:
        weight = self._weight(key)
        if not (points := weight[0]):
            return None
        if self._habits is not None:
            text = self._habits[points > 0]
        else:
            text = lesson(self._name if key in self._own else PEOPLE, key, weight)
        return _REASON((_CODES[key[0]], self._id, points * self.share, text))


_UNASKED = Reason("", None, 0, "")
