"""R7: what a calendar holds against what the ledger knows."""

from dataclasses import replace

import pytest

from engine.booking.checks.sweeping import (
    RESTING,
    Verdict,
    Watched,
    by_event,
    is_long_over,
    is_unfinished,
    is_watched,
    looks_changed,
    looks_other,
    strays,
    time_may_change,
    verdict,
)
from engine.booking.timing import CALL_DEADLINE
from engine.ids import EventId, SessionId
from engine.model.booking import Booking, BookingState, Effect, tombstone
from engine.model.session import EventSession, Occurrence
from engine.time.span import DAY, HOUR, Span
from tests.engine.booking.cast import (
    ANN,
    BEA,
    LATER,
    MARK,
    NOW,
    SCHEDULED,
    SLOT,
    E,
    S,
    at,
    copy,
    invited,
    seen,
    unwanted,
)

WANTED, NOT = copy(BEA, E.WRITTEN), unwanted(BEA)
FOUND = seen()
SECOND = seen(event_id=EventId("twice"))
NEWER = seen(mark=replace(MARK, epoch=2))
OLDER = seen(mark=replace(MARK, epoch=0))

VERDICTS = {
    # an event with our mark, and what the ledger says of it: what becomes of it
    "wanted": (FOUND, at(S.CONFIRMED).booking, [WANTED], Verdict.KEEP),
    "wanted by a booking under way": (FOUND, at(S.WRITING).booking, [WANTED], Verdict.KEEP),
    "not wanted any more": (FOUND, at(S.CANCELLED).booking, [NOT], Verdict.DELETE),
    "not wanted, while a worker removes it": (FOUND, at(S.UNDOING).booking, [NOT], Verdict.KEEP),
    "unknown to a confirmed booking": (SECOND, at(S.CONFIRMED).booking, [WANTED], Verdict.DELETE),
    "unknown to a booking under way": (SECOND, at(S.WRITING).booking, [WANTED], Verdict.KEEP),
    "an old epoch's": (OLDER, at(S.PROPOSED).booking, [], Verdict.DELETE),
    "of a session that the ledger does not know": (FOUND, None, [], Verdict.ORPHAN),
    "of an epoch that the ledger does not know": (NEWER, at(S.CONFIRMED).booking, [WANTED], Verdict.ORPHAN),
    "without a mark": (seen(mark=None), at(S.CONFIRMED).booking, [WANTED], Verdict.ORPHAN),
}


@pytest.mark.parametrize("case", VERDICTS)
def test_the_verdict_on_an_event_of_ours(case: str) -> None:
    found, booking, effects, expected = VERDICTS[case]
    assert verdict(found, booking, effects) is expected


@pytest.mark.parametrize("state", BookingState)
def test_what_must_not_be_there_is_removed_by_its_worker_or_where_there_is_none_by_whoever_finds_it(
    state: BookingState,
) -> None:
    expected = Verdict.DELETE if state in RESTING else Verdict.KEEP
    assert verdict(FOUND, at(state).booking, [NOT]) is expected
    assert (state in RESTING) is (str(state) in ["draft", "proposed", "confirmed", "failed", "cancelled"])


STRAYS = {
    "the copy itself": (FOUND, False),
    "a second one": (SECOND, True),
    "a second one, deleted": (tombstone(EventId("twice")), False),
    "another epoch's, older": (replace(SECOND, mark=OLDER.mark), True),
    "another epoch's, newer: its reader has slept": (replace(SECOND, mark=NEWER.mark), False),
    "another session's": (replace(SECOND, mark=replace(MARK, session=SessionId("other"))), False),
    "somebody else's": (replace(SECOND, mark=None), False),
    "another attendee's in a shared calendar": (seen(ANN), False),
}


@pytest.mark.parametrize("case", STRAYS)
def test_a_repeated_write_is_nobodys_copy(case: str) -> None:
    found, stray = STRAYS[case]
    snapshot = at(S.VERIFYING, WANTED, copy(ANN, E.WRITTEN))
    assert strays([found], WANTED, snapshot) == ([found] if stray else [])


def test_the_withdrawn_copy_of_another_is_a_stray_too() -> None:
    snapshot = at(S.VERIFYING, WANTED, unwanted(ANN))
    assert strays([seen(ANN)], WANTED, snapshot) == [seen(ANN)]


LISTS = {
    # what a list shows of a confirmed booking's copy: whether it is looked up by id
    "as it was written": ([FOUND], WANTED, False),
    "not in it: lists lag behind": ([], WANTED, True),
    "a tombstone": ([tombstone(FOUND.event_id)], WANTED, True),
    "at another time": ([seen(span=LATER.span)], WANTED, True),
    "declined": ([seen(declined=True)], WANTED, True),
    "nothing, and nothing was ever written": ([], copy(BEA, E.REFUSED), False),
    "as it was written, unread before": ([FOUND], replace(WANTED, last_code="unread"), True),
}


