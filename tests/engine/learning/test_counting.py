"""One answer after another comes to what all of them come to, to the last bit, in whatever order they end."""

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.documents.learned_models import model_document
from engine.ids import SessionId, UserId
from engine.learning.aging import HALF_LIFE, aged
from engine.learning.counting import Counted, counted, joined
from engine.learning.examples import Forgotten
from engine.learning.features import Feature
from engine.learning.fit import fit, fit_counted
from engine.learning.installation import (
    CALIBRATED_FROM,
    Forgetting,
    Teaching,
    model_so_far,
    nothing_so_far,
    with_ends,
)
from engine.learning.lessons import Lesson, Logged, lesson_of
from engine.learning.policy import Policy
from engine.learning.showing import Ended
from engine.model.history import SchedulingEvent
from engine.time.instant import format_instant
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
        found = joined(found, counted([lesson], ZONES, SILENT, FORGOTTEN))
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
    added = fit_counted(one_by_one(log), log, ZONES, policy=policy, silent=SILENT, forgotten=FORGOTTEN)
    whole = fit(log, ZONES, policy=policy, silent=SILENT, forgotten=FORGOTTEN)
    assert model_document(added) == model_document(whole)


def test_points_are_fitted_without_a_look_at_any_lesson() -> None:
    log = lessons(7)
    model = fit_counted(one_by_one(log), (), ZONES, policy=Policy.POINTS, silent=SILENT)
    whole = fit(log, ZONES, policy=Policy.POINTS, silent=SILENT, forgotten=FORGOTTEN)
    assert model_document(model) == model_document(whole)


@given(st.integers(0, 10**10), st.integers(0, 40 * HALF_LIFE))
def test_weights_halve_exactly_and_grow_with_time(moment: int, later: int) -> None:
    assert aged(moment + HALF_LIFE).whole == 2 * aged(moment).whole
    assert aged(moment).whole <= aged(moment + later).whole
    assert abs(aged(moment).since(aged(moment + later)) - 0.5 ** (later / HALF_LIFE)) < 1e-8


def test_what_was_asked_before_1970_counts_as_of_then() -> None:
    assert aged(-DAY) == aged(0)


def ends(seed: int) -> list[Ended]:
    """Give sessions that ended, with scores beside what was shown."""
    rng = random.Random(seed)
    return [_ended(rng, number) for number in range(rng.randrange(2 * CALIBRATED_FROM))]


def _ended(rng: random.Random, number: int) -> Ended:
    logged = _session(rng)
    slots = [
        {"start": format_instant(start), "score": rng.randrange(160) / 8, "confidence": 0.5}
        for start in logged.offered
    ]
    chosen = None if logged.selected is None else {"start": format_instant(logged.selected)}
    event = SchedulingEvent(
        id=f"e{number}",
        session_id=SessionId(f"s{number}"),
        host_user_id=logged.host,
        num_invitees=1,
        selected_slot=chosen,
        shown=({"slots": slots},),
        outcome=logged.outcome,
        created_at=logged.created,
    )
    return Ended(event, logged)


@given(st.integers(0, 10**6))
@settings(max_examples=12, deadline=None)
def test_sessions_that_end_one_after_another_teach_what_the_whole_log_does(seed: int) -> None:
    log, teaching = ends(seed), Teaching(ZONES, SILENT, Forgetting({UserId("p2"): at(3, 0, 0)}, FORGOTTEN))
    added = nothing_so_far()
    for one in log:
        added = with_ends(added, [one], teaching)
    whole = with_ends(nothing_so_far(), log, teaching)
    assert added == whole
    models = [model_so_far(one, teaching, Policy.POINTS) for one in (added, whole)]
    assert len({json.dumps(model_document(model)) for model in models}) == 1
    assert (models[0].calibration is None) == (whole.answered < CALIBRATED_FROM)
