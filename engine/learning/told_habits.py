"""What is told of somebody's habits: to others whether a time suits them, to themselves and operators why."""

from collections.abc import Iterable, Mapping, Sequence

from engine.ids import UserId
from engine.learning.features import Feature, Key
from engine.learning.model import NOTHING, LearnedModel, Weight
from engine.learning.words import PEOPLE, lesson
from engine.model.learning import HABITS
from engine.model.session import Reason

MOST_LESSONS = 3
_LEARNED = "learned_"


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
