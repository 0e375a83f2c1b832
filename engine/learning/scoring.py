"""What a model says of a time, bucket by bucket."""

from collections.abc import Iterable

from engine.ids import UserId
from engine.learning.features import Key
from engine.learning.model import LearnedModel, Weight


def weight_of(model: LearnedModel, user: UserId, key: Key) -> tuple[Weight | None, bool]:
    """Give what a bucket is worth to somebody, and whether that is their own: else it is everybody's."""
    if user in model.silent:
        return None, False
    habits = model.people.get(user)
    own = None if habits is None else habits.weights.get(key)
    return (own, True) if own is not None else (model.population.get(key), False)


def worth_to(model: LearnedModel, user: UserId, keys: Iterable[Key]) -> float:
    """Sum a person's points for a time of these buckets."""
    found = (weight_of(model, user, key)[0] for key in keys)
    return sum(one.points for one in found if one is not None)
