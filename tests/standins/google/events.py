"""events.insert, get, patch, update, delete, move, import: one event at a time."""

import copy
import re
from datetime import UTC, datetime
from typing import Any

from tests.standins.google.access import require, shown, stored_of
from tests.standins.google.answers import ApiError, Json, invalid, not_found
from tests.standins.google.keeping import answer_back, keep, own_answer, spread, withdraw_copies
from tests.standins.google.state import State, StoredCalendar
from tests.standins.google.times import LONGEST_AHEAD, check_times, instance_id, instances, normal, stamp

ID = re.compile(r"[a-v0-9]{5,1024}")
READ_ONLY = ("kind", "etag", "htmlLink", "created", "updated", "creator", "organizer", "recurringEventId")
SHARED = ("summary", "description", "location", "start", "end", "recurrence", "status")


class Events:
    """What one account does to single events."""

    def __init__(self, state: State, email: str) -> None:
        self._state = state
        self._email = email

    def insert(self, path: dict[str, str], query: dict[str, Any], body: Json) -> Json:
        """Create an event, under the client's id where it gives one."""
        stored = self._writable(path)
        event_id = body.get("id") or f"made{self._state.number():08d}"
        if not ID.fullmatch(event_id):
            raise invalid("Invalid resource id value.")
        if event_id in stored.events:
            raise ApiError(409, "duplicate", "The requested identifier already exists.")
        if body.get("eventType", "default") in ("fromGmail", "birthday"):
            raise invalid("Event type cannot be created.", "eventTypeRestriction")
        event = self._made(stored, event_id, body)
        self._told("insert", stored, event, query)
        spread(self._state, stored, event)
        return self._shown(event, stored)

    def import_(self, path: dict[str, str], query: dict[str, Any], body: Json) -> Json:
        """Add a private copy of an event, known by its iCalUID."""
        stored = self._writable(path)
        known = next((one for one in stored.events.values() if one["iCalUID"] == body["iCalUID"]), None)
        event_id = known["id"] if known else f"imported{self._state.number():08d}"
        return self._shown(self._made(stored, event_id, body), stored)

    def get(self, path: dict[str, str], query: dict[str, Any]) -> Json:
        """Look an event up, a deleted one too: never stale."""
        stored = stored_of(self._state, self._email, path["calendarId"])
        return self._shown(self._there(stored, path["eventId"]), stored)

    def patch(self, path: dict[str, str], query: dict[str, Any], body: Json, if_match: str | None) -> Json:
        """Change some fields; objects are merged, arrays replaced."""
        stored, there = self._changeable(path, if_match)
        return self._change(stored, there, _merged(there, body), query)

    def update(self, path: dict[str, str], query: dict[str, Any], body: Json, if_match: str | None) -> Json:
        """Replace an event; what only Google may set stays."""
        stored, there = self._changeable(path, if_match)
        kept = {name: there[name] for name in (*READ_ONLY, "iCalUID", "id", "eventType") if name in there}
        return self._change(stored, there, {"status": "confirmed", **body, **kept}, query)

    def delete(self, path: dict[str, str], query: dict[str, Any], if_match: str | None) -> None:
        """Delete an event; its id stays taken, and at the organiser's the answer is a no."""
        stored = self._writable(path)
        there = self._there(stored, path["eventId"])
        if there["status"] == "cancelled":
            raise ApiError(410, "deleted", "Resource has been deleted")
        _check_match(there, if_match)
        self._told("delete", stored, there, query)
        gone = keep(self._state, stored, there | {"status": "cancelled"})
        for name in [
            one for one, event in stored.events.items() if event.get("recurringEventId") == gone["id"]
        ]:
            stored.events.pop(name)
            stored.changed.pop(name)
        if gone.get("organizer", {}).get("email") == stored.id:
            withdraw_copies(self._state, stored, gone)
        else:
            answer_back(self._state, stored, gone, "declined")

    def move(self, path: dict[str, str], query: dict[str, Any]) -> Json:
        """Move an event to another calendar: cancelled here, new there, under the same id."""
        stored = self._writable(path)
        target = self._writable({"calendarId": query["destination"]})
        there = copy.deepcopy(self._there(stored, path["eventId"]))
        keep(self._state, stored, copy.deepcopy(there) | {"status": "cancelled"})
        there["organizer"] = {"email": target.id}
        return self._shown(keep(self._state, target, there), target)

    def _writable(self, path: dict[str, str]) -> StoredCalendar:
        stored = stored_of(self._state, self._email, path["calendarId"])
        require(stored, self._email, "writer")
        return stored

    def _changeable(self, path: dict[str, str], if_match: str | None) -> tuple[StoredCalendar, Json]:
        stored = self._writable(path)
        there = self._there(stored, path["eventId"])
        _check_match(there, if_match)
        if there["status"] == "cancelled" and "recurringEventId" not in there:
            raise ApiError(403, "forbidden", "Forbidden")
        return stored, there

    def _there(self, stored: StoredCalendar, event_id: str) -> Json:
        """Find an event or an instance that its rules make."""
        if event_id in stored.events:
            return self._kept(stored, stored.events[event_id])
        master = stored.events.get(event_id.rpartition("_")[0])
        until = self._state.clock.now() + LONGEST_AHEAD.total_seconds()
        for one in made_instances(master, stored, until) if master else ():
            if one["id"] == event_id:
                return one
        raise not_found()

    def _kept(self, stored: StoredCalendar, event: Json) -> Json:
        """Give an event, unless it was deleted so long ago that nobody promises anything of it."""
        settings, age = self._state.settings, self._state.clock.now() - stored.changed_at[event["id"]]
        if event["status"] == "cancelled" and age > settings.kept and not settings.kindness.kept_for_ever:
            raise not_found()
        return event

    def _shown(self, event: Json, stored: StoredCalendar) -> Json:
        return shown(event, stored, self._email, whole=self._state.settings.kindness.whole_tombstones)

    def _made(self, stored: StoredCalendar, event_id: str, body: Json) -> Json:
        check_times(body, stored.zone)
        now = stamp(self._state.clock.now())
        event = {
            "kind": "calendar#event",
            "status": "confirmed",
            "htmlLink": f"https://www.google.com/calendar/event?eid={event_id}",
            "created": now,
            "creator": {"email": self._email},
            "organizer": {"email": stored.id},
            "sequence": 0,
            "reminders": {"useDefault": True},
            "eventType": "default",
            **copy.deepcopy(body),
            "id": event_id,
        }
        event.setdefault("iCalUID", f"{event_id}@google.com")
        return keep(self._state, stored, _rewritten(event, stored))

    def _change(self, stored: StoredCalendar, there: Json, after: Json, query: dict[str, Any]) -> Json:
        check_times(after, stored.zone)
        after = _rewritten(copy.deepcopy(after), stored)
        organises = there.get("organizer", {}).get("email") == stored.id
        changed = [name for name in SHARED if after.get(name) != there.get(name)]
        if changed and not organises and not there.get("guestsCanModify"):
            message = "Shared properties can only be changed by the organizer of the event."
            raise ApiError(403, "forbiddenForNonOrganizer", message, domain="calendar")
        if {"start", "end", "recurrence"} & set(changed):
            after["sequence"] = max(after.get("sequence", 0), there.get("sequence", 0) + 1)
        before = own_answer(there, stored)
        kept = keep(self._state, stored, after)
        self._told("update", stored, kept, query)
        answer = own_answer(kept, stored)
        if not organises and answer and answer != before:
            answer_back(self._state, stored, kept, answer)
        spread(self._state, stored, kept)
        return self._shown(kept, stored)

    def _told(self, what: str, stored: StoredCalendar, event: Json, query: dict[str, Any]) -> None:
        """Record what mail the change would send."""
        guests = [one["email"] for one in event.get("attendees", ()) if one.get("email") != stored.id]
        updates = query.get("sendUpdates", "none")
        self._state.mails.append(
            {
                "what": what,
                "event": event["id"],
                "sendUpdates": updates,
                "to": guests if updates == "all" else [],
            }
        )


