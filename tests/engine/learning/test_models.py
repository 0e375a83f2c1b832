"""What models make of a log: points that order times as people took them."""

import random
from itertools import pairwise

import pytest

from engine.documents.learned_models import model_document, parse_model
from engine.errors import InputError
from engine.ids import UserId
from engine.learning.aging import HALF_LIFE
from engine.learning.counting import counted_plainly
from engine.learning.counting_numpy import counted_kinds
from engine.learning.examples import examples
from engine.learning.features import Feature, Key
from engine.learning.fit import fit
from engine.learning.lessons import Logged, lesson_of
from engine.learning.model import LearnedModel, log_odds
from engine.learning.policy import Policy
from engine.learning.pooled_design import design
from engine.learning.pooled_model import solve_plainly
from engine.learning.pooled_numpy import solve
from engine.learning.scoring import worth_to
from engine.learning.words import lesson
from tests.engine.learning.logs import ANN, BOB, afternoons, at, learned, taken

BOTH = pytest.mark.parametrize("policy", [Policy.POINTS, Policy.POOLED])
TUESDAY, MONDAY_KEY = (Feature.WEEKDAY, "tuesday"), (Feature.WEEKDAY, "monday")
FOURTEEN = (Feature.HOUR, "14")


def worth(model: LearnedModel, user: UserId, key: Key) -> float:
    return worth_to(model, user, [key])


@BOTH
def test_what_is_taken_is_worth_more_than_what_is_not(policy: Policy) -> None:
    model = learned(afternoons(12), policy)
    assert worth(model, ANN, TUESDAY) > 0 > worth(model, ANN, MONDAY_KEY)
    assert worth(model, ANN, FOURTEEN) > worth(model, ANN, (Feature.HOUR, "16"))


@BOTH
def test_a_person_without_history_has_everybodys_points(policy: Policy) -> None:
    model = learned(afternoons(12), policy)
    assert worth(model, UserId("new"), TUESDAY) == model.population[TUESDAY].points > 0


@BOTH
def test_answers_count_less_the_older_they_are(policy: Policy) -> None:
    old = afternoons(12)
    fresh = [
        taken(40 + week, [at(40 + week, 0, 10), at(40 + week, 1, 14)], at(40 + week, 0, 10))
        for week in range(12)
    ]
    assert worth(learned([*old, *fresh], policy), ANN, MONDAY_KEY) > 0


def test_an_answer_weighs_half_after_the_half_life() -> None:
    lessons = [lesson for one in afternoons(1) if (lesson := lesson_of(one)) is not None]
    laid = examples(lessons, {}, newest=lessons[0].created + HALF_LIFE)
    assert list(laid.age) == [0.5, 0.5, 0.5]


def test_counts_are_told_as_they_were() -> None:
    log = afternoons(5)
    model = learned([*log, taken(6, [at(6, 1, 14)], None)])
    assert model.people[ANN].weights[FOURTEEN][1:] == (5, 6)


@BOTH
def test_the_order_of_the_log_makes_no_difference(policy: Policy) -> None:
    log = [*afternoons(8), *(taken(week, [at(week, 2, 9), at(week, 4, 11)], None) for week in range(8))]
    mixed = random.Random(3).sample(log, len(log))
    assert model_document(learned(log, policy)) == model_document(learned(mixed, policy))


def test_an_empty_log_teaches_nothing() -> None:
    assert learned([]).empty


def test_somebody_who_does_not_learn_is_not_in_the_model_and_teaches_nothing() -> None:
    lessons = [lesson for one in afternoons(12, ANN) if (lesson := lesson_of(one)) is not None]
    model = fit(lessons, {}, silent=frozenset({ANN}))
    assert model.empty
    assert not model.people


def test_who_was_shown_little_is_ranked_by_points_and_who_was_shown_much_by_the_pooled_model() -> None:
    model = learned([*afternoons(12, ANN), *afternoons(2, BOB)])
    assert model.people[ANN].policy is Policy.POOLED
    assert model.people[BOB].policy is Policy.POINTS
    assert model.people[ANN].samples == 36


def test_numpy_changes_no_weight_by_more_than_rounding() -> None:
    lessons = [lesson for one in _varied(80) if (lesson := lesson_of(one)) is not None]
    laid = design(examples(lessons, {}))
    plain, quick = solve_plainly(laid, -1.0), solve(laid, -1.0)
    for one, other in (
        (plain.population, quick.population),
        (plain.personal, quick.personal),
    ):
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) < 1e-9


