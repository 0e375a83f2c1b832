"""Somebody is taken out of what is booked: whose copy goes, whose is written anew, when time is freed."""

from dataclasses import replace

from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps.leaving import let_go, taken_out
from engine.booking.timing import QUARANTINE
from engine.booking.transition import Transition
from engine.ids import UserId
from engine.model.booking import Want
from engine.model.session import SessionStatus
from engine.sessions import leaving
from tests.engine.booking.cast import (
    ANN,
    BEA,
    CYD,
    NOW,
    SCHEDULED,
    SLOT,
    E,
    S,
    ago,
    at,
    copy,
    invited,
    told,
    unwanted,
    written,
)

BOOKED = ago(QUARANTINE + 5, at(S.CONFIRMED, *written(ANN, BEA, CYD)))


def without(user: UserId, snapshot: BookingSnapshot = BOOKED) -> Transition:
    found = taken_out(snapshot, leaving.taken_out(SCHEDULED, user, now=NOW), {user})
    assert found is not None
    return found


def test_theirs_is_to_go_and_the_others_are_written_without_them() -> None:
    step = without(BEA)
    assert {each.attendee: (each.want, each.state) for each in step.changed} == {
        ANN: (Want.PRESENT, E.PLANNED),
        CYD: (Want.PRESENT, E.PLANNED),
        BEA: (Want.ABSENT, E.WRITTEN),
    }
    assert (step.release, step.holds) == (False, ())


def test_what_is_over_is_left_to_the_others_as_it_was() -> None:
    over = replace(BOOKED, now=SLOT.end + 1)
    assert [(each.attendee, each.want) for each in without(BEA, over).changed] == [(BEA, Want.ABSENT)]


def test_a_write_that_may_still_be_under_way_is_waited_for() -> None:
    (gone,) = (each for each in without(BEA, ago(5, BOOKED)).changed if each.attendee == BEA)
    assert gone.next_at == NOW - 5 + QUARANTINE


def test_their_time_is_freed_with_the_last_copy_and_not_before() -> None:
    both = replace(
        BOOKED,
        effects=(copy(ANN, E.WRITTEN), unwanted(BEA), unwanted(CYD)),
        session=replace(SCHEDULED, invitee_ids=(), optional_ids=()),
    )
    first = let_go(both, unwanted(BEA, E.GONE))
    assert (first.release, first.holds) == (False, ())
    one = replace(both, effects=(copy(ANN, E.WRITTEN), unwanted(BEA), unwanted(CYD, E.GONE)))
    last = let_go(one, unwanted(BEA, E.GONE))
    assert (last.release, [hold.person for hold in last.holds]) == (True, [ANN])
    assert not let_go(one, unwanted(BEA, last_error="It is away")).release


def test_who_has_no_copy_is_freed_at_once_and_an_invitation_is_taken_back() -> None:
    mailed = ago(QUARANTINE, at(S.CONFIRMED, *written(ANN), invited(BEA)))
    step = without(BEA, mailed)
    assert (step.release, [hold.person for hold in step.holds]) == (True, [ANN])
    assert ("mail", "bea", "cancel") in told(step.outbox)


def test_whose_meeting_was_with_nobody_else_calls_it_off() -> None:
    alone = replace(SCHEDULED, optional_ids=())
    assert leaving.taken_out(alone, BEA, now=NOW).status is SessionStatus.CANCELLED
