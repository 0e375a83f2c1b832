"""Slots on offer and holds: what leaves, what comes back (I11)."""

from dataclasses import replace

import pytest

from engine.booking.offers import is_offering, regained, taken, withheld, yes_to
from engine.ids import SessionId, UserId
from engine.model.booking import Hold
from engine.model.session import Answer, EventSession, Response, TimeSlot
from engine.model.user import Preferences, User
from engine.time.span import HOUR, MINUTE, Span
from tests.engine.booking.cast import (
    ANN,
    BEA,
    CANCELLED,
    CHOSEN,
    CYD,
    FAILED,
    LATER,
    NAME,
    NOW,
    PENDING,
    SCHEDULED,
    SLOT,
)

OTHER = SessionId("other")


def hold(person: UserId = BEA, span: Span = SLOT.span, session: SessionId = OTHER) -> Hold:
    return Hold(person=person, span=span, session=session)


def bea(buffer: int) -> dict[UserId, User]:
    return {
        BEA: User(
            id=BEA,
            email="bea@example.com",
            name="Bea",
            default_preferences=Preferences(buffer_time=buffer),
            created_at=NOW,
            updated_at=NOW,
        )
    }


AFTER = Span(SLOT.end, SLOT.end + HOUR)
HOLDS = {
    "the same time of a required person": (hold(), True),
    "a part of it": (hold(span=Span(SLOT.end - 1, SLOT.end + HOUR)), True),
    "the time after it": (hold(span=AFTER), False),
    "the time before it": (hold(span=Span(SLOT.start - HOUR, SLOT.start)), False),
    "the session's own": (hold(session=NAME), False),
    "of a person who may come": (hold(person=CYD), False),
    "of a stranger": (hold(person=UserId("dan")), False),
}


@pytest.mark.parametrize("case", HOLDS)
def test_which_holds_take_a_time_off_offer(case: str) -> None:
    one, touches = HOLDS[case]
    assert taken(PENDING, [one], {}) == ({SLOT: one.person} if touches else {})


@pytest.mark.parametrize(
    ("sessions", "own", "touches"), [(0, 0, False), (15, 0, True), (0, 15, True), (5, 9, False)]
)
def test_the_longer_of_both_buffers_is_kept_around_a_hold(sessions: int, own: int, touches: bool) -> None:
    near = hold(span=Span(SLOT.end + 10 * MINUTE, SLOT.end + HOUR))
    assert bool(taken(replace(PENDING, buffer_time=sessions), [near], bea(own))) is touches


def test_what_is_taken_leaves_and_is_remembered_by_time() -> None:
    away = withheld(PENDING, [LATER])
    assert (away.proposed_times, away.withheld) == ((SLOT,), (LATER,))
    both = withheld(away, [SLOT])
    assert (both.proposed_times, both.withheld) == ((), (SLOT, LATER))
    assert withheld(both, [SLOT]) == both


BEST = replace(LATER, confidence=1.0)
WORSE = replace(SLOT, confidence=0.5)


def away(*slots: TimeSlot, **more: object) -> EventSession:
    return replace(PENDING, **{"proposed_times": (), "withheld": slots, **more})  # type: ignore[arg-type]


def test_what_is_free_again_comes_back_the_best_first() -> None:
    back = regained(away(WORSE, BEST), NOW, lambda _: True)
    assert (back.proposed_times, back.withheld) == ((BEST, WORSE), ())
    one = regained(away(WORSE, BEST), NOW, lambda slot: slot is WORSE)
    assert (one.proposed_times, one.withheld) == ((WORSE,), (BEST,))


STAYS_AWAY = {
    "is still held": (away(SLOT), NOW, False, (SLOT,)),
    "has begun": (away(SLOT), SLOT.start + 1, True, ()),
    "was turned down meanwhile": (away(SLOT, rejected_slots=(SLOT,)), NOW, True, ()),
    "is on offer again already": (away(SLOT, proposed_times=(WORSE,)), NOW, True, ()),
}


@pytest.mark.parametrize("case", STAYS_AWAY)
def test_a_withheld_time_does_not_come_back_if_it(case: str) -> None:
    session, now, free, left = STAYS_AWAY[case]
    after = regained(session, now, lambda _: free)
    assert (after.proposed_times, after.withheld) == (session.proposed_times, left)


def test_a_time_that_begins_just_now_may_come_back() -> None:
    assert regained(away(SLOT), SLOT.start, lambda _: True).proposed_times == (SLOT,)


@pytest.mark.parametrize(
    ("session", "offers"),
    [(PENDING, True), (CHOSEN, False), (SCHEDULED, False), (CANCELLED, False), (FAILED, False)],
)
def test_whose_times_may_still_change(session: EventSession, offers: bool) -> None:
    assert is_offering(session) is offers


def yes(user: UserId, slot: TimeSlot | None, answer: Answer = Answer.ACCEPTED) -> Response:
    return Response(user, answer, slot.start if slot else None, NOW)


YESES = {
    "settled": (PENDING, CHOSEN, SLOT),
    "settled before": (CHOSEN, replace(CHOSEN, responses=(yes(BEA, SLOT),)), None),
    "one person's yes": (PENDING, replace(PENDING, responses=(yes(BEA, LATER),)), LATER),
    "a no to everything": (PENDING, replace(PENDING, responses=(yes(BEA, None, Answer.DECLINED),)), None),
    "a yes to what is not on offer": (
        PENDING,
        replace(PENDING, responses=(yes(BEA, LATER),), proposed_times=(SLOT,)),
        None,
    ),
    "nothing new": (PENDING, PENDING, None),
}


@pytest.mark.parametrize("case", YESES)
def test_which_time_a_change_says_yes_to(case: str) -> None:
    before, after, slot = YESES[case]
    assert yes_to(before, after) == slot


def test_an_old_yes_is_none_to_this_change() -> None:
    before = replace(PENDING, responses=(yes(BEA, SLOT),))
    after = replace(before, responses=(*before.responses, yes(ANN, LATER)))
    assert yes_to(before, after) == LATER
