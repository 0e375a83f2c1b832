"""What an answer of a provider, or its absence, means for one copy (docs/ledger.md section 2)."""

from dataclasses import replace

import pytest

from engine.booking import outcome
from engine.booking.outcome import Code
from engine.booking.timing import CALL_DEADLINE, READ_AGAIN, WRITE_DEADLINE, as_long_again, backoff
from engine.errors import (
    HeldBackError,
    SourceError,
    SourceExpiredError,
    SourceUnavailableError,
    WriteAmbiguousError,
    WriteConflictError,
    WriteRefusedError,
)
from engine.ids import InstallId
from engine.model.booking import Effect, EffectState, Observed, Want, Written, tombstone
from tests.engine.booking.cast import BEA, LATER, MARK, NOW, SLOT, E, copy, seen, unwanted

NO = WriteRefusedError("it says no")
EXPIRED = SourceExpiredError("the grant has ended")
TAKEN = WriteConflictError("409")
LOST = WriteAmbiguousError("the answer was lost")
BROKEN = SourceUnavailableError("503")
BUSY = SourceUnavailableError("429", retry_after=90)
PAUSE = HeldBackError("it asked to be left alone", retry_after=60)
WRITTEN = Written(event_id=seen().event_id, etag="e1")
SENT = copy(BEA, E.SENT, attempts=1, last_error="earlier")
DEAD = tombstone(seen().event_id)

WRITES: dict[str, tuple[Written | SourceError, EffectState, Code | None, int]] = {
    # answer: (state, code, how long until it is asked about again)
    "acknowledged": (WRITTEN, E.WRITTEN, None, 0),
    "refused": (NO, E.REFUSED, Code.REFUSED, 0),
    "grant ended": (EXPIRED, E.REFUSED, Code.EXPIRED, 0),
    "id taken, or another version": (TAKEN, E.AMBIGUOUS, Code.CONFLICT, 0),
    "lost": (LOST, E.AMBIGUOUS, Code.AMBIGUOUS, 0),
    "broken": (BROKEN, E.AMBIGUOUS, Code.LATER, 0),
    "busy, come again in 90 s": (BUSY, E.AMBIGUOUS, Code.LATER, 90),
    "nothing was sent": (PAUSE, E.PLANNED, Code.HELD, 60),
}


@pytest.mark.parametrize("case", WRITES)
def test_the_answer_to_a_write(case: str) -> None:
    answer, state, code, wait = WRITES[case]
    after = outcome.after_write(SENT, answer, NOW, 0)
    assert (after.state, after.last_code, after.next_at) == (state, code, NOW + wait)
    assert after.last_error == (str(answer) if isinstance(answer, SourceError) else None)


def test_a_lost_answer_is_never_a_refusal_and_a_taken_id_never_a_success() -> None:
    for case in ("id taken, or another version", "lost", "broken", "busy, come again in 90 s"):
        assert outcome.after_write(SENT, WRITES[case][0], NOW, 0).state is E.AMBIGUOUS


def test_what_was_not_sent_counts_as_no_try() -> None:
    assert outcome.after_write(SENT, PAUSE, NOW, 0).attempts == 0
    assert outcome.after_write(SENT, BROKEN, NOW, 0).attempts == 1


def test_i8_the_intent_is_a_sent_write_before_the_call() -> None:
    intent = outcome.intended(copy(BEA, attempts=2, last_code="later", at=NOW))
    assert (intent.state, intent.attempts, intent.last_code, intent.at) == (E.SENT, 3, None, None)


LOOKS = {
    # what lies under the id of a write that nobody knows the outcome of: (state, code)
    "nothing": (None, E.PLANNED, None),
    "our copy": (seen(), E.WRITTEN, None),
    "our copy, moved by its owner": (seen(span=LATER.span), E.REFUSED, Code.MOVED),
    "our copy, declined": (seen(declined=True), E.REFUSED, Code.DECLINED),
    "a tombstone": (DEAD, E.REFUSED, Code.DECLINED),
    "somebody else's event": (seen(mark=None), E.REFUSED, Code.TAKEN),
    "another installation's": (seen(mark=replace(MARK, install=InstallId("x"))), E.REFUSED, Code.TAKEN),
    "another epoch's": (seen(mark=replace(MARK, epoch=2)), E.REFUSED, Code.TAKEN),
    "a grant that ended": (EXPIRED, E.REFUSED, Code.EXPIRED),
    "no answer": (BROKEN, E.AMBIGUOUS, Code.LATER),
    "a pause": (PAUSE, E.AMBIGUOUS, Code.HELD),
    "a refused look": (NO, E.AMBIGUOUS, Code.REFUSED),
}


