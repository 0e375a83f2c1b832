"""How fast the search is, in CPU time, against other ways to find the same; medians of at least five."""

import gc
import itertools
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from engine.find.backends import Bitmaps, IntervalSearch
from engine.find.bitmaps import on_grid
from engine.find.person_bits import person_blocked
from engine.find.request import FindRequest
from engine.find.search import find
from engine.learning.ranking import LearnedRanking
from tests.bench.find_methods import by_backend, by_datetimes, by_polars, by_portion
from tests.bench.find_workloads import habits_of, workload, workload_a, workload_b

pytestmark = pytest.mark.bench
ROUNDS = 5
MILLISECONDS = 1000


def cpu(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Give the median CPU time of some work in milliseconds."""
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return statistics.median(times) * MILLISECONDS


def answered(backend: Bitmaps, requests: Sequence[FindRequest]) -> None:
    for request in requests:
        find(request, backend)


@pytest.fixture(scope="module")
def a() -> list[FindRequest]:
    return list(workload_a().requests())


@pytest.fixture(scope="module")
def known(a: list[FindRequest]) -> Bitmaps:
    """Know everybody; what stands for good is kept from the garbage collector, as `gatherly find` does."""
    backend = Bitmaps()
    answered(backend, a)
    gc.collect()
    gc.freeze()
    return backend


def test_a_thousand_sessions_cold_ranked_and_explained(a: list[FindRequest]) -> None:
    assert cpu(lambda: answered(Bitmaps(), a)) < 500


def test_a_thousand_sessions_warm_ranked_and_explained(a: list[FindRequest], known: Bitmaps) -> None:
    assert cpu(lambda: answered(known, a)) < 150


def test_what_everybody_is_used_to_costs_a_warm_search_at_most_30_percent_more(
    a: list[FindRequest], known: Bitmaps
) -> None:
    ranking = LearnedRanking(habits_of(a[0].users), discreet=True)
    learned, backend = [replace(request, ranking=ranking) for request in a], Bitmaps()
    answered(backend, learned)
    pairs = [
        (cpu(lambda: answered(known, a), 1), cpu(lambda: answered(backend, learned), 1))
        for _ in range(ROUNDS)
    ]
    fixed, with_habits = (statistics.median(column) for column in zip(*pairs, strict=True))
    assert with_habits <= 1.3 * fixed


def test_one_changed_calendar_to_its_re_checked_sessions(a: list[FindRequest], known: Bitmaps) -> None:
    user = a[0].session.host_user_id
    touched = [request for request in a if user in request.session.attendee_ids][:5]
    variants = [{**a[0].busy, user: tuple(a[0].busy[user] or ())[:count]} for count in (198, 199)]
    states = itertools.cycle([[replace(request, busy=busy) for request in touched] for busy in variants])

    def change() -> None:
        for request in next(states):
            known.candidates(request)

    assert cpu(change, 25) < 0.5


def test_a_hundred_attendees_in_sixty_days_with_the_build() -> None:
    request = next(workload_b().requests())
    assert cpu(lambda: find(request, Bitmaps()), 15) < 10


def test_the_warm_cost_of_a_session_does_not_grow_with_their_number() -> None:
    each = {}
    for sessions in (100, 1000, 10_000):
        requests = list(workload_a(sessions).requests())
        backend = Bitmaps()
        answered(backend, requests)
        each[sessions] = cpu(lambda: answered(backend, requests)) / sessions  # noqa: B023 - called at once
    assert max(each.values()) < 1.5 * min(each.values())


def test_the_masks_of_a_thousand_users_for_sixty_days_stay_under_ten_megabytes() -> None:
    requests = list(workload(1000, 200, 60, 1000, 5).requests())
    backend = Bitmaps()
    people = [person for request in requests for person in backend.roster.people(request).values()]
    grid = on_grid(requests[0], backend.roster.people(requests[0]))
    assert grid is not None
    tracemalloc.start()
    for person in people:
        person_blocked(person, requests[0].duration, grid.grid)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 10_000_000


@pytest.mark.parametrize("method", ["bitmaps", "sweep", "polars", "portion", "datetimes"])
@pytest.mark.benchmark(group="A", timer=time.process_time, min_rounds=ROUNDS, max_time=0.1)
def test_candidates_of_a(benchmark: BenchmarkFixture, a: list[FindRequest], method: str) -> None:
    requests = a if method in ("bitmaps", "sweep", "polars") else a[:20]
    work = _methods()[method]
    work(requests)
    benchmark.extra_info["sessions"] = len(requests)
    benchmark(work, requests)


def _methods() -> dict[str, Callable[[Sequence[FindRequest]], list[int]]]:
    quick, plain = Bitmaps(), IntervalSearch()
    return {
        "bitmaps": lambda requests: by_backend(quick, requests),
        "sweep": lambda requests: by_backend(plain, requests),
        "polars": by_polars,
        "portion": by_portion,
        "datetimes": by_datetimes,
    }


def test_all_methods_find_the_same(a: list[FindRequest]) -> None:
    found = [work(a[:10]) for work in _methods().values()]
    assert all(one == found[0] for one in found)


def test_bitmaps_beat_the_sweep_and_the_sweep_beats_datetimes(a: list[FindRequest]) -> None:
    methods, few = _methods(), a[:10]
    for name in ("bitmaps", "sweep"):
        methods[name](a)
    quick, plain = cpu(lambda: methods["bitmaps"](a)), cpu(lambda: methods["sweep"](a))
    naive = cpu(lambda: methods["datetimes"](few)) * len(a) / len(few)
    assert plain >= 5 * quick
    assert naive >= 50 * plain
