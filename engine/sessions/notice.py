"""What somebody is told of a session, in plain words: what happened, to what, and what to do."""

from collections.abc import Mapping
from typing import Any

from engine.model.booking import OutboxEntry
from engine.model.operations import Notification, NotificationPriority
from engine.model.session import EventSession
from engine.model.user import User
from engine.time.instant import to_datetime
from engine.time.local_time import zone_info

_URGENT = frozenset({"stuck", "time_conflict", "not_booked", "failed"})

_WORDS: Mapping[str, str] = {
    "confirmed": "It is confirmed for {when}.",
    "cancelled": "It was called off.",
    "failed": "No time was found that suits everyone. `gatherly session show` says what would help.",
    "rescheduled": "It is to be moved; new times will be proposed.",
    "declined": "Somebody who must be there cannot come; new times will be proposed.",
    "moved": "{by} moved it to {to}.",
    "deleted": "{by} deleted it from their calendar.",
    "foreign": "It was taken back, because something else lies on its time: {conflicts}.",
    "time_conflict": "Something else lies on its time: {conflicts}. Keep it, or reschedule it.",
    "not_booked": "The time could not be booked: {why}. Choose another one.",
    "stuck": "It could not be taken back everywhere; these calendars still hold it: {calendars}.",
}


def notification(entry: OutboxEntry, session: EventSession, user: User) -> Notification:
    """Say to one person what an outbox entry tells; times are in their own zone."""
    what = str(entry.payload["what"])
    return Notification(
        id=entry.id,
        user_id=user.id,
        notification_type=what,
        title=session.title,
        message=_message(what, entry.payload, session, user),
        priority=NotificationPriority.HIGH if what in _URGENT else NotificationPriority.MEDIUM,
        metadata={"session": session.id},
        created_at=entry.created_at,
    )


def _message(what: str, payload: Mapping[str, Any], session: EventSession, user: User) -> str:
    details = {key: _listed(value) for key, value in payload.items()}
    return _WORDS.get(what, "It has changed: {what}.").format_map(_Known(details, when=_when(session, user)))


class _Known(dict[str, str]):
    """The details of a notice; one that is missing reads as unknown instead of failing the notice."""

    def __init__(self, details: Mapping[str, str], **more: str) -> None:
        super().__init__({**details, **more})

    def __missing__(self, key: str) -> str:
        return "unknown"


def _listed(value: Any) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value)


def _when(session: EventSession, user: User) -> str:
    if session.final_time is None:
        return "a time to come"
    start = to_datetime(session.final_time.start).astimezone(zone_info(user.timezone))
    return f"{start:%A %d %B %Y, %H:%M} ({user.timezone})"
