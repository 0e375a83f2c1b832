"""I1 to I13, each broken in one way, and everything beside it that breaks nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.booking.checks.invariants import CHECKS, violations
from engine.booking.checks.ledger_snapshot import Found, LedgerSnapshot, SessionLedger
from engine.booking.offers import RefusedOffer
from engine.booking.outbox.outbox_entries import REQUEST, mail, notices
from engine.booking.steps.booking_steps import holds_of
from engine.booking.timing import UNDO_DEADLINE, WRITE_DEADLINE
from engine.booking.transition import enter
from engine.ids import EventId, SessionId
from engine.model.booking import AuditEntry, Booking, BookingState, Effect, Observed, OutboxEntry
from engine.skipped import Jump, entry_of
from engine.time.span import HOUR, Span
from tests.engine.booking.cast import (
    ANN,
    BEA,
    CHOSEN,
    CYD,
    INSTALL,
    MARK,
    NAME,
    NOW,
    PENDING,
    SLOT,
    E,
    S,
    at,
    calendar,
    copy,
    invited,
    seen,
    unwanted,
    written,
)

OTHER = SessionId("other")
EVERYBODY = written(ANN, BEA, CYD)


def way(
    *states: BookingState, end: int = NOW - 60, session: SessionId = NAME, epoch: int = 1
) -> list[AuditEntry]:
    """The log of a booking that went through these states, the last entered at `end`."""
    booking, rows = Booking(session=session, epoch=epoch), list[AuditEntry]()
    for place, state in enumerate(states):
        transition = enter(booking, state, end - 5 * (len(states) - 1 - place))
        booking = transition.after
        rows += transition.audit
    return rows


TO_WRITING = (S.ACCEPTED, S.HELD, S.PREPARED, S.WRITING)
TO_CONFIRMED = (*TO_WRITING, S.VERIFYING, S.CONFIRMED)


def found(observed: Observed, user: str = "bea") -> Found:
    return Found(calendar=calendar(BEA if user == "bea" else ANN if user == "ann" else CYD), event=observed)


def account(state: BookingState = S.CONFIRMED, *effects: Effect, **more: Any) -> SessionLedger:
    booking = more.pop("booking", at(state).booking)
    whole = {"session": CHOSEN, "holds": holds_of(CHOSEN, SLOT.span), **more}
    return SessionLedger(booking=booking, effects=effects or EVERYBODY, **whole)


def ledger(one: SessionLedger, *events: Found, **more: Any) -> LedgerSnapshot:
    log = {S.CONFIRMED: TO_CONFIRMED, S.WRITING: TO_WRITING, S.PROPOSED: (S.PROPOSED,)}
    audit = way(*log.get(one.booking.state, ()))
    whole = {"accounts": {NAME: one}, "audit": audit, **more}
    return LedgerSnapshot(install=INSTALL, now=NOW, events=events, **whole)


COPIES = (found(seen(ANN), "ann"), found(seen(BEA), "bea"), found(seen(CYD), "cyd"))
WHOLE = ledger(account(), *COPIES)


def broken(snapshot: LedgerSnapshot) -> list[str]:
    return sorted({each.invariant for each in violations(snapshot)})


def test_a_confirmed_event_in_every_calendar_breaks_nothing() -> None:
    assert violations(WHOLE) == []


def test_there_are_thirteen_each_checked_by_a_function_of_its_name() -> None:
    assert [check.__name__.split("_")[0] for check in CHECKS] == [f"i{n}" for n in range(1, 14)]


def beside(span: Span = SLOT.span, user: str = "bea", state: BookingState = S.CONFIRMED) -> LedgerSnapshot:
    """Another session's event beside the first one's."""
    person = BEA if user == "bea" else CYD
    effect = replace(copy(person, E.WRITTEN), session=OTHER, event_id=EventId("other-1"))
    slot = replace(SLOT, start=span.start, end=span.end)
    other = SessionLedger(
        booking=replace(at(state).booking, session=OTHER, slot=span),
        effects=(effect,),
        session=replace(
            CHOSEN, id=OTHER, host_user_id=person, invitee_ids=(), optional_ids=(), final_time=slot
        ),
        holds=tuple(
            replace(each, session=OTHER)
            for each in holds_of(replace(CHOSEN, host_user_id=person, invitee_ids=()), span)
        ),
    )
    event = seen(person, event_id=EventId("other-1"), span=span, mark=replace(MARK, session=OTHER))
    return replace(
        WHOLE,
        accounts={**WHOLE.accounts, OTHER: other},
        events=(*COPIES, found(event, user)),
        audit=[*WHOLE.audit, *way(*TO_CONFIRMED, session=OTHER)],
    )


def outboxed(*entries: OutboxEntry, state: BookingState = S.CONFIRMED) -> LedgerSnapshot:
    return (
        replace(WHOLE, outbox=tuple(entries))
        if state is S.CONFIRMED
        else ledger(account(state), outbox=entries)
    )


LETTER = mail(at(S.CONFIRMED), invited(BEA), REQUEST)
WORD = notices(at(S.CONFIRMED), (BEA,), "confirmed")[0]
AFTER = Span(SLOT.end, SLOT.end + HOUR)
IN_TIME = UNDO_DEADLINE + HOUR

BREAKS: dict[str, tuple[Callable[[], LedgerSnapshot], str]] = {
    # I1
    "two events of one required person overlap": (beside, "I1"),
    "one event follows the other": (lambda: beside(AFTER), ""),
    "one event overlaps by a second": (lambda: beside(Span(SLOT.end - 1, SLOT.end + HOUR)), "I1"),
    "who may come was double-booked": (lambda: replace(beside(user="cyd"), events=COPIES), "I2"),
    "a time that is not held": (lambda: ledger(account(holds=()), *COPIES), "I1"),
    "a time held for one of two": (
        lambda: ledger(account(holds=holds_of(CHOSEN, SLOT.span)[:1]), *COPIES),
        "I1",
    ),
    "another time is held": (lambda: ledger(account(holds=holds_of(CHOSEN, AFTER)), *COPIES), "I1"),
    "an event that is over holds nothing": (
        lambda: ledger(
            account(booking=at(S.CONFIRMED, slot=Span(NOW - HOUR, NOW - 30)).booking, holds=()),
            *(
                found(replace(each.event, span=Span(NOW - HOUR, NOW - 30)), str(each.calendar)[:3])
                for each in COPIES
            ),
        ),
        "",
    ),
    # I2
    "a confirmed copy is missing": (lambda: ledger(account(), *COPIES[:2]), "I2"),
    "a copy is missing that its owner removed": (
        lambda: ledger(account(S.CONFIRMED, *written(ANN, BEA), copy(CYD, E.REFUSED)), *COPIES[:2]),
        "",
    ),
    "a copy is missing in a calendar that is away": (
        lambda: ledger(account(), *COPIES[:2], unread={calendar(CYD): "away"}),
        "",
    ),
    "a copy is missing while it is written": (lambda: ledger(account(S.WRITING), *COPIES[:2]), ""),
    "an invitation lies in no calendar of ours": (
        lambda: ledger(account(S.CONFIRMED, *written(ANN, BEA), invited(CYD)), *COPIES[:2]),
        "",
    ),
    "another event lies where the copy was": (
        lambda: ledger(account(), *COPIES[:2], found(seen(CYD, event_id=EventId("x")), "cyd")),
        "I2 I8",
    ),
    # I3
    "an event of a session without a time": (
        lambda: ledger(account(S.PROPOSED, unwanted(BEA), session=PENDING, holds=()), COPIES[1]),
        "I3",
    ),
    "the same, let be by an operator": (
        lambda: ledger(
            account(S.PROPOSED, unwanted(BEA, last_code="released"), session=PENDING, holds=()), COPIES[1]
        ),
        "",
    ),
    "an event while it is undone": (
        lambda: ledger(account(S.WRITING, unwanted(BEA), booking=at(S.WRITING).booking), COPIES[1]),
        "",
    ),
    # I4
    "the event twice in one calendar": (
        lambda: ledger(account(), *COPIES, found(seen(BEA, event_id=EventId("twice")))),
        "I4 I8",
    ),
    "the event of two epochs": (
        lambda: ledger(
            account(S.CONFIRMED, *EVERYBODY, unwanted(BEA, epoch=0)),
            *COPIES,
            found(seen(BEA, event_id=EventId("bea-0"), mark=replace(MARK, epoch=0))),
        ),
        "I4",
    ),
    # I5
    "an accepted session that comes to no end": (
        lambda: ledger(
            account(booking=at(S.UNDOING, since=NOW - IN_TIME - 1, next_at=0, entered={S.STUCK: 1}).booking)
        ),
        "I5 I9",
    ),
    "one that has waited just so long": (
        lambda: ledger(
            account(booking=at(S.UNDOING, since=NOW - IN_TIME, next_at=0, entered={S.STUCK: 1}).booking)
        ),
        "I9",
    ),
    "one that is to be looked at again": (
        lambda: ledger(account(booking=at(S.UNDOING, since=0, next_at=NOW, entered={S.STUCK: 1}).booking)),
        "I9",
    ),
    "a stuck one is one that has come to an end": (
        lambda: ledger(account(booking=at(S.STUCK, since=0, next_at=0).booking)),
        "I9",
    ),
    # I6
    "foreign events on the time and nobody told": (
        lambda: ledger(account(foreign=("bea: 10:00",)), *COPIES),
        "I6",
    ),
    "foreign events on the time, flagged": (
        lambda: ledger(
            account(foreign=("bea: 10:00",), booking=at(S.CONFIRMED, conflicts=("bea: 10:00",)).booking),
            *COPIES,
        ),
        "",
    ),
    "foreign events on a time that is being written": (
        lambda: ledger(account(S.WRITING, foreign=("bea: 10:00",)), *COPIES),
        "",
    ),
    # I7
    "told that it stands": (lambda: outboxed(LETTER, WORD), ""),
    "told that it stands while it does not": (lambda: outboxed(WORD, state=S.WRITING), "I7"),
    "invited to what does not stand": (lambda: outboxed(LETTER, state=S.WRITING), "I7"),
    "told of something else while it does not": (
        lambda: outboxed(*notices(at(S.WRITING), (BEA,), "not_booked"), state=S.WRITING),
        "",
    ),
    "invited twice": (lambda: outboxed(LETTER, replace(LETTER, id="again")), "I7"),
    "invited anew to other words": (
        lambda: outboxed(LETTER, mail(at(S.CONFIRMED), invited(BEA, sequence=1), REQUEST)),
        "",
    ),
    # I8
    "an event that nothing intended": (
        lambda: ledger(account(S.WRITING, copy(BEA, E.PLANNED)), COPIES[1]),
        "I8",
    ),
    "an event that was tried": (
        lambda: ledger(account(S.WRITING, copy(BEA, E.PLANNED, attempts=1)), COPIES[1]),
        "",
    ),
    "an event whose other words are planned": (
        lambda: ledger(account(S.WRITING, copy(BEA, E.PLANNED, sequence=1)), COPIES[1]),
        "",
    ),
    # I9
    "the chain of the log is broken": (lambda: replace(WHOLE, audit_intact=False), "I9"),
    "the last transition is not in the log": (lambda: replace(WHOLE, audit=way(*TO_CONFIRMED)[:-1]), "I9"),
    "a transition in between is not in the log": (
        lambda: replace(WHOLE, audit=[*way(*TO_CONFIRMED)[:2], *way(*TO_CONFIRMED)[3:]]),
        "I9",
    ),
    # I10
    "the store's own check": (lambda: replace(WHOLE, store_faults=("a page is torn",)), "I10"),
    # I11
    "an offer that cannot be booked": (
        lambda: replace(WHOLE, refused_offers=(RefusedOffer(NAME, SLOT, "bea is busy"),)),
        "I11",
    ),
    # I12
    "writing for longer than it may": (lambda: writing_since(WRITE_DEADLINE + HOUR + 1), "I12"),
    "writing for just as long as it may": (lambda: writing_since(WRITE_DEADLINE + HOUR), ""),
    "writing for long, by a clock that was set": (
        lambda: jumped(writing_since(WRITE_DEADLINE + HOUR + 1)),
        "",
    ),
    "writing for long, by the log alone": (
        lambda: writing_since(WRITE_DEADLINE + HOUR + 1, since=NOW - 5),
        "I12",
    ),
    # I13
    "not booked and nobody told": (lambda: given_back(told=()), "I13"),
    "not booked and told": (lambda: given_back(told=(1,)), ""),
    "told of another epoch": (lambda: given_back(told=(2,)), "I13"),
    "rescheduled by somebody: nothing to tell": (lambda: given_back("rescheduled", told=()), ""),
    "not booked, in a session that is gone": (lambda: given_back(told=(), session=None), ""),
}


def writing_since(seconds: int, since: int | None = None) -> LedgerSnapshot:
    first = NOW - seconds
    booking = at(S.WRITING, since=since or first, entered={S.WRITING: since or first}).booking
    return ledger(account(booking=booking), audit=way(*TO_WRITING, end=first))


def jumped(snapshot: LedgerSnapshot) -> LedgerSnapshot:
    """The clock was set a minute forward while it was written."""
    entered = snapshot.audit[-1].at
    return replace(snapshot, audit=[*snapshot.audit, entry_of(Jump(entered + 60, entered + 120))])


def given_back(reason: str = "refused", **more: Any) -> LedgerSnapshot:
    rows = way(*TO_WRITING, S.UNDOING)
    back = replace(rows[-1], details={**rows[-1].details, "reason": reason, "failed": 1})
    booking = at(S.UNDOING).booking
    return ledger(account(booking=booking, **more), audit=[*rows[:-1], back])


@pytest.mark.parametrize("case", BREAKS)
def test_what_breaks_which_invariant(case: str) -> None:
    make, expected = BREAKS[case]
    assert broken(make()) == expected.split()


def test_every_invariant_is_broken_by_something_above() -> None:
    named = {name for _, expected in BREAKS.values() for name in expected.split()}
    assert named == {f"I{n}" for n in range(1, 14)}


def test_a_violation_names_what_is_affected() -> None:
    (one,) = violations(ledger(account(), *COPIES[:2]))
    assert (one.session, one.calendar) == (NAME, calendar(CYD))
    assert "cyd-home/main" in one.what
    twice = violations(ledger(account(), *COPIES, found(seen(BEA, event_id=EventId("twice")))))
    assert {each.event for each in twice} == {EventId("twice")}


def test_a_copy_that_its_owner_moved_stands_where_they_want_it() -> None:
    """It overlaps another event by its owner's own will, which is no double booking of ours (I1)."""
    there = Span(SLOT.end, SLOT.end + HOUR)
    snapshot = beside(there)
    moved = tuple(
        found(replace(each.event, span=there), "bea") if each.event.event_id == "bea-1" else each
        for each in snapshot.events
    )
    assert broken(replace(snapshot, events=moved)) == []
