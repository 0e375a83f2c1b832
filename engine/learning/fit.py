"""From a log to a model: deterministic, whatever the order of what is logged."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from engine.ids import UserId
from engine.learning.counting import Counted, counted_as_laid
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
    fitted = max((lesson.created for lesson in learned), default=None)
    known = counted_as_laid(laid, fitted, len(learned))
    return _fitted(known, lambda: laid, policy, silent, fitted if newest is None else newest, forgotten or {})


def fit_counted(
    known: Counted,
    lessons: Iterable[Lesson],
    zones: Mapping[UserId, str],
    *,
    policy: Policy = Policy.AUTO,
    silent: frozenset[UserId] = frozenset(),
    forgotten: Forgotten | None = None,
) -> LearnedModel:
    """Fit the same model to what was counted of lessons before; only the pooled model looks at them again."""

    def laid() -> Examples:
        return examples(lessons, zones, silent, known.newest, forgotten)

    return _fitted(known, laid, policy, silent, known.newest, forgotten or {})


def _fitted(
    known: Counted,
    laid: Callable[[], Examples],
    policy: Policy,
    silent: frozenset[UserId],
    newest: Instant | None,
    forgotten: Forgotten,
) -> LearnedModel:
    if newest is None or not known.people or policy is Policy.FIXED:
        return LearnedModel(silent=silent)
    counts = tallied(known, newest)
    if _wants_pooled(policy, counts):
        population, people = _pooled(laid(), counts, policy, forgotten)
    else:
        population, people = _pointed(counts)
    telling = _telling(population)
    return LearnedModel(
        fitted=known.newest,
        sessions=known.lessons,
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


def _pointed(counts: Tallies) -> _Fitted:
    return population_points(counts), {name: _by_points(counts, name) for name in counts.people}


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
