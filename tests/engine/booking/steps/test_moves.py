"""What a booking needs next, state by state (docs/ledger.md section 5)."""

from dataclasses import replace

import pytest

from engine.booking.policy import OnForeign, Policy
from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps.moves import Apply, next_move
from engine.booking.target import Target
from engine.booking.timing import (
    FRESH,
    LONG_PAUSE,
    QUARANTINE,
    REFUSALS_BEFORE_STUCK,
    UNDO_DEADLINE,
    VERIFY_DEADLINE,
    WRITE_DEADLINE,
)
from engine.ids import UserId
from engine.model.booking import BookingState, Delivery
from engine.time.span import DAY, HOUR, Span
from tests.engine.booking.cast import (
    ANN,
    BEA,
    CANCELLED,
    CHOSEN,
    CYD,
    FAILED,
    NOW,
    PENDING,
    SCHEDULED,
    TARGETS,
    E,
    S,
    ago,
    at,
    copy,
    invited,
    unwanted,
    words,
    written,
)

STALE = NOW - FRESH - 1
ABORT = Policy(on_foreign=OnForeign.ABORT)
DONE = written(ANN, BEA, CYD)


def checked(when: int | None, snapshot: BookingSnapshot) -> BookingSnapshot:
    return replace(snapshot, checked_at=when)


def verifying_for(seconds: int, due: int) -> BookingSnapshot:
    unread = replace(copy(BEA, E.WRITTEN), next_at=NOW + due)
    return ago(seconds, at(S.VERIFYING, *written(ANN), unread))


