"""The invariants I1 to I13 (docs/ledger.md), each a function from a ledger snapshot to what breaks it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from engine.booking.checks.ledger_snapshot import Found, LedgerSnapshot, SessionLedger, Violation
from engine.booking.checks.sweeping import is_watched
from engine.booking.checks.unattended import SECONDS, later
from engine.booking.outbox.outbox_entries import REQUEST
from engine.booking.steps.booking_steps import NOT_FREE, NOT_HELD
from engine.booking.taken import taken_by
from engine.booking.timing import UNDO_DEADLINE
from engine.booking.waits_for import deadline
from engine.ids import SessionId, UserId
from engine.model.booking import (
    RELEASED,
    UNFINISHED,
    AuditEntry,
    BookingState,
    Effect,
    EffectState,
    OutboxKind,
    Want,
    Why,
)
from engine.skipped import jumps_in, skipped
from engine.time.instant import format_instant
from engine.time.span import HOUR, Instant

_HOLDING = UNFINISHED | {BookingState.CONFIRMED}
_EMPTY = (BookingState.PROPOSED, BookingState.FAILED, BookingState.CANCELLED)

STANDING: Mapping[BookingState, str] = {
    BookingState.DRAFT: "new",
    BookingState.PROPOSED: "not booked",
    BookingState.ACCEPTED: "being booked",
    BookingState.HELD: "being booked",
    BookingState.PREPARED: "being booked",
    BookingState.WRITING: "being booked",
    BookingState.VERIFYING: "being booked",
    BookingState.CONFIRMED: "booked",
    BookingState.UNDOING: "being taken back",
    BookingState.QUARANTINE: "being taken back",
    BookingState.RELEASING: "being taken back",
    BookingState.STUCK: "stuck",
    BookingState.FAILED: "without a time",
    BookingState.CANCELLED: "called off",
}
"""How a session stands, in plain words."""


def violations(ledger: LedgerSnapshot) -> list[Violation]:
    """Check everything."""
    return [each for check in CHECKS for each in check(ledger)]


def i1_no_overlap(ledger: LedgerSnapshot) -> Iterator[Violation]:
    """No two live events that require one person overlap, and every booking under way holds its time."""
    theirs: dict[UserId, list[Found]] = {}
    for each in ledger.events:
        person = ledger.owner_of(each)
        if person is not None and _is_required(ledger, each):
            theirs.setdefault(person, []).append(each)
    for person, events in theirs.items():
        for one, other in _at_once(events):
            if _session(one) != _session(other):
                what = f"{person} has two events at {format_instant(other.span.start)}"
                yield Violation(invariant="I1", what=what, session=_session(one), calendar=one.calendar)
    for session, account in ledger.accounts.items():
        yield from _unheld(session, account, ledger.now)


def _at_once(events: Iterable[Found]) -> Iterator[tuple[Found, Found]]:
    """Give the pairs that overlap, the one that begins first before the other."""
    ordered = sorted(events, key=lambda each: each.span)
    for number, one in enumerate(ordered, 1):
        for other in islice(ordered, number, None):
            if other.span.start >= one.span.end:
                break
            if one.span.overlaps(other.span):
                yield one, other


def _is_required(ledger: LedgerSnapshot, found: Found) -> bool:
    """Tell whether an event takes a required person's time; one its owner moved stands where they want it."""
    effect = ledger.effect_of(found)
    account = ledger.accounts.get(effect.session) if effect else None
    moved = account is not None and found.span != account.booking.slot
    return effect is not None and effect.required and not moved


def _unheld(session: SessionId, account: SessionLedger, now: int) -> Iterator[Violation]:
    booking, people = account.booking, account.session
    if booking.state not in _HOLDING or people is None or booking.slot is None:
        return
    held = {(hold.person, hold.span) for hold in account.holds}
    for person in people.required_ids:
        ahead = [span for span in taken_by(people, booking.slot, person) if span.end >= now]
        if any((person, span) not in held for span in ahead):
            what = f"The time of {person} is not kept although it is {STANDING[booking.state]}"
            yield Violation(invariant="I1", what=what, session=session)


def i2_confirmed_is_whole(ledger: LedgerSnapshot) -> Iterator[Violation]:
    """A confirmed booking has exactly one live event for each attendee, or they removed it themselves."""
    for session, account in ledger.accounts.items():
        if not is_watched(account.booking, account.session, ledger.now):
            continue
        for effect in account.copies:
            owed = effect.want is Want.PRESENT and effect.state is not EffectState.REFUSED
            if not owed or effect.calendar in ledger.unread:
                continue
            if not any(found.event.event_id == effect.event_id for found in ledger.of_session(session)):
                what = f"It is booked, and its event is missing in {effect.calendar}"
                yield Violation(invariant="I2", what=what, session=session, calendar=effect.calendar)


