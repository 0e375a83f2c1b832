"""The transitions themselves: where each state leads, and what stands in one transaction with it."""

import pytest

from engine.booking.transition import EDGES, enter
from engine.model.booking import BookingState
from tests.engine.booking.cast import (
    NAME,
    NOW,
    S,
    at,
)

WAYS = {
    # docs/ledger.md section 5, a line a state
    S.DRAFT: "proposed accepted cancelled failed",
    S.PROPOSED: "accepted cancelled failed",
    S.ACCEPTED: "held proposed cancelled failed",
    S.HELD: "prepared releasing",
    S.PREPARED: "writing releasing",
    S.WRITING: "verifying undoing",
    S.VERIFYING: "confirmed writing undoing stuck",
    S.CONFIRMED: "undoing",
    S.UNDOING: "quarantine stuck",
    S.QUARANTINE: "proposed failed cancelled undoing",
    S.RELEASING: "proposed failed cancelled",
    S.STUCK: "quarantine confirmed undoing proposed failed cancelled",
    S.FAILED: "",
    S.CANCELLED: "",
}


@pytest.mark.parametrize("here", BookingState)
def test_a_booking_goes_where_the_ledger_says_and_nowhere_else(here: BookingState) -> None:
    booking, ways = at(here).booking, WAYS[here].split()
    for there in BookingState:
        if str(there) in ways:
            assert enter(booking, there, NOW).after.state is there
            continue
        with pytest.raises(ValueError, match=f"does not go from {here} to {there}"):
            enter(booking, there, NOW)


def test_r5_nothing_leads_from_a_remote_write_to_an_end_but_through_the_quarantine() -> None:
    for state in (S.WRITING, S.VERIFYING, S.CONFIRMED, S.UNDOING):
        assert not EDGES[state] & {S.PROPOSED, S.FAILED, S.CANCELLED}


@pytest.mark.parametrize("here", [state for state in BookingState if EDGES[state]])
def test_i9_each_transition_has_one_line_in_the_log_that_begins_where_the_last_one_ended(
    here: BookingState,
) -> None:
    for there in EDGES[here]:
        transition = enter(at(here, epoch=4, failed=2, reason="refused").booking, there, NOW, actor="eve")
        (line,) = transition.audit
        assert (line.at, line.actor, line.action, line.object_id) == (NOW, "eve", f"booking.{there}", NAME)
        assert line.details == {
            "from": str(here),
            "to": str(there),
            "epoch": 4,
            "failed": 2,
            "reason": "refused",
        }


def test_i12_going_round_resets_no_clock_and_a_new_way_begins_anew() -> None:
    """From WRITING to VERIFYING and back: the limit counts from when WRITING was entered first."""
    booking = at(S.WRITING, since=NOW - 500, entered={S.WRITING: NOW - 500}).booking
    reading = enter(booking, S.VERIFYING, NOW - 100).after
    again = enter(reading, S.WRITING, NOW).after
    assert (reading.since, again.since) == (NOW - 100, NOW - 500)
    confirmed = enter(reading, S.CONFIRMED, NOW).after
    assert confirmed.entered == {S.CONFIRMED: NOW}
    assert enter(confirmed, S.UNDOING, NOW + 50).after.since == NOW + 50


def test_what_was_entered_before_this_release_counts_from_then() -> None:
    assert enter(at(S.WRITING, since=NOW - 9).booking, S.VERIFYING, NOW).after.entered == {
        S.WRITING: NOW - 9,
        S.VERIFYING: NOW,
    }
