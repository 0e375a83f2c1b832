"""From a write that failed, or an event that is not wanted, to calendars that hold nothing of it (R4, R5)."""

from dataclasses import replace

import pytest

from engine.booking.steps import undo_steps
from engine.booking.timing import QUARANTINE, STUCK_RETRY
from engine.booking.transition import Transition
from engine.model.booking import BookingState, Delivery, Want, Why
from engine.time.span import HOUR
from tests.engine.booking.cast import (
    ANN,
    BEA,
    CHOSEN,
    CYD,
    LATER,
    NOW,
    PENDING,
    E,
    S,
    at,
    copy,
    invited,
    states_of,
    told,
    unwanted,
    written,
)

DONE = written(ANN, BEA, CYD)


def undone(why: Why = Why.REFUSED) -> Transition:
    everything = (
        copy(ANN, E.WRITTEN, at=NOW - 5, attempts=2, next_at=NOW + 99),
        copy(BEA, E.REFUSED),
        copy(CYD, E.PLANNED),
        copy(BEA, E.PLANNED, epoch=0, attempts=1),
        unwanted(CYD, E.GONE, epoch=0),
    )
    return undo_steps.undoing(at(S.WRITING, *everything), why, S.PROPOSED)


def test_r4_an_undo_wants_every_effect_gone_also_the_never_written_ones() -> None:
    transition = undone()
    assert {(each.attendee, each.epoch) for each in transition.changed} == {
        (ANN, 1),
        (BEA, 1),
        (CYD, 1),
        (BEA, 0),
    }
    for each in transition.changed:
        assert (each.want, each.attempts, each.next_at, each.at) == (Want.ABSENT, 0, NOW, None)
    assert (transition.after.after, transition.after.reason) == (S.PROPOSED, "refused")
    assert not transition.release


def test_r4_a_write_that_was_sent_and_not_found_may_land_yet() -> None:
    by_epoch = {(each.attendee, each.epoch): each.state for each in undone().changed}
    assert by_epoch[BEA, 0] is E.AMBIGUOUS
    assert by_epoch[CYD, 1] is E.PLANNED
    assert by_epoch[BEA, 1] is E.REFUSED


TAKEN_BACK = [("mail", "cyd", "cancel")]
INVITED = {
    # an invitation's way so far: what it is from now on, and whether it is taken back by mail
    "never tried": (invited(CYD, E.PLANNED, attempts=0), E.GONE, []),
    "a later version waits": (invited(CYD, E.PLANNED, attempts=0, sequence=1), E.AMBIGUOUS, TAKEN_BACK),
    "under way": (invited(CYD, E.SENT, attempts=1), E.SENT, TAKEN_BACK),
    "tried, to be tried again": (
        invited(CYD, E.PLANNED, attempts=1),
        E.AMBIGUOUS,
        [("mail", "cyd", "cancel")],
    ),
    "accepted by the relay": (invited(CYD, E.WRITTEN, attempts=1), E.WRITTEN, TAKEN_BACK),
    "only told": (copy(CYD, E.WRITTEN, delivery=Delivery.NOTIFIED), E.GONE, []),
}


@pytest.mark.parametrize("case", INVITED)
def test_an_invitation_that_may_have_been_sent_is_taken_back(case: str) -> None:
    effect, state, mails = INVITED[case]
    transition = undo_steps.undoing(at(S.CONFIRMED, effect), Why.CANCELLED, S.CANCELLED)
    assert states_of(transition) == {CYD: state}
    assert told(transition.outbox) == mails


def test_the_quarantine_outlasts_a_lease_a_call_and_two_clocks_that_differ() -> None:
    transition = undo_steps.quarantine(at(S.UNDOING))
    assert (transition.after.next_at, transition.release) == (NOW + QUARANTINE, False)
    assert QUARANTINE == 60 + 20 + 10


@pytest.mark.parametrize("state", [S.QUARANTINE, S.RELEASING])
@pytest.mark.parametrize("end", [S.PROPOSED, S.FAILED, S.CANCELLED])
def test_r5_holds_are_freed_at_the_end_and_those_who_wait_are_woken(
    state: BookingState, end: BookingState
) -> None:
    transition = undo_steps.ended(replace(at(state, after=end), session=PENDING))
    assert (transition.after.state, transition.after.after, transition.release) == (end, None, True)
    assert transition.wake is (end is S.PROPOSED)
    assert not transition.holds


def test_a_time_chosen_during_the_undo_is_taken_up_in_the_same_transaction() -> None:
    session = replace(CHOSEN, final_time=LATER)
    transition = undo_steps.ended(replace(at(S.QUARANTINE, after=S.PROPOSED), session=session))
    assert (transition.after.state, transition.after.slot) == (S.ACCEPTED, LATER.span)
    assert [line.details["to"] for line in transition.audit] == ["proposed", "accepted"]
    assert transition.release
    assert {hold.span for hold in transition.holds} == {LATER.span}


