"""Offers judged by holds alone, where no calendar is read: what the daemon asks the whole predicate for."""

from collections.abc import Iterator

from daemon.booking.held_offers import held_elsewhere
from engine.booking.offers import RefusedOffer, is_offering
from engine.model.session import SessionStatus
from engine.ports.store import Transaction
from engine.time.span import Instant
from engine.trouble import Unopened


def refused_by_holds(tx: Transaction, now: Instant, unopened: Unopened) -> Iterator[RefusedOffer]:
    """Name what is on offer although somebody's time is held for another session."""
    for session in tx.sessions.listed(SessionStatus.PENDING, unopened):
        if not is_offering(session) or not session.proposed_times:
            continue
        for slot, user in held_elsewhere(tx, session).items():
            if slot.start >= now:
                yield RefusedOffer(session.id, slot, f"{user} is held or booked elsewhere")
