"""Who may see and do what, and what is shown of an event."""

import copy

from tests.standins.outlook.keeping import occurrences, overlaps
from tests.standins.outlook.refusals import GraphError, Json, not_found
from tests.standins.outlook.state import Kept, State, StoredCalendar
from tests.standins.outlook.times import shown as time_shown

CALENDAR = "api/calendar-get.md"
PERMISSIONS = "resources/calendarpermission.md"
ROLES = ("none", "freeBusyRead", "read", "write")
HIDDEN = ("singleValueExtendedProperties",)


def role_in(stored: StoredCalendar, email: str) -> str:
    """Tell what somebody may do with a calendar."""
    return "write" if stored.owner == email else stored.shared.get(email, "none")


def calendar_of(state: State, email: str, name: str | None) -> StoredCalendar:
    """Find a calendar by its id, or a mailbox's own.

    Raises:
        GraphError: 404: there is none, or it is nobody's business.
    """
    for stored in state.calendars.values():
        own = name is None and stored.owner == email and stored.is_default
        if own or (stored.id == name and role_in(stored, email) != "none"):
            return stored
    raise not_found(CALENDAR)


def require(stored: StoredCalendar, email: str, least: str) -> None:
    """Refuse whoever may not do that.

    Raises:
        GraphError: 403.
    """
    if ROLES.index(role_in(stored, email)) < ROLES.index(least):
        message = "Access is denied. Check credentials and try again."
        raise GraphError(403, "ErrorAccessDenied", message, PERMISSIONS)


def shown(state: State, event: Json, zone: str, expand: tuple[str, ...] = ()) -> Json:
    """Give an event as an answer holds it: extended properties only where they were asked for."""
    made = {name: copy.deepcopy(value) for name, value in event.items() if name not in HIDDEN}
    for name in ("start", "end"):
        made[name] = time_shown(event[name], zone, all_day=bool(event.get("isAllDay")))
    made["originalStartTimeZone"] = event["start"].get("timeZone")
    made["originalEndTimeZone"] = event["end"].get("timeZone")
    if state.settings.kindness.shows_transactions:
        made.setdefault("transactionId", None)
    else:
        made.pop("transactionId", None)
    wanted = [one for one in event.get("singleValueExtendedProperties", ()) if one["id"] in expand]
    if wanted:
        made["singleValueExtendedProperties"] = copy.deepcopy(wanted)
    return made


def bare(occurrence: Json, zone: str) -> Json:
    """Give an occurrence as deltas tell it in the field: its times, and whose it is."""
    times = {
        name: time_shown(occurrence[name], zone, all_day=bool(occurrence.get("isAllDay")))
        for name in ("start", "end")
    }
    return {
        "@odata.type": "#microsoft.graph.event",
        "id": occurrence["id"],
        "type": "occurrence",
        "seriesMasterId": occurrence["seriesMasterId"],
        **times,
    }


def seen_now(state: State, stored: StoredCalendar, lag: float | None = None) -> list[Kept]:
    """Give what lists show at this moment: what was written or deleted just now may be missing or left."""
    late = state.lag if lag is None else lag
    edge = state.clock.now() - late
    seen = []
    for kept in stored.events.values():
        if kept.at <= edge or late == 0:
            seen.append(kept)
        elif kept.before is not None:
            seen.append(Kept(kept.before, -1, kept.at, None, kept.exceptions, kept.changes))
    if late:
        seen += [kept for kept in stored.gone.values() if kept.at > edge]
    return seen


def within(kept: Kept, start: float, end: float) -> list[tuple[Json, int, bool]]:
    """Give an event, or a series' instances, as far as they lie in a window."""
    if not kept.event.get("recurrence"):
        alone = (kept.event, kept.change, False)
        return [alone] if overlaps(kept.event, start, end) else []
    return [one for one in occurrences(kept, end) if overlaps(one[0], start, end)]
