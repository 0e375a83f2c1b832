"""Three readings of the same rules agree: bitmaps, the sweep, and a brute force that tests every second."""

import random
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from engine.documents.answers import answer_document
from engine.documents.requests import parse_request
from engine.find.backends import Bitmaps, IntervalSearch
from engine.find.search import find
from tests.engine.find.bruteforce import Brute
from tests.engine.find.requests import random_request, rich_request, with_soft_sides

Maker: TypeAlias = Callable[[random.Random], dict[str, Any]]
KINDS = pytest.mark.parametrize("make", [random_request, rich_request])


def differing(make: Maker, seeds: range) -> list[int]:
    """Give the seeds of the requests on whose candidates the three do not agree."""
    found = []
    for seed in seeds:
        document = make(random.Random(seed))
        request = parse_request(document, now=0)
        swept = list(IntervalSearch().candidates(request))
        if swept != list(Bitmaps().candidates(request)) or swept != Brute(document).candidates():
            found.append(seed)
    return found


@KINDS
@pytest.mark.parametrize("batch", range(2))
def test_bitmaps_sweep_and_brute_force_agree_on_hundreds_of_requests(make: Maker, batch: int) -> None:
    assert differing(make, range(batch * 100, (batch + 1) * 100)) == []


@pytest.mark.long
@pytest.mark.simulate
@KINDS
@pytest.mark.parametrize("batch", range(100))
def test_bitmaps_sweep_and_brute_force_agree_on_twenty_thousand_requests(make: Maker, batch: int) -> None:
    assert differing(make, range(100_000 + batch * 100, 100_000 + (batch + 1) * 100)) == []


@pytest.mark.parametrize("batch", range(2))
def test_bitmaps_answer_as_the_sweep_does_to_the_last_word(batch: int) -> None:
    for seed in range(batch * 50, (batch + 1) * 50):
        rng = random.Random(seed)
        request = parse_request(with_soft_sides(rng, rich_request(rng)), now=0)
        answers = [
            answer_document(find(request, backend), all_starts=True)
            for backend in (IntervalSearch(), Bitmaps())
        ]
        assert answers[0] == answers[1], seed


def test_one_back_end_answers_many_requests_as_fresh_ones_do() -> None:
    kept = Bitmaps()
    for seed in range(60):
        rng = random.Random(seed)
        request = parse_request(with_soft_sides(rng, rich_request(rng)), now=0)
        assert find(request, kept) == find(request)
        assert find(request, kept) == find(request)
