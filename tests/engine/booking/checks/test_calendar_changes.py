"""Changes that others made to a confirmed event, and the answer by policy (docs/ledger.md section 8)."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.booking.checks.calendar_changes import (
    FOLLOWS,
    Change,
    CopyLookup,
    Unseen,
    answer,
    foreign_on,
    unreadable,
)
from engine.booking.policy import OnDeleted, OnForeign, OnMoved, Policy
from engine.booking.snapshot import BookingSnapshot
from engine.booking.transition import Transition
from engine.ids import UserId
from engine.model.booking import BookingState, Effect, Observed, Want, tombstone
from engine.model.session import Answer, SessionStatus
from engine.time.span import DAY, HOUR, Span
from tests.engine.booking.cast import (
    ANN,
    BEA,
    CYD,
    LATER,
    MARK,
    NOW,
    SLOT,
    E,
    S,
    at,
    copy,
    seen,
    written,
)

MOVED = "moved to 2027-01-17T08:00:00Z/2027-01-17T09:00:00Z"


def confirmed(policy: Policy | None = None, **booking: object) -> BookingSnapshot:
    return replace(at(S.CONFIRMED, *written(ANN, BEA, CYD), **booking), policy=policy or Policy())


def looked(user: UserId, found: Observed | None, effect: Effect | None = None) -> CopyLookup:
    return CopyLookup(effect or copy(user, E.WRITTEN), found)


def deleted(user: UserId) -> CopyLookup:
    return looked(user, None)


def declined(user: UserId) -> CopyLookup:
    return looked(user, seen(user, declined=True))


def moved(user: UserId, span: Span = LATER.span) -> CopyLookup:
    return looked(user, seen(user, span=span))


def untouched(*users: UserId) -> list[CopyLookup]:
    return [looked(user, seen(user)) for user in users]


def became(transition: Transition | None) -> str:
    """Tell in a word what the answer is."""
    if transition is None:
        return "nothing"
    if transition.after.state is S.UNDOING:
        return f"withdrawn: {transition.after.reason}"
    return "flagged"


CHANGES = {
    "as it was written": (seen(), None),
    "gone": (None, Change.DELETED),
    "a tombstone": (tombstone(seen().event_id), Change.DELETED),
    "somebody else's event under its id": (seen(mark=None), Change.DELETED),
    "an older epoch's": (seen(mark=replace(MARK, epoch=0)), Change.DELETED),
    "declined": (seen(declined=True), Change.DECLINED),
    "declined and moved": (seen(declined=True, span=LATER.span), Change.DECLINED),
    "moved": (seen(span=LATER.span), Change.MOVED),
    "made longer": (seen(span=Span(SLOT.start, SLOT.end + 1)), Change.MOVED),
    "other words": (seen(title="Mine"), None),
}


@pytest.mark.parametrize("case", CHANGES)
def test_what_an_owner_did_to_a_copy(case: str) -> None:
    found, change = CHANGES[case]
    assert looked(BEA, found).change(SLOT.span, MARK) is change


FLAG = Policy(on_moved=OnMoved.FLAG, on_deleted=OnDeleted.FLAG)
FOLLOW = Policy(on_moved=OnMoved.FOLLOW)
REOPEN = Policy(on_moved=OnMoved.REOPEN)
ABORT = Policy(on_foreign=OnForeign.ABORT)
FOREIGN = ("bea: 10:00",)

POLICY: dict[str, tuple[Sequence[CopyLookup], *tuple[str, ...]]] = {
    # what happened: what is done by default, if flagged, if followed, if reopened
    "nothing": ([], "nothing", "nothing", "nothing", "nothing"),
    "a required person declined": ([declined(BEA)], *["withdrawn: declined"] * 4),
    "the host declined": ([declined(ANN)], *["withdrawn: declined"] * 4),
    "a required person deleted it": (
        [deleted(BEA)],
        "withdrawn: declined",
        "flagged",
        "withdrawn: declined",
        "withdrawn: declined",
    ),
    "a required person moved it": (
        [moved(BEA)],
        "flagged",
        "flagged",
        "withdrawn: moved",
        "withdrawn: declined",
    ),
    "an optional person declined": ([declined(CYD)], *["flagged"] * 4),
    "an optional person deleted it": ([deleted(CYD)], *["flagged"] * 4),
    "an optional person moved it": ([moved(CYD)], *["flagged"] * 4),
    "moved into the past": (
        [moved(BEA, Span(NOW - HOUR, NOW))],
        "flagged",
        "flagged",
        "flagged",
        "withdrawn: declined",
    ),
    "moved to now": (
        [moved(BEA, Span(NOW, NOW + HOUR))],
        "flagged",
        "flagged",
        "flagged",
        "withdrawn: declined",
    ),
    "one moved it and one declined": ([moved(ANN), declined(BEA)], *["withdrawn: declined"] * 4),
}


@pytest.mark.parametrize("case", POLICY)
def test_the_policy_decides(case: str) -> None:
    lookups, *expected = POLICY[case]
    found = [became(answer(confirmed(policy), lookups, ())) for policy in (Policy(), FLAG, FOLLOW, REOPEN)]
    assert found == expected


@pytest.mark.parametrize(
    ("policy", "conflicts", "expected"),
    [
        (Policy(), FOREIGN, "flagged"),
        (ABORT, FOREIGN, "withdrawn: foreign"),
        (ABORT, (), "nothing"),
        (ABORT, None, "nothing"),
        (Policy(), None, "nothing"),
    ],
)
def test_a_foreign_event_on_the_time(policy: Policy, conflicts: Sequence[str] | None, expected: str) -> None:
    assert became(answer(confirmed(policy), untouched(ANN, BEA, CYD), conflicts)) == expected


@pytest.mark.parametrize("state", [state for state in BookingState if state is not S.CONFIRMED])
def test_only_a_confirmed_booking_is_answered(state: BookingState) -> None:
    snapshot = replace(confirmed(), booking=at(state).booking)
    assert answer(snapshot, [declined(BEA)], FOREIGN) is None


def test_reopening_withdraws_every_copy_and_remembers_who_said_no() -> None:
    transition = answer(confirmed(), [declined(BEA), *untouched(ANN, CYD)], ())
    assert transition is not None
    assert {(each.attendee, each.want) for each in transition.changed} == {
        (ANN, Want.ABSENT),
        (BEA, Want.ABSENT),
        (CYD, Want.ABSENT),
    }
    session = transition.session
    assert session is not None
    assert (session.status, session.final_time) == (SessionStatus.PENDING, None)
    assert [(one.user_id, one.answer) for one in session.responses] == [(BEA, Answer.DECLINED)]
    assert SLOT in session.rejected_slots
    assert transition.wake


def test_a_moved_copy_is_never_copied_to_the_others_but_flagged_with_its_new_time() -> None:
    transition = answer(confirmed(), [moved(BEA), *untouched(ANN, CYD)], ())
    assert transition is not None
    (effect,) = transition.changed
    assert (effect.attendee, effect.state, effect.last_code, effect.last_error) == (
        BEA,
        E.WRITTEN,
        "moved",
        MOVED,
    )
    assert transition.session is not None
    assert transition.session.final_time == SLOT
    assert transition.session.record.change_requests == {BEA: LATER.span}


def test_two_requests_stand_beside_one_another() -> None:
    session = confirmed().session
    assert session is not None
    noted = replace(session, record=replace(session.record, change_requests={CYD: SLOT.span}))
    transition = answer(replace(confirmed(), session=noted), [moved(BEA)], ())
    assert transition is not None
    assert transition.session is not None
    assert transition.session.record.change_requests == {CYD: SLOT.span, BEA: LATER.span}


def test_a_removed_copy_is_never_put_back() -> None:
    transition = answer(confirmed(FLAG), [deleted(BEA)], ())
    assert transition is not None
    assert [(each.state, each.last_code) for each in transition.changed] == [(E.REFUSED, "declined")]


def test_the_same_change_is_no_news_twice() -> None:
    transition = answer(confirmed(), [moved(CYD)], ())
    assert transition is not None
    (effect,) = transition.changed
    assert transition.session is not None
    again = replace(confirmed(), session=transition.session)
    assert answer(again, [looked(CYD, seen(CYD, span=LATER.span), effect)], ()) is None


def test_a_copy_that_is_moved_back_is_as_it_was() -> None:
    effect = copy(BEA, E.WRITTEN, last_code="moved", last_error=MOVED)
    transition = answer(confirmed(), [looked(BEA, seen(), effect)], ())
    assert transition is not None
    assert [(each.last_code, each.last_error) for each in transition.changed] == [(None, None)]
    assert not transition.outbox


def test_what_was_removed_before_is_left_alone() -> None:
    gone = copy(BEA, E.REFUSED, last_code="declined")
    assert answer(confirmed(), [looked(BEA, None, gone)], ()) is None


def test_following_books_anew_where_the_copy_went_and_counts() -> None:
    transition = answer(confirmed(FOLLOW), [moved(BEA)], ())
    assert transition is not None
    assert transition.session is not None
    assert transition.session.final_time is not None
    assert transition.session.final_time.span == LATER.span
    assert (transition.before.followed, transition.after.followed) == (0, 1)
    assert transition.after.after is S.PROPOSED


def test_two_calendars_that_answer_one_another_come_to_rest() -> None:
    found = [became(answer(confirmed(FOLLOW, followed=n), [moved(BEA)], ())) for n in range(FOLLOWS + 1)]
    assert found == [*["withdrawn: moved"] * FOLLOWS, "flagged"]


def test_foreign_events_are_noted_once_and_taken_back_when_they_are_gone() -> None:
    first = answer(confirmed(), [], FOREIGN)
    assert first is not None
    assert first.after.conflicts == FOREIGN
    assert first.session is not None
    known = replace(confirmed(conflicts=FOREIGN), session=first.session)
    assert answer(known, [], FOREIGN) is None
    assert answer(known, [], None) is None
    gone = answer(known, [], ())
    assert gone is not None
    assert gone.session is not None
    assert (gone.after.conflicts, gone.outbox, gone.session.record.conflicts) == ((), (), ())


DARK = {
    "a copy": (copy(BEA, E.WRITTEN), ("unread", "it is away")),
    "known to be moved": (copy(BEA, E.WRITTEN, last_code="moved"), None),
    "known to be declined": (copy(BEA, E.WRITTEN, last_code="declined"), None),
    "removed by its owner": (copy(BEA, E.REFUSED, last_code="refused"), None),
    "known to be in the dark": (copy(BEA, E.WRITTEN, last_code="unread", last_error="it is away"), None),
    "in the dark for another reason": (
        copy(BEA, E.WRITTEN, last_code="unread", last_error="x"),
        ("unread", "it is away"),
    ),
}


@pytest.mark.parametrize("case", DARK)
def test_what_could_not_be_looked_at_is_unknown_and_no_change(case: str) -> None:
    effect, expected = DARK[case]
    unseen = [Unseen(effect, "it is away")]
    for transition in (answer(confirmed(), [], (), unseen), unreadable(confirmed(), unseen)):
        found = [(each.last_code, each.last_error) for each in transition.changed] if transition else []
        assert found == ([expected] if expected else [])


def test_foreign_busy_times_are_named_only_where_they_lie_on_the_time() -> None:
    after, before = Span(SLOT.end, SLOT.end + 60), Span(SLOT.start - 60, SLOT.start)
    on = Span(SLOT.end - 60, SLOT.end + DAY)
    assert foreign_on({BEA: [after, before]}, (SLOT.span,)) == ()
    assert foreign_on({BEA: [on, on], ANN: [on]}, (SLOT.span,)) == (
        "ann: 2027-01-16T08:59:00Z/2027-01-17T09:00:00Z",
        "bea: 2027-01-16T08:59:00Z/2027-01-17T09:00:00Z",
    )
