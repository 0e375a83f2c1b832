"""Whether a mail is still true when its turn comes, and what the relay's answer means (I7, R6)."""

from dataclasses import replace

import pytest

from engine.booking.outbox import mailing
from engine.booking.outbox.outbox_entries import CANCEL, REQUEST, mail, notices
from engine.booking.snapshot import BookingSnapshot
from engine.errors import (
    InputError,
    SourceError,
    SourceExpiredError,
    SourceUnavailableError,
    WriteRefusedError,
)
from engine.model.booking import Effect, EffectState, OutboxState, Written
from engine.model.session import EventSession, SessionStatus
from tests.contracts.connector import draft
from tests.engine.booking.cast import ANN, BEA, CHOSEN, CYD, NAME, NOW, SLOT, E, S, at, copy, invited, seen

TWO = (*(copy(user, E.WRITTEN) for user in (ANN,)), invited(BEA), invited(CYD))


def confirmed(*effects: Effect, epoch: int = 1) -> BookingSnapshot:
    return at(S.CONFIRMED, *(effects or TWO), epoch=epoch)


def test_of_two_invited_people_each_mail_is_its_own() -> None:
    """The mutant `or`: the second one's mail would be the first one's."""
    snapshot = confirmed()
    for effect in (invited(BEA), invited(CYD)):
        assert mailing.addressed(mail(snapshot, effect, REQUEST), snapshot) == effect
        assert mailing.addressed(mail(snapshot, effect, CANCEL), snapshot) == effect


def test_a_mail_says_whom_it_is_for_when_it_takes_place_and_in_which_version() -> None:
    entry = mail(confirmed(), invited(BEA, sequence=2), REQUEST)
    assert entry.payload == {
        "session": NAME,
        "user": BEA,
        "start": SLOT.start,
        "end": SLOT.end,
        "method": REQUEST,
        "epoch": 1,
        "sequence": 2,
    }
    assert (entry.next_at, entry.created_at) == (NOW, NOW)


def test_of_two_epochs_each_mail_is_its_own() -> None:
    old, new = invited(BEA, epoch=1), invited(BEA, epoch=2)
    snapshot = confirmed(old, new, epoch=2)
    assert mailing.addressed(mail(snapshot, new, REQUEST), snapshot) == new
    assert mailing.addressed(mail(snapshot, old, REQUEST), snapshot) is None
    assert mailing.addressed(mail(snapshot, old, CANCEL), snapshot) == old


REQUESTS = {
    # the booking as it stands when the mail's turn comes: whether it still goes out
    "confirmed": (confirmed(invited(BEA)), True),
    "being undone": (at(S.UNDOING, invited(BEA)), False),
    "being read back": (at(S.VERIFYING, invited(BEA)), False),
    "cancelled": (at(S.CANCELLED, invited(BEA)), False),
    "a newer version is queued": (confirmed(invited(BEA, sequence=1)), False),
    "no longer wanted": (confirmed(invited(BEA, want="absent")), False),
    "a later epoch": (confirmed(invited(BEA), epoch=2), False),
    "invited no more": (confirmed(copy(BEA, E.WRITTEN)), False),
    "not in it": (confirmed(invited(CYD)), False),
}


@pytest.mark.parametrize("case", REQUESTS)
def test_i7_an_invitation_goes_out_only_while_what_it_says_is_true(case: str) -> None:
    snapshot, goes = REQUESTS[case]
    entry = mail(confirmed(invited(BEA)), invited(BEA), REQUEST)
    assert (mailing.addressed(entry, snapshot) is not None) is goes


@pytest.mark.parametrize("state", [S.UNDOING, S.QUARANTINE, S.CANCELLED, S.CONFIRMED])
def test_a_withdrawal_goes_out_whatever_became_of_the_booking(state: S) -> None:
    effect = invited(BEA, want="absent")
    assert mailing.addressed(mail(at(state, effect), effect, CANCEL), at(state, effect)) == effect


