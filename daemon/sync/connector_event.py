"""What happens to connectors, as lines of the log: a state changes, or an event is set aside."""

from engine.model.booking import AuditEntry
from engine.model.calendar import Calendar, CalendarAccount
from engine.model.set_aside import event_id
from engine.ports.store import Transaction
from engine.time.span import Instant

CONNECTOR = "connector"
STATE = "connector.state"
SET_ASIDE, FREED = "connector.set_aside", "connector.freed"
MOST_NAMED = 10
"""Events that one line names; a calendar may hold any number that cannot be understood."""


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


def note_set_aside(tx: Transaction, before: Calendar, after: Calendar, now: Instant) -> None:
    """Write down which events of a calendar are set aside from now on, and which no longer are.

    They are named as `gatherly quarantine` does: what is wrong with them may repeat what stands in them.
    """
    was, are = _set_aside(before), _set_aside(after)
    for action, ids in ((SET_ASIDE, are - was), (FREED, was - are)):
        if ids:
            tx.audit.add(
                AuditEntry(
                    at=now,
                    actor="gatherly",
                    action=action,
                    object_type=CONNECTOR,
                    object_id=after.key.connector,
                    details={
                        "calendar": str(after.key),
                        "count": len(ids),
                        "events": sorted(ids)[:MOST_NAMED],
                    },
                    user_id=after.user_id,
                )
            )


def _set_aside(calendar: Calendar) -> set[str]:
    return {event_id(calendar.key, one.uid) for one in calendar.quarantined}
