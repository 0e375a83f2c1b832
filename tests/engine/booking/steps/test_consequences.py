"""What a change of a session means for its booking, in the transaction of the change."""

from dataclasses import replace

import pytest

from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps.consequences import consequence
from engine.booking.transition import Transition
from engine.model.booking import BookingState, EffectState
from engine.model.session import EventSession
from engine.sessions import leaving, state_machine
from tests.engine.booking.cast import (
    ANN,
    BEA,
    CHOSEN,
    CYD,
    LATER,
    NOW,
    PENDING,
    SCHEDULED,
    SLOT,
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

CALLED_OFF = state_machine.cancel(CHOSEN, now=NOW)
EXPIRED = state_machine.cancel(PENDING, state_machine.EXPIRED, now=NOW)
GIVEN_UP = state_machine.fail(PENDING, {}, now=NOW)
RESCHEDULED = state_machine.reschedule(SCHEDULED, now=NOW)
DECLINED = state_machine.decline(SCHEDULED, BEA, now=NOW)
WITHOUT = leaving.taken_out(SCHEDULED, CYD, now=NOW)
EARLY = leaving.taken_out(CHOSEN, CYD, now=NOW)
RENAMED = replace(SCHEDULED, title="Other words")


def then(state: BookingState, before: EventSession, after: EventSession) -> Transition:
    return consequence(replace(at(state, *written(ANN, BEA)), session=before), before, after)


def found(transition: Transition) -> tuple[str, str | None, str | None]:
    after = transition.after
    return str(after.state), after.after and str(after.after), after.reason


CHANGES = {
    # what changes: from this state to that one, by way of (the end, the reason)
    "a time is chosen": (S.PROPOSED, PENDING, CHOSEN, ("accepted", None, None)),
    "the first time is chosen": (S.DRAFT, PENDING, CHOSEN, ("accepted", None, None)),
    "a time is chosen while the last one is undone": (S.UNDOING, PENDING, CHOSEN, ("undoing", None, None)),
    "a time is chosen in the quarantine": (S.QUARANTINE, PENDING, CHOSEN, ("quarantine", None, None)),
    "an answer that settles nothing": (
        S.PROPOSED,
        PENDING,
        state_machine.note_decline(PENDING, CYD, now=NOW),
        ("proposed", None, None),
    ),
    "called off before anything": (S.PROPOSED, CHOSEN, CALLED_OFF, ("cancelled", "cancelled", "cancelled")),
    "called off while it is held": (S.HELD, CHOSEN, CALLED_OFF, ("releasing", "cancelled", "cancelled")),
    "called off while it is written": (S.WRITING, CHOSEN, CALLED_OFF, ("undoing", "cancelled", "cancelled")),
    "called off once it stands": (S.CONFIRMED, CHOSEN, CALLED_OFF, ("undoing", "cancelled", "cancelled")),
    "called off while it is undone": (S.UNDOING, CHOSEN, CALLED_OFF, ("undoing", "cancelled", "cancelled")),
    "called off twice": (S.CANCELLED, CALLED_OFF, CALLED_OFF, ("cancelled", None, None)),
    "expired": (S.PROPOSED, PENDING, EXPIRED, ("cancelled", "cancelled", "expired")),
    "given up": (S.PROPOSED, PENDING, GIVEN_UP, ("failed", "failed", "failed")),
    "given up while the last time is undone": (S.UNDOING, PENDING, GIVEN_UP, ("undoing", "failed", "failed")),
    "rescheduled": (S.CONFIRMED, SCHEDULED, RESCHEDULED, ("undoing", "proposed", "rescheduled")),
    "declined by a required person": (S.CONFIRMED, SCHEDULED, DECLINED, ("undoing", "proposed", "declined")),
    "somebody is taken out": (S.CONFIRMED, SCHEDULED, WITHOUT, ("confirmed", None, None)),
    "somebody is taken out while it is held": (S.HELD, CHOSEN, EARLY, ("releasing", "proposed", "left")),
    "somebody is taken out while it is written": (S.WRITING, CHOSEN, EARLY, ("undoing", "proposed", "left")),
    "somebody is taken out before it is held": (S.ACCEPTED, CHOSEN, EARLY, ("accepted", None, None)),
    "other words": (S.CONFIRMED, SCHEDULED, RENAMED, ("confirmed", None, None)),
    "other words, not yet written": (S.WRITING, CHOSEN, replace(CHOSEN, title="x"), ("writing", None, None)),
}


@pytest.mark.parametrize("case", CHANGES)
def test_where_a_change_leads(case: str) -> None:
    state, before, after, expected = CHANGES[case]
    transition = then(state, before, after)
    assert found(transition) == expected
    assert transition.session is after


COUNTED = {
    "called off once it stands": "cancelled",
    "called off twice": None,
    "expired": "cancelled",
    "given up": "failed",
    "rescheduled": None,
    "other words": None,
}


@pytest.mark.parametrize("case", COUNTED)
def test_how_a_session_ends_is_counted_once(case: str) -> None:
    state, before, after, _ = CHANGES[case]
    ended = [("analytics", "", COUNTED[case])] if COUNTED[case] else []
    assert told(then(state, before, after).outbox) == ended


@pytest.mark.parametrize(
    ("case", "woken"),
    [
        ("rescheduled", True),
        ("declined by a required person", True),
        ("a time is chosen", False),
        ("called off once it stands", False),
        ("an answer that settles nothing", True),
        ("given up", False),
    ],
)
def test_who_is_without_a_time_again_is_looked_at_anew(case: str, woken: bool) -> None:
    state, before, after, _ = CHANGES[case]
    assert then(state, before, after).wake is woken


def test_nothing_changed_wakes_nobody() -> None:
    assert not then(S.PROPOSED, PENDING, PENDING).wake


def test_accepting_holds_the_time_in_the_same_transaction_also_while_another_is_undone() -> None:
    for state in (S.PROPOSED, S.UNDOING, S.QUARANTINE, S.STUCK, S.RELEASING):
        assert [(hold.person, hold.span) for hold in then(state, PENDING, CHOSEN).holds] == [
            (ANN, SLOT.span),
            (BEA, SLOT.span),
        ]


def test_a_time_that_was_chosen_before_is_not_held_twice() -> None:
    assert not then(S.PROPOSED, CHOSEN, replace(CHOSEN, responses=())).holds
    other = then(S.PROPOSED, CHOSEN, replace(CHOSEN, final_time=LATER))
    assert (other.after.state, other.holds) == (S.PROPOSED, ())


COPIES = {
    # a copy of a confirmed event: whether other words reach it
    "written": (copy(BEA, E.WRITTEN), E.PLANNED),
    "invited": (invited(BEA), E.PLANNED),
    "being updated already": (copy(BEA, E.PLANNED, sequence=1), E.PLANNED),
    "removed by its owner": (copy(BEA, E.REFUSED), None),
    "gone": (copy(BEA, E.GONE), None),
    "not wanted": (unwanted(BEA), None),
    "an earlier epoch's": (copy(BEA, E.WRITTEN, epoch=0), None),
}


@pytest.mark.parametrize("case", COPIES)
def test_other_words_reach_each_copy_that_stands_with_a_higher_sequence(case: str) -> None:
    effect, state = COPIES[case]
    snapshot: BookingSnapshot = replace(at(S.CONFIRMED, effect), session=SCHEDULED)
    transition = consequence(snapshot, SCHEDULED, RENAMED)
    expected: dict[str, EffectState] = {BEA: state} if state else {}
    assert states_of(transition) == expected
    assert [each.sequence for each in transition.changed] == ([effect.sequence + 1] if state else [])
    mailed = [("mail", "bea", "request")] if case == "invited" else []
    assert told(transition.outbox) == mailed


@pytest.mark.parametrize("words", [{"title": "x"}, {"description": "x"}, {"location": "x"}])
def test_title_description_and_place_are_its_words(words: dict[str, str]) -> None:
    transition = then(S.CONFIRMED, SCHEDULED, replace(SCHEDULED, **words))  # type: ignore[arg-type]
    assert len(transition.changed) == 2
