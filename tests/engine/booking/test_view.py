"""What is shown of a booking: never one boolean (docs/ledger.md sections 1 and 5)."""

import pytest

from engine.booking.outcome import Code
from engine.booking.view import Outcome, all_or_none, booking_view, outcome_of, status_of
from engine.model.booking import BookingState, Delivery
from engine.time.instant import format_instant
from tests.engine.booking.cast import BEA, CYD, NOW, E, S, at, copy, invited, unwanted, written

SHOWN = {
    # state: (the session's status, what holds of all calendars)
    S.DRAFT: ("pending", "pending"),
    S.PROPOSED: ("pending", "pending"),
    S.ACCEPTED: ("pending", "pending"),
    S.HELD: ("pending", "pending"),
    S.PREPARED: ("pending", "pending"),
    S.RELEASING: ("pending", "pending"),
    S.WRITING: ("pending", "pending"),
    S.VERIFYING: ("pending", "pending"),
    S.CONFIRMED: ("scheduled", "all"),
    S.UNDOING: ("pending", "undoing"),
    S.QUARANTINE: ("pending", "undoing"),
    S.STUCK: ("pending", "stuck"),
    S.FAILED: ("failed", "none"),
    S.CANCELLED: ("cancelled", "none"),
}


@pytest.mark.parametrize("state", BookingState)
def test_what_is_said_of_a_booking_in_each_state(state: BookingState) -> None:
    booking = at(state, after=S.PROPOSED, reason="refused").booking
    assert (str(status_of(booking)), str(all_or_none(booking, written(BEA)))) == SHOWN[state]


@pytest.mark.parametrize("state", [S.UNDOING, S.QUARANTINE, S.STUCK, S.RELEASING])
@pytest.mark.parametrize("why", ["cancelled", "expired", "session_gone"])
def test_what_is_called_off_is_cancelled_before_the_last_copy_is_gone(state: BookingState, why: str) -> None:
    assert str(status_of(at(state, after=S.CANCELLED, reason=why).booking)) == "cancelled"
    assert str(status_of(at(state, after=S.PROPOSED, reason="rescheduled").booking)) == "pending"


@pytest.mark.parametrize(
    ("effects", "said"),
    [
        ((invited(CYD, E.WRITTEN),), "all"),
        ((invited(CYD, E.SENT),), "pending"),
        ((invited(CYD, E.WRITTEN), invited(BEA, E.REFUSED)), "pending"),
        ((invited(CYD, E.PLANNED, epoch=0),), "all"),
        ((copy(CYD, E.PLANNED, delivery=Delivery.NOTIFIED),), "all"),
    ],
)
def test_a_mail_counts_once_the_relay_has_taken_it(effects: tuple[object, ...], said: str) -> None:
    assert str(all_or_none(at(S.CONFIRMED).booking, effects)) == said  # type: ignore[arg-type]


OUTCOMES = {
    # a copy, in a booking's state: what became of it
    "to be written": (copy(BEA), S.WRITING, Outcome.WAITING),
    "under way": (copy(BEA, E.SENT), S.WRITING, Outcome.WAITING),
    "written": (copy(BEA, E.WRITTEN), S.WRITING, Outcome.WRITTEN),
    "refused": (copy(BEA, E.REFUSED), S.WRITING, Outcome.FAILED),
    "to be removed": (unwanted(BEA), S.UNDOING, Outcome.WAITING),
    "removed": (unwanted(BEA, E.GONE), S.UNDOING, Outcome.REMOVED),
    "invited": (invited(BEA), S.CONFIRMED, Outcome.INVITED),
    "invited, not yet taken": (invited(BEA, E.SENT), S.CONFIRMED, Outcome.WAITING),
    "to be told": (copy(BEA, delivery=Delivery.NOTIFIED), S.WRITING, Outcome.WAITING),
    "told": (copy(BEA, delivery=Delivery.NOTIFIED), S.CONFIRMED, Outcome.TOLD),
}


@pytest.mark.parametrize("case", OUTCOMES)
def test_what_became_of_one_copy(case: str) -> None:
    effect, state, expected = OUTCOMES[case]
    assert outcome_of(at(state).booking, effect) is expected


OBSERVED = {
    "planned": (copy(BEA), "absent"),
    "sent": (copy(BEA, E.SENT), "unknown"),
    "ambiguous": (copy(BEA, E.AMBIGUOUS), "unknown"),
    "written": (copy(BEA, E.WRITTEN), "present"),
    "refused": (copy(BEA, E.REFUSED), "absent"),
    "gone": (unwanted(BEA, E.GONE), "absent"),
    "not to be looked at": (copy(BEA, E.WRITTEN, last_code=Code.UNREAD), "unknown"),
    "only told": (copy(BEA, E.WRITTEN, delivery=Delivery.NOTIFIED), "unknown"),
}


@pytest.mark.parametrize("case", OBSERVED)
def test_what_is_seen_in_a_calendar_is_unknown_unless_it_is_known(case: str) -> None:
    effect, observed = OBSERVED[case]
    shown = booking_view(at(S.CONFIRMED).booking, [effect])["perCalendar"][0]
    assert (shown["observed"], shown["desired"]) == (observed, str(effect.want))


AGAIN = {
    "waits": (S.WRITING, copy(BEA, next_at=NOW + 9), NOW + 9),
    "stands, could not be read": (
        S.CONFIRMED,
        copy(BEA, E.WRITTEN, next_at=NOW + 9, last_code="unread"),
        NOW + 9,
    ),
    "stands": (S.CONFIRMED, copy(BEA, E.WRITTEN, next_at=NOW + 9), None),
    "ended": (S.FAILED, copy(BEA, next_at=NOW + 9), None),
    "sooner than the booking": (S.WRITING, copy(BEA, next_at=NOW - 9), NOW),
}


@pytest.mark.parametrize("case", AGAIN)
def test_when_a_calendar_is_asked_again(case: str) -> None:
    state, effect, when = AGAIN[case]
    shown = booking_view(at(state).booking, [effect])["perCalendar"][0]
    assert shown["nextTry"] == (format_instant(when) if when else None)


def test_only_this_epoch_is_shown_and_nothing_before_there_is_a_booking() -> None:
    view = booking_view(
        at(S.WRITING).booking, [copy(BEA), copy(BEA, epoch=0), copy(CYD, delivery=Delivery.NOTIFIED)]
    )
    assert [one["user"] for one in view["perCalendar"]] == ["bea", "cyd"]
    assert view["outcomes"] == [
        {"user": "bea", "outcome": "written"},
        {"user": "cyd", "outcome": "notified"},
    ]
    assert view["since"] == format_instant(NOW)
    assert booking_view(None, []) == {
        "state": "draft",
        "allOrNone": "pending",
        "perCalendar": [],
        "outcomes": [],
    }
    assert "waitsFor" not in booking_view(at(S.CONFIRMED).booking, [])
