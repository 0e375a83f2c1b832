"""What a session's end is worth to learning: the row of F0's scheduling_events, as a value."""

from typing import Any

from engine.ids import SessionId
from engine.instants import format_instant
from engine.model.booking import OutboxEntry, OutboxKind
from engine.model.session import EventSession, SessionStatus, TimeSlot
from engine.timespan import MINUTE, Instant


def outcome_entry(session: EventSession, num_messages: int, now: Instant) -> OutboxEntry:
    """Tell analytics how a session ended; written in the transaction of the status change, told once.

    The key holds the moment of scheduling, so a session that is reopened and scheduled again counts again.
    """
    key = f"analytics/{session.id}/{session.status.value}/{session.scheduled_at or 0}"
    return OutboxEntry(
        id=key,
        kind=OutboxKind.ANALYTICS,
        dedupe_key=key,
        payload=outcome(session, num_messages, now),
        next_at=now,
        created_at=now,
    )


def outcome(session: EventSession, num_messages: int, now: Instant) -> dict[str, Any]:
    """Give the columns of scheduling_events; time_to_schedule in whole minutes, where it was scheduled."""
    scheduled = session.status is SessionStatus.SCHEDULED
    return {
        "session_id": SessionId(session.id),
        "host_user_id": session.host_user_id,
        "num_invitees": len(session.invitee_ids),
        "proposed_slots": [_slot(slot) for slot in session.proposed_times],
        "selected_slot": _slot(session.final_time) if scheduled and session.final_time else None,
        "rejected_slots": [_slot(slot) for slot in session.rejected_slots],
        "outcome": session.status.value,
        "time_to_schedule": (now - session.created_at) // MINUTE if scheduled else None,
        "num_messages": num_messages,
        "created_at": format_instant(now),
    }


def _slot(slot: TimeSlot) -> dict[str, Any]:
    return {
        "start": format_instant(slot.start),
        "end": format_instant(slot.end),
        "confidence": slot.confidence,
    }
