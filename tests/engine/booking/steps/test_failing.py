"""What a write that cannot be done means for the session: which refusal leads where."""

from dataclasses import replace

import pytest

from engine.booking.steps import failing
from engine.model.booking import Effect
from engine.model.session import SessionStatus
from tests.engine.booking.cast import ANN, BEA, CHOSEN, CYD, SLOT, E, S, at, copy, told, unwanted, written


def refused(user: str, code: str, **more: object) -> Effect:
    who = {"ann": ANN, "bea": BEA, "cyd": CYD}[user]
    return copy(who, E.REFUSED, last_code=code, last_error=f"{user} says no", **more)


OLD = tuple(unwanted(BEA, E.GONE, epoch=epoch, last_code="id_taken") for epoch in (1, 2))
PAUSED = tuple(unwanted(BEA, E.GONE, epoch=epoch, last_code="held_back") for epoch in (1, 2))

REFUSALS = {
    # what was refused: why it is undone; whether the time stays chosen, or on offer, or neither
    "a required person's provider": ((refused("bea", "refused"),), "refused", "offered"),
    "a required person's expired grant": ((refused("bea", "expired"),), "refused", "offered"),
    "a required person deleted it": ((refused("bea", "declined"),), "declined", "turned down"),
    "a required person moved it": ((refused("bea", "moved"),), "declined", "turned down"),
    "an id that somebody else has": ((refused("bea", "id_taken"),), "id_taken", "chosen"),
    "an optional person's provider": ((refused("cyd", "refused"),), "optional_refused", "chosen"),
    "an optional person deleted it": ((refused("cyd", "declined"),), "optional_refused", "chosen"),
    "an optional person's, and a taken id": (
        (refused("cyd", "refused"), refused("bea", "id_taken")),
        "optional_refused",
        "chosen",
    ),
    "an optional person's, and a required one's": (
        (refused("cyd", "refused"), refused("bea", "refused")),
        "refused",
        "offered",
    ),
    "a required person's no beside a refusal": (
        (refused("ann", "refused"), refused("bea", "declined")),
        "declined",
        "turned down",
    ),
    "a taken id, for the third time": ((*OLD, refused("bea", "id_taken", epoch=3)), "refused", "offered"),
    "a taken id, after two pauses": ((*PAUSED, refused("bea", "id_taken", epoch=3)), "id_taken", "chosen"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_a_refusal_leads_to(case: str) -> None:
    effects, why, left = REFUSALS[case]
    epoch = max(each.epoch for each in effects)
    transition = failing.write_failed(at(S.WRITING, *effects, epoch=epoch))
    assert (transition.after.state, transition.after.reason) == (S.UNDOING, why)
    assert transition.after.after is S.PROPOSED
    session = transition.session or CHOSEN
    assert session.status is SessionStatus.PENDING
    chosen, offered = session.final_time == SLOT, SLOT in session.proposed_times
    turned_down = SLOT in session.rejected_slots
    assert (chosen, offered, turned_down) == {
        "chosen": (True, True, False),
        "offered": (False, True, False),
        "turned down": (False, False, True),
    }[left]


@pytest.mark.parametrize("case", [case for case, row in REFUSALS.items() if row[2] != "chosen"])
def test_i13_a_choice_that_is_taken_back_is_told_with_who_said_no(case: str) -> None:
    effects, _, _ = REFUSALS[case]
    epoch = max(each.epoch for each in effects)
    transition = failing.write_failed(at(S.WRITING, *effects, epoch=epoch))
    assert transition.says is not None
    assert transition.says.not_booked
    assert "bea" in transition.says.words
    assert ("notification", "ann", "not_booked") in told(transition.outbox)
    assert transition.wake


def test_only_what_a_provider_refused_counts_towards_what_could_not_be_booked() -> None:
    assert failing.write_failed(at(S.WRITING, refused("bea", "refused"))).after.failed == 1
    assert failing.write_failed(at(S.WRITING, refused("bea", "id_taken"))).after.failed == 0
    assert failing.write_failed(at(S.WRITING, refused("bea", "declined"))).after.failed == 0


def test_the_transition_starts_from_the_booking_as_it_is() -> None:
    """Compare-and-swap is on what stands in the store (R1), not on what was counted meanwhile."""
    snapshot = at(S.WRITING, refused("bea", "refused"))
    for transition in (
        failing.write_failed(snapshot),
        failing.out_of_time(snapshot),
        failing.no_longer_free(snapshot, "busy"),
        failing.held_up(snapshot),
    ):
        assert transition.before is snapshot.booking


def test_a_deadline_names_the_calendars_that_did_not_answer_and_leaves_the_time_on_offer() -> None:
    late = copy(BEA, E.AMBIGUOUS, last_error="it is away")
    transition = failing.out_of_time(at(S.WRITING, *written(ANN), late))
    assert transition.after.reason == "deadline"
    assert transition.says is not None
    assert "bea-home/main (bea): it is away" in transition.says.words
    assert "ann-home" not in transition.says.words
    assert transition.session is not None
    assert SLOT in transition.session.proposed_times


def test_a_long_pause_undoes_and_leaves_the_choice_for_afterwards() -> None:
    transition = failing.held_up(at(S.WRITING, copy(BEA, next_at=1)))
    assert (transition.after.reason, transition.session, transition.says) == ("held_up", None, None)


def test_a_session_that_is_gone_has_nobody_to_be_told() -> None:
    for effects in ((refused("bea", "declined"),), (refused("bea", "refused"),)):
        transition = failing.write_failed(replace(at(S.WRITING, *effects), session=None))
        assert (transition.session, transition.says) == (None, None)
        assert transition.after.state is S.UNDOING
