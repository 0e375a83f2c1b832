"""How fast series are searched: all occurrences, ranked and explained, in CPU time."""

import gc
from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.find.backends import Bitmaps
from engine.find.request import FindRequest
from engine.find.search import find
from engine.time.span import DAY, Span
from tests.bench.find_workloads import MONDAY, workload
from tests.bench.test_find_bench import cpu

pytestmark = pytest.mark.bench
HORIZON = 90


def series() -> list[FindRequest]:
    """Ask for weekly series of twelve among five of 1,000 people each; every other one may miss three."""
    made = workload(1000, 200, HORIZON, 1000, 5)
    found = []
    for number, request in enumerate(made.requests()):
        at_least = 9 if number % 2 else None
        constraints = replace(request.session.constraints, at_least=at_least)
        session = replace(request.session, recurrence="FREQ=WEEKLY;COUNT=12", constraints=constraints)
        known = dict.fromkeys(session.attendee_ids, MONDAY + HORIZON * DAY)
        window = Span(MONDAY, MONDAY + 7 * DAY)
        found.append(replace(request, session=session, window=window, known_until=known))
    return found


def answered(requests: Sequence[FindRequest]) -> int:
    """Answer all of them with one back end; gives how many had proposals."""
    backend = Bitmaps()
    return sum(bool(find(request, backend).proposed) for request in requests)


def test_a_thousand_series_of_twelve_with_five_people_are_searched_ranked_and_explained() -> None:
    requests = series()
    gc.collect()
    assert cpu(lambda: answered(requests), 3) < 2000
