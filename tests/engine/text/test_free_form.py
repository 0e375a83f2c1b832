"""Documents with free keys: as they may be kept, and what is refused of them."""

from typing import Any

import pytest

from engine.errors import InputError
from engine.text.free_form import DEEPEST, LARGEST, LONGEST, free_form


def nested(deep: int) -> Any:
    found: Any = 1
    for _ in range(deep):
        found = [found]
    return found


def test_what_is_plain_stays_as_it_is() -> None:
    document = {"a": [1, 2.5, None, True, {"ä": "two\nlines"}], "b": nested(DEEPEST - 1)}
    assert free_form("it", document) == document
    assert free_form("it", None) == {}


def test_what_a_screen_would_obey_and_halves_of_characters_go() -> None:
    assert free_form("it", {"a\x00": ["\x1b[1m", "x\u202ey", "\ud800"]}) == {"a": ["[1m", "xy", ""]}


@pytest.mark.parametrize(
    "value",
    [nested(DEEPEST), nested(900), "x" * LONGEST, float("nan"), float("inf"), LARGEST, -LARGEST, 10**400],
)
def test_what_could_not_be_read_again_is_refused(value: Any) -> None:
    with pytest.raises(InputError, match="it "):
        free_form("it", {"a": value})
