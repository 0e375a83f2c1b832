"""What is made of whatever is raised: a class and a place, never its own words."""

import pytest

from engine.errors import (
    ConfigurationError,
    GatherlyError,
    InputError,
    Problem,
    StaleVersionError,
    StoreUnavailableError,
    UnforeseenError,
)
from engine.time.instant import format_instant
from engine.trouble import Trouble, attempt, met, ours


class MuteError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


def raising(error: BaseException) -> None:
    raise error


def test_work_that_goes_well_gives_what_it_gives() -> None:
    assert attempt(lambda: 3) == 3


@pytest.mark.parametrize(
    "error",
    [
        ValueError("Dinner with Eve"),
        MuteError(),
        SystemExit(2),
        MemoryError(),
        BaseExceptionGroup("g", [KeyError()]),
    ],
)
def test_a_foreign_error_is_told_without_its_words(error: BaseException) -> None:
    trouble = attempt(lambda: raising(error))
    assert isinstance(trouble, Trouble)
    assert isinstance(trouble.error, UnforeseenError)
    assert type(error).__name__ in trouble.line
    assert "Eve" not in trouble.line


def test_an_error_of_ours_is_told_as_it_is() -> None:
    trouble = attempt(lambda: raising(InputError("It is odd", "Mend it")))
    assert isinstance(trouble, Trouble)
    assert trouble.line == "It is odd. Mend it"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), GeneratorExit()])
def test_who_ends_the_process_is_not_held_up(error: BaseException) -> None:
    with pytest.raises(type(error)):
        attempt(lambda: raising(error))


def test_the_place_is_the_innermost_line_of_ours() -> None:
    trouble = attempt(lambda: format_instant(10**18))
    assert isinstance(trouble, Trouble)
    assert met(trouble.raised).startswith("OverflowError at engine/time/instant.py:")


@pytest.mark.parametrize("hostile", ["a\nb", "a\x1b[31mb", "a\u202eb", "a\ud800b", "x" * 5000, "a\x00b"])
def test_a_line_is_one_line_that_can_be_stored(hostile: str) -> None:
    trouble = attempt(lambda: raising(InputError(hostile)))
    assert isinstance(trouble, Trouble)
    assert len(trouble.line) <= 1000
    assert trouble.line.isprintable()
    trouble.line.encode()


def test_a_race_and_a_store_that_is_away_are_nobodys_fault() -> None:
    race = attempt(lambda: raising(StaleVersionError("x")))
    away = attempt(lambda: raising(StoreUnavailableError("x")))
    assert isinstance(race, Trouble)
    assert race.is_race
    assert isinstance(away, Trouble)
    assert away.is_the_stores


def test_a_librarys_errors_become_ours_and_keep_their_cause() -> None:
    with pytest.raises(InputError) as raised:
        ours(InputError, "The file", lambda: raising(ZeroDivisionError()))
    assert isinstance(raised.value.__cause__, ZeroDivisionError)
    assert raised.value.unforeseen
    with pytest.raises(GatherlyError, match="mine"):
        ours(InputError, "The file", lambda: raising(GatherlyError("mine")))


def test_several_problems_are_told_in_one_line_each_for_itself() -> None:
    problems = [Problem("a.toml", line, "x", "is wrong", "mend it") for line in (1, 2)]
    (first, second) = map(str, problems)
    trouble = Trouble(ConfigurationError(problems))
    assert trouble.line == f"{first}; {second}"
