"""What holds of strength, interests and ties whatever the history: thousands of them, drawn by chance."""

import random
from itertools import pairwise

import pytest

from engine.model.relations import InteractionFrequency
from engine.relations.bonds import bond, mutual, pair
from engine.relations.interests import confidence, decay, interests, topics_of
from engine.relations.strength import (
    WEIGHTS,
    Factor,
    Measured,
    Touch,
    frequency_words,
    measured,
    strength_words,
)
from engine.time.span import DAY, HOUR, MINUTE

NOW = 20_000 * DAY
HISTORIES = 10_000


def history(chance: random.Random) -> list[Touch]:
    """Draw when two people met: any times, lengths and companies, those yet to come among them."""
    return [
        Touch(
            at=NOW - chance.randint(-2 * DAY, 900 * DAY),
            minutes=chance.choice((None, 0, 15, 30, 60, 480, 20_000)),
            people=chance.randint(2, 12),
        )
        for _ in range(chance.randint(0, 12))
    ]


def test_strength_is_bounded_and_asks_no_order_of_ten_thousand_histories() -> None:
    chance = random.Random(26)
    for _ in range(HISTORIES):
        known = history(chance)
        found = measured(known, NOW)
        chance.shuffle(known)
        assert measured(known, NOW) == found
        assert 0 <= found.strength <= 1
        assert all(0 <= value <= 1 for value in found.values.values())


@pytest.mark.parametrize("factor", Factor)
def test_strength_grows_strictly_with_each_factor(factor: Factor) -> None:
    chance = random.Random(str(factor))
    for _ in range(500):
        values = {one: chance.random() for one in Factor}
        more = values | {factor: values[factor] + (1 - values[factor]) / 2 + 1e-6}
        assert Measured(values=more).strength > Measured(values=values).strength


GROWING = {
    "met more lately": ([10, 24, 38], [5, 19, 33]),
    "met once more at the same rhythm": ([10, 24, 38], [10, 24, 38, 52]),
    "met at shorter gaps": ([10, 40, 70], [10, 20, 30]),
    "met once more in between": ([10, 38], [10, 24, 38]),
    "met more evenly": ([10, 15, 70], [10, 40, 70]),
}


@pytest.mark.parametrize("words", GROWING)
def test_strength_grows_with_when_people_met(words: str) -> None:
    less, more = ([Touch(NOW - day * DAY, 30) for day in days] for days in GROWING[words])
    assert measured(more, NOW).strength > measured(less, NOW).strength


def test_strength_grows_with_being_alone_together_and_with_length() -> None:
    days = (10, 24, 38)
    base = measured([Touch(NOW - day * DAY, 30, 5) for day in days], NOW).strength
    one_alone = [Touch(NOW - day * DAY, 30, 2 if day == 10 else 5) for day in days]
    longer = [Touch(NOW - day * DAY, 60 if day == 10 else 30, 5) for day in days]
    assert measured(one_alone, NOW).strength > base
    assert measured(longer, NOW).strength > base


def test_strength_fades_while_nobody_meets() -> None:
    known = [Touch(NOW - day * DAY, 30) for day in (1, 8, 15)]
    later = [measured(known, NOW + days * DAY).strength for days in range(0, 1000, 50)]
    assert all(after < before for before, after in pairwise(later))


def test_recency_is_half_after_ninety_days() -> None:
    found = measured([Touch(NOW - 90 * DAY)], NOW)
    assert found.values[Factor.RECENCY] == pytest.approx(0.5)
    assert sum(WEIGHTS.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("gaps", "word"),
    [
        ([3, 3], InteractionFrequency.DAILY),
        ([3.1], InteractionFrequency.WEEKLY),
        ([10], InteractionFrequency.WEEKLY),
        ([10.1, 10.1], InteractionFrequency.MONTHLY),
        ([45], InteractionFrequency.MONTHLY),
        ([46], InteractionFrequency.QUARTERLY),
        ([135], InteractionFrequency.QUARTERLY),
        ([136], InteractionFrequency.RARELY),
        ([1, 1, 1, 400], InteractionFrequency.DAILY),
        ([], None),
    ],
)
def test_frequency_is_the_median_gap(gaps: list[float], word: InteractionFrequency | None) -> None:
    at, touches = NOW, [Touch(NOW)]
    for gap in gaps:
        at -= int(gap * DAY)
        touches.append(Touch(at))
    found = measured(touches, NOW)
    assert found.frequency is word
    assert frequency_words(found)


@pytest.mark.parametrize(
    ("gap", "said"), [(DAY, "1 day"), (7 * DAY, "7 days"), (MINUTE, "1 minute"), (2 * HOUR, "120 minutes")]
)
def test_frequency_is_told_with_its_median_gap(gap: int, said: str) -> None:
    words = frequency_words(measured([Touch(NOW), Touch(NOW - gap)], NOW))
    assert words == f"2 interactions, half of them within {said} of the one before"


def test_every_factor_is_told_in_words() -> None:
    for known in ([], [Touch(NOW)], [Touch(NOW - HOUR, 30), Touch(NOW - DAY), Touch(NOW - 9 * DAY)]):
        words = strength_words(measured(known, NOW), NOW)
        assert words.keys() == set(Factor)
        assert all(words.values())


def test_a_tie_is_bounded_symmetric_and_grows_with_each_meeting() -> None:
    chance = random.Random(4)
    for _ in range(1000):
        times = [NOW - chance.randint(0, 900 * DAY) for _ in range(chance.randint(0, 9))]
        found = bond(times, NOW)
        assert 0 <= found < 1
        assert bond([*times, NOW - chance.randint(0, 900 * DAY)], NOW) > found
        chance.shuffle(times)
        assert bond(times, NOW) == found
    assert pair("b", "a") == pair("a", "b") == ("a", "b")


def test_mutual_connections_are_the_same_from_either_side() -> None:
    chance = random.Random(5)
    for _ in range(200):
        people = [f"p{number}" for number in range(8)]
        pairs = {pair(*chance.sample(people, 2)) for _ in range(chance.randint(0, 20))}
        found = mutual(pairs)
        for one, other in pairs:
            both = [
                third
                for third in people
                if third not in (one, other) and {pair(one, third), pair(other, third)} <= pairs
            ]
            assert found[one, other] == len(both)


def test_an_interest_fades_and_grows_within_bounds() -> None:
    for signs in range(1, 50):
        assert 0 <= confidence(signs, 1) < 1
        assert confidence(signs + 1, 0.5) > confidence(signs, 0.5)
        assert decay(NOW - signs * DAY, NOW) < decay(NOW - (signs - 1) * DAY, NOW) <= 1


def test_interests_ask_no_order_and_count_each_interaction_once() -> None:
    titles = [("Football match", NOW - number * DAY, f"i{number}") for number in range(3)]
    found = interests([*titles, titles[0]], NOW)
    assert found == interests(reversed(titles), NOW)
    (football,) = found.values()
    assert (football.category, football.topic, football.sources) == ("sports", "football", ("i2", "i1", "i0"))


@pytest.mark.parametrize(
    ("title", "topics"),
    [
        ("Football match", {"football"}),
        ("FOOTBALL!", {"football"}),
        ("Board games night", {"board games"}),
        ("Concerts and wine", {"music", "wine"}),
        ("Catch up", set()),
        ("", set()),
        ("Footballer", set()),
    ],
)
def test_titles_tell_topics_by_whole_words(title: str, topics: set[str]) -> None:
    assert {topic for _, topic in topics_of(title)} == topics