TABLE = {
    # until the slot is held
    "draft, no time is chosen": (at(S.DRAFT), "idle"),
    "proposed, no time is chosen": (at(S.PROPOSED), "idle"),
    "draft, a time is chosen": (replace(at(S.DRAFT), session=CHOSEN), "to accepted"),
    "proposed, a time is chosen": (replace(at(S.PROPOSED), session=CHOSEN), "to accepted"),
    "proposed, the session is scheduled": (replace(at(S.PROPOSED), session=SCHEDULED), "idle"),
    "accepted": (at(S.ACCEPTED), "planholds"),
    "accepted, begins now": (at(S.ACCEPTED, slot=Span(NOW, NOW + HOUR)), "planholds"),
    "accepted, the time has passed": (at(S.ACCEPTED, slot=Span(NOW - 1, NOW + HOUR)), "to proposed"),
    "accepted, without a slot": (at(S.ACCEPTED, slot=None), "to proposed"),
    # I6: nothing is written but right after a look
    "held, found free": (at(S.HELD), "to prepared"),
    "held, found free just in time": (checked(NOW - FRESH, at(S.HELD)), "to prepared"),
    "held, found free too long ago": (checked(STALE, at(S.HELD)), "check"),
    "held, found free in a time to come": (checked(NOW + 1, at(S.HELD)), "check"),
    "held, not looked yet": (checked(None, at(S.HELD)), "check"),
    "held, a pause is known": (checked(None, at(S.HELD, next_at=NOW + 40)), "wait 40"),
    "prepared, found free": (at(S.PREPARED), "to writing"),
    "prepared, found free too long ago": (checked(STALE, at(S.PREPARED)), "check"),
    "prepared, not looked yet, a pause is known": (
        checked(None, at(S.PREPARED, next_at=NOW + 7)),
        "wait 7",
    ),
    # R2, I8: each copy in turn, the host last
    "writing, nothing written": (at(S.WRITING, copy(ANN), copy(BEA), copy(CYD)), "write bea"),
    "writing, one is written": (at(S.WRITING, copy(ANN), *written(BEA, CYD)), "write ann"),
    "writing, all are written": (at(S.WRITING, *DONE), "to verifying"),
    "writing, who is invited is no copy": (
        at(S.WRITING, *written(ANN, BEA), invited(CYD, E.PLANNED)),
        "to verifying",
    ),
    "writing, an old epoch's copy": (at(S.WRITING, *DONE, copy(BEA, epoch=0)), "to verifying"),
    "writing, sent without an answer": (at(S.WRITING, copy(BEA, E.SENT)), "look bea"),
    "writing, the answer was lost": (at(S.WRITING, copy(BEA, E.AMBIGUOUS)), "look bea"),
    "writing, the answer was lost, stale": (
        checked(STALE, at(S.WRITING, copy(BEA, E.AMBIGUOUS))),
        "look bea",
    ),
    "writing, found free too long ago": (checked(STALE, at(S.WRITING, copy(BEA))), "check"),
    "writing, found free never": (checked(None, at(S.WRITING, copy(BEA))), "check"),
    "writing, refused": (at(S.WRITING, copy(BEA, E.REFUSED), copy(ANN)), "to undoing"),
    "writing, refused and all others written": (
        at(S.WRITING, copy(BEA, E.REFUSED), *written(ANN, CYD)),
        "to undoing",
    ),
    "writing, refused before and no longer wanted": (
        at(S.WRITING, unwanted(BEA, E.REFUSED, epoch=0), copy(ANN)),
        "write ann",
    ),
    "writing, to be tried again in 30 s": (at(S.WRITING, copy(BEA, next_at=NOW + 30)), "wait 30"),
    "writing, to be tried again after the deadline": (
        ago(WRITE_DEADLINE - 10, at(S.WRITING, copy(BEA, next_at=NOW + 30))),
        "wait 10",
    ),
    "writing, a pause that is just waited out": (
        at(S.WRITING, copy(BEA, next_at=NOW + LONG_PAUSE)),
        f"wait {LONG_PAUSE}",
    ),
    "writing, a long pause": (at(S.WRITING, copy(BEA, next_at=NOW + LONG_PAUSE + 1)), "to undoing"),
    "writing, a second before the deadline": (ago(WRITE_DEADLINE - 1, at(S.WRITING, copy(BEA))), "write bea"),
    "writing, past the deadline": (ago(WRITE_DEADLINE, at(S.WRITING, copy(BEA))), "to undoing"),
    "writing, past the deadline by a clock that was set": (
        replace(
            ago(WRITE_DEADLINE, at(S.WRITING, copy(BEA))),
            skipped=(Span(NOW - WRITE_DEADLINE + 5, NOW - 5),),
        ),
        "write bea",
    ),
    # the pivot: what was acknowledged everywhere never turns back
    "writing, past the deadline, all written": (ago(WRITE_DEADLINE, at(S.WRITING, *DONE)), "to verifying"),
    "verifying": (at(S.VERIFYING, *DONE), "verify"),
    "verifying, one is not to be read yet": (verifying_for(60, 20), "wait 20"),
    "verifying, one is not there": (at(S.VERIFYING, *written(ANN), copy(BEA, E.PLANNED)), "to writing"),
    "verifying for an hour, unreadable": (verifying_for(VERIFY_DEADLINE, 20), "to stuck"),
    "verifying for an hour, due just now": (verifying_for(VERIFY_DEADLINE, 0), "verify"),
    # confirmed
    "confirmed": (at(S.CONFIRMED, *DONE), "idle"),
    "confirmed, an owner's change was seen": (
        at(S.CONFIRMED, *written(ANN), copy(BEA, E.WRITTEN, last_code="moved")),
        "inspect",
    ),
    "confirmed, an owner's no was seen": (
        at(S.CONFIRMED, *written(ANN), copy(BEA, E.WRITTEN, last_code="declined")),
        "inspect",
    ),
    "confirmed, an owner's change is flagged": (
        at(S.CONFIRMED, *written(ANN), copy(BEA, E.WRITTEN, last_code="moved", last_error="moved to …")),
        "idle",
    ),
    "confirmed, an owner's no is answered": (
        at(S.CONFIRMED, *written(ANN), copy(BEA, E.REFUSED, last_code="declined")),
        "idle",
    ),
    "confirmed, a calendar could not be read": (
        at(S.CONFIRMED, *written(ANN), copy(BEA, E.WRITTEN, last_code="unread")),
        "idle",
    ),
    "confirmed, a foreign event, flagged": (at(S.CONFIRMED, *DONE, conflicts=("ann: busy",)), "idle"),
    "confirmed, a foreign event, to be aborted": (
        replace(at(S.CONFIRMED, *DONE, conflicts=("ann: busy",)), policy=ABORT),
        "inspect",
    ),
    "confirmed, no foreign event, would abort": (replace(at(S.CONFIRMED, *DONE), policy=ABORT), "idle"),
    "confirmed, new words": (at(S.CONFIRMED, *written(ANN), copy(BEA, sequence=1)), "write bea"),
    "confirmed, new words sent": (at(S.CONFIRMED, *written(ANN), copy(BEA, E.SENT, sequence=1)), "look bea"),
    "confirmed, new words later": (at(S.CONFIRMED, *written(ANN), copy(BEA, next_at=NOW + 9)), "wait 9"),
    "confirmed, new words, the first of them later": (
        at(S.CONFIRMED, copy(BEA, next_at=NOW + 9), copy(CYD, sequence=1)),
        "write cyd",
    ),
    "confirmed, somebody was taken out": (at(S.CONFIRMED, *written(ANN), unwanted(BEA)), "withdraw bea"),
    "confirmed, somebody was taken out while it was written anew": (
        at(S.CONFIRMED, *written(ANN), unwanted(BEA, E.SENT)),
        "withdraw bea",
    ),
    "confirmed, whoever was taken out had moved it": (
        at(S.CONFIRMED, *written(ANN), unwanted(BEA, last_code="moved")),
        "withdraw bea",
    ),
    "confirmed, who was taken out has to wait": (
        at(S.CONFIRMED, unwanted(BEA, next_at=NOW + 9), copy(CYD, sequence=1, next_at=NOW + 7)),
        "wait 7",
    ),
    "confirmed, who was taken out is gone": (at(S.CONFIRMED, *written(ANN), unwanted(BEA, E.GONE)), "idle"),
    # R4: back, in the reverse order of writing, until nothing is left
    "undoing": (at(S.UNDOING, unwanted(ANN), unwanted(BEA), unwanted(CYD)), "withdraw ann"),
    "undoing, the host's is gone": (
        at(S.UNDOING, unwanted(ANN, E.GONE), unwanted(BEA), unwanted(CYD)),
        "withdraw cyd",
    ),
    "undoing, never written": (at(S.UNDOING, unwanted(BEA, E.PLANNED)), "withdraw bea"),
    "undoing, refused": (at(S.UNDOING, unwanted(BEA, E.REFUSED)), "withdraw bea"),
    "undoing, ambiguous": (at(S.UNDOING, unwanted(BEA, E.AMBIGUOUS)), "withdraw bea"),
    "undoing, an earlier epoch's": (
        at(S.UNDOING, unwanted(BEA, epoch=0), unwanted(ANN, E.GONE)),
        "withdraw bea",
    ),
    "undoing, one waits": (at(S.UNDOING, unwanted(ANN, next_at=NOW + 5), unwanted(BEA)), "withdraw bea"),
    "undoing, all wait": (
        at(S.UNDOING, unwanted(ANN, next_at=NOW + 5), unwanted(BEA, next_at=NOW + 3)),
        "wait 3",
    ),
    "undoing, all gone": (at(S.UNDOING, unwanted(ANN, E.GONE), unwanted(BEA, E.GONE)), "to quarantine"),
    "undoing, mails are the outbox's": (
        at(S.UNDOING, unwanted(ANN, E.GONE), unwanted(CYD, E.SENT, delivery=Delivery.INVITED)),
        "to quarantine",
    ),
    "undoing for a day": (ago(UNDO_DEADLINE, at(S.UNDOING, unwanted(BEA))), "to stuck"),
    "undoing for nearly a day": (ago(UNDO_DEADLINE - 1, at(S.UNDOING, unwanted(BEA))), "withdraw bea"),
    "undoing for a day without a daemon": (
        ago(UNDO_DEADLINE, at(S.UNDOING, unwanted(BEA, attempts=0))),
        "withdraw bea",
    ),
    "undoing, refused often": (
        at(S.UNDOING, unwanted(BEA, attempts=REFUSALS_BEFORE_STUCK, last_code="refused")),
        "to stuck",
    ),
    "undoing, an expired grant often": (
        at(S.UNDOING, unwanted(BEA, attempts=REFUSALS_BEFORE_STUCK, last_code="expired")),
        "to stuck",
    ),
    "undoing, away often": (
        at(S.UNDOING, unwanted(BEA, attempts=REFUSALS_BEFORE_STUCK, last_code="later")),
        "withdraw bea",
    ),
    "undoing, refused less often": (
        at(S.UNDOING, unwanted(BEA, attempts=REFUSALS_BEFORE_STUCK - 1, last_code="refused")),
        "withdraw bea",
    ),
    # R5: held until no write that was under way can land any more
    "quarantine": (at(S.QUARANTINE, next_at=NOW + QUARANTINE), f"wait {QUARANTINE}"),
    "quarantine, over": (at(S.QUARANTINE, next_at=NOW), "sweep"),
    "quarantine, a second left": (at(S.QUARANTINE, next_at=NOW + 1), "wait 1"),
    "quarantine, over by a clock that was set": (
        replace(at(S.QUARANTINE, next_at=NOW), skipped=(Span(NOW - 40, NOW - 10),)),
        "wait 30",
    ),
    "releasing": (replace(at(S.RELEASING), session=PENDING), "to proposed"),
    "releasing, a time is chosen again": (at(S.RELEASING), "to accepted"),
    "releasing, called off": (at(S.RELEASING, after=S.CANCELLED), "to cancelled"),
    # stuck
    "stuck, a copy is due": (at(S.STUCK, unwanted(BEA)), "withdraw bea"),
    "stuck, a copy is due in an hour": (at(S.STUCK, unwanted(BEA, next_at=NOW + HOUR)), f"wait {HOUR}"),
    "stuck for days": (ago(3 * DAY, at(S.STUCK, unwanted(BEA))), "withdraw bea"),
    "stuck, all gone at last": (at(S.STUCK, unwanted(BEA, E.GONE)), "to quarantine"),
    "stuck, to be read back": (at(S.STUCK, *DONE), "verify"),
    "stuck, to be read back in an hour": (
        at(S.STUCK, *written(ANN), copy(BEA, E.WRITTEN, next_at=NOW + HOUR)),
        f"wait {HOUR}",
    ),
    "stuck, read back and not there": (at(S.STUCK, *written(ANN), copy(BEA, E.PLANNED)), "to undoing"),
    # the end
    "failed": (at(S.FAILED, unwanted(BEA)), "idle"),
    "cancelled": (at(S.CANCELLED, unwanted(BEA)), "idle"),
}


