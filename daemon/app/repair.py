"""Repair: put right what `fsck` found, as far as it can be put right by removing and asking again."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from daemon.app.principal import Principal
from daemon.booking.dependencies import BookDeps
from daemon.booking.sweep import SweepJob
from daemon.booking.watch import WatchJob
from daemon.booking.worker import BookJob
from engine.booking.checks.invariants import is_given_back
from engine.booking.checks.ledger_snapshot import Violation
from engine.booking.offers import withheld
from engine.booking.outbox.not_booked import epochs_told, note_of
from engine.errors import SourceError
from engine.ids import MessageId
from engine.model.session import Message, MessageRole
from engine.trouble import attempt, left_out


def repair(principal: Principal, deps: BookDeps, found: Sequence[Violation]) -> list[str]:
    """Delete events that must not be there, also those that no ledger knows, and resume what halted.

    Gives what was done, a line each. A store that is damaged, and a log with a gap, are told and left:
    nothing that was lost is made up.

    Raises:
        NotAllowedError: somebody else than an operator asks.
    """
    principal.must_be_operator("repair the ledger")
    book, watch = BookJob(deps), WatchJob(deps)
    done = [line for each in found if (line := _delete(deps, each)) is not None]
    sessions = {each.session for each in found if each.session is not None}
    done += _take_off_offer(deps)
    done += [line for each in found if each.invariant == "I13" and (line := _tell(deps, each))]
    done += [f"looked into session {each}" for each in sorted(sessions) if watch.inspect(each)]
    SweepJob(deps, book, watch).run()
    for session in sorted({*sessions, *book.due()}):
        attempt(partial(book.run, session))
    return done


def _take_off_offer(deps: BookDeps) -> list[str]:
    """Take what cannot be booked off offer; it comes back when it is free again."""
    now, done = deps.store_time(), []
    with deps.store.writing() as tx:
        for offer in list(deps.refused_offers(tx, now, left_out)):
            session = tx.sessions.get(offer.session)
            if session is not None:
                tx.sessions.put(withheld(session, (offer.slot,)))
                tx.wakes.add((offer.session,), now)
                done.append(f"took a time of session {offer.session} off offer: {offer.words}")
    return done


def _tell(deps: BookDeps, violation: Violation) -> str | None:
    """Tell late in a session that an accepted time was not booked: once for each time that nobody did."""
    if violation.session is None:
        return None
    with deps.store.writing() as tx:
        rows = tx.audit.listed(violation.session)
        epochs = Counter(row.details["epoch"] for row in rows if is_given_back(row))
        known = Counter(epochs_told(tx.messages.of(violation.session)))
        for epoch in (epochs - known).elements():
            tx.messages.add(
                Message(
                    id=MessageId(deps.randomness.token()),
                    session_id=violation.session,
                    role=MessageRole.SYSTEM,
                    content="A time that was accepted could not be booked.",
                    metadata=note_of(epoch),
                    timestamp=deps.store_time(),
                )
            )
    return f"told session {violation.session} that a time was not booked"


def _delete(deps: BookDeps, violation: Violation) -> str | None:
    if violation.calendar is None or violation.event is None:
        return None
    connector = deps.connectors.get(violation.calendar.connector)
    if connector is None:
        return None
    try:
        connector.withdraw(violation.calendar.calendar, violation.event)
    except SourceError as error:
        return f"could not delete {violation.event} from {violation.calendar}: {error}"
    return f"deleted {violation.event} from {violation.calendar}"