def i3_nothing_left(ledger: LedgerSnapshot) -> Iterator[Violation]:
    """A session that is not booked has no live event."""
    for found in ledger.events:
        session = _session(found)
        account = ledger.accounts.get(session) if session else None
        effect = ledger.effect_of(found)
        if account is None or account.booking.state not in _EMPTY or _is_released(effect):
            continue
        what = f"It is {STANDING[account.booking.state]}, and an event of it lies in {found.calendar}"
        yield _about(found, "I3", what)


def i4_one_each(ledger: LedgerSnapshot) -> Iterator[Violation]:
    """There is at most one live event for each session and attendee."""
    seen = set()
    for found in sorted(ledger.events, key=_written_last):
        key = (_session(found), ledger.owner_of(found))
        if key in seen and key[1] is not None:
            yield _about(found, "I4", f"{key[1]} has its event more than once")
        seen.add(key)


def _written_last(found: Found) -> int:
    return -found.event.mark.epoch if found.event.mark else 0


def i5_comes_to_an_end(ledger: LedgerSnapshot) -> Iterator[Violation]:
    """An accepted session comes to an end; stuck is one."""
    for session, account in ledger.accounts.items():
        booking = account.booking
        waits = booking.state in UNFINISHED and booking.state is not BookingState.STUCK
        if waits and ledger.now - max(booking.since, booking.next_at) > UNDO_DEADLINE + HOUR:
            what = f"It has been {STANDING[booking.state]} since {format_instant(booking.since)}"
            yield Violation(invariant="I5", what=what, session=session)


def i6_not_over_foreign_events(ledger: LedgerSnapshot) -> Iterator[Violation]:
    """No confirmed booking lies over a foreign event without anybody having been told."""
    for session, account in ledger.accounts.items():
        told = account.booking.conflicts
        if is_watched(account.booking, account.session, ledger.now) and account.foreign and not told:
            what = f"Other events lie on the booked time, and nobody was told: {'; '.join(account.foreign)}"
            yield Violation(invariant="I6", what=what, session=session)


STANDS = ("confirmed", "booked", "moved")
"""What people are told that a booking stands by; the first in earlier releases, where owners moved copies."""


def i7_mail_only_if_confirmed(ledger: LedgerSnapshot) -> Iterator[Violation]:
    """No invitation was queued before its booking stood, and none twice."""
    confirmed = {
        (row.object_id, row.details.get("epoch")) for row in ledger.audit if row.action == "booking.confirmed"
    }
    counted: Counter[tuple[object, ...]] = Counter()
    for entry in ledger.outbox:
        what, by = entry.payload.get("what"), entry.payload.get("by")
        told = (what in STANDS and by is None) or entry.payload.get("method") == REQUEST
        if entry.kind not in (OutboxKind.MAIL, OutboxKind.NOTIFICATION) or not told:
            continue
        session, epoch = str(entry.payload["session"]), entry.payload.get("epoch")
        if (session, epoch) not in confirmed:
            wrong = f"{entry.payload.get('user')} is told of a booking that never stood"
            yield Violation(invariant="I7", what=wrong, session=SessionId(session))
        who = entry.payload.get("user")
        counted[entry.kind, session, who, epoch, what, entry.payload.get("sequence")] += 1
    for key, count in counted.items():
        if count > 1:
            yield Violation(invariant="I7", what=f"{key[2]} is told twice", session=SessionId(str(key[1])))


def i8_intent_first(ledger: LedgerSnapshot) -> Iterator[Violation]:
    """No event lies in a calendar that the ledger did not intend before it was written."""
    for found in ledger.events:
        effect = ledger.effect_of(found)
        if effect is None or effect.event_id != found.event.event_id or _never_sent(effect):
            yield _about(
                found,
                "I8",
                f"An event bears gatherly's mark in {found.calendar}, and was not meant to be there",
            )


def _never_sent(effect: Effect) -> bool:
    return effect.state is EffectState.PLANNED and not effect.attempts and not effect.sequence


def i9_audited(ledger: LedgerSnapshot) -> Iterator[Violation]:
    """Every transition has its line in the log, and the log's chain holds."""
    if not ledger.audit_intact:
        yield Violation(invariant="I9", what="The log was changed or cut: its chain is broken")
    rows: dict[str, list[AuditEntry]] = {}
    for row in ledger.audit:
        if row.action.startswith("booking."):
            rows.setdefault(row.object_id, []).append(row)
    for session, account in ledger.accounts.items():
        yield from _unlogged(session, account, rows.get(session, []))


def _unlogged(session: SessionId, account: SessionLedger, rows: Sequence[AuditEntry]) -> Iterator[Violation]:
    state = str(BookingState.DRAFT)
    for row in rows:
        if row.details.get("from") != state:
            what = (
                f"The log does not say how it came from {_stood(state)} to {_stood(row.details.get('from'))}"
            )
            yield Violation(invariant="I9", what=what, session=session)
        state = str(row.details.get("to"))
    if state != account.booking.state:
        what = f"The log does not say how it came from {_stood(state)} to {_stood(account.booking.state)}"
        yield Violation(invariant="I9", what=what, session=session)