@pytest.mark.parametrize("case", TABLE)
def test_what_comes_next(case: str) -> None:
    snapshot, move = TABLE[case]
    assert words(next_move(snapshot)) == move


def test_every_state_has_its_rows() -> None:
    assert {snapshot.booking.state for snapshot, _ in TABLE.values()} == set(BookingState)


TURNING_BACK = {
    # state: where it leads when the session is gone, or cancelled; and when the session failed
    S.DRAFT: ("cancelled", "failed"),
    S.PROPOSED: ("cancelled", "failed"),
    S.ACCEPTED: ("cancelled", "failed"),
    S.HELD: ("releasing", "releasing"),
    S.PREPARED: ("releasing", "releasing"),
    S.WRITING: ("undoing", "undoing"),
    S.VERIFYING: ("undoing", "undoing"),
    S.CONFIRMED: ("undoing", "undoing"),
    S.UNDOING: ("undoing", "undoing"),
    S.QUARANTINE: ("quarantine", "quarantine"),
    S.RELEASING: ("releasing", "releasing"),
    S.STUCK: ("undoing", "undoing"),
}


@pytest.mark.parametrize("state", TURNING_BACK)
def test_a_session_that_is_over_turns_its_booking_back_from_wherever_it_is(state: BookingState) -> None:
    cancelled, failed = TURNING_BACK[state]
    snapshot = at(state, *DONE)
    for session, expected, end in (
        (None, cancelled, S.CANCELLED),
        (CANCELLED, cancelled, S.CANCELLED),
        (FAILED, failed, S.FAILED),
    ):
        move = next_move(replace(snapshot, session=session))
        assert words(move) == f"to {expected}"
        assert isinstance(move, Apply)
        assert move.transition.after.after is end


