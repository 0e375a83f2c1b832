"""What somebody did to single occurrences of a series in their calendar: seen, decided, told once."""

from dataclasses import replace

import pytest

from engine.booking.checks.occurrence_changes import Seen, decided, lies_otherwise, told_conflicts
from engine.booking.policy import OnDeleted, OnMoved, Policy
from engine.ids import SessionId, UserId
from engine.model.session import EventSession, Occurrence, SessionStatus, TimeSlot
from engine.time.span import DAY, HOUR, Instant, Span

NOW = 1_800_000_000
FIRST = NOW + DAY
WEEK = 7 * DAY
BOB = UserId("bob")
STARTS = [FIRST + number * WEEK for number in range(5)]
KNOWN = Span(NOW, NOW + 90 * DAY)


def series(*changed: Occurrence) -> EventSession:
    """Make a booked series of five Tuesdays."""
    otherwise = {one.start: one for one in changed}
    told = tuple(otherwise.get(at, Occurrence(start=at)) for at in STARTS)
    return EventSession(
        id=SessionId("s"),
        host_user_id=UserId("alice"),
        invitee_ids=(BOB,),
        title="Sync",
        duration=60,
        status=SessionStatus.SCHEDULED,
        recurrence="FREQ=WEEKLY;COUNT=5",
        final_time=TimeSlot(start=FIRST, end=FIRST + HOUR, occurrences=told),
        created_at=NOW,
        expires_at=NOW + WEEK,
    )


def slot_of(session: EventSession) -> TimeSlot:
    assert session.final_time is not None
    return session.final_time


def at(*starts: Instant) -> list[Span]:
    return [Span(start, start + HOUR) for start in starts]


LEFT_OUT = Occurrence(start=STARTS[1], available=False, conflicts=("x",))
MOVED = Occurrence(start=STARTS[1], available=False, conflicts=("x",), moved_to=STARTS[1] + HOUR)
COPIES = {
    "as it is meant": (series(), STARTS, {}),
    "one removed": (series(), [*STARTS[:2], *STARTS[3:]], {STARTS[2]: None}),
    "the first removed": (series(), STARTS[1:], {STARTS[0]: None}),
    "one moved": (series(), [*STARTS[:2], STARTS[2] + HOUR, *STARTS[3:]], {STARTS[2]: STARTS[2] + HOUR}),
    "one moved to another day": (
        series(),
        [*STARTS[:2], STARTS[2] + DAY, *STARTS[3:]],
        {STARTS[2]: STARTS[2] + DAY},
    ),
    "one removed, another moved": (
        series(),
        [STARTS[0], STARTS[1] + HOUR, *STARTS[3:]],
        {STARTS[1]: STARTS[1] + HOUR, STARTS[2]: None},
    ),
    "left from the third on": (series(), STARTS[:2], dict.fromkeys(STARTS[2:])),
    "one left out as it is meant": (series(LEFT_OUT), [STARTS[0], *STARTS[2:]], {}),
    "one moved as it is meant": (series(MOVED), [STARTS[0], STARTS[1] + HOUR, *STARTS[2:]], {}),
    "a move taken back": (series(MOVED), STARTS, {STARTS[1]: STARTS[1]}),
    "the last moved": (series(), [*STARTS[:4], STARTS[4] - HOUR], {STARTS[4]: STARTS[4] - HOUR}),
    "marked free as a whole": (series(), [], None),
}


@pytest.mark.parametrize("what", COPIES)
def test_a_copy_is_compared_with_the_series_occurrence_by_occurrence(what: str) -> None:
    session, there, differs = COPIES[what]
    assert lies_otherwise(slot_of(session), at(*there), KNOWN) == differs


def test_what_is_not_known_of_a_calendar_tells_nothing() -> None:
    known = Span(NOW, STARTS[3])
    assert lies_otherwise(slot_of(series()), at(*STARTS[:3]), known) == {}
    assert lies_otherwise(slot_of(series()), at(*STARTS[:2]), known) == {STARTS[2]: None}


def test_an_endless_series_goes_on_behind_what_is_told_of_it() -> None:
    there = at(*STARTS[:2], *STARTS[3:], STARTS[4] + WEEK, STARTS[4] + 2 * WEEK)
    assert lies_otherwise(slot_of(series()), there, KNOWN, endless=True) == {STARTS[2]: None}


def seen(difference: dict[Instant, Instant | None], required: bool = True) -> Seen:
    return Seen(BOB, required, difference, KNOWN)


def test_a_removed_occurrence_is_off_for_everybody_and_looked_for_anew() -> None:
    decision = decided(series(), [seen({STARTS[2]: None})], Policy(), NOW)
    places = [one.takes_place for one in slot_of(decision.session).occurrences]
    assert places == [*STARTS[:2], None, *STARTS[3:]]
    assert [one.start for one in decision.anew] == [STARTS[2]]
    assert decision.session.status is SessionStatus.SCHEDULED


FLAG = Policy(on_deleted=OnDeleted.FLAG)
FOLLOW = Policy(on_moved=OnMoved.FOLLOW)
POLICIES: dict[str, tuple[Policy, dict[Instant, Instant | None], bool, list[Instant | None], int, int]] = {
    "removed, flagged": (FLAG, {STARTS[2]: None}, True, [*STARTS], 1, 0),
    "removed by somebody optional": (Policy(), {STARTS[2]: None}, False, [*STARTS], 1, 0),
    "moved, flagged": (Policy(), {STARTS[2]: STARTS[2] + HOUR}, True, [*STARTS], 1, 0),
    "moved, followed": (
        FOLLOW,
        {STARTS[2]: STARTS[2] + HOUR},
        True,
        [*STARTS[:2], STARTS[2] + HOUR, *STARTS[3:]],
        0,
        0,
    ),
    "moved over a neighbour, not followed": (FOLLOW, {STARTS[2]: STARTS[3] + HOUR}, True, [*STARTS], 1, 0),
    "moved into the past, not followed": (FOLLOW, {STARTS[0]: NOW - HOUR}, True, [*STARTS], 1, 0),
    "moved, reopened": (
        Policy(on_moved=OnMoved.REOPEN),
        {STARTS[2]: STARTS[2] + HOUR},
        True,
        [*STARTS[:2], None, *STARTS[3:]],
        0,
        1,
    ),
}


@pytest.mark.parametrize("what", POLICIES)
def test_the_policy_decides_what_a_change_of_one_occurrence_means(what: str) -> None:
    policy, difference, required, places, noted, anew = POLICIES[what]
    decision = decided(series(), [seen(difference, required)], policy, NOW)
    assert [one.takes_place for one in slot_of(decision.session).occurrences] == places
    assert len(told_conflicts(decision.session)) == noted
    assert len(decision.anew) == anew
    again = decided(decision.session, [seen(difference, required)] if noted else [], policy, NOW)
    assert again.session == decision.session
    assert again.anew == ()


def test_what_is_put_back_is_told_no_more_and_what_is_past_never() -> None:
    noted = decided(series(), [seen({STARTS[2]: None})], FLAG, NOW).session
    assert told_conflicts(decided(noted, [seen({})], FLAG, NOW).session) == []
    past = decided(series(), [seen({STARTS[0]: None})], Policy(), STARTS[0] + HOUR)
    assert past.session == series()
    assert past.anew == ()


def test_two_people_who_remove_the_same_occurrence_have_it_looked_for_once() -> None:
    both = [seen({STARTS[2]: None}), replace(seen({STARTS[2]: None}), user=UserId("cyd"))]
    assert len(decided(series(), both, Policy(), NOW).anew) == 1
