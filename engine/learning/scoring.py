"""What a model says of a time, bucket by bucket."""

from collections.abc import Iterable

from engine.ids import UserId
from engine.learning.features import Key
from engine.learning.model import LearnedModel


def worth_to(model: LearnedModel, user: UserId, keys: Iterable[Key]) -> float:
    """Sum a person's points for a time of these buckets: their own, or everybody's where they have none."""
    if user in model.silent:
        return 0.0
    habits = model.people.get(user)
    own = {} if habits is None else habits.weights
    found = (own.get(key) or model.population.get(key) for key in keys)
    return sum(one.points for one in found if one is not None)
