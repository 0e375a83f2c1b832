"""From an accepted slot to an event that stands in every calendar, and what stops it before a write."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.booking.steps import booking_steps, failing
from engine.booking.transition import Transition
from engine.errors import InputError
from engine.model.booking import BookingState, Hold
from engine.model.session import EventSession, SessionStatus, TimeSlot
from engine.model.session_record import SessionRecord
from tests.engine.booking.cast import (
    ANN,
    BEA,
    CHOSEN,
    CYD,
    LATER,
    NAME,
    NOW,
    PENDING,
    SCHEDULED,
    SLOT,
    E,
    S,
    at,
    copy,
    invited,
    told,
    written,
)

DONE = written(ANN, BEA, CYD)
HELD = (
    Hold(person=ANN, span=SLOT.span, session=NAME),
    Hold(person=BEA, span=SLOT.span, session=NAME),
)


def test_accepting_takes_the_chosen_time_and_holds_it_for_whoever_must_come() -> None:
    before = at(S.PROPOSED, slot=None, after=S.FAILED, reason="refused").booking
    transition = booking_steps.accepted(before, CHOSEN, NOW)
    after = transition.after
    assert (after.state, after.slot, after.after, after.reason) == (S.ACCEPTED, SLOT.span, None, None)
    assert transition.holds == HELD
    with pytest.raises(ValueError, match="no final time"):
        booking_steps.accepted(before, PENDING, NOW)


def test_who_may_come_holds_nobody_up() -> None:
    assert {hold.person for hold in booking_steps.holds_of(CHOSEN, SLOT.span)} == {ANN, BEA}


def test_holding_raises_the_epoch_and_plans_every_copy_in_one_transaction() -> None:
    planned = (copy(ANN, epoch=2), copy(BEA, epoch=2))
    transition = booking_steps.held(at(S.ACCEPTED, reason="busy"), CHOSEN, planned)
    assert (transition.after.state, transition.after.epoch, transition.after.reason) == (S.HELD, 2, None)
    assert (transition.planned, transition.holds) == (planned, HELD)


def test_writing_begins_under_a_fence_of_its_own() -> None:
    """A worker that slept since is known by the fence that it still has (R1)."""
    assert booking_steps.writing(at(S.PREPARED, fence=4)).after.fence == 5


GIVEN_BACK: dict[BookingState, tuple[Callable[[], Transition], bool, bool]] = {
    # where it happened: how, and whether the holds go at once, and whether the time stays on offer
    S.ACCEPTED: (lambda: booking_steps.not_held(at(S.ACCEPTED), "bea is busy"), True, False),
    S.HELD: (lambda: booking_steps.releasing(at(S.HELD), "bea is busy"), False, False),
    S.PREPARED: (lambda: booking_steps.releasing(at(S.PREPARED), "bea is busy"), False, False),
    S.WRITING: (lambda: failing.no_longer_free(at(S.WRITING, *DONE), "bea is busy"), False, False),
}


@pytest.mark.parametrize("state", GIVEN_BACK)
def test_i13_whoever_accepted_is_told_that_the_time_was_not_booked(state: BookingState) -> None:
    make, freed, kept = GIVEN_BACK[state]
    transition = make()
    after = transition.session
    assert after is not None
    assert after.final_time is None
    assert (SLOT in after.proposed_times) is kept
    assert transition.after.failed == 1
    assert transition.release is freed
    assert transition.wake
    assert transition.says is not None
    assert transition.says.not_booked
    assert "bea is busy" in transition.says.words
    assert ("notification", "ann", "not_booked") in told(transition.outbox)
    assert (after.record.not_booked, after.record.failed_bookings) == ("bea is busy", 1)


@pytest.mark.parametrize(
    ("proposed", "said"),
    [
        ((SLOT, LATER), "The next best times are 2027-01-17T08:00:00Z."),
        ((SLOT,), "Other times are being looked for."),
    ],
)
def test_the_next_best_times_are_named_with_it(proposed: tuple[TimeSlot, ...], said: str) -> None:
    snapshot = replace(at(S.ACCEPTED), session=replace(CHOSEN, proposed_times=proposed))
    says = booking_steps.not_held(snapshot, "bea is busy").says
    assert says is not None
    assert says.words.endswith(said)


@pytest.mark.parametrize("session", [None, PENDING, SCHEDULED])
def test_a_choice_that_does_not_wait_for_this_is_not_taken_back(session: EventSession | None) -> None:
    transition = booking_steps.not_held(replace(at(S.ACCEPTED), session=session), "bea is busy")
    assert (transition.session, transition.says, transition.outbox) == (None, None, ())


def test_a_choice_made_during_an_undo_that_cannot_be_held_frees_nothing_of_it() -> None:
    """The holds are those of the event that is being undone (R5)."""
    transition = booking_steps.not_held(at(S.UNDOING, *DONE), "bea is busy")
    assert (transition.after.state, transition.release) == (S.UNDOING, False)
    assert booking_steps.not_held(at(S.PROPOSED), "bea is busy").release


def test_r6_invitations_to_a_confirmed_event_stand_in_its_transaction() -> None:
    snapshot = at(S.VERIFYING, *written(ANN, BEA), invited(CYD, E.PLANNED), failed=2)
    transition = booking_steps.confirmed(snapshot, (), ())
    assert told(transition.outbox) == [
        ("mail", "cyd", "request"),
        ("analytics", "", "scheduled"),
    ]
    assert transition.session is not None
    assert transition.session.status is SessionStatus.SCHEDULED
    assert transition.after.failed == 0


def test_i6_a_foreign_event_found_by_then_is_flagged() -> None:
    transition = booking_steps.confirmed(at(S.VERIFYING, *DONE), (), ("bea: 10:00",))
    assert transition.after.conflicts == ("bea: 10:00",)
    assert transition.session is not None
    assert transition.session.record.conflicts == ("bea: 10:00",)


def test_old_troubles_are_over_once_it_stands_and_what_an_app_keeps_there_stays() -> None:
    record = SessionRecord(
        not_booked="busy", failed_bookings=2, conflicts=("x",), change_requests={BEA: LATER.span}
    )
    session = replace(CHOSEN, record=record, metadata={"theirs": 1})
    snapshot = replace(at(S.VERIFYING, *DONE), session=session)
    transition = booking_steps.confirmed(snapshot, (), ())
    assert transition.session is not None
    assert transition.session.record == SessionRecord(change_requests={BEA: LATER.span})
    assert transition.session.metadata == {"theirs": 1}


@pytest.mark.parametrize("session", [None, PENDING, SCHEDULED])
def test_nothing_is_confirmed_without_a_session_that_waits_for_it(session: EventSession | None) -> None:
    with pytest.raises((ValueError, InputError)):
        booking_steps.confirmed(replace(at(S.VERIFYING, *DONE), session=session), (), ())
