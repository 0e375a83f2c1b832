"""Planning that something goes out once by an outlet."""

from engine.booking.ids import outbox_id
from engine.ids import UserId
from engine.model.notices import Dispatch
from engine.ports.store import Transaction
from engine.time.span import Instant


def plan(tx: Transaction, user: UserId | None, outlet: str, subject: str, due: Instant, now: Instant) -> None:
    """Plan something to go out once by an outlet."""
    name = outbox_id("dispatch", user, outlet, subject)
    if tx.repositories.dispatches.get(name) is None:
        tx.repositories.dispatches.put(
            Dispatch(id=name, user_id=user, outlet=outlet, subject=subject, next_at=due, created_at=now)
        )
