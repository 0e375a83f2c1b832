"""One of the shown times is drawn by chance, with the probability that is written down."""

from collections import Counter

import pytest

from engine.learning.exploration import FLOOR, Drawn, draw
from engine.model.session import TimeSlot
from engine.time.local_time import local_time
from engine.time.span import DAY, Span
from tests.engine.learning.logs import at

HOST = local_time("UTC", Span(at(0, 0, 0), at(1, 0, 0)))
SLOTS = tuple(
    TimeSlot(
        start=at(0, day, hour),
        end=at(0, day, hour) + 3600,
        score=float(30 - number),
        confidence=1 - number / 50,
    )
    for number, (day, hour) in enumerate([(0, 9), (0, 10), (1, 9), (2, 9), (3, 9), (0, 12), (4, 9), (1, 15)])
)


def drawn(explore: float = 0.05, chance: float = 0.0) -> Drawn:
    return draw(SLOTS, 3, HOST, explore, chance)


def test_without_chance_the_best_of_each_day_is_shown_for_certain() -> None:
    found = drawn(0.0)
    assert [slot.start // DAY for slot in found.slots] == [at(0, day, 9) // DAY for day in (0, 1, 2)]
    assert found.propensity == 1.0
    assert found.candidates == found.slots


def test_mostly_the_same_is_shown_and_its_probability_is_told() -> None:
    found = drawn()
    assert found.slots == drawn(0.0).slots
    assert 0.85 < found.propensity < 1


def test_the_probabilities_of_all_lists_are_one_and_none_is_below_the_floor() -> None:
    odds: dict[tuple[int, ...], float] = {}
    for number in range(2000):
        found = drawn(0.05, number / 2000)
        odds[tuple(slot.start for slot in found.slots)] = found.propensity
    assert sum(odds.values()) == pytest.approx(1.0)
    assert min(odds.values()) >= FLOOR * 0.9


def test_each_list_is_drawn_as_often_as_its_probability_says() -> None:
    counts: Counter[float] = Counter(drawn(0.3, number / 5000).propensity for number in range(5000))
    assert all(count / 5000 == pytest.approx(odds, abs=0.001) for odds, count in counts.items())


def test_the_best_two_are_always_shown_and_what_is_shown_falls_in_confidence() -> None:
    for number in range(50):
        found = drawn(0.5, number / 50)
        assert {SLOTS[0], SLOTS[2]} <= set(found.slots)
        assert list(found.slots) == sorted(found.slots, key=lambda slot: -slot.confidence)
        assert set(found.slots) <= set(found.candidates)


def test_too_few_times_leave_nothing_to_chance() -> None:
    assert draw(SLOTS[:3], 3, HOST, 0.5, 0.9) == Drawn(SLOTS[:3], 1.0, SLOTS[:3])
    assert draw((), 3, HOST, 0.5, 0.9).slots == ()