@pytest.mark.parametrize("state", [S.FAILED, S.CANCELLED])
def test_what_has_ended_stays_so_whatever_becomes_of_its_session(state: BookingState) -> None:
    for session in (None, CANCELLED, FAILED, CHOSEN):
        assert words(next_move(replace(at(state), session=session))) == "idle"


ON_THE_WAY = {
    S.UNDOING: "withdraw bea",
    S.QUARANTINE: "wait 5",
    S.RELEASING: "to cancelled",
    S.STUCK: "withdraw bea",
}


@pytest.mark.parametrize("state", ON_THE_WAY)
def test_what_is_on_its_way_to_an_end_is_not_turned_back_twice(state: BookingState) -> None:
    already = at(state, unwanted(BEA), after=S.CANCELLED, next_at=NOW + 5)
    for session in (None, CANCELLED, FAILED):
        assert words(next_move(replace(already, session=session))) == ON_THE_WAY[state]


def test_a_session_that_is_no_longer_kept_leaves_an_event_that_is_over_in_its_calendars() -> None:
    over = at(S.CONFIRMED, *DONE, slot=Span(NOW - HOUR, NOW))
    running = at(S.CONFIRMED, *DONE, slot=Span(NOW - HOUR, NOW + 1))
    assert words(next_move(replace(over, session=None))) == "idle"
    assert words(next_move(replace(running, session=None))) == "to undoing"


