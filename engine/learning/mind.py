"""One person as a model knows them: what each of their times is worth, and why, looked up once."""

from engine.find.people import Person
from engine.find.ranking import OPTIONAL_WEIGHT
from engine.learning.features import Feature, Key, Keys, clock_keys, lead_key, length_key
from engine.learning.model import LearnedModel, Weight
from engine.learning.scoring import weight_of
from engine.learning.words import PEOPLE, habit, lesson
from engine.model.session import Reason

_NOTHING = Weight(0.0, 0, 0)


class Mind:
    """What a model says of one person, who must come or may miss it."""

    def __init__(self, model: LearnedModel, person: Person, required: bool, discreet: bool) -> None:
        self._model, self._discreet = model, discreet
        self._id, self._name = person.id, person.user.name
        self._share = 1.0 if required else OPTIONAL_WEIGHT
        self._reasons: dict[Keys, tuple[Reason, ...]] = {}
        self.silent = person.id in model.silent

    def points(self, key: Key) -> float:
        """Give what a bucket is worth, before any share."""
        found, _ = weight_of(self._model, self._id, key)
        return 0.0 if found is None else found.points

    def clock(self, minute_of_week: int, minutes: int) -> tuple[Reason, ...]:
        """Give what the clock alone says of a start."""
        return self._of(clock_keys(minute_of_week, minutes))

    def lead(self, lead: int) -> tuple[Reason, ...]:
        """Give what the wait says."""
        return self._of((lead_key(lead),))

    def length(self, minutes: int) -> tuple[Reason, ...]:
        """Give what the length says; it is the same for every start."""
        return self._of((length_key(minutes),))

    def around(self, keys: Keys) -> tuple[Reason, ...]:
        """Give what their other events say."""
        return self._of(keys)

    def _of(self, keys: Keys) -> tuple[Reason, ...]:
        found = self._reasons.get(keys)
        if found is None:
            told = (self._reason(key) for key in keys)
            found = self._reasons[keys] = tuple(one for one in told if one is not None)
        return found

    def _reason(self, key: Key) -> Reason | None:
        weight, own = weight_of(self._model, self._id, key)
        if weight is None or not weight.points:
            return None
        if self._discreet:
            text = habit(self._name, weight)
        else:
            text = lesson(self._name if own else PEOPLE, key, weight)
        return Reason(f"learned_{key[0].value}", self._id, weight.points * self._share, text)

    def knows(self, feature: Feature) -> bool:
        """Whether anything of a feature is worth something for them."""
        habits = self._model.people.get(self._id)
        own = () if habits is None else habits.weights.items()
        return any(
            key[0] is feature and weight.points for key, weight in (*own, *self._model.population.items())
        )