def made_instances(master: Json, stored: StoredCalendar, until: float) -> list[Json]:
    """Give a series' instances as events, its exceptions in their places, in the order of their starts."""
    if master["status"] == "cancelled" or not master.get("recurrence"):
        return []
    found = []
    for parts in instances(master, stored.zone, datetime.fromtimestamp(until, UTC)):
        name = instance_id(master["id"], parts["originalStartTime"])
        plain = {key: value for key, value in master.items() if key != "recurrence"}
        made = plain | parts | {"id": name, "recurringEventId": master["id"]}
        found.append(stored.events.get(name, made))
    return found


def _check_match(there: Json, if_match: str | None) -> None:
    if if_match is not None and if_match not in ("*", there["etag"]):
        raise ApiError(412, "conditionNotMet", "Precondition Failed")


def _merged(there: Json, body: Json) -> Json:
    after = copy.deepcopy(there)
    for name, value in body.items():
        if isinstance(value, dict) and isinstance(after.get(name), dict) and name not in ("start", "end"):
            after[name] = _merged(after[name], value)
        else:
            after[name] = value
    return after


def _rewritten(event: Json, stored: StoredCalendar) -> Json:
    """Write times and texts the way Google gives them back, which is seldom the way they came."""
    for name in ("start", "end"):
        recurring = event.get("recurrence") or "timeZone" in event[name]
        event[name] = normal(event[name], stored.zone)
        if not recurring:
            event[name].pop("timeZone", None)
    if "summary" in event:
        event["summary"] = event["summary"].strip()
    return event
