"""One person as a model knows them: what each of their times is worth, and why, looked up once."""

from collections.abc import Mapping

from engine.find.person import Person
from engine.find.ranking import OPTIONAL_WEIGHT
from engine.learning.features import Key, Keys, clock_keys, lead_key, length_key
from engine.learning.model import LearnedModel, Weight
from engine.learning.words import PEOPLE, habit, lesson
from engine.model.session import Reason

MOST_KEPT = 2000
"""Times of which it stays worked out what one person says."""


class Mind:
    """What a model says of one person, who must come or may miss it."""

    def __init__(self, model: LearnedModel, person: Person, required: bool, discreet: bool) -> None:
        self._discreet = discreet
        self._id, self._name = person.id, person.user.name
        self._share = 1.0 if required else OPTIONAL_WEIGHT
        self._reasons: dict[Key, Reason | None] = {}
        self._said: dict[tuple[int, int, int], tuple[Reason, ...]] = {}
        self.silent = person.id in model.silent
        habits = None if self.silent else model.people.get(person.id)
        self._own: Mapping[Key, Weight] = {} if habits is None else habits.weights
        self._weights = {} if self.silent else {**model.population, **self._own}

    def worths(self, unit: int) -> Mapping[Key, int]:
        """Give what each bucket is worth in units, so many a point, before any share."""
        return {key: int(weight.points * unit) for key, weight in self._weights.items()}

    def said(self, minute_of_week: int, lead: int, minutes: int) -> tuple[Reason, ...]:
        """Give what clock, wait and length say of a start."""
        key = minute_of_week, lead, minutes
        found = self._said.get(key)
        if found is None:
            keys = (*clock_keys(minute_of_week, minutes), lead_key(lead), length_key(minutes))
            if len(self._said) >= MOST_KEPT:
                self._said.clear()
            found = self._said[key] = self.of(keys)
        return found

    def length(self, minutes: int) -> tuple[Reason, ...]:
        """Give what the length says; it is the same for every start."""
        return self.of((length_key(minutes),))

    def of(self, keys: Keys) -> tuple[Reason, ...]:
        """Give what some buckets say."""
        known = self._reasons
        for key in keys:
            if key not in known:
                known[key] = self._reason(key)
        return tuple([told for told in [known[key] for key in keys] if told is not None])

    def _reason(self, key: Key) -> Reason | None:
        weight = self._weights.get(key)
        if weight is None or not weight.points:
            return None
        if self._discreet:
            text = habit(self._name, weight)
        else:
            text = lesson(self._name if key in self._own else PEOPLE, key, weight)
        return Reason(f"learned_{key[0]}", self._id, weight.points * self._share, text)