ANSWERS: dict[str, tuple[str, Written | SourceError, EffectState]] = {
    # method and answer: how the invitation stands
    "invited, accepted by the relay": (REQUEST, Written(event_id=seen().event_id, etag="m"), E.WRITTEN),
    "invited, refused for good": (REQUEST, WriteRefusedError("no such user"), E.REFUSED),
    "invited, the login is refused": (REQUEST, SourceExpiredError("535"), E.REFUSED),
    "invited, not now": (REQUEST, SourceUnavailableError("451"), E.SENT),
    "withdrawn, accepted": (CANCEL, Written(event_id=seen().event_id, etag="m"), E.GONE),
    "withdrawn, refused for good": (CANCEL, WriteRefusedError("no such user"), E.SENT),
    "withdrawn, not now": (CANCEL, SourceUnavailableError("451"), E.SENT),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_what_the_relays_answer_means(case: str) -> None:
    method, answer, state = ANSWERS[case]
    after = mailing.after_mail(invited(BEA, E.SENT), method, answer)
    assert after.state is state


def test_before_the_relay_is_called_it_is_written_down_that_it_may_have_been_sent() -> None:
    sending = mailing.sending(invited(BEA, E.PLANNED))
    assert (sending.state, sending.attempts) == (E.SENT, 1)


def test_an_entry_is_left_alone_by_others_while_it_is_told() -> None:
    (entry,) = notices(confirmed(), (ANN,), "confirmed")
    claimed = mailing.claimed(entry, NOW)
    assert (claimed.attempts, claimed.next_at, claimed.state) == (1, NOW + mailing.CLAIM, OutboxState.PENDING)
    assert mailing.CLAIM >= 20 + 10


def test_what_is_refused_for_good_is_told_no_more_and_everything_else_is_told_again() -> None:
    (entry,) = notices(confirmed(), (ANN,), "confirmed")
    for error in (WriteRefusedError("no"), SourceExpiredError("ended")):
        assert mailing.untold(entry, error, NOW).state is OutboxState.FAILED
    for later in (SourceUnavailableError("451"), InputError("whatever")):
        again = mailing.untold(replace(entry, attempts=3), later, NOW)
        assert (again.state, again.next_at, again.last_error) == (OutboxState.PENDING, NOW + 8, str(later))
    old = replace(entry, attempts=9, created_at=NOW - 3600)
    assert mailing.untold(old, SourceUnavailableError("451"), NOW).next_at == NOW + 240


def test_done_says_why_where_it_was_not_told() -> None:
    (entry,) = notices(confirmed(), (ANN,), "confirmed")
    assert mailing.told(entry).last_error is None
    assert mailing.told(entry, "the booking was undone").last_error == "the booking was undone"
    assert mailing.told(entry).state is OutboxState.DONE


def test_r6_the_same_thing_is_told_once_and_different_things_apart() -> None:
    snapshot = confirmed()
    same = {mail(replace(snapshot, now=NOW + n), invited(BEA), REQUEST).dedupe_key for n in range(3)}
    assert len(same) == 1
    apart = [
        mail(snapshot, invited(BEA), REQUEST),
        mail(snapshot, invited(BEA), CANCEL),
        mail(snapshot, invited(CYD), REQUEST),
        mail(snapshot, invited(BEA, sequence=1), REQUEST),
        mail(snapshot, invited(BEA, epoch=2), REQUEST),
        *notices(snapshot, (ANN, BEA), "confirmed"),
        *notices(snapshot, (ANN,), "declined"),
        *notices(replace(snapshot, booking=replace(snapshot.booking, epoch=2)), (ANN,), "confirmed"),
        *notices(snapshot, (ANN,), "moved", to="ten"),
        *notices(snapshot, (ANN,), "moved", to="eleven"),
    ]
    assert len({entry.dedupe_key for entry in apart}) == len(apart)
    assert all(entry.id == entry.dedupe_key for entry in apart)


@pytest.mark.parametrize("why", ["The room is flooded", "", None, 7])
def test_a_withdrawal_says_why_the_session_was_called_off(why: object) -> None:
    metadata = {} if why is None else {"reason": why}
    over = replace(CHOSEN, status=SessionStatus.CANCELLED, metadata=metadata)
    gone = mailing.withdrawal(draft(), over)
    assert (gone.cancelled, gone.sequence) == (True, draft().sequence + 1)
    assert gone.comment == ("The room is flooded" if why == "The room is flooded" else "")


@pytest.mark.parametrize("session", [None, replace(CHOSEN, metadata={"reason": "Of another day"})])
def test_a_withdrawal_from_what_goes_on_tells_no_reason(session: EventSession | None) -> None:
    assert mailing.withdrawal(draft(), session).comment == ""