def _stood(state: object) -> str:
    """Say in plain words how it stood, and by which step exactly: that is what the log lacks."""
    words = STANDING[BookingState(str(state))] if state in list(BookingState) else None
    return f"{words} ({state})" if words else str(state)


def i10_store_is_sound(ledger: LedgerSnapshot) -> Iterator[Violation]:
    """The store's own check passes, and all that is sealed can be opened."""
    for fault in ledger.store_faults:
        yield Violation(invariant="I10", what=fault)


def i11_offers_can_be_booked(ledger: LedgerSnapshot) -> Iterator[Violation]:
    """No slot is on offer that the predicate which books it refuses, holds included."""
    for offer in ledger.refused_offers:
        what = f"A time on offer cannot be booked: {offer.words}"
        yield Violation(invariant="I11", what=what, session=offer.session)


def i12_no_state_outlives_its_limit(ledger: LedgerSnapshot) -> Iterator[Violation]:
    """No booking is in a state for longer than it may be, counted from when the log first has it there."""
    ways, left_out = _ways(ledger.audit), skipped(jumps_in(ledger.audit))
    for session, account in ledger.accounts.items():
        way = ways.get(session, {})
        booking = replace(account.booking, entered={**account.booking.entered, **way})
        booking = replace(booking, since=min(booking.since, way.get(booking.state, booking.since)))
        latest = deadline(booking, left_out)
        if latest is not None and ledger.now > latest + HOUR:
            since = format_instant(booking.since)
            what = f"It has been {STANDING[booking.state]} since {since}, longer than it may be"
            yield Violation(invariant="I12", what=what, session=session)


def _ways(audit: Sequence[AuditEntry]) -> Mapping[str, Mapping[BookingState, Instant]]:
    """Give when each booking first entered the states of its present way, by the log alone.

    What does not count of the time for which nobody came to it is left out.
    """
    ways: dict[str, dict[BookingState, Instant]] = {}
    for row in audit:
        if row.action.startswith("booking.") and row.details.get("to") in list(BookingState):
            state = BookingState(row.details["to"])
            way = {} if state in _WAY_BEGINS else ways.get(row.object_id, {})
            missed = row.details.get(SECONDS, 0)
            way = {each: later(at, missed, row.at) for each, at in way.items()}
            way.setdefault(state, row.at)
            ways[row.object_id] = way
    return ways


_WAY_BEGINS = (*_EMPTY, BookingState.ACCEPTED, BookingState.CONFIRMED)
_UNDER_WAY = frozenset({"accepted", "held", "prepared", "writing", "verifying"})
_GIVEN_BACK = frozenset({Why.REFUSED, Why.DEADLINE, Why.FOREIGN, NOT_HELD, NOT_FREE})


def is_given_back(row: AuditEntry) -> bool:
    """Tell whether a transition took an accepted time back unasked; older releases did not tell of theirs."""
    details = row.details
    ours = row.action.startswith("booking.") and "failed" in details
    return ours and details["from"] in _UNDER_WAY and details["reason"] in _GIVEN_BACK


def i13_not_booked_is_told(ledger: LedgerSnapshot) -> Iterator[Violation]:
    """Whatever was accepted and could not be booked was told in the session of whoever accepted it."""
    given_back: Counter[tuple[str, int]] = Counter()
    for row in ledger.audit:
        if is_given_back(row):
            given_back[row.object_id, row.details["epoch"]] += 1
    for (name, epoch), count in given_back.items():
        account = ledger.accounts.get(SessionId(name))
        if account is not None and account.session is not None and account.told.count(epoch) < count:
            what = "An accepted time was not booked, and nobody was told"
            yield Violation(invariant="I13", what=what, session=SessionId(name))


CHECKS: Sequence[Callable[[LedgerSnapshot], Iterator[Violation]]] = (
    i1_no_overlap,
    i2_confirmed_is_whole,
    i3_nothing_left,
    i4_one_each,
    i5_comes_to_an_end,
    i6_not_over_foreign_events,
    i7_mail_only_if_confirmed,
    i8_intent_first,
    i9_audited,
    i10_store_is_sound,
    i11_offers_can_be_booked,
    i12_no_state_outlives_its_limit,
    i13_not_booked_is_told,
)


def _session(found: Found) -> SessionId | None:
    return found.event.mark.session if found.event.mark else None


def _is_released(effect: Effect | None) -> bool:
    return effect is not None and effect.last_code == RELEASED


def _about(found: Found, invariant: str, what: str) -> Violation:
    return Violation(
        invariant=invariant,
        what=what,
        session=_session(found),
        calendar=found.calendar,
        event=found.event.event_id,
    )
