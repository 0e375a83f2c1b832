"""What a change of an event of gatherly's own means for people: they are told, in its transaction."""

from collections.abc import Mapping
from typing import Any

from engine.booking.ids import outbox_id
from engine.ids import UserId
from engine.model.booking import OutboxEntry, OutboxKind
from engine.model.notices import NoticeKind
from engine.notices.session_notices import WHAT
from engine.time.span import Instant


def event_notice(user: UserId, about: Mapping[str, Any], change: str, at: Instant) -> OutboxEntry:
    """Make an outbox entry that tells one person of a change, once; `change` names it."""
    name = outbox_id(OutboxKind.NOTIFICATION, user, NoticeKind.EVENT_CHANGED, change)
    return OutboxEntry(
        id=name,
        kind=OutboxKind.NOTIFICATION,
        dedupe_key=name,
        payload={**about, "user": user, WHAT: str(NoticeKind.EVENT_CHANGED)},
        next_at=at,
        created_at=at,
    )
