"""What must hold after every kill: I1 to I10, and what only the harness can know."""

from collections.abc import Iterator

from daemon.booking.ledger_snapshot import read_ledger_snapshot
from engine.booking.checks.invariants import violations
from engine.booking.checks.ledger_snapshot import LedgerSnapshot, SessionLedger, Violation
from engine.ids import SessionId, UserId
from engine.model.booking import AuditEntry, BookingState
from engine.model.session import SessionStatus
from engine.time.span import Span
from tests.chaos.town import PEOPLE, Visit, lost_for_good

FORESEEABLE = 31
"""A foreign event that was there this many seconds before our write must have been seen."""


def broken(visit: Visit, *, gentle: bool) -> list[str]:
    """Tell what does not hold; `gentle` says that no provider ever refused anything."""
    ledger = read_ledger_snapshot(visit.deps)
    found = [
        f"{each.invariant} {each.session}: {each.what}"
        for each in violations(ledger)
        if not (each.invariant == "I2" and _was_removed(visit, ledger, each))
    ]
    found += _revived(visit, ledger)
    found += _not_given_back(visit)
    for session, account in ledger.accounts.items():
        found += _left_in_quarantine(visit, ledger, session, account)
        found += _over_foreign(visit, ledger, session, account)
    return found + (_undone_without_cause(ledger) if gentle else [])


def _was_removed(visit: Visit, ledger: LedgerSnapshot, missing: Violation) -> bool:
    """Tell whether the owner of a missing copy removed it and nobody has looked yet."""
    account = ledger.accounts.get(missing.session) if missing.session else None
    copies = (each for each in account.copies if each.calendar == missing.calendar) if account else ()
    return any(each.event_id in visit.town.removed for each in copies)


def _not_given_back(visit: Visit) -> list[str]:
    """A time that left an offer for a hold comes back when the hold is freed."""
    now = visit.town.clock.now()
    with visit.store.reading() as tx:
        pending = tx.sessions.listed(SessionStatus.PENDING)
        return [
            f"I11 {each.id}: a free time did not come back"
            for each in pending
            if lost_for_good(tx, each, now)
        ]


def _revived(visit: Visit, ledger: LedgerSnapshot) -> list[str]:
    """A copy that its owner removed is never put back."""
    back = [each for each in ledger.events if each.event.event_id in visit.town.removed]
    return [f"revived: {each.event.event_id} lies in {each.calendar} again" for each in back]


def _left_in_quarantine(
    visit: Visit, ledger: LedgerSnapshot, session: SessionId, account: SessionLedger
) -> Iterator[str]:
    """R4: when the quarantine begins everything ever planned is gone, but for what a sleeper wrote."""
    began = max((number for number, row in enumerate(ledger.audit) if _begins_undo(row, session)), default=-1)
    if account.booking.state is BookingState.QUARANTINE and began >= visit.town.woken.get(session, 0):
        for found in ledger.of_session(session):
            yield f"R4 {session}: {found.event.event_id} was not undone"


def _begins_undo(row: AuditEntry, session: SessionId) -> bool:
    return row.object_id == session and row.action == f"booking.{BookingState.UNDOING}"


def _over_foreign(
    visit: Visit, ledger: LedgerSnapshot, session: SessionId, account: SessionLedger
) -> Iterator[str]:
    """I6: nothing is confirmed over a foreign event that could be seen half a minute before the write.

    Who looked, slept with the write in hand and woke could not see it; then the host must have been told.
    """
    if account.booking.state is not BookingState.CONFIRMED or account.session is None:
        return
    if account.booking.conflicts and _slept_over(visit, ledger, session):
        return
    slot = account.booking.slot
    written = {event.event_id: event.listed_from for user in PEOPLE for event in visit.ours(user)}
    times = [written[each.event_id] for each in account.copies if each.event_id in written]
    for user in account.session.required_ids:
        for start in _foreign_since(visit, user, slot):
            if times and max(times) - start >= FORESEEABLE:
                yield f"I6 {session}: written over an event of {user} that was there before"


def _slept_over(visit: Visit, ledger: LedgerSnapshot, session: SessionId) -> bool:
    """Tell whether a sleeper woke after a booking began to be written."""
    writing = f"booking.{BookingState.WRITING}"
    began = [n for n, row in enumerate(ledger.audit) if row.object_id == session and row.action == writing]
    return max(began, default=-1) < visit.town.woken.get(session, 0)


def _foreign_since(visit: Visit, user: UserId, slot: Span | None) -> list[int]:
    """Tell since when foreign events lie on a slot; our own times above carry the lists' lag, so add it."""
    lag = 3
    return [event.listed_from + lag for event in visit.foreign(user) if slot and event.span.overlaps(slot)]


def _undone_without_cause(ledger: LedgerSnapshot) -> list[str]:
    """Where nobody ever refused, nothing is undone as refused: a lost answer is no refusal."""
    rows = (row for row in ledger.audit if row.action == "booking.undoing")
    wrong = [row for row in rows if row.details.get("reason") in ("refused", "id_taken")]
    return [
        f"I5 {row.object_id}: undone as {row.details.get('reason')} although nobody refused" for row in wrong
    ]
