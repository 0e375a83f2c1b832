"""What somebody else was quicker with is decided anew, as often as that can be, and no more."""

import pytest

from engine.errors import InputError, StaleVersionError
from engine.stale import retry_stale


def quicker(times: int, error: Exception | None = None) -> tuple[list[int], list[int]]:
    """Try what loses so many races before it comes to its end; give the tries, and what was done between."""
    tries: list[int] = []
    between: list[int] = []

    def work() -> str:
        tries.append(len(tries))
        if len(tries) <= times:
            raise StaleVersionError("Session s was changed", "Read it again")
        if error is not None:
            raise error
        return "done"

    assert retry_stale(work, "Session s", tries=4, between=lambda: between.append(len(tries))) == "done"
    return tries, between


@pytest.mark.parametrize("lost", range(4))
def test_it_is_done_as_soon_as_nobody_was_quicker(lost: int) -> None:
    tries, between = quicker(lost)
    assert len(tries) == lost + 1
    assert between == list(range(1, lost + 1))


def test_who_loses_each_time_says_what_keeps_changing() -> None:
    with pytest.raises(StaleVersionError, match="Session s keeps changing"):
        quicker(4)


def test_any_other_error_is_raised_at_once() -> None:
    with pytest.raises(InputError, match="no such slot"):
        quicker(2, InputError("no such slot"))
