"""Spans: the arithmetic that everything else stands on."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.time.instant import format_instant, parse_instant
from engine.time.intervals import merge, subtract
from engine.time.span import Span
from engine.time.weekday import Weekday

SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 12)).map(lambda pair: Span(pair[0], pair[0] + pair[1])),
    max_size=8,
)


def covered(spans: list[Span]) -> set[int]:
    return {at for span in spans for at in range(span.start, span.end)}


@given(SPANS)
def test_merged_spans_cover_the_same_and_neither_overlap_nor_touch(spans: list[Span]) -> None:
    merged = merge(spans)
    assert covered(merged) == covered(spans)
    assert all(left.end < right.start for left, right in itertools.pairwise(merged))


@given(SPANS, SPANS)
def test_subtract_is_a_set_operation(left: list[Span], right: list[Span]) -> None:
    a, b = merge(left), merge(right)
    assert covered(subtract(a, b)) == covered(a) - covered(b)


def test_a_span_may_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        Span(2, 1)


@given(st.integers(0, 4_000_000_000))
def test_an_instant_survives_its_text(at: int) -> None:
    assert parse_instant(format_instant(at)) == at


def test_offsets_and_fractions_are_read() -> None:
    assert format_instant(parse_instant("2026-03-01T10:00:00+05:45")) == "2026-03-01T04:15:00Z"
    assert parse_instant("2026-03-01T10:00:00.001Z", up=True) == parse_instant("2026-03-01T10:00:01Z")
    assert parse_instant("2026-03-01T10:00:00.001Z") == parse_instant("2026-03-01T10:00:00Z")


@pytest.mark.parametrize("text", ["", "2026-03-01", "2026-03-01T10:00:00", "2026-02-30T10:00:00Z", "soon"])
def test_what_is_not_a_time_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a time"):
        parse_instant(text)


@pytest.mark.parametrize("day", list(Weekday))
def test_contra_31_weekdays_round_trip_through_every_spelling(day: Weekday) -> None:
    assert Weekday.from_word(day.word) is day
    assert Weekday.from_word(day.short) is day
    assert Weekday.from_word(day.byday) is day
    assert Weekday.from_sunday_first(day.sunday_first) is day