def test_an_hour_that_was_never_shown_is_worth_what_the_next_one_is_and_said_so() -> None:
    often = [
        taken(week, [at(week, 1, 14), at(week, 1, 15), at(week, 0, 9)], at(week, 1, 14)) for week in range(12)
    ]
    others = [taken(week, [at(week, 2, 13), at(week, 2, 10)], None, BOB) for week in range(12)]
    habits = learned([*often, *others], Policy.POOLED).people[ANN].weights
    weight = habits[Feature.HOUR, "13"]
    assert weight.points > habits[Feature.HOUR, "10"].points
    assert weight[1:] == (0, 0)
    assert lesson("Ann", (Feature.HOUR, "13"), weight) == "people who choose like Ann take times at 13:00"


def test_what_somebody_had_forgotten_is_not_told_from_what_is_like_it() -> None:
    log = [
        taken(week, [at(week, 1, 14), at(week, 1, 15), at(week, 0, 9)], at(week, 1, 14)) for week in range(12)
    ]
    lessons = [found for one in log if (found := lesson_of(one)) is not None]
    later = max(one.created for one in lessons) + 1
    habits = fit(lessons, {}, policy=Policy.POOLED, forgotten={ANN: {FOURTEEN: later}}).people[ANN].weights
    assert FOURTEEN not in habits
    assert (Feature.HOUR, "15") in habits


def test_of_two_times_that_are_always_shown_together_the_one_that_is_taken_now_and_then_is_no_dislike() -> (
    None
):
    """They chose among three: who takes the best has nothing against the second."""
    log = [
        taken(week, [at(week, 1, 14), at(week, 2, 14), at(week, 3, 9)], at(week, 1 + (week % 3 == 0), 14))
        for week in range(18)
    ]
    model = learned(log, Policy.POOLED)
    wednesday, thursday = (worth(model, ANN, (Feature.WEEKDAY, day)) for day in ("wednesday", "thursday"))
    assert worth(model, ANN, TUESDAY) > wednesday > thursday


def _varied(count: int) -> list[Logged]:
    rng = random.Random(11)
    found = []
    for number in range(count):
        shown = sorted({at(number // 2, rng.randrange(5), rng.randrange(8, 18)) for _ in range(3)})
        took = rng.choice([*shown, None])
        found.append(taken(number // 2, shown, took, ANN, *([BOB] if rng.random() < 0.6 else [])))
    return found


@BOTH
def test_a_document_gives_the_model_back(policy: Policy) -> None:
    document = model_document(learned(_varied(40), policy))
    assert model_document(parse_model(document)) == document


def _spoilt() -> list[object]:
    document = model_document(learned(afternoons(4)))
    bad = {"policy": "points", "samples": 1, "weights": {"weekday": {"monday": [1e9, 0, 1]}}}
    return [
        "nonsense",
        None,
        [],
        {},
        {**document, "version": 2},
        {**document, "version": "1"},
        {**document, "extra": 1},
        {**document, "people": {"ann": bad}},
        {**document, "population": {"mood": {"good": [1, 0, 1]}}},
        {**document, "population": {"hour": {"14": [float("nan"), 0, 1]}}},
        {**document, "population": {"hour": {"14": [1, 3, 2]}}},
        {**document, "population": {"hour": {"14": [0.01, 1, 2]}}},
        {**document, "calibration": {"slope": -1, "intercept": 0, "sessions": 3}},
    ]


@pytest.mark.parametrize("document", _spoilt())
def test_a_broken_or_newer_document_is_refused_by_an_error_that_names_the_model(document: object) -> None:
    with pytest.raises(InputError, match="model"):
        parse_model(document)


def test_points_follow_log_odds_monotonously_and_stay_bounded() -> None:
    odds = [log_odds(number / 100) for number in range(1, 100)]
    assert all(a < b for a, b in pairwise(odds))


def test_what_never_varied_tells_nothing() -> None:
    model = learned(afternoons(12))
    assert Feature.START not in {key[0] for key in model.population}


def test_how_people_differ_is_told_from_how_they_do() -> None:
    """Everybody likes either mornings or afternoons; of one it is known only that they take mornings."""
    log = []
    for number in range(12):
        user, early = UserId(f"u{number}"), number % 2 == 0
        for week in range(6):
            shown = [at(week, 1, 9), at(week, 2, 16)]
            log.append(taken(week, shown, shown[0 if early else 1], user))
    morning = [at(week, 3, 9) for week in range(6)]
    log += [taken(week, [one], one, ANN) for week, one in enumerate(morning)]
    habits = learned(log, Policy.POOLED)
    told = worth(habits, ANN, (Feature.HOUR, "16")) - habits.population[Feature.HOUR, "16"].points
    assert told < 0, "who likes 9 dislikes 16, as everybody else who does"


def test_many_are_counted_by_numpy_to_the_last_digit() -> None:
    lessons = [lesson for one in _varied(80) if (lesson := lesson_of(one)) is not None]
    laid = examples(lessons, {})
    base = min(laid.halvings)
    plain, quick = counted_plainly(laid, base), counted_kinds(laid, base)
    assert [[list(part.items()) for part in one] for one in plain] == [
        [list(part.items()) for part in one] for one in quick
    ]
