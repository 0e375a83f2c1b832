"""Learned points in the search: both back ends agree, reasons add up, and no rule is broken."""

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.documents.answers import answer_document
from engine.documents.requests import parse_request
from engine.find.attendance import availability_when_feasible
from engine.find.backends import Bitmaps, IntervalSearch
from engine.find.people import Roster
from engine.find.request import FindRequest
from engine.find.search import bookable, find
from engine.ids import UserId
from engine.learning.features import Feature, Key
from engine.learning.model import Calibration, Habits, LearnedModel, Weight
from engine.learning.on_grid.scored_lanes import UNIT
from engine.learning.policy import Policy
from engine.learning.ranking import LearnedRanking, LearnedScale
from engine.learning.reasons import discreet
from engine.learning.words import USUAL
from engine.model.learning import HABITS
from tests.engine.find.requests import random_request, rich_request, with_soft_sides

BUCKETS: list[Key] = [
    *((Feature.WEEKDAY, day) for day in ("monday", "tuesday", "friday", "saturday", "sunday")),
    *((Feature.HOUR, f"{hour:02}") for hour in range(24)),
    *((Feature.LEAD, str(lead)) for lead in range(8)),
    (Feature.START, "hour"),
    (Feature.START, "odd"),
    (Feature.LUNCH, "yes"),
    (Feature.LUNCH, "no"),
    (Feature.LENGTH, "30"),
    *((Feature.GAP, gap) for gap in ("none", "short", "wide")),
    *((Feature.EDGE, edge) for edge in ("first", "last", "only", "between")),
    *((Feature.LOAD, load) for load in ("0", "few", "many")),
]


def poisoned(seed: int, most: float = 60.0) -> LearnedModel:
    """Give a model of random points, as extreme as a document may hold."""
    rng = random.Random(seed)

    def weights() -> dict[Key, Weight]:
        chosen = rng.sample(BUCKETS, rng.randrange(len(BUCKETS)))
        return {key: Weight(round(rng.uniform(-most, most) * 4) / 4, 1, 2) for key in chosen}

    known = [UserId(name) for name in ("u0", "u1", "g1", "o1") if rng.random() < 0.8]
    return LearnedModel(
        fitted=0,
        sessions=1,
        population={(Feature.HOUR, "12"): Weight(1.0, 1, 2), **weights()},
        people={user: Habits(Policy.POINTS, 3, weights()) for user in known},
        silent=frozenset({UserId("u2")}),
        calibration=Calibration(-1.0, 0.5, 300) if rng.random() < 0.5 else None,
    )


def asked(seed: int) -> FindRequest:
    rng = random.Random(seed)
    document = with_soft_sides(rng, rich_request(rng) if seed % 2 else random_request(rng))
    return parse_request(document, now=0)


@pytest.mark.parametrize("batch", range(2))
def test_bitmaps_answer_as_the_sweep_does_to_the_last_word(batch: int) -> None:
    for seed in range(batch * 30, (batch + 1) * 30):
        ranking = LearnedRanking(poisoned(seed, 60.0 if seed % 3 else 1.0))
        request = replace(asked(seed), ranking=ranking)
        swept, quick = (
            json.dumps(answer_document(find(request, one))) for one in (IntervalSearch(), Bitmaps())
        )
        assert quick == swept, seed


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_no_model_however_poisoned_offers_what_a_hard_rule_forbids(seed: int) -> None:
    request = asked(seed)
    found = find(replace(request, ranking=LearnedRanking(poisoned(seed)), limit=12))
    allowed = set(IntervalSearch().candidates(request))
    assert {slot.start for slot in found.proposed} <= allowed
    assert all(bookable(request, slot.start) == () for slot in found.proposed)


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_reasons_sum_to_the_score_and_confidence_falls(seed: int) -> None:
    slots = find(replace(asked(seed), ranking=LearnedRanking(poisoned(seed)), limit=12)).proposed
    assert all(abs(sum(one.points for one in slot.reasons) - slot.score) < 1e-9 for slot in slots)
    assert [slot.confidence for slot in slots] == sorted((slot.confidence for slot in slots), reverse=True)


def test_an_empty_model_ranks_as_the_fixed_weights_do() -> None:
    for seed in range(10):
        request = asked(seed)
        assert find(replace(request, ranking=LearnedRanking(LearnedModel()))) == find(request)


def test_a_fresh_session_ignores_habits() -> None:
    request = asked(5)
    session = replace(request.session, record=replace(request.session.record, fresh=True))
    fresh = replace(request, session=session)
    assert find(replace(fresh, ranking=LearnedRanking(poisoned(5)))) == find(fresh)


def test_one_back_end_answers_by_one_model_after_another() -> None:
    kept = Bitmaps()
    for seed in range(8):
        for model in (poisoned(1), poisoned(2), LearnedModel()):
            request = replace(asked(seed), ranking=LearnedRanking(model))
            assert find(request, kept) == find(request)


def test_points_are_the_sum_of_the_reasons_at_every_minute() -> None:
    for seed in range(12):
        rng, request = random.Random(seed), asked(seed)
        grid, now = request.grid, request.now
        if grid is None:
            continue
        scale = LearnedScale(LearnedRanking(poisoned(seed)), now)
        for person in Roster().people(request).values():
            for _ in range(40):
                start = request.window.start + rng.randrange(request.window.end - request.window.start)
                required, end = rng.random() < 0.5, start + request.duration
                state = availability_when_feasible(person, required, start, end)
                told = person, required, state, start, end
                one = scale.scored_lanes([(person, required)], grid, request.duration)[0]
                lost = one.cost_at_once(start) + one.cost_later(start, now)
                assert one.most - lost == UNIT * sum(said.points for said in scale.reasons(*told)), seed


def test_who_asks_a_little_later_is_told_what_a_fresh_search_would_tell() -> None:
    for seed in range(8):
        ranking, kept = LearnedRanking(poisoned(seed)), Bitmaps()
        for later in (0, 1, 59, 420, 899, 900, 901, 4000):
            request = replace(asked(seed), ranking=ranking)
            request = replace(request, now=request.now + later)
            assert find(request, kept) == find(request), (seed, later)


def test_others_read_no_more_of_a_habit_than_whether_it_suits() -> None:
    model = poisoned(4)
    for seed in range(6):
        request = replace(asked(seed), ranking=LearnedRanking(model, discreet=True))
        told = [one for slot in find(request).proposed for one in slot.reasons]
        habits = [one.text for one in told if one.code.startswith("learned_")]
        assert all(text.endswith("'s habits") or text in USUAL for text in habits)
        for slot in find(request).proposed:
            kept = discreet(slot.reasons)
            learned = [one for one in kept if one.code.startswith("learned_")]
            assert {one.code for one in learned} <= {HABITS}
            assert len({one.user for one in learned}) == len(learned)
            assert sum(one.points for one in kept) == sum(one.points for one in slot.reasons)
