"""What learning costs: a fit of 100,000 sessions, one more answer, and a search with a model."""

import gc
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from engine.find.backends import Bitmaps
from engine.find.request import FindRequest
from engine.find.search import find
from engine.ids import SessionId, UserId
from engine.learning.fit import fit
from engine.learning.installation import Forgetting, Teaching, nothing_so_far, with_ends
from engine.learning.lessons import Logged, lesson_of
from engine.learning.policy import Policy
from engine.learning.ranking import LearnedRanking
from engine.learning.showing import Ended
from engine.model.history import Outcome, SchedulingEvent
from engine.time.instant import format_instant
from engine.time.span import DAY
from tests.bench.find_habits import at_any_minute
from tests.bench.find_workloads import MONDAY, ZONES, habits_of, workload_a

pytestmark = pytest.mark.bench
SESSIONS, PEOPLE = 100_000, 100
NAMES = [UserId(f"u{number}") for number in range(PEOPLE)]
TEACHING = Teaching(
    {user: ZONES[number % len(ZONES)] for number, user in enumerate(NAMES)}, frozenset(), Forgetting()
)
QUARTER = 900
ROUNDS = 5


def log() -> list[Logged]:
    """Give sessions of two or three people who were shown three times, some minutes one after the other."""
    rng, now, found = random.Random(1), MONDAY, []
    for _ in range(SESSIONS):
        now += rng.randrange(600)
        host, *invitees = rng.sample(NAMES, rng.choice((2, 3)))
        starts = tuple(sorted({now // QUARTER * QUARTER + rng.randrange(1, 960) * QUARTER for _ in range(3)}))
        took = rng.choice((None, *starts))
        found.append(
            Logged(
                created=now,
                host=host,
                invitees=tuple(invitees),
                duration=30,
                proposed=starts,
                selected=took,
                rejected=() if took is not None else starts,
                outcome=Outcome.CANCELLED if took is None else Outcome.SCHEDULED,
            )
        )
    return found


@pytest.fixture(scope="module")
def ends() -> list[Ended]:
    """Give the same with what was written down of them."""
    return [Ended(_event(number, one), one) for number, one in enumerate(log())]


def _event(number: int, one: Logged) -> SchedulingEvent:
    slots = [
        {"start": format_instant(start), "score": start % 97 / 4, "confidence": 0.5} for start in one.offered
    ]
    return SchedulingEvent(
        id=f"e{number}",
        session_id=SessionId(f"s{number}"),
        host_user_id=one.host,
        num_invitees=len(one.invitees),
        selected_slot=None if one.selected is None else {"start": format_instant(one.selected)},
        shown=({"slots": slots},),
        outcome=one.outcome,
        created_at=one.created + DAY,
    )


def cpu(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Give the median CPU time of some work in seconds."""
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return statistics.median(times)


@pytest.mark.parametrize("policy", [Policy.POINTS, Policy.POOLED])
def test_100_000_sessions_are_fitted_in_five_seconds(ends: Sequence[Ended], policy: Policy) -> None:
    lessons = [lesson for one in ends if (lesson := lesson_of(one.logged)) is not None]
    spent = cpu(lambda: fit(lessons, TEACHING.zones, policy=policy), 3)
    print(f"{policy}: {spent:.2f} s")
    assert spent < 5


def test_one_more_answer_takes_less_than_a_millisecond(ends: Sequence[Ended]) -> None:
    known = with_ends(nothing_so_far(), ends[:-100], TEACHING)

    def one_after_another() -> None:
        found = known
        for one in ends[-100:]:
            found = with_ends(found, [one], TEACHING)

    each = cpu(one_after_another) / 100
    print(f"one more answer: {each * 1e6:.0f} us")
    assert each < 0.001


def on_quarters() -> list[FindRequest]:
    return list(workload_a().requests())


@pytest.mark.parametrize("around", [False, True])
@pytest.mark.parametrize("each", [1, 20])
@pytest.mark.parametrize("workload", [on_quarters, at_any_minute])
def test_a_model_costs_the_bounds_of_a_thousand_sessions_30_percent_at_most(
    workload: Callable[[], list[FindRequest]], around: bool, each: int
) -> None:
    plain = workload()
    model = habits_of(sorted(plain[0].users)[::each], around=around)
    for request in plain[:50]:
        find(request, Bitmaps())
    gc.collect()
    gc.freeze()  # as the bench without a model does
    new, known = [], []
    for _ in range(ROUNDS):
        ranking, backend = LearnedRanking(model, discreet=True), Bitmaps()
        asked = [replace(one, ranking=ranking) for one in plain]
        first, *again = (cpu(lambda: answered(backend, asked), 1) for _ in range(4))  # noqa: B023 - called at once
        new.append(first)
        known += again
    cold, warm = statistics.median(new), statistics.median(known)
    print(f"cold {cold * 1000:.0f} ms, warm {warm * 1000:.0f} ms")
    assert cold < 1.3 * 0.5
    assert warm < 1.3 * 0.15


def answered(backend: Bitmaps, requests: Sequence[FindRequest]) -> None:
    for request in requests:
        find(request, backend)
