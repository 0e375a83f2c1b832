"""What a model's lessons say of one person's times, in reasons with words: made where somebody reads them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from engine.find.person import Person
from engine.ids import UserId
from engine.learning.features import Feature, Key, Keys, clock_keys, lead_key, lead_of, length_key
from engine.learning.model import NOTHING, LearnedModel, Weight
from engine.learning.words import PEOPLE, lesson
from engine.model.learning import HABITS
from engine.model.session import Reason
from engine.time.local_time import MINUTES_A_DAY
from engine.time.span import MINUTE, Instant

MOST_LESSONS = 3
"""So many of somebody's lessons are told of one time."""
MOST_KEPT = 2000
"""Times and waits of which it stays worked out what one person says."""
_WEEK = 7 * MINUTES_A_DAY
_LEARNED = "learned_"
_CODES = {feature: f"{_LEARNED}{feature}" for feature in Feature}
_REASON = partial(tuple.__new__, Reason)
"""Makes a reason without the way through its class: a search makes tens of thousands."""
_UNASKED = Reason("", None, 0, "")


class LearnedReasons:
    """What is said of one person's times. Where `habits` is given, its two texts are all that others read.

    `own` are the weights of their own lessons, which come before everybody's; `share` is what points count.
    """

    def __init__(
        self,
        user: UserId,
        name: str,
        own: Mapping[Key, Weight],
        everybody: Mapping[Key, Weight],
        share: float,
        habits: tuple[str, str] | None,
    ) -> None:
        self._user, self._name = user, name
        self._own, self._everybody, self._share, self._habits = own, everybody, share, habits
        self._reasons: dict[Key, Reason | None] = {}
        self._of_day: dict[int, tuple[Reason, ...]] = {}
        self._of_minute: dict[tuple[int, int], tuple[Reason, ...]] = {}
        self._of_wait: dict[tuple[int, int], tuple[Reason, ...]] = {}

    def by_clock(self, person: Person, start: Instant, duration: int, asked: Instant) -> tuple[Reason, ...]:
        """Give what is said of a start by clock, wait and length, whatever lies around it."""
        minute_of_week, minutes = person.local.clock(start) // MINUTE % _WEEK, duration // MINUTE
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
        lead = lead_of(start, asked)
        of_wait = self._of_wait.get((lead, minutes))
        if of_wait is None:
            if len(self._of_wait) >= MOST_KEPT:
                self._of_wait.clear()
            of_wait = self._of_wait[lead, minutes] = self.of((lead_key(lead), length_key(minutes)))
        return of_day + of_minute + of_wait

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

    def _reason(self, key: Key) -> Reason | None:
        weight = self._own.get(key) or self._everybody.get(key, NOTHING)
        if not (points := weight[0]):
            return None
        if self._habits is not None:
            text = self._habits[points > 0]
        else:
            text = lesson(self._name if key in self._own else PEOPLE, key, weight)
        return _REASON((_CODES[key[0]], self._user, points * self._share, text))


def discreet(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Give reasons as they may be kept: of each person's lessons just what they come to, after all others.

    Points of single lessons would tell what they are of. Lessons that balance leave nothing to say.
    """
    others, learned = list[Reason](), dict[UserId | None, list[Reason]]()
    for one in reasons:
        if one.code.startswith(_LEARNED):
            learned.setdefault(one.user, []).append(one)
        else:
            others.append(one)
    together = (_together(each) for each in learned.values())
    return (*others, *(one for one in together if one.points))


def _together(lessons: Sequence[Reason]) -> Reason:
    """Give what one person's lessons come to, in the words of one that points the same way."""
    points = sum(one.points for one in lessons)
    same_way = (one for one in lessons if (one.points < 0) == (points < 0))
    return Reason(HABITS, lessons[0].user, points, next(same_way, lessons[0]).text)


def why(
    model: LearnedModel, user: UserId, called: str, features: Mapping[str, str], points: float
) -> Sequence[str]:
    """Say the weightiest lessons that speak for a time, or against it, as all of them together do.

    Args:
        model: what is known now: it counts what was answered since, too.
        user: whose lessons; of somebody without any, nothing is said.
        called: what they are called, `you` for themselves.
        features: the time's bucket by feature, to them, as it was written down when it was shown.
        points: what all of their lessons come to.
    """
    habits = model.people.get(user)
    own = {} if habits is None else habits.weights
    if not own:
        return ()
    keys = [(Feature(name), bucket) for name, bucket in features.items() if name in list(Feature)]
    weighed = [(_weight(key, own, model), key) for key in keys]
    same_way = [one for one in weighed if one[0].points * points > 0]
    same_way.sort(key=lambda one: -abs(one[0].points))
    return [lesson(called if key in own else PEOPLE, key, weight) for weight, key in same_way[:MOST_LESSONS]]


def _weight(key: Key, own: Mapping[Key, Weight], model: LearnedModel) -> Weight:
    return own.get(key) or model.population.get(key, NOTHING)
