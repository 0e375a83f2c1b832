"""A lesson's sentence says what was counted, and never the contrary of its points."""

import pytest

from engine.learning.features import Feature, Key
from engine.learning.model import Weight
from engine.learning.words import PEOPLE, lesson

FRIDAY: Key = (Feature.WEEKDAY, "friday")
TWO: Key = (Feature.HOUR, "14")


@pytest.mark.parametrize(
    ("name", "key", "weight", "said"),
    [
        ("Carol", TWO, Weight(9.0, 18, 20), "Carol took 18 of 20 times at 14:00"),
        ("Carol", FRIDAY, Weight(-9.0, 1, 12), "Carol seldom takes times on Fridays: 1 of 12"),
        ("you", FRIDAY, Weight(-9.0, 1, 12), "you seldom take times on Fridays: 1 of 12"),
        (PEOPLE, FRIDAY, Weight(-9.0, 1, 12), "people here seldom take times on Fridays: 1 of 12"),
        ("Carol", TWO, Weight(-2.5, 3, 3), "Carol took 3 of 3 times at 14:00, yet other times suit better"),
        ("you", TWO, Weight(-2.5, 1, 2), "you took 1 of 2 times at 14:00, yet other times suit better"),
        (
            PEOPLE,
            TWO,
            Weight(-2.5, 3, 4),
            "people here took 3 of 4 times at 14:00, yet other times suit better",
        ),
        ("Carol", TWO, Weight(2.5, 0, 3), "Carol took 0 of 3 times at 14:00, yet other times suit less"),
        ("Carol", TWO, Weight(2.5, 0, 0), "people who choose like Carol take times at 14:00"),
        ("you", TWO, Weight(-2.5, 0, 0), "people who choose like you seldom take times at 14:00"),
        (PEOPLE, TWO, Weight(2.5, 0, 0), "people here take times at 14:00"),
        (PEOPLE, TWO, Weight(-2.5, 0, 0), "people here seldom take times at 14:00"),
    ],
)
def test_a_lesson_never_says_the_contrary_of_its_points(
    name: str, key: Key, weight: Weight, said: str
) -> None:
    assert lesson(name, key, weight) == said
