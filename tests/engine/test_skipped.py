"""Time that a clock skipped counts for nothing; whatever else passes counts."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.skipped import Jump, after, before, believed, entry_of, jump, jumps_in, passed, skipped
from engine.time.span import DAY, Span

MOMENTS = st.integers(0, 200)
JUMPS = st.lists(st.builds(Jump, MOMENTS, MOMENTS), max_size=6)


@given(JUMPS)
def test_what_was_skipped_is_ordered_and_apart(jumps: list[Jump]) -> None:
    spans = skipped(jumps)
    assert all(one.end < other.start for one, other in pairwise(spans))


@given(JUMPS)
def test_noting_the_last_jump_twice_changes_nothing(jumps: list[Jump]) -> None:
    assert skipped([*jumps, *jumps[-1:]]) == skipped(jumps)


@given(JUMPS, MOMENTS, st.integers(0, 100))
def test_a_time_passes_by_second(jumps: list[Jump], since: int, more: int) -> None:
    left_out = skipped(jumps)
    shown = [at for at in range(since, since + more) if not any(at in span for span in left_out)]
    assert passed(since, since + more, left_out) == len(shown)


@given(JUMPS, MOMENTS, st.integers(0, 100))
def test_after_tells_when_so_much_has_passed(jumps: list[Jump], since: int, seconds: int) -> None:
    left_out = skipped(jumps)
    until = after(since, seconds, left_out)
    assert passed(since, until, left_out) == seconds
    assert seconds == 0 or passed(since, until - 1, left_out) < seconds


@given(JUMPS, MOMENTS, st.integers(0, 100))
def test_before_tells_since_when_so_much_has_passed(jumps: list[Jump], now: int, seconds: int) -> None:
    left_out = skipped(jumps)
    since = before(now, seconds, left_out)
    assert passed(since, now, left_out) == seconds
    assert since <= now - seconds


@given(JUMPS, MOMENTS, st.integers(0, 2 * DAY))
def test_a_jump_is_believed_once_it_has_stood_for_a_day(jumps: list[Jump], now: int, more: int) -> None:
    left_out = skipped(jumps)
    seen = believed(now + 200 + more, left_out)
    total = sum(one.seconds for one in left_out)
    assert now + 200 + more - total <= seen <= now + 200 + more
    assert more < DAY or seen == now + 200 + more


@given(JUMPS)
def test_a_log_keeps_jumps(jumps: list[Jump]) -> None:
    assert jumps_in(map(entry_of, jumps)) == jumps


def test_a_clock_set_back_takes_back_what_it_skipped_ahead() -> None:
    assert skipped([Jump(100, 500), Jump(510, 110)]) == (Span(100, 110),)
    assert skipped([Jump(100, 500), Jump(600, 550)]) == (Span(100, 500),)


def test_a_time_yet_to_come_is_below_zero() -> None:
    assert passed(50, 20, ()) == -30


def test_little_differences_are_no_jumps() -> None:
    assert (jump(100, 110), jump(100, 90)) == (None, None)
    assert jump(100, 111) == Jump(100, 111)
