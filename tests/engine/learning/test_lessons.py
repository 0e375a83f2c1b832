"""What one session's answers teach, and whom."""

from dataclasses import replace

import pytest

from engine.ids import UserId
from engine.learning.lessons import Logged, lesson_of
from engine.model.history import Outcome
from tests.engine.learning.logs import ANN, BOB, at, taken

SHOWN = [at(0, 0, 10), at(0, 1, 14), at(0, 3, 16)]


def rows(logged: Logged) -> list[tuple[int, tuple[str, ...], bool]]:
    lesson = lesson_of(logged)
    if lesson is None:
        return []
    return [(row.start, tuple(user for user, _ in row.people), row.taken) for row in lesson.rows]


def test_what_was_taken_counts_for_it_and_every_other_shown_time_against() -> None:
    assert rows(taken(0, SHOWN, SHOWN[1])) == [(start, (ANN, BOB), start == SHOWN[1]) for start in SHOWN]


def test_none_of_these_counts_against_all() -> None:
    assert rows(taken(0, SHOWN, None)) == [(start, (ANN, BOB), False) for start in SHOWN]


def test_what_was_rejected_before_another_time_was_taken_counts_against() -> None:
    logged = replace(taken(0, SHOWN[:1], SHOWN[0]), rejected=(SHOWN[2],))
    assert rows(logged) == [(SHOWN[0], (ANN, BOB), True), (SHOWN[2], (ANN, BOB), False)]


@pytest.mark.parametrize("rejected", [(), tuple(SHOWN)])
def test_a_session_that_failed_teaches_nothing(rejected: tuple[int, ...]) -> None:
    logged = replace(taken(0, SHOWN, None), outcome=Outcome.FAILED, rejected=rejected)
    assert lesson_of(logged) is None


def test_a_session_called_off_before_anybody_chose_teaches_nothing() -> None:
    assert lesson_of(replace(taken(0, SHOWN, None), rejected=())) is None


def test_of_a_session_called_off_only_what_was_rejected_counts() -> None:
    assert rows(replace(taken(0, SHOWN, None), rejected=(SHOWN[0],))) == [(SHOWN[0], (ANN, BOB), False)]


def test_a_decline_counts_for_that_person_alone() -> None:
    logged = replace(taken(0, SHOWN, None), rejected=(), declined=((BOB, SHOWN[0]),))
    assert rows(logged) == [(SHOWN[0], (BOB,), False)]


def test_who_declined_what_others_took_is_counted_against_it() -> None:
    logged = replace(taken(0, SHOWN[:1], SHOWN[0]), declined=((BOB, SHOWN[0]),))
    assert rows(logged) == [(SHOWN[0], (BOB,), False), (SHOWN[0], (ANN,), True)]


def test_a_strangers_decline_teaches_nothing() -> None:
    logged = replace(taken(0, SHOWN, None), rejected=(), declined=((UserId("eve"), SHOWN[0]),))
    assert lesson_of(logged) is None


def test_who_may_miss_it_counts_half() -> None:
    lesson = lesson_of(replace(taken(0, SHOWN, SHOWN[0], ANN), optional=(BOB,)))
    assert lesson is not None
    assert lesson.rows[0].people == ((ANN, 1.0), (BOB, 0.5))
