"""freeBusy.query: what makes busy, merged, and an error for each calendar that cannot be told of."""

from datetime import UTC, datetime
from typing import Any

from tests.standins.google.answers import ApiError, Json, invalid
from tests.standins.google.events import made_instances
from tests.standins.google.state import State, StoredCalendar
from tests.standins.google.times import seconds, span

MOST_CALENDARS = 50
NEVER_BUSY = ("workingLocation", "birthday")


class FreeBusy:
    """Tells when calendars are busy."""

    def __init__(self, state: State, email: str) -> None:
        self._state = state
        self._email = email

    def query(self, body: Json) -> Json:
        """Give busy stretches by calendar."""
        if "timeMin" not in body or "timeMax" not in body:
            raise invalid("Missing time bounds.", "required")
        first, last = seconds(body["timeMin"]), seconds(body["timeMax"])
        if last <= first:
            raise invalid("The specified time range is empty.", "timeRangeEmpty")
        if last - first > self._state.settings.longest_freebusy:
            raise invalid("The requested time range is too long.", "timeRangeTooLong")
        names = [one["id"] for one in body.get("items", ())]
        if len(names) > MOST_CALENDARS:
            raise ApiError(400, "tooManyCalendarsRequested", "Too many calendars.")
        calendars = {name: self._calendar(name, first, last) for name in names}
        return {
            "kind": "calendar#freeBusy",
            "timeMin": body["timeMin"],
            "timeMax": body["timeMax"],
            "calendars": calendars,
        }

    def _calendar(self, name: str, first: float, last: float) -> Json:
        stored = self._state.stored_calendars.get(self._email if name == "primary" else name)
        if stored is None or stored.deleted or stored.role(self._email) == "none":
            return {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
        if stored.broken:
            return {"errors": [{"domain": "global", "reason": "internalError"}], "busy": []}
        return {"busy": [{"start": _text(a), "end": _text(b)} for a, b in _merged(stored, first, last)]}


def _merged(stored: StoredCalendar, first: float, last: float) -> list[tuple[float, float]]:
    spans: list[tuple[float, float]] = []
    for event in stored.events.values():
        if event["status"] == "cancelled":
            continue
        if event.get("recurrence"):
            made = [one for one in made_instances(event, stored, last) if one["id"] not in stored.events]
        else:
            made = [event]
        spans += [span(one, stored.zone) for one in made if _takes_time(one, stored)]
    merged: list[tuple[float, float]] = []
    for start, end in sorted((max(a, first), min(b, last)) for a, b in spans if a < last and b > first):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _takes_time(event: dict[str, Any], stored: StoredCalendar) -> bool:
    if event.get("transparency") == "transparent" or event.get("eventType") in NEVER_BUSY:
        return False
    answers = [one for one in event.get("attendees", ()) if one.get("email") == stored.id]
    return not any(one.get("responseStatus") == "declined" for one in answers)


def _text(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
