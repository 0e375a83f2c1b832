"""The score of a way out: F2's own examples, a table, and the laws that it keeps."""

from itertools import pairwise, product

import pytest

from engine.family.score import Strategy, score
from engine.model.event import EventPriority, Flexibility

MOVE, CANCEL, SWAP = Strategy.MOVE_EVENT, Strategy.CANCEL_EVENT, Strategy.SWAP_RESOURCE
SHORTEN, OPTIONAL, SESSION = Strategy.SHORTEN_EVENT, Strategy.MAKE_OPTIONAL, Strategy.MOVE_SESSION
LOW, MEDIUM, HIGH = EventPriority.LOW, EventPriority.MEDIUM, EventPriority.HIGH
FIXED, PREFERRED, FLEXIBLE = Flexibility.FIXED, Flexibility.PREFERRED, Flexibility.FLEXIBLE

TABLE = [
    # F2's soccer: the nearest time of the same day, one person; and calling it off
    (MOVE, MEDIUM, PREFERRED, 0, 1, 0.90),
    (CANCEL, MEDIUM, PREFERRED, 0, 1, 0.50),
    (MOVE, LOW, PREFERRED, 0, 1, 0.93),
    (MOVE, HIGH, PREFERRED, 0, 1, 0.75),
    (MOVE, LOW, FLEXIBLE, 0, 1, 0.98),
    (MOVE, MEDIUM, FLEXIBLE, 0, 1, 0.95),
    (MOVE, HIGH, FLEXIBLE, 0, 1, 0.80),
    (MOVE, MEDIUM, PREFERRED, 1, 1, 0.86),
    (MOVE, MEDIUM, PREFERRED, 2, 1, 0.82),
    (MOVE, MEDIUM, PREFERRED, 7, 1, 0.62),
    (MOVE, MEDIUM, PREFERRED, 30, 1, 0.62),
    (MOVE, MEDIUM, PREFERRED, 0, 2, 0.87),
    (MOVE, MEDIUM, PREFERRED, 0, 4, 0.81),
    (MOVE, MEDIUM, PREFERRED, 0, 9, 0.66),
    (MOVE, MEDIUM, PREFERRED, 0, 90, 0.66),
    (MOVE, HIGH, PREFERRED, 3, 3, 0.57),
    (CANCEL, LOW, FLEXIBLE, 0, 1, 0.50),
    (CANCEL, LOW, PREFERRED, 0, 1, 0.50),
    (CANCEL, HIGH, PREFERRED, 0, 1, 0.35),
    (CANCEL, HIGH, FIXED, 0, 1, 0.15),
    (CANCEL, MEDIUM, FIXED, 0, 1, 0.30),
    (CANCEL, MEDIUM, PREFERRED, 0, 3, 0.44),
    (CANCEL, HIGH, FIXED, 0, 20, 0.0),
    (SWAP, MEDIUM, FIXED, 0, 1, 0.72),
    (SWAP, MEDIUM, PREFERRED, 0, 1, 0.92),
    (SWAP, LOW, FLEXIBLE, 0, 1, 1.0),
    (SHORTEN, MEDIUM, PREFERRED, 0, 1, 0.75),
    (SHORTEN, HIGH, PREFERRED, 0, 2, 0.57),
    (OPTIONAL, MEDIUM, PREFERRED, 0, 2, 0.57),
    (OPTIONAL, MEDIUM, FIXED, 0, 2, 0.37),
    (SESSION, MEDIUM, PREFERRED, 0, 2, 0.67),
    (SESSION, MEDIUM, PREFERRED, 0, 1, 0.70),
]


@pytest.mark.parametrize(("strategy", "priority", "flexibility", "days", "asked", "expected"), TABLE)
def test_acc_67_the_score_of_a_way_out(
    strategy: Strategy,
    priority: EventPriority,
    flexibility: Flexibility,
    days: int,
    asked: int,
    expected: float,
) -> None:
    assert score(strategy, priority, flexibility, days, asked).value == expected


def test_the_table_is_a_table() -> None:
    assert len(TABLE) >= 30


EVERY = list(product(Strategy, (LOW, MEDIUM, HIGH), Flexibility, range(10), range(1, 12)))


def test_it_falls_with_priority_firmness_distance_and_people_and_never_leaves_zero_to_one() -> None:
    value = {each: score(*each).value for each in EVERY}
    assert all(0 <= one <= 1 for one in value.values())
    for strategy, priority, firmness, days, asked in EVERY:
        here = value[strategy, priority, firmness, days, asked]
        for less, more in pairwise((LOW, MEDIUM, HIGH)):
            if priority is less:
                assert value[strategy, more, firmness, days, asked] <= here
        for less_firm, firmer in pairwise((FLEXIBLE, PREFERRED, FIXED)):
            if firmness is less_firm:
                assert value[strategy, priority, firmer, days, asked] <= here
        assert value.get((strategy, priority, firmness, days + 1, asked), here) <= here
        assert value.get((strategy, priority, firmness, days, asked + 1), here) <= here


def test_calling_off_is_never_better_than_any_move_of_the_same() -> None:
    for priority, firmness, days, asked in {each[1:] for each in EVERY}:
        off = score(CANCEL, priority, firmness, 0, asked).value
        assert off <= 0.50
        assert off <= score(MOVE, priority, firmness, days, asked).value or days > 0


def test_each_score_says_why() -> None:
    assert score(MOVE, MEDIUM, PREFERRED, 0, 1).why == (
        "medium priority",
        "its time is preferred",
        "within the same day",
        "1 person has to agree",
    )
    assert "3 days away" in score(MOVE, HIGH, FLEXIBLE, 3, 2).why


def test_what_is_critical_is_never_touched() -> None:
    with pytest.raises(ValueError, match="never touched"):
        score(MOVE, EventPriority.CRITICAL, FLEXIBLE)
