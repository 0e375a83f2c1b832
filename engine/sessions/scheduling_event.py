"""What a session's end is worth to learning: the row of F0's scheduling_events, as a value."""

import uuid
from collections.abc import Sequence

from engine.documents.slots import slot_document
from engine.model.booking import OutboxEntry
from engine.model.history import Outcome, SchedulingEvent
from engine.model.session import EventSession, Message, MessageRole
from engine.time.span import MINUTE

_NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
"""RFC 9562's namespace of URLs."""


def scheduling_event(
    entry: OutboxEntry, session: EventSession, messages: Sequence[Message]
) -> SchedulingEvent:
    """Count one end of a session, as it stood at the entry's moment.

    The id follows from the entry, so that an entry told twice is one row. `time_to_schedule` is in whole
    minutes from creation, only where it was scheduled; messages after the moment do not count,
    nor do those in which gatherly only writes down what it did.
    """
    outcome = Outcome(str(entry.payload["outcome"]))
    scheduled = outcome is Outcome.SCHEDULED
    return SchedulingEvent(
        id=str(uuid.uuid5(_NAMESPACE, f"gatherly/{entry.dedupe_key}")),
        session_id=session.id,
        host_user_id=session.host_user_id,
        num_invitees=len(session.invitee_ids),
        proposed_slots=tuple(slot_document(slot) for slot in session.proposed_times),
        selected_slot=slot_document(session.final_time) if scheduled and session.final_time else None,
        rejected_slots=tuple(slot_document(slot) for slot in session.rejected_slots),
        outcome=outcome,
        time_to_schedule=(entry.created_at - session.created_at) // MINUTE if scheduled else None,
        num_messages=sum(
            message.role is not MessageRole.SYSTEM and message.timestamp <= entry.created_at
            for message in messages
        ),
        created_at=entry.created_at,
    )