@pytest.mark.parametrize("state", [S.WRITING, S.VERIFYING, S.STUCK])
def test_only_a_confirmed_event_is_anybodys_past(state: BookingState) -> None:
    over = at(state, *DONE, slot=Span(NOW - HOUR, NOW))
    assert words(next_move(replace(over, session=None))) == "to undoing"


def test_an_event_that_is_over_is_withdrawn_when_its_session_is_cancelled_after_all() -> None:
    over = at(S.CONFIRMED, *DONE, slot=Span(NOW - HOUR, NOW))
    assert words(next_move(replace(over, session=CANCELLED))) == "to undoing"


def test_the_least_reliable_calendar_is_written_first_and_the_hosts_last() -> None:
    ranks = {ANN: 0, BEA: 3, CYD: 1}
    targets = {user: replace(target, reliability=ranks[user]) for user, target in TARGETS.items()}
    left, order = {each.attendee: each for each in (copy(ANN), copy(BEA), copy(CYD))}, []
    while left:
        move = words(next_move(replace(at(S.WRITING, *left.values()), targets=targets)))
        order.append(move)
        del left[next(user for user in left if move.endswith(user))]
    assert order == ["write cyd", "write bea", "write ann"]


def test_who_has_no_known_calendar_any_more_is_still_undone() -> None:
    gone: dict[UserId, Target] = {}
    snapshot = replace(
        at(S.UNDOING, unwanted(BEA)),
        targets=gone,
        session=None,
        booking=at(S.UNDOING, after=S.CANCELLED).booking,
    )
    assert words(next_move(snapshot)) == "withdraw bea"