@pytest.mark.parametrize("case", LOOKS)
def test_looking_a_write_up(case: str) -> None:
    found, state, code = LOOKS[case]
    after = outcome.after_look(copy(BEA, E.AMBIGUOUS), found, SLOT.span, MARK, NOW, 0)
    assert (after.state, after.last_code) == (state, code)
    if state is E.WRITTEN:
        assert after.etag == "e2"


def test_an_id_that_is_refused_again_and_again_without_anything_under_it_is_somebody_elses() -> None:
    def looked(attempts: int, code: str = Code.CONFLICT) -> Effect:
        effect = copy(BEA, E.AMBIGUOUS, attempts=attempts, last_code=code)
        return outcome.after_look(effect, None, SLOT.span, MARK, NOW, 0)

    assert looked(2).state is E.PLANNED
    assert (looked(3).state, looked(3).last_code) == (E.REFUSED, Code.TAKEN)
    assert looked(9, Code.AMBIGUOUS).state is E.PLANNED


def test_a_write_that_was_not_there_is_tried_again_at_once_and_then_ever_later() -> None:
    def wait(attempts: int, waited: int = 0) -> int:
        effect = copy(BEA, E.AMBIGUOUS, attempts=attempts)
        return outcome.after_look(effect, None, SLOT.span, MARK, NOW, waited).next_at - NOW

    assert [wait(attempts) for attempts in (1, 2, 3, 4)] == [0, 4, 8, 15]
    assert wait(9, waited=3600) == 240


def test_a_look_that_fails_is_repeated_ever_more_seldom() -> None:
    """A calendar that is away for the whole of a write's time is not asked every other second."""
    effect, at, looks = copy(BEA, E.AMBIGUOUS, attempts=1), NOW, 0
    while at < NOW + WRITE_DEADLINE:
        effect = outcome.after_look(effect, BROKEN, SLOT.span, MARK, at, at - NOW)
        assert effect.next_at <= at + 15
        at, looks = effect.next_at, looks + 1
    assert looks < 45
    assert effect.attempts == 1


def test_an_id_is_not_known_as_taken_by_looks_that_failed() -> None:
    """It was refused once: whatever lies there may be seen later."""
    lost = copy(BEA, E.AMBIGUOUS, attempts=1)
    for waited in range(0, 60, 10):
        lost = outcome.after_look(lost, BROKEN, SLOT.span, MARK, NOW + waited, waited)
    again = outcome.intended(outcome.after_look(lost, None, SLOT.span, MARK, NOW + 60, 60))
    taken = outcome.after_write(again, TAKEN, NOW + 60, 60)
    assert outcome.after_look(taken, None, SLOT.span, MARK, NOW + 60, 60).state is E.PLANNED


def test_a_pause_counts_as_no_look() -> None:
    """It is known before anything is sent."""
    lost = copy(BEA, E.AMBIGUOUS, attempts=1)
    assert outcome.after_look(lost, PAUSE, SLOT.span, MARK, NOW, 0).attempts == 1
    assert outcome.after_sweep(unwanted(BEA, E.GONE, attempts=1), PAUSE, MARK, NOW).attempts == 1
    assert outcome.after_check(copy(BEA, E.WRITTEN, attempts=1), PAUSE, SLOT.span, MARK, NOW).attempts == 1


def test_deleting_ends_in_gone_only_by_an_answer() -> None:
    assert outcome.after_withdraw(unwanted(BEA), None, NOW, 0).state is E.GONE
    for error in (NO, EXPIRED, TAKEN, LOST, BROKEN):
        after = outcome.after_withdraw(unwanted(BEA, attempts=1), error, NOW, 0)
        assert (after.state, after.attempts, after.last_error) == (E.WRITTEN, 2, str(error))
        assert after.next_at > NOW
    assert outcome.after_withdraw(unwanted(BEA, attempts=1), PAUSE, NOW, 0).attempts == 1


LATE = "A late write has landed"
SWEEPS = {
    "nothing": (None, E.GONE, None),
    "a tombstone": (DEAD, E.GONE, None),
    "a late write": (seen(), E.AMBIGUOUS, LATE),
    "a late write of an earlier epoch": (
        seen(mark=replace(MARK, epoch=0)),
        E.AMBIGUOUS,
        "A late write has landed",
    ),
    "somebody else's event": (seen(mark=None), E.GONE, None),
    "another installation's": (seen(mark=replace(MARK, install=InstallId("x"))), E.GONE, None),
    "no answer": (BROKEN, E.AMBIGUOUS, "503"),
    "a refusal": (NO, E.AMBIGUOUS, "it says no"),
}


