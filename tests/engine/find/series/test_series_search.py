"""The search over series against a brute force that was written from the document alone."""

import random
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from engine.documents.answers import answer_document
from engine.documents.requests import parse_request
from engine.errors import InputError
from engine.find.answer import BlockCode
from engine.find.backends import Bitmaps
from engine.find.request import FindRequest
from engine.find.search import against, find
from engine.time.span import Span
from tests.engine.find.series.bruteforce import Brute, Told
from tests.engine.find.series.worlds import at, world


def differing(seeds: range) -> list[int]:
    """Give the seeds of the worlds in whose series the two do not agree."""
    return [seed for seed in seeds if differs(*meaningful(seed))]


def meaningful(seed: int) -> tuple[dict[str, Any], FindRequest]:
    """Make a world whose rule means something: others are refused."""
    rng = random.Random(seed)
    while True:
        made = world(rng)
        with suppress(InputError):
            return made, parse_request(made, now=0)


def differs(document: dict[str, Any], request: FindRequest) -> str:
    """Tell in what the answers to one request differ; "" where they do not."""
    brute = Brute(document).answer()
    answer = answer_document(find(request, Bitmaps()), all_starts=True)
    starts = [at(one) for one in answer["starts"]]
    if starts != sorted(brute):
        return f"starts: {sorted(set(starts) ^ set(brute))}"
    for slot in answer["proposedTimes"]:
        told = [
            Told(at(one["start"]), one["available"], one["movedTo"] and at(one["movedTo"]))
            for one in slot["occurrences"]
        ]
        if told != brute[at(slot["start"])]:
            return f"{slot['start']}: {told} is to be {brute[at(slot['start'])]}"
        if any(bool(one["conflicts"]) is not (one["available"] is False) for one in slot["occurrences"]):
            return f"{slot['start']}: an occurrence that does not suit says why, and no other"
    return ""


@pytest.mark.parametrize("batch", range(4))
def test_series_are_found_as_by_brute_force_in_two_hundred_worlds(batch: int) -> None:
    assert differing(range(batch * 50, (batch + 1) * 50)) == []


@pytest.mark.parametrize("seed", range(40))
def test_a_series_on_offer_stands_until_its_first_occurrence_lies_before_the_window(seed: int) -> None:
    _, request = meaningful(seed)
    for slot in find(request, Bitmaps()).proposed:
        assert against(request, slot) == ()
        later = replace(request, window=Span(slot.start + 1, request.window.end))
        assert BlockCode.OUTSIDE_WINDOW in {one.code for one in against(later, slot)}


@pytest.mark.long
@pytest.mark.simulate
@pytest.mark.parametrize("batch", range(20))
def test_series_are_found_as_by_brute_force_in_two_thousand_worlds(batch: int) -> None:
    assert differing(range(10_000 + batch * 100, 10_000 + (batch + 1) * 100)) == []