def test_a_late_write_found_in_the_quarantine_is_deleted_again() -> None:
    late = unwanted(BEA, E.AMBIGUOUS)
    transition = undo_steps.undoing_again(at(S.QUARANTINE), (late,))
    assert (transition.after.state, transition.changed) == (S.UNDOING, (late,))


def test_stuck_names_the_calendars_that_still_hold_a_copy_once_and_keeps_the_time() -> None:
    left = (unwanted(BEA, last_error="it says no"), unwanted(ANN, E.GONE))
    transition = undo_steps.stuck(at(S.UNDOING, *left))
    assert (transition.after.next_at, transition.release) == (NOW + STUCK_RETRY, False)
    assert [(each.attendee, each.next_at) for each in transition.changed] == [(BEA, NOW + HOUR)]
    assert transition.outbox[0].payload["calendars"] == "bea-home/main"
    assert transition.says is not None
    assert "bea-home/main (bea): it says no" in transition.says.words
    again = undo_steps.stuck(at(S.UNDOING, *left, entered={S.STUCK: NOW - HOUR, S.UNDOING: NOW}))
    assert again.says is None


def test_what_cannot_be_read_back_is_named_and_not_undone() -> None:
    unread = copy(BEA, E.WRITTEN, next_at=NOW + 20, last_error="it is away")
    transition = undo_steps.unverified(at(S.VERIFYING, *written(ANN), unread))
    assert [(each.attendee, each.want, each.next_at) for each in transition.changed] == [
        (BEA, Want.PRESENT, NOW + HOUR)
    ]
    assert transition.says is not None
    assert "cannot be read back: bea-home/main (bea): it is away" in transition.says.words
    assert told(transition.outbox) == [("notification", "ann", "stuck")]


def test_an_operator_ends_a_stuck_undo_as_it_stands() -> None:
    transition = undo_steps.released(
        at(S.STUCK, unwanted(BEA), unwanted(ANN, E.GONE), after=S.CANCELLED), "eve"
    )
    assert (transition.after.state, transition.release, transition.audit[0].actor) == (
        S.CANCELLED,
        True,
        "eve",
    )
    assert [(each.attendee, each.want, each.last_code) for each in transition.changed] == [
        (BEA, Want.ABSENT, "released")
    ]
    assert transition.says is None
    with pytest.raises(ValueError, match="does not go"):
        undo_steps.released(at(S.WRITING, copy(BEA)), "eve")


def test_an_operator_who_ends_what_could_not_be_read_back_takes_the_choice_back_too() -> None:
    transition = undo_steps.released(at(S.STUCK, *DONE), "eve")
    assert {each.want for each in transition.changed} == {Want.ABSENT}
    assert (transition.after.state, transition.release, transition.wake) == (S.PROPOSED, True, True)
    assert transition.says is not None
    assert transition.says.not_booked


WITHDRAWN = {
    # state: (where it goes, whether the holds are freed at once); None: nothing to turn back from
    S.DRAFT: ("cancelled", False),
    S.PROPOSED: ("cancelled", False),
    S.ACCEPTED: ("cancelled", True),
    S.HELD: ("releasing", False),
    S.PREPARED: ("releasing", False),
    S.WRITING: ("undoing", False),
    S.VERIFYING: ("undoing", False),
    S.CONFIRMED: ("undoing", False),
    S.UNDOING: ("undoing", False),
    S.QUARANTINE: ("quarantine", False),
    S.RELEASING: ("releasing", False),
    S.STUCK: ("undoing", False),
    S.FAILED: None,
    S.CANCELLED: None,
}


@pytest.mark.parametrize("state", BookingState)
def test_turning_back_from_each_state(state: BookingState) -> None:
    snapshot = at(state, *DONE, next_at=NOW + 33)
    transition = undo_steps.withdrawn(snapshot, Why.CANCELLED, S.CANCELLED)
    found = None if transition is None else (str(transition.after.state), transition.release)
    assert found == WITHDRAWN[state]
    if transition is not None:
        assert (transition.after.after, transition.after.reason) == (S.CANCELLED, "cancelled")
        assert transition.after.next_at == (NOW + 33 if transition.after.state is state else NOW)


def test_a_stuck_undo_only_changes_where_it_leads() -> None:
    snapshot = at(S.STUCK, unwanted(BEA), after=S.PROPOSED, next_at=NOW + HOUR)
    transition = undo_steps.withdrawn(snapshot, Why.CANCELLED, S.CANCELLED)
    assert transition is not None
    assert (transition.after.state, transition.after.after, transition.after.next_at) == (
        S.STUCK,
        S.CANCELLED,
        NOW + HOUR,
    )
    assert not transition.changed


def test_a_booking_that_is_proposed_is_not_made_so_once_more() -> None:
    assert undo_steps.withdrawn(at(S.PROPOSED), Why.RESCHEDULED, S.PROPOSED) is None
    assert undo_steps.withdrawn(at(S.DRAFT), Why.RESCHEDULED, S.PROPOSED) is not None