@pytest.mark.parametrize("case", SWEEPS)
def test_the_last_look_after_an_undo(case: str) -> None:
    found, state, error = SWEEPS[case]
    after = outcome.after_sweep(unwanted(BEA, E.GONE), found, MARK, NOW)
    assert (after.state, after.last_error) == (state, error)


LOST_COPY = "The copy was acknowledged and is not there"
CHECKS = {
    # a written copy, read back: (state, code, error, when it is due)
    "as written": (seen(), E.WRITTEN, None, None, 0),
    "moved by its owner": (seen(span=LATER.span), E.WRITTEN, Code.MOVED, None, 0),
    "declined by its owner": (seen(declined=True), E.WRITTEN, Code.DECLINED, None, 0),
    "deleted by its owner": (DEAD, E.WRITTEN, Code.DECLINED, None, 0),
    "not there": (None, E.WRITTEN, Code.MISSING, LOST_COPY, READ_AGAIN),
    "somebody else's": (
        seen(mark=None),
        E.WRITTEN,
        Code.MISSING,
        "The copy was acknowledged and is not there",
        READ_AGAIN,
    ),
    "no answer": (BROKEN, E.WRITTEN, Code.LATER, "503", backoff(2, 0)),
    "a pause": (PAUSE, E.WRITTEN, Code.HELD, "it asked to be left alone", 60),
}


@pytest.mark.parametrize("case", CHECKS)
def test_reading_a_written_copy_back(case: str) -> None:
    found, state, code, error, wait = CHECKS[case]
    after = outcome.after_check(copy(BEA, E.WRITTEN), found, SLOT.span, MARK, NOW)
    assert (after.state, after.last_code, after.last_error, after.next_at) == (state, code, error, NOW + wait)


def test_a_copy_that_is_missing_twice_is_written_again_under_the_same_id() -> None:
    missing = copy(BEA, E.WRITTEN, etag="e1", last_code=Code.MISSING)
    after = outcome.after_check(missing, None, SLOT.span, MARK, NOW)
    assert (after.state, after.event_id, after.etag, after.next_at) == (
        E.PLANNED,
        missing.event_id,
        None,
        NOW,
    )


def test_a_copy_that_is_missing_once_and_there_again_is_whole() -> None:
    missing = copy(BEA, E.WRITTEN, last_code=Code.MISSING)
    after = outcome.after_check(missing, seen(), SLOT.span, MARK, NOW)
    assert (after.state, after.last_code, after.last_error) == (E.WRITTEN, None, None)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (seen(), None),
        (seen(declined=True), Code.DECLINED),
        (seen(span=LATER.span), Code.MOVED),
        (seen(span=LATER.span, declined=True), Code.DECLINED),
        (DEAD, Code.DECLINED),
    ],
)
def test_what_an_owner_did(found: Observed, code: Code | None) -> None:
    assert outcome.removed_by_owner(found, SLOT.span) is code


DATES = {
    # how an effect stands: when it came to be so
    (E.WRITTEN, Want.PRESENT): True,
    (E.REFUSED, Want.PRESENT): True,
    (E.GONE, Want.ABSENT): True,
    (E.SENT, Want.PRESENT): False,
    (E.AMBIGUOUS, Want.PRESENT): False,
    (E.PLANNED, Want.PRESENT): False,
    (E.WRITTEN, Want.ABSENT): False,
}


@pytest.mark.parametrize(("state", "want"), DATES)
def test_when_a_copy_came_to_stand_as_it_does(state: EffectState, want: Want) -> None:
    dated = outcome.dated(copy(BEA, state, want=want, at=None), NOW)
    assert dated.at == (NOW if DATES[state, want] else None)
    if DATES[state, want]:
        assert outcome.dated(replace(dated), NOW + 60).at == NOW


def test_waiting_grows_to_a_quarter_of_a_minute_and_after_a_while_to_minutes() -> None:
    assert [backoff(tries, 0) for tries in range(7)] == [1, 2, 4, 8, 15, 15, 15]
    assert backoff(20, 15 * 60 - 1) == 15
    assert [backoff(tries, 15 * 60) for tries in (4, 8, 60)] == [16, 240, 240]
    assert backoff(1, 0, asked=70) == 70
    assert backoff(5, 0, asked=3) == 15
    assert CALL_DEADLINE == 20


def test_where_no_tries_are_counted_the_next_one_waits_as_long_as_all_before() -> None:
    at = [0]
    for _ in range(5):
        at.append(at[-1] + as_long_again(1, at[-1]))
    assert at == [0, 2, 6, 14, 29, 44]
    assert as_long_again(1, 15 * 60) == 240
    assert as_long_again(1, 0, asked=70) == 70
