"""What a session refuses says what to do instead."""

import pytest

from engine.errors import InputError
from engine.sessions.refusals import numbered
from tests.engine.sessions.test_state_machine import FIRST, PENDING, SECOND


def test_proposed_times_are_counted_from_one() -> None:
    assert [numbered(PENDING, number) for number in (1, 2)] == [FIRST, SECOND]


@pytest.mark.parametrize("number", [-1, 0, 3])
def test_a_number_that_no_proposed_time_has_is_refused_with_how_many_there_are(number: int) -> None:
    with pytest.raises(InputError, match=f"no slot {number}.*It has 2 proposed times"):
        numbered(PENDING, number)
