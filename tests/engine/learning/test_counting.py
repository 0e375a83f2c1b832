"""One answer after another comes to what all of them come to, to the last bit, in whatever order they end."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.documents.learned_models import model_document
from engine.ids import UserId
from engine.learning.aging import HALF_LIFE, aged
from engine.learning.counting import Counted, counted, with_lesson
from engine.learning.examples import Forgotten
from engine.learning.features import Feature
from engine.learning.fit import fit, fit_counted
from engine.learning.lessons import Lesson, Logged, lesson_of
from engine.learning.policy import Policy
from engine.time.span import DAY
from tests.engine.learning.logs import at, taken

ZONES = {UserId("p1"): "America/New_York", UserId("p2"): "Asia/Kathmandu"}
SILENT = frozenset({UserId("p5")})
FORGOTTEN: Forgotten = {UserId("p1"): {(Feature.HOUR, "09"): at(20, 0, 0)}}


def lessons(seed: int, sessions: int = 25) -> list[Lesson]:
    """Give a log of several years, in no order, some of it asked for at the same moment."""
    rng = random.Random(seed)
    log = [_session(rng) for _ in range(rng.randrange(sessions))]
    return [lesson for one in log if (lesson := lesson_of(one)) is not None]


def _session(rng: random.Random) -> Logged:
    week = rng.choice((0, 3, 30, 31, 150))
    shown = [at(week, rng.randrange(7), rng.randrange(24)) for _ in range(rng.randrange(1, 4))]
    people = [UserId(f"p{number}") for number in rng.sample(range(6), rng.randrange(1, 4))]
    return taken(week, shown, rng.choice([None, *shown]), *people)


def one_by_one(log: list[Lesson]) -> Counted:
    found = counted((), ZONES)
    for lesson in log:
        found = with_lesson(found, lesson, ZONES, SILENT, FORGOTTEN)
    return found


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_answers_that_are_added_one_by_one_are_counted_as_all_of_them_at_once(seed: int) -> None:
    log = lessons(seed)
    assert one_by_one(log) == counted(log, ZONES, SILENT, FORGOTTEN)


@given(st.integers(0, 10**6), st.sampled_from(Policy))
@settings(max_examples=40, deadline=None)
def test_a_model_of_what_was_added_one_by_one_is_the_model_of_the_whole_log(
    seed: int, policy: Policy
) -> None:
    log = lessons(seed, 14)
    added = fit_counted(
        one_by_one(log), lambda: log, ZONES, policy=policy, silent=SILENT, forgotten=FORGOTTEN
    )
    whole = fit(log, ZONES, policy=policy, silent=SILENT, forgotten=FORGOTTEN)
    assert model_document(added) == model_document(whole)


def test_points_are_fitted_without_a_look_at_any_lesson() -> None:
    def nobody_asks() -> list[Lesson]:
        raise AssertionError

    log = lessons(7)
    model = fit_counted(one_by_one(log), nobody_asks, ZONES, policy=Policy.POINTS)
    assert model.sessions == len(log)


@given(st.integers(0, 10**10), st.integers(0, 40 * HALF_LIFE))
def test_weights_halve_exactly_and_grow_with_time(moment: int, later: int) -> None:
    assert aged(moment + HALF_LIFE).whole == 2 * aged(moment).whole
    assert aged(moment).whole <= aged(moment + later).whole
    assert abs(aged(moment).since(aged(moment + later)) - 0.5 ** (later / HALF_LIFE)) < 1e-8


def test_what_was_asked_before_1970_counts_as_of_then() -> None:
    assert aged(-DAY) == aged(0)
