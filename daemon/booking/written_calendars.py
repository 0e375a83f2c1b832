"""The calendars that gatherly writes to, or has written to: one list for sweeping and for `fsck`."""

from daemon.booking.dependencies import BookDeps
from engine.ids import CalendarKey
from engine.model.booking import Delivery
from engine.ports.store import Transaction


def written_calendars(deps: BookDeps, tx: Transaction) -> list[CalendarKey]:
    """Give them in order: a late write may land where the configuration writes no more."""
    targets = (each.calendar for each in deps.targets.values() if each.delivery is Delivery.WRITTEN)
    return sorted(key for key in {*targets, *tx.ledger.written_to()} if key is not None)