@pytest.mark.parametrize("case", LISTS)
def test_a_list_only_raises_the_question(case: str) -> None:
    listed, effect, changed = LISTS[case]
    assert looks_changed([effect], by_event(listed), at(S.CONFIRMED).booking) is changed


def test_what_repeats_is_never_long_over() -> None:
    past = SLOT.span.end + 30 * DAY
    assert is_long_over(seen(rule=""), past)
    assert not is_long_over(seen(rule=""), past - 1)
    assert not is_long_over(seen(rule="FREQ=WEEKLY"), past)
    assert not is_long_over(seen(rule=None), past)


def test_one_of_several_is_enough() -> None:
    effects = [copy(ANN, E.WRITTEN), WANTED]
    assert looks_changed(effects, by_event([FOUND]), at(S.CONFIRMED).booking)
    assert not looks_changed(effects, by_event([FOUND, seen(ANN)]), at(S.CONFIRMED).booking)


def test_only_a_calendar_that_was_listed_raises_one() -> None:
    one = Watched(at(S.CONFIRMED).booking, None, (WANTED, copy(ANN, E.WRITTEN)))
    assert WANTED.calendar is not None
    assert looks_other({WANTED.calendar: {}}, one)
    assert not looks_other({WANTED.calendar: by_event([FOUND, seen(ANN)])}, one)
    assert not looks_other({}, one)


UPDATES = {
    "written": (WANTED, False),
    "planned": (copy(BEA, E.PLANNED), True),
    "sent": (copy(BEA, E.SENT), True),
    "ambiguous": (copy(BEA, E.AMBIGUOUS), True),
    "refused": (copy(BEA, E.REFUSED), False),
    "planned to be gone": (unwanted(BEA, E.PLANNED), False),
    "an old epoch's": (replace(copy(BEA, E.PLANNED), epoch=0), False),
    "told by mail": (invited(BEA, E.PLANNED), False),
}


@pytest.mark.parametrize("case", UPDATES)
def test_an_update_that_a_crash_left_is_seen(case: str) -> None:
    effect, unfinished = UPDATES[case]
    assert is_unfinished(Watched(at(S.CONFIRMED).booking, None, (effect,))) is unfinished


KNOWN = tuple(Occurrence(start=one.start, available=True) for one in (SLOT, LATER))
SERIES = replace(SCHEDULED, recurrence="FREQ=WEEKLY;COUNT=2", final_time=replace(SLOT, occurrences=KNOWN))
TIMED: dict[str, tuple[EventSession | None, list[Effect], bool]] = {
    "no session": (None, [WANTED], False),
    "held once": (SCHEDULED, [replace(WANTED, at=NOW)], False),
    "all known and written long ago": (SERIES, [replace(WANTED, at=NOW - HOUR)], False),
    "written lately": (SERIES, [replace(WANTED, at=NOW - HOUR + 1)], True),
    "without an end": (replace(SERIES, recurrence="FREQ=WEEKLY"), [], True),
    "one not known yet": (
        replace(SERIES, final_time=replace(SLOT, occurrences=(*KNOWN, replace(KNOWN[0], available=None)))),
        [],
        True,
    ),
}


@pytest.mark.parametrize("case", TIMED)
def test_time_alone_may_change_a_series(case: str) -> None:
    session, effects, changes = TIMED[case]
    assert time_may_change(NOW, Watched(at(S.CONFIRMED).booking, session, tuple(effects))) is changes


WATCHED = {
    "to come": (at(S.CONFIRMED).booking, True),
    "just over": (at(S.CONFIRMED, slot=Span(NOW - 3600, NOW - CALL_DEADLINE)).booking, True),
    "over": (at(S.CONFIRMED, slot=Span(NOW - 3600, NOW - CALL_DEADLINE - 1)).booking, False),
    "without a slot": (at(S.CONFIRMED, slot=None).booking, False),
    "not confirmed": (at(S.VERIFYING).booking, False),
}


@pytest.mark.parametrize("case", WATCHED)
def test_a_booking_is_watched_until_it_is_over(case: str) -> None:
    booking, watched = WATCHED[case]
    assert is_watched(booking, None, NOW) is watched


def test_no_booking_at_all_is_no_reason_to_delete() -> None:
    """After a restore the calendars know more than the ledger: listed, deleted only at somebody's word."""
    assert verdict(FOUND, None, [NOT]) is Verdict.ORPHAN
    assert verdict(FOUND, Booking(session=MARK.session, state=S.DRAFT), []) is Verdict.ORPHAN
