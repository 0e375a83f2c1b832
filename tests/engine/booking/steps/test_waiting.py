"""What is waited for: known pauses, a clock that was set back, and the words for it (I12)."""

from dataclasses import replace

import pytest

from engine.booking.checks.clock_set_back import righted, turned_back
from engine.booking.last_look import Held
from engine.booking.outcome import Code
from engine.booking.reachability import out_of_reach
from engine.booking.steps.waiting import for_pauses
from engine.booking.timing import LEASE, LIMITS, LONG_PAUSE, QUARANTINE, SKEW, lease_is_live
from engine.booking.waits_for import deadline, waits_for
from engine.errors import HeldBackError
from engine.ids import UserId
from engine.model.booking import UNFINISHED, BookingState
from engine.model.calendar import CalendarAccount, ConnectorState
from engine.time.span import DAY, HOUR, Span
from tests.engine.booking.cast import (
    ANN,
    BEA,
    CYD,
    NOW,
    TARGETS,
    E,
    S,
    at,
    calendar,
    copy,
    unwanted,
    written,
)


def held(user: UserId, seconds: int | None) -> Held:
    return Held(user, HeldBackError(f"{user}'s provider rests", retry_after=seconds))


def test_every_pause_is_waited_out_in_the_open_before_anything_is_written() -> None:
    snapshot = at(S.HELD, copy(ANN), copy(BEA), copy(CYD))
    transition = for_pauses(snapshot, [held(BEA, 60), held(ANN, 90)])
    assert (transition.after.state, transition.after.next_at) == (S.HELD, NOW + 90)
    assert transition.after.reason == "bea: bea's provider rests; ann: ann's provider rests"
    assert {each.attendee: each.next_at for each in transition.changed} == {BEA: NOW + 60, ANN: NOW + 90}
    assert {each.last_code for each in transition.changed} == {Code.HELD}
    assert not transition.audit


def test_a_pause_of_unknown_length_is_waited_for_all_the_same() -> None:
    assert for_pauses(at(S.HELD, copy(BEA)), [held(BEA, None)]).after.next_at == NOW + 1


@pytest.mark.parametrize(
    ("seconds", "state"), [(DAY - 1, "held"), (DAY, "releasing"), (2 * DAY, "releasing")]
)
def test_a_pause_that_outlasts_the_time_until_it_begins_gives_the_slot_back(seconds: int, state: str) -> None:
    transition = for_pauses(at(S.HELD, copy(BEA)), [held(BEA, seconds)])
    assert str(transition.after.state) == state
    assert (transition.says is not None) is (state == "releasing")


def test_what_was_sent_is_not_called_unsent_by_a_pause() -> None:
    assert not for_pauses(at(S.PREPARED, copy(BEA, E.AMBIGUOUS)), [held(BEA, 60)]).changed


@pytest.mark.parametrize("state", BookingState)
def test_every_unfinished_state_but_stuck_has_a_limit_and_says_what_it_waits_for(state: BookingState) -> None:
    assert (state in LIMITS) is (state in UNFINISHED and state is not S.STUCK)
    assert (waits_for(at(state).booking, []) is not None) is (state in UNFINISHED)


WAITS = {
    "accepted": (at(S.ACCEPTED), "for the daemon to take it up, until 2027-01-15T08:02:00Z"),
    "held, with a reason": (
        at(S.HELD, reason="bea is away"),
        "for a fresh look at everybody's calendars (bea is away), until 2027-01-15T08:02:00Z",
    ),
    "held, a pause beyond the limit": (
        at(S.HELD, next_at=NOW + HOUR),
        "for a fresh look at everybody's calendars, until 2027-01-15T09:00:00Z",
    ),
    "writing: who has not answered": (
        at(S.WRITING, *written(ANN), copy(BEA, last_error="503"), copy(CYD)),
        "for bea-home/main (bea: 503) to take the event, until 2027-01-15T08:10:00Z",
    ),
    "writing: all that are left": (
        at(S.WRITING, *written(ANN), copy(BEA), copy(CYD)),
        "for bea-home/main (bea), cyd-home/main (cyd) to take the event, until 2027-01-15T08:10:00Z",
    ),
    "writing, the clock skipped an hour": (
        replace(at(S.WRITING, copy(BEA)), skipped=(Span(NOW, NOW + HOUR),)),
        "for bea-home/main (bea) to take the event, until 2027-01-15T09:10:00Z",
    ),
    "undoing: who still holds it": (
        at(S.UNDOING, unwanted(ANN, E.GONE), unwanted(BEA)),
        "for bea-home/main (bea) to let go of the event, until 2027-01-16T08:00:00Z",
    ),
    "undoing, an earlier epoch's": (
        at(S.UNDOING, unwanted(ANN, E.GONE), unwanted(BEA, epoch=0)),
        "for bea-home/main (bea) to let go of the event, until 2027-01-16T08:00:00Z",
    ),
    "quarantine": (
        at(S.QUARANTINE, unwanted(BEA, E.GONE), next_at=NOW + QUARANTINE),
        "for writes that may still be under way to bea-home/main (bea), until 2027-01-15T08:01:30Z",
    ),
    "stuck": (
        at(S.STUCK, unwanted(BEA, last_error="no"), next_at=NOW + HOUR),
        "for bea-home/main (bea: no), or for an operator (gatherly session release), "
        "tried again at 2027-01-15T09:00:00Z",
    ),
    "verifying, nothing is known of": (
        at(S.VERIFYING),
        "for the calendars to show the event, until 2027-01-15T09:00:00Z",
    ),
}


