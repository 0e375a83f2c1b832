"""From a log to a model: deterministic, whatever the order of what is logged."""

from collections import Counter
from collections.abc import Iterable, Mapping

from engine.ids import UserId
from engine.learning.examples import Examples, Forgotten, examples
from engine.learning.features import Feature, Key
from engine.learning.lessons import Lesson
from engine.learning.model import PERSONAL_FROM, Habits, LearnedModel, Weight
from engine.learning.point_model import personal_points, population_points
from engine.learning.policy import Policy
from engine.learning.pooled_model import pooled_person, pooled_population, solved
from engine.learning.tallies import Tallies, tallied
from engine.time.span import Instant


def fit(
    lessons: Iterable[Lesson],
    zones: Mapping[UserId, str],
    *,
    policy: Policy = Policy.AUTO,
    silent: frozenset[UserId] = frozenset(),
    newest: Instant | None = None,
    forgotten: Forgotten | None = None,
) -> LearnedModel:
    """Fit a model. By `auto` whoever was shown enough is ranked by the pooled model, others by points.

    A person without a zone is in UTC. `newest` is the moment from which answers age; without it that of the
    newest lesson.
    """
    learned = list(lessons)
    laid = examples(learned, zones, silent, newest, forgotten)
    if not laid.rows or policy is Policy.FIXED:
        return LearnedModel(silent=silent)
    counts = tallied(laid)
    if _wants_pooled(policy, counts):
        population, people = _pooled(laid, counts, policy, forgotten or {})
    else:
        population, people = _pointed(laid, counts)
    telling = _telling(population)
    return LearnedModel(
        fitted=max(lesson.created for lesson in learned),
        sessions=len(learned),
        population={key: weight for key, weight in population.items() if key[0] in telling},
        people={user: _of_features(habits, telling) for user, habits in people.items()},
        silent=silent,
    )


_Fitted = tuple[Mapping[Key, Weight], dict[UserId, Habits]]


def _telling(population: Mapping[Key, Weight]) -> set[Feature]:
    """Give the features that tell shown times apart: those that came in more than one bucket."""
    buckets = Counter(feature for feature, _ in population)
    return {feature for feature, count in buckets.items() if count > 1 or feature is Feature.LUNCH}


def _of_features(habits: Habits, features: set[Feature]) -> Habits:
    kept = {key: weight for key, weight in habits.weights.items() if key[0] in features}
    return Habits(habits.policy, habits.samples, kept)


def _wants_pooled(policy: Policy, counts: Tallies) -> bool:
    if policy is Policy.AUTO:
        return max(counts.samples.values()) >= PERSONAL_FROM
    return policy is Policy.POOLED


def _pointed(laid: Examples, counts: Tallies) -> _Fitted:
    return population_points(counts), {name: _by_points(counts, name) for name in laid.names}


def _by_points(counts: Tallies, user: UserId) -> Habits:
    return Habits(Policy.POINTS, counts.samples[user], personal_points(counts, user))


def _pooled(laid: Examples, counts: Tallies, policy: Policy, forgotten: Forgotten) -> _Fitted:
    numbered, fitted = solved(laid, counts)
    people = {}
    for index, name in enumerate(laid.names):
        if policy is Policy.AUTO and counts.samples[name] < PERSONAL_FROM:
            people[name] = _by_points(counts, name)
        else:
            own = pooled_person(numbered, fitted, counts.people[name], index, forgotten.get(name, {}))
            people[name] = Habits(Policy.POOLED, counts.samples[name], own)
    return pooled_population(numbered, fitted, counts), people
