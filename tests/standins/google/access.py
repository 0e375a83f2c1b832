"""Who may see and do what: calendars by their names, roles, and what a role shows of an event."""

from tests.standins.google.answers import ApiError, Json, not_found
from tests.standins.google.state import ROLES, State, StoredCalendar

TOMBSTONE = frozenset({"id", "status", "recurringEventId", "originalStartTime"})
"""What the documentation promises of a deleted event."""
DETAILS = frozenset({"kind", "etag", "id", "status", "start", "end", "recurringEventId", "originalStartTime"})
"""What is left of an event for those who may not see it."""


def stored_of(state: State, email: str, calendar: str) -> StoredCalendar:
    """Find a calendar that somebody may at least know of.

    Raises:
        ApiError: 404, also for a calendar that one may not see.
    """
    stored = state.stored_calendars.get(email if calendar == "primary" else calendar)
    if stored is None or stored.deleted or stored.role(email) == "none":
        raise not_found()
    return stored


def require(stored: StoredCalendar, email: str, least: str) -> None:
    """Refuse whoever has a lesser role.

    Raises:
        ApiError: 403 with the reason that Google gives.
    """
    if ROLES.index(stored.role(email)) < ROLES.index(least):
        message = f"You need to have {least} access to this calendar."
        raise ApiError(403, "requiredAccessLevel", message, domain="calendar")


def shown(event: Json, stored: StoredCalendar, email: str, *, whole: bool) -> Json:
    """Give an event as somebody sees it: a deleted one is its id and no more, unless it is shown `whole`.

    Of an instance taken out of a series the documentation also promises which one it was.
    """
    role = stored.role(email)
    if not whole and event["status"] == "cancelled":
        return {name: value for name, value in event.items() if name in TOMBSTONE}
    hidden = role == "freeBusyReader" or (
        event.get("visibility") in ("private", "confidential")
        and role in ("reader", "writerWithoutPrivateAccess")
    )
    if hidden:
        return {name: value for name, value in event.items() if name in DETAILS} | {"visibility": "private"}
    seen = dict(event)
    for name in ("organizer", "creator"):
        if name in seen:
            seen[name] = _own(seen[name], stored)
    if "attendees" in seen:
        seen["attendees"] = [_own(one, stored) for one in seen["attendees"]]
    return seen


def _own(person: Json, stored: StoredCalendar) -> Json:
    without = {name: value for name, value in person.items() if name != "self"}
    return without | {"self": True} if person.get("email") in (stored.id, stored.owner) else without