@pytest.mark.parametrize("case", WAITS)
def test_for_what_of_whom_until_when(case: str) -> None:
    snapshot, said = WAITS[case]
    assert waits_for(snapshot.booking, snapshot.effects, snapshot.skipped) == said


def test_i12_what_was_stuck_has_outlived_its_limit_and_has_none_any_more() -> None:
    assert deadline(at(S.UNDOING).booking, ()) == NOW + DAY
    assert deadline(at(S.UNDOING, entered={S.STUCK: NOW - 5, S.UNDOING: NOW - 9}).booking, ()) is None
    assert deadline(at(S.CONFIRMED).booking, ()) is None


LEASES = {"ended": (NOW, False), "a second left": (NOW + 1, True), "just given": (NOW + LEASE, True)}


@pytest.mark.parametrize("case", LEASES)
def test_a_lease(case: str) -> None:
    until, live = LEASES[case]
    assert lease_is_live(until, NOW) is live


def test_a_lease_that_is_longer_than_any_was_given_by_another_clock() -> None:
    assert lease_is_live(NOW + LEASE + SKEW, NOW)
    assert not lease_is_live(NOW + LEASE + SKEW + 1, NOW)


def test_a_state_entered_in_a_time_to_come_was_entered_now_with_what_is_left_to_wait() -> None:
    ahead = at(S.QUARANTINE, copy(BEA, next_at=NOW + HOUR + 5), since=NOW + HOUR, next_at=NOW + HOUR + 90)
    snapshot = righted(
        replace(ahead, booking=replace(ahead.booking, lease_owner="w", lease_until=NOW + HOUR))
    )
    booking = snapshot.booking
    assert (booking.since, booking.next_at, booking.lease_owner, booking.lease_until) == (
        NOW,
        NOW + 90,
        None,
        0,
    )
    assert snapshot.effects[0].next_at == NOW + 5


def test_of_a_wait_that_seems_long_for_a_clock_that_was_set_only_a_short_one_is_kept() -> None:
    ahead = at(S.STUCK, copy(BEA, next_at=NOW + 3 * HOUR), since=NOW + HOUR, next_at=NOW + 2 * HOUR)
    snapshot = righted(ahead)
    assert (snapshot.booking.next_at, snapshot.effects[0].next_at) == (NOW + LONG_PAUSE, NOW + LONG_PAUSE)


@pytest.mark.parametrize(
    "booking", [{"since": NOW}, {"since": NOW + SKEW}, {"since": NOW + HOUR, "version": 0}]
)
def test_clocks_that_differ_a_little_are_left_alone(booking: dict[str, int]) -> None:
    snapshot = at(S.WRITING, **booking)
    assert righted(snapshot) is snapshot


def test_a_clock_set_back_brings_nearer_what_lies_ahead_and_never_before_now() -> None:
    booking = at(
        S.WRITING,
        since=NOW + 30,
        next_at=NOW + 90,
        lease_until=NOW + 60,
        entered={S.HELD: NOW - 9, S.WRITING: NOW + 30},
    ).booking
    after, effects = turned_back(booking, [copy(BEA, next_at=NOW + 70), copy(ANN, next_at=NOW)], NOW, 50)
    assert (after.since, after.next_at, after.lease_until) == (NOW, NOW + 40, NOW + 10)
    assert after.entered == {S.HELD: NOW - 9, S.WRITING: NOW}
    assert [(each.attendee, each.next_at) for each in effects] == [(BEA, NOW + 20)]


def test_r5_a_quarantine_that_began_since_is_not_cut_short() -> None:
    since = at(S.QUARANTINE, next_at=NOW + QUARANTINE).booking
    before = at(S.QUARANTINE, next_at=NOW + QUARANTINE + 1).booking
    assert turned_back(since, [], NOW, HOUR)[0].next_at == NOW + QUARANTINE
    assert turned_back(before, [], NOW, 1)[0].next_at == NOW + QUARANTINE


UNUSABLE = (ConnectorState.EXPIRED, ConnectorState.DISABLED)


@pytest.mark.parametrize("state", ConnectorState)
def test_who_is_known_to_take_no_event_now(state: ConnectorState) -> None:
    account = CalendarAccount(
        connector=calendar(BEA).connector, user_id=BEA, kind="folder", state=state, last_error="why"
    )
    found = out_of_reach((ANN, BEA), TARGETS, [account], {})
    said = f"bea-home is {state}, so that nothing can be written to it: why"
    assert found == ({"bea": said} if state in UNUSABLE else {})


def test_a_broken_drop_in_takes_its_owner_out_of_reach() -> None:
    assert out_of_reach((ANN, BEA, CYD), {}, [], {BEA: "its file is broken"}) == {"bea": "its file is broken"}
