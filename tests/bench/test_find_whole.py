"""`gatherly find` beside the plain sweep, whole processes, and what else people wait for; medians of five."""

import gc
import json
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.documents.requests import parse_request, parse_shared
from engine.find.backends import Bitmaps
from engine.find.request import FindRequest
from engine.find.search import find
from engine.model.session import SessionStatus
from tests.bench.find_documents import HARD, WORKLOADS, Documents
from tests.bench.find_whole import measured

pytestmark = pytest.mark.bench
ROUNDS = 5


def cpu(work: Callable[[], object]) -> float:
    """Give the median CPU time of some work in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return statistics.median(times) * 1000


def requests_of(workload: Documents, folder: Path) -> list[FindRequest]:
    """Give a workload's requests, read."""
    workload.write(folder)
    shared = parse_shared(json.loads((folder / "shared.json").read_text()))
    lines = (folder / "some").read_text().splitlines()
    return [parse_request(json.loads(line), 0, shared) for line in lines]


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_answers_cost_at_most_one_and_a_half_sweeps_or_half_a_second(workload: Documents) -> None:
    found = measured(workload)
    assert found.ratio <= 1.5 or found.gatherly <= 0.5


def test_two_hundred_thousand_busy_entries_are_read_in_half_a_second(tmp_path: Path) -> None:
    HARD.write(tmp_path)
    text = (tmp_path / "shared.json").read_text()
    gc.disable()
    try:
        assert cpu(lambda: parse_shared(json.loads(text))) < 500
    finally:
        gc.enable()


def test_a_thousand_hard_sessions_in_process(tmp_path: Path) -> None:
    requests = requests_of(HARD, tmp_path)

    def answered(backend: Bitmaps) -> None:
        for request in requests:
            find(request, backend)

    known = Bitmaps()
    answered(known)
    gc.collect()
    gc.freeze()
    warm, cold = cpu(lambda: answered(known)), cpu(lambda: answered(Bitmaps()))
    assert (warm < 150, cold < 500) == (True, True), (warm, cold)


def test_a_hundred_people_who_fail_are_explained_in_five_milliseconds(tmp_path: Path) -> None:
    (request,) = requests_of(replace(HARD, people=100, sessions=1, attendees=100), tmp_path)
    backend = Bitmaps()
    assert find(request, backend).status is SessionStatus.FAILED
    taken = cpu(lambda: find(request, backend))
    assert taken < 5


def test_a_changed_calendar_is_taken_in_and_its_session_searched_in_half_a_millisecond(
    tmp_path: Path,
) -> None:
    requests = requests_of(replace(HARD, people=100, sessions=50), tmp_path)
    backend, rng = Bitmaps(), random.Random(1)
    for request in requests:
        find(request, backend)

    def change() -> None:
        for request in requests:
            user = request.session.host_user_id
            entries = list(request.busy[user] or ())
            entries.pop(rng.randrange(len(entries)))
            backend.candidates(replace(request, busy={**request.busy, user: tuple(entries)}))

    taken = cpu(change) / len(requests)
    assert taken < 0.5
