"""One person as a model knows them: what each of their times is worth, and why, looked up once."""

from collections.abc import Mapping
from typing import NamedTuple

from engine.find.person import Person
from engine.find.ranking import OPTIONAL_WEIGHT
from engine.ids import UserId
from engine.learning.features import THURSDAY, Key, length_key, meets_lunch, start_of
from engine.learning.model import FINENESS, NOTHING, LearnedModel, Weight
from engine.learning.reasons import LearnedReasons
from engine.learning.words import USUAL, habits_of
from engine.learning.worths import NO_WORTHS, Worths, worths_of
from engine.time.local_time import MINUTES_A_DAY
from engine.time.span import MINUTE, Instant

_WEEK = 7 * MINUTES_A_DAY


class Habitual(NamedTuple):
    """What a model says of one person, whatever they are asked to: their own weights before everybody's."""

    own: Mapping[Key, Weight]
    everybody: Mapping[Key, Weight]
    worths: Worths


def everybody(model: LearnedModel) -> Habitual:
    """Give what a model says of whoever it does not know."""
    return Habitual({}, model.population, worths_of(NO_WORTHS, model.population))


def habitual(model: LearnedModel, user: UserId, usual: Habitual) -> Habitual:
    """Give what a model says of somebody; `usual` is what it says of everybody."""
    if user in model.silent:
        return Habitual({}, {}, NO_WORTHS)
    habits = model.people.get(user)
    if habits is None:
        return usual
    return Habitual(habits.weights, usual.everybody, worths_of(usual.worths, habits.weights))


class Mind:
    """What a model says of one person, who must come or may miss it. A `silent` one says nothing."""

    __slots__ = ("_discreet", "_known", "_name", "_told", "_user", "required", "share", "silent", "worths")

    def __init__(
        self, known: Habitual, person: Person, required: bool, *, silent: bool, discreet: bool
    ) -> None:
        self._known, self._discreet = known, discreet
        self._user, self._name = person.id, person.user.name
        self._told: LearnedReasons | None = None
        self.required, self.share = required, 1.0 if required else OPTIONAL_WEIGHT
        self.worths, self.silent = known.worths, silent

    @property
    def reasons(self) -> LearnedReasons:
        """Their lessons in words, made once somebody reads them."""
        if self._told is None:
            own, everybody, _ = self._known
            others_read = habits_of(self._name) if own else USUAL
            habits = others_read if self._discreet else None
            self._told = LearnedReasons(self._user, self._name, own, everybody, self.share, habits)
        return self._told

    def worth(self, person: Person, start: Instant, duration: int) -> int:
        """Give what a start is worth by clock, but for wait and length, in quarters of a point."""
        day, opens = divmod(person.local.clock(start) // MINUTE % _WEEK, MINUTES_A_DAY)
        weekday, lunch = (day + THURSDAY) % 7, meets_lunch(opens, duration // MINUTE)
        return self.worths.by_clock(weekday, opens // 60, start_of(opens), lunch)

    def length(self, duration: int) -> int:
        """Give what a length in seconds is worth, in quarters of a point; it is the same for every start."""
        own, everybody, _ = self._known
        key = length_key(duration // MINUTE)
        return int((own.get(key) or everybody.get(key, NOTHING))[0] * FINENESS)
