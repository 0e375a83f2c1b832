"""Planning that something goes out once by an outlet."""

from engine.booking.ids import outbox_id
from engine.ids import UserId
from engine.model.notices import Dispatch
from engine.ports.store import Transaction
from engine.time.span import Instant


def plan(
    tx: Transaction, user: UserId | None, outlet: str, subject: str, due: Instant, now: Instant
) -> Dispatch:
    """Plan something to go out once by an outlet; gives what is planned."""
    name = dispatch_id(user, outlet, subject)
    known = tx.repositories.dispatches.get(name)
    if known is not None:
        return known
    return tx.repositories.dispatches.put(
        Dispatch(id=name, user_id=user, outlet=outlet, subject=subject, next_at=due, created_at=now)
    )


def dispatch_id(user: UserId | None, outlet: str, subject: str) -> str:
    """Name what goes out by an outlet: the same thing is one."""
    return outbox_id("dispatch", user, outlet, subject)
