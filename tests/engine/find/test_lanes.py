"""Lanes add, mark and are read as the numbers that they hold, also where sums exceed what a lane holds."""

import random
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from engine.documents.requests import parse_request
from engine.find.backends import Bitmaps, IntervalSearch
from engine.find.lanes import (
    LIMIT,
    Lanes,
    laid_out,
    marked,
    number_at,
    numbers_of,
    sums_of,
    table_of,
    times,
    total,
)
from engine.find.request import FindRequest
from engine.find.search import find
from engine.ids import UserId
from engine.learning.features import Feature, Key
from engine.learning.model import Habits, LearnedModel, Weight
from engine.learning.policy import Policy
from engine.learning.ranking import LearnedRanking

BUCKETS = 60
TABLES = st.sampled_from((1, 255, 256, LIMIT - 1)).flatmap(
    lambda most: st.lists(st.integers(0, most), min_size=BUCKETS, max_size=BUCKETS)
)
ROWS = st.lists(st.integers(0, BUCKETS - 1), min_size=1, max_size=90)


def lanes_of(numbers: Sequence[int]) -> Lanes:
    return sum(number << 16 * place for place, number in enumerate(numbers)), max(numbers)


@given(ROWS, TABLES)
def test_each_point_gets_the_number_of_its_bucket(row: list[int], numbers: list[int]) -> None:
    packed = laid_out(bytes(row), table_of(numbers, max(numbers)))
    told = [numbers[bucket] for bucket in row]
    assert list(numbers_of((packed, max(numbers)), len(row))) == told
    assert [number_at((packed, 0), point) for point in range(len(row))] == told


@given(st.lists(st.lists(st.integers(0, LIMIT - 1), min_size=7, max_size=7), min_size=1, max_size=9))
def test_sums_are_right_however_large_they_are(rows: list[list[int]]) -> None:
    assert list(sums_of([lanes_of(row) for row in rows], 7)) == [sum(one) for one in zip(*rows, strict=True)]


@given(st.integers(0, 2**90), st.integers(0, 2000), st.integers(0, 2**90))
def test_points_are_marked_with_a_weight(points: int, weight: int, others: int) -> None:
    found, most = total([times(marked(points, weight), 3), marked(others, 7)])
    told = [3 * weight * (points >> at & 1) + 7 * (others >> at & 1) for at in range(91)]
    assert list(numbers_of((found, most), 91)) == told
    assert most >= max(told)


def liked(rng: random.Random) -> dict[Key, Weight]:
    """Give lessons that are worth as much as any may be."""
    keys = [(Feature.HOUR, f"{hour:02}") for hour in range(24)]
    keys += [(Feature.START, kind) for kind in ("hour", "half", "odd")]
    keys += [(Feature.GAP, gap) for gap in ("none", "short", "wide")]
    return {key: Weight(rng.choice((-60.0, 60.0)), 1, 2) for key in keys}


def of_many(seed: int) -> FindRequest:
    """Ask for a time of so many people that what it costs them exceeds a lane."""
    rng, names = random.Random(seed), [f"u{number}" for number in range(90)]
    busy = {
        name: [[f"2026-11-16T{hour:02}:00:00Z", f"2026-11-16T{hour:02}:{rng.randrange(5, 20):02}:00Z"]]
        for name in names
        for hour in [rng.randrange(24)]
    }
    document = {
        "now": "2026-11-16T00:00:00Z",
        "window": {"start": "2026-11-16T00:00:00Z", "end": "2026-11-17T00:00:00Z"},
        "session": {"hostUserId": "u0", "inviteeIds": names[1:70], "optionalIds": names[70:], "duration": 20},
        "users": [{"id": name} for name in names],
        "busy": busy,
    }
    people = {UserId(name): Habits(Policy.POINTS, 9, liked(rng)) for name in names}
    model = LearnedModel(fitted=0, sessions=9, population=liked(rng), people=people)
    return replace(parse_request(document, now=0), ranking=LearnedRanking(model))


def test_proposals_to_many_with_strong_habits_are_the_sweeps() -> None:
    for seed in range(4):
        request = of_many(seed)
        assert find(request, Bitmaps()) == find(request, IntervalSearch()), seed
