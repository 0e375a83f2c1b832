"""Whether a notice is still true when its turn comes, and whom it is for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from engine.ids import UserId
from engine.model.booking import OutboxEntry
from engine.model.event import CalendarEvent, EventStatus
from engine.model.notices import OF_CONTACTS, NoticeKind
from engine.model.relations import Contact
from engine.model.session import EventSession, SessionStatus
from engine.notices.session_notices import WHAT
from engine.sessions.state_machine import Confirm
from engine.time.span import Instant

_EARLIER: Mapping[str, NoticeKind] = {
    "confirmed": NoticeKind.BOOKED,
    "rescheduled": NoticeKind.REOPENED,
    "declined": NoticeKind.REOPENED,
    "foreign": NoticeKind.REOPENED,
    "deleted": NoticeKind.ANSWERED,
    "time_conflict": NoticeKind.CONFLICT,
}
"""What the release before wrote, and may have left to be told."""


def kind_of(entry: OutboxEntry) -> NoticeKind:
    """Tell what an entry is about."""
    what = str(entry.payload[WHAT])
    return _EARLIER.get(what) or NoticeKind(what)


def is_true(
    kind: NoticeKind,
    details: Mapping[str, Any],
    session: EventSession | None,
    event: CalendarEvent | None = None,
    contact: Contact | None = None,
) -> bool:
    """Tell whether there is still something to tell: what asks for an answer, only while one counts."""
    if kind in OF_CONTACTS:
        return contact is not None and not contact.is_archived
    if kind is NoticeKind.REMINDER and "event" in details:
        return event is not None and takes_place(event, details)
    if kind is NoticeKind.EVENT_CHANGED:
        return event is not None
    if kind in (NoticeKind.LOST, NoticeKind.RESTORED, NoticeKind.DIGEST):
        return True
    if session is None:
        return False
    open_yet = session.status is SessionStatus.PENDING and session.final_time is None
    if kind in (NoticeKind.PROPOSED, NoticeKind.EXPIRING):
        return bool(open_yet and session.proposed_times) and details.get("round") == session.record.round
    if kind is NoticeKind.NOT_BOOKED:
        return open_yet
    if kind is NoticeKind.REMINDER:
        final = session.final_time
        begins = () if final is None else (span.start for span in final.places)
        return session.status is SessionStatus.SCHEDULED and details.get("start") in begins
    return True


def takes_place(event: CalendarEvent, details: Mapping[str, Any]) -> bool:
    """Tell whether an event still begins when a reminder says so."""
    moved = event.recurrence_rule is None and event.start_time != details.get("start")
    return event.status is not EventStatus.CANCELLED and not moved


def readers(
    kind: NoticeKind,
    named: UserId,
    session: EventSession | None,
    confirm: Confirm,
    operators: Collection[UserId],
) -> Sequence[UserId]:
    """Give whom an entry is for: whoever it names; everybody who has to confirm; operators, of connectors."""
    if kind in (NoticeKind.LOST, NoticeKind.RESTORED):
        return tuple(dict.fromkeys((named, *sorted(operators))))
    if kind is NoticeKind.PROPOSED and session is not None and confirm is Confirm.ALL:
        return session.required_ids
    return (named,)


def concerns(details: Mapping[str, Any], session: EventSession | None) -> list[Instant]:
    """Give the times that a notice is about."""
    named = [details[key] for key in ("start", "was", "expires") if isinstance(details.get(key), int)]
    asked = session is not None and session.final_time is None and session.status is SessionStatus.PENDING
    offered = [slot.start for slot in session.proposed_times] if session is not None and asked else []
    return [*named, *offered]
