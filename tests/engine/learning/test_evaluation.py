"""Offline evaluation claims what a log that drew by chance can show, and refuses the rest."""

import random
import statistics
from dataclasses import replace

import pytest

from engine.ids import UserId
from engine.learning.evaluation import Estimate, Evaluation, evaluate
from engine.learning.lessons import Logged, ShownList
from engine.model.history import Outcome
from tests.engine.learning.logs import at


def drawn(sessions: int, seed: int = 1) -> list[Logged]:
    """Give sessions of which two of three candidates were shown by chance; two o'clock is always taken."""
    rng = random.Random(seed)
    found = []
    for number in range(sessions):
        day = number // 10
        possible = (at(0, day + 2, 9), at(0, day + 3, 11), at(0, day + 4, 14))
        shown = tuple(sorted(rng.sample(possible, 2)))
        took = possible[2] if possible[2] in shown else (shown[0] if rng.random() < 0.2 else None)
        found.append(
            Logged(
                created=at(0, day, 8) + number % 10 * 60,
                host=UserId(f"p{number % 12}"),
                duration=60,
                proposed=shown,
                selected=took,
                rejected=() if took else shown,
                outcome=Outcome.SCHEDULED if took else Outcome.CANCELLED,
                shown=ShownList(policy="lab", propensity=1 / 3, candidates=possible),
            )
        )
    return found


def of(found: Evaluation, name: str) -> Estimate:
    return next(one for one in found.policies if one.name == name)


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return evaluate(drawn(500), {})


def test_the_policy_that_logged_comes_out_at_its_own_mean(found: Evaluation) -> None:
    own = of(found, "lab")
    assert own.refused is None
    assert own.snips == own.dr == own.ips == found.acceptance


def test_what_is_learned_is_told_apart_from_what_comes_first(found: Evaluation) -> None:
    learned, first = of(found, "points"), of(found, "chronological")
    assert learned.snips is not None
    assert learned.low is not None
    assert first.high is not None
    assert learned.snips == 1.0
    assert learned.low > first.high
    assert learned.dr == pytest.approx(1.0, abs=0.1)
    assert first.dr == pytest.approx(0.2, abs=0.1)


def test_any_list_by_chance_is_worth_what_the_log_is_worth(found: Evaluation) -> None:
    chance = of(found, "random")
    assert chance.snips == pytest.approx(found.acceptance)
    assert chance.ess == pytest.approx(found.sessions)


@pytest.mark.long
@pytest.mark.simulate
def test_doubly_robust_estimates_lie_around_the_truth_on_twenty_logs() -> None:
    logs = [evaluate(drawn(1000, seed), {}) for seed in range(1, 21)]
    for name, truth in (("chronological", 0.2), ("points", 1.0), ("pooled", 1.0), ("random", 2.2 / 3)):
        told = [estimate for log in logs if (estimate := of(log, name).dr) is not None]
        assert len(told) == len(logs)
        assert abs(statistics.mean(told) - truth) <= statistics.stdev(told) / 2
        assert all(abs(one - truth) <= 3 * statistics.stdev(told) for one in told)


def test_the_later_part_alone_is_told_of(found: Evaluation) -> None:
    assert found.sessions == 200
    assert found.begin is not None
    assert found.end is not None
    assert found.begin <= found.end == max(one.created for one in drawn(500))


def test_a_short_log_claims_nothing_of_others() -> None:
    for one in evaluate(drawn(60), {}).policies:
        assert one.refused
        assert (one.ips, one.snips, one.dr, one.low, one.high) == (None,) * 5


def test_without_propensities_all_are_refused() -> None:
    log = [replace(one, shown=ShownList()) for one in drawn(500)]
    assert all(one.refused for one in evaluate(log, {}).policies)


def test_candidates_that_lack_what_was_shown_are_no_support() -> None:
    log = [replace(one, shown=replace(one.shown, candidates=one.shown.candidates[:1])) for one in drawn(300)]
    assert all(one.refused for one in evaluate(log, {}).policies)


def test_an_empty_log_is_told_as_such() -> None:
    empty = evaluate([], {})
    assert empty.sessions == 0
    assert empty.acceptance is None
