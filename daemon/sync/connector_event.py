"""What happens to connectors, as lines of the log: one each time that a connector's state changes."""

from engine.model.booking import AuditEntry
from engine.model.calendar import CalendarAccount
from engine.ports.store import Transaction
from engine.time.span import Instant

CONNECTOR = "connector"
STATE = "connector.state"


def note_state(tx: Transaction, before: CalendarAccount, after: CalendarAccount, now: Instant) -> None:
    """Write down how a connector stands from now on, if that is news."""
    if before.state is after.state:
        return
    tx.audit.add(
        AuditEntry(
            at=now,
            actor="gatherly",
            action=STATE,
            object_type=CONNECTOR,
            object_id=after.connector,
            details={"from": str(before.state), "state": str(after.state), "error": after.last_error},
            user_id=after.user_id,
        )
    )
