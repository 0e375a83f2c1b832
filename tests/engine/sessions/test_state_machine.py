"""A session's state machine (acceptance 21, 25, 47; contradictions 22, 23)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.errors import InputError
from engine.ids import SessionId, UserId
from engine.model.session import Answer, EventSession, SessionStatus, TimeSlot
from engine.sessions import state_machine
from engine.sessions.state_machine import Confirm
from engine.time.span import DAY, HOUR

NOW = 1_800_000_000
HOST, BOB, CY, OPAL = UserId("host"), UserId("bob"), UserId("cy"), UserId("opal")
FIRST = TimeSlot(start=NOW + DAY, end=NOW + DAY + HOUR)
SECOND = TimeSlot(start=NOW + 2 * DAY, end=NOW + 2 * DAY + HOUR)
PENDING = EventSession(
    id=SessionId("s1"),
    host_user_id=HOST,
    invitee_ids=(BOB, CY),
    optional_ids=(OPAL,),
    title="Planning",
    duration=60,
    proposed_times=(FIRST, SECOND),
    created_at=NOW,
    expires_at=NOW + 7 * DAY,
)
CHOSEN = replace(PENDING, final_time=FIRST)
SCHEDULED = state_machine.schedule(CHOSEN, now=NOW)
CANCELLED = state_machine.cancel(PENDING, now=NOW)
FAILED = state_machine.fail(PENDING, {}, now=NOW)


def accept(session: EventSession, user: UserId = HOST, confirm: Confirm = Confirm.HOST) -> EventSession:
    return state_machine.accept(session, FIRST.start, user, now=NOW, confirm=confirm)


def test_the_hosts_yes_settles_the_time() -> None:
    assert accept(PENDING).final_time == FIRST


def test_an_invitees_yes_is_recorded_and_settles_nothing() -> None:
    answered = accept(PENDING, BOB)
    assert answered.final_time is None
    assert [(each.user_id, each.answer) for each in answered.responses] == [(BOB, Answer.ACCEPTED)]


def test_with_all_the_last_required_yes_settles_the_time() -> None:
    two = accept(accept(PENDING, HOST, Confirm.ALL), BOB, Confirm.ALL)
    assert two.final_time is None
    assert accept(two, CY, Confirm.ALL).final_time == FIRST


def test_with_all_yeses_to_different_slots_settle_nothing() -> None:
    other = state_machine.accept(PENDING, SECOND.start, BOB, now=NOW, confirm=Confirm.ALL)
    assert accept(accept(other, HOST, Confirm.ALL), CY, Confirm.ALL).final_time is None


def test_with_auto_the_best_slot_is_taken_unasked() -> None:
    chosen = state_machine.choose(PENDING, FIRST.start, failed=0, now=NOW)
    assert chosen.final_time == FIRST
    assert chosen.responses == ()


def test_with_auto_a_session_that_failed_to_be_booked_three_times_waits_for_somebody() -> None:
    failed = PENDING
    for times in range(3):
        chosen = state_machine.choose(failed, FIRST.start, failed=times, now=NOW)
        assert chosen.final_time == FIRST
        failed = state_machine.unbooked(chosen, "refused", failed=times + 1, keep_slot=True)
    assert state_machine.choose(failed, FIRST.start, failed=3, now=NOW) == failed
    assert accept(failed).final_time == FIRST


def test_the_same_yes_twice_changes_nothing() -> None:
    assert accept(accept(PENDING)) == accept(PENDING)


def test_another_slot_is_refused_while_one_is_being_booked() -> None:
    with pytest.raises(InputError, match="being booked"):
        state_machine.accept(CHOSEN, SECOND.start, HOST, now=NOW, confirm=Confirm.HOST)


def test_only_a_proposed_time_can_be_accepted() -> None:
    with pytest.raises(InputError, match="not a proposed time"):
        state_machine.accept(PENDING, NOW + 5 * DAY, HOST, now=NOW, confirm=Confirm.HOST)


def test_a_stranger_cannot_answer() -> None:
    with pytest.raises(InputError, match="does not attend"):
        accept(PENDING, UserId("stranger"))


def test_acceptance_25_after_expiry_no_acceptance_is_taken() -> None:
    last = PENDING.expires_at - 1
    late = replace(PENDING, proposed_times=(TimeSlot(start=NOW + 8 * DAY, end=NOW + 8 * DAY + HOUR),))
    start = late.proposed_times[0].start
    assert state_machine.accept(late, start, HOST, now=last, confirm=Confirm.HOST).final_time
    with pytest.raises(InputError, match="expired"):
        state_machine.accept(late, start, HOST, now=last + 1, confirm=Confirm.HOST)


def test_contradiction_23_expired_is_cancelled_with_its_reason() -> None:
    gone = state_machine.expire(PENDING, now=PENDING.expires_at)
    assert gone.status is SessionStatus.CANCELLED
    assert gone.metadata["reason"] == "expired"
    assert gone.completed_at == PENDING.expires_at


@pytest.mark.parametrize(
    ("session", "now"), [(PENDING, NOW), (CHOSEN, NOW + 30 * DAY), (SCHEDULED, NOW + 30 * DAY)]
)
def test_nothing_else_expires(session: EventSession, now: int) -> None:
    with pytest.raises(InputError):
        state_machine.expire(session, now=now)


def test_acceptance_47_rejected_slots_are_remembered_once() -> None:
    none = state_machine.reject(PENDING, now=NOW)
    assert none.proposed_times == ()
    assert none.rejected_slots == (FIRST, SECOND)
    again = state_machine.reject(replace(none, proposed_times=(SECOND,)), now=NOW)
    assert again.rejected_slots == (FIRST, SECOND)


def test_contradiction_23_a_reschedule_goes_back_to_pending_and_keeps_its_history() -> None:
    again = state_machine.reschedule(SCHEDULED, now=NOW + 10)
    assert again.status is SessionStatus.PENDING
    assert (again.final_time, again.scheduled_at, again.proposed_times) == (None, None, ())
    assert again.rejected_slots == (FIRST,)
    assert again.record.history[0].what == "rescheduled"
    assert again.expires_at == NOW + 10 + 7 * DAY


def test_contradiction_22_a_required_decline_reopens_and_an_optional_one_does_not() -> None:
    assert state_machine.decline(SCHEDULED, BOB, now=NOW).status is SessionStatus.PENDING
    stays = state_machine.decline(SCHEDULED, OPAL, now=NOW)
    assert stays.status is SessionStatus.SCHEDULED
    assert stays.responses[-1].answer is Answer.DECLINED


def test_a_required_decline_of_proposals_rejects_them() -> None:
    assert state_machine.decline(PENDING, BOB, now=NOW).rejected_slots == (FIRST, SECOND)


def test_cancelling_twice_changes_nothing() -> None:
    assert state_machine.cancel(CANCELLED, "again", now=NOW + 5) == CANCELLED


COMMANDS: list[Callable[[EventSession], EventSession]] = [
    accept,
    lambda session: state_machine.decline(session, BOB, now=NOW),
    lambda session: state_machine.reject(session, now=NOW),
    lambda session: state_machine.reschedule(session, now=NOW),
    lambda session: state_machine.schedule(session, now=NOW),
    lambda session: state_machine.fail(session, {}, now=NOW),
]


@pytest.mark.parametrize("final", [CANCELLED, FAILED])
@pytest.mark.parametrize("command", COMMANDS)
def test_acceptance_21_cancelled_and_failed_are_final(
    final: EventSession, command: Callable[[EventSession], EventSession]
) -> None:
    with pytest.raises(InputError):
        command(final)


@pytest.mark.parametrize("command", [COMMANDS[0], COMMANDS[2], COMMANDS[4], COMMANDS[5]])
def test_acceptance_21_a_scheduled_session_is_not_answered_or_failed(
    command: Callable[[EventSession], EventSession],
) -> None:
    with pytest.raises(InputError):
        command(SCHEDULED)
