"""Times that are held for strangers: given back where nobody confirms them in time."""

from dataclasses import replace

from daemon.booking.held_offers import wake_waiting
from engine.model.invitation import Visit
from engine.ports.store import Transaction
from engine.time.span import Instant


def free(tx: Transaction, visit: Visit, now: Instant) -> None:
    """Give a held time back to everybody."""
    tx.ledger.release(visit.session_id)
    tx.repositories.visits.put(replace(visit, over_at=now))
    wake_waiting(tx, (visit.user_id,), visit.session_id, now)


def free_lapsed(tx: Transaction, now: Instant) -> int:
    """Give back what nobody confirmed in time; gives how many times that were."""
    names = tx.repositories.visits.lapsed(now)
    for name in names:
        visit = tx.repositories.visits.get(name)
        if visit is not None:
            free(tx, visit, now)
    return len(names)
