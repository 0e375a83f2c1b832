"""Events one at a time, and lists of them."""

import copy
from typing import Any

from tests.standins.outlook.access import calendar_of, require, seen_now, shown, within
from tests.standins.outlook.keeping import FAR, drop, found, keep, occurrences, original_of, settle
from tests.standins.outlook.refusals import GraphError, Json, bad, not_found
from tests.standins.outlook.rules import EVENT, UPDATE, check_event, expanded, filtered, only
from tests.standins.outlook.state import Kept, State, StoredCalendar
from tests.standins.outlook.times import instant, moment, stamp, wall

GET, CREATE, DELETE = "api/event-get.md", "api/calendar-post-events.md", "api/event-delete.md"
INSTANCES, LIST = "api/event-list-instances.md", "api/calendar-list-events.md"
ERRORS = "concepts/errors.md"
PAGE = 10
"""How many events a list gives where it is not told."""


class Events:
    """What one account does to events."""

    def __init__(self, state: State, email: str) -> None:
        self._state = state
        self._email = email

    def create(self, calendar: str | None, body: Any, zone: str) -> Json:
        """Create an event under an id of the server's; a repeated `transactionId` makes nothing new."""
        stored = calendar_of(self._state, self._email, calendar)
        require(stored, self._email, "write")
        asked = check_event(body, new=True)
        key = (stored.owner, asked.get("transactionId", ""))
        if key[1] and key in self._state.transactions:
            return self._again(key, zone)
        kept = self._made(stored, asked)
        if key[1]:
            self._state.transactions[key] = (kept.event["id"], stored.id)
        guests = [one["emailAddress"].get("address") for one in kept.event.get("attendees", ())]
        self._state.mails += [{"event": kept.event["id"], "to": guest} for guest in guests]
        echo = shown(self._state, kept.event, zone)
        if key[1]:
            echo["transactionId"] = key[1]
        settle(self._state, kept)
        return echo

    def get(self, calendar: str | None, name: str, query: dict[str, str], zone: str) -> Json:
        """Look an event up by its id: never stale."""
        only(query, ("$expand", "$select"), GET)
        _, _, event = self._there(calendar, name, GET)
        return _selected(shown(self._state, event, zone, expanded(query)), query)

    def update(self, calendar: str | None, name: str, body: Any, match: str | None, zone: str) -> Json:
        """Change some fields of one version."""
        stored, kept, event = self._there(calendar, name, UPDATE)
        require(stored, self._email, "write")
        asked = check_event(body, new=False)
        _check_match(event, match)
        if event is not kept.event:
            return self._change_instance(kept, event, asked, zone)
        after = copy.deepcopy(event)
        for field, value in asked.items():
            if field == "singleValueExtendedProperties":
                there = {one["id"]: one for one in after.get(field, ())}
                value = list({**there, **{one["id"]: one for one in value}}.values())
            after[field] = value
        if any(name in asked and asked[name] != event.get(name) for name in ("recurrence", "start", "end")):
            kept.exceptions.clear()  # Exchange makes the instances anew
        changed = keep(self._state, stored, check_after(after))
        echo = shown(self._state, changed.event, zone)
        settle(self._state, changed)
        return echo

    def delete(self, calendar: str | None, name: str, match: str | None) -> None:
        """Delete an event, or take an instance out of its series."""
        stored, kept, event = self._there(calendar, name, DELETE)
        require(stored, self._email, "write")
        _check_match(event, match)
        if event is kept.event:
            drop(self._state, stored, name)
            return
        kept.exceptions[original_of(kept, event)] = None
        self._touch(kept)

    def listed(self, calendar: str | None, query: dict[str, str], zone: str) -> tuple[list[Json], bool]:
        """List events; a filter on an extended property sees the whole mailbox. Tells whether more follow."""
        only(query, ("$filter", "$expand", "$top", "$skip", "$select", "$orderby"), LIST)
        stored = calendar_of(self._state, self._email, calendar)
        require(stored, self._email, "read")
        wanted, expand = filtered(query), expanded(query)
        places, late = [stored], None
        if wanted is not None and self._state.settings.search_lag:
            late = self._state.settings.search_lag
        if wanted is not None:
            places = [one for one in self._state.calendars.values() if one.owner == stored.owner]
        events = [kept.event for place in places for kept in seen_now(self._state, place, late)]
        if wanted is not None:
            events = [event for event in events if _has(event, *wanted)]
        size, skip = int(query.get("$top", PAGE)), int(query.get("$skip", 0))
        page = events[skip : skip + size]
        return [shown(self._state, one, zone, expand) for one in page], len(events) > skip + size

    def instances(self, calendar: str | None, name: str, query: dict[str, str], zone: str) -> list[Json]:
        """Give a series' instances in a window: whole ones."""
        only(query, ("startDateTime", "endDateTime", "$select", "$top", "$skip", "$expand"), INSTANCES)
        if not {"startDateTime", "endDateTime"} <= set(query):
            raise bad("This request requires a time window: startDateTime and endDateTime.", INSTANCES)
        stored, kept, event = self._there(calendar, name, INSTANCES)
        require(stored, self._email, "read")
        if event.get("type") != "seriesMaster":
            raise GraphError(400, "ErrorInvalidIdNotAnItemId", "It is no series master.", INSTANCES)
        start, end = (moment(query[one], INSTANCES) for one in ("startDateTime", "endDateTime"))
        return [shown(self._state, one, zone) for one, _, _ in within(kept, start, end)]

    def _again(self, key: tuple[str, str], zone: str) -> Json:
        name, calendar = self._state.transactions[key]
        if not self._state.settings.kindness.answers_again:
            message = "An event with the same transactionId was created before."
            raise GraphError(409, "ErrorDuplicateTransactionId", message, EVENT)
        echo = shown(self._state, self._state.calendars[calendar].events[name].event, zone)
        return {**echo, "transactionId": key[1]}

    def _made(self, stored: StoredCalendar, asked: Json) -> Kept:
        now = stamp(self._state.clock.now())
        name = f"AAkALgAAserver{self._state.number():012d}"
        body = asked.get("body", {"contentType": "text", "content": ""})
        event = {
            "createdDateTime": now,
            "isAllDay": False,
            "isCancelled": False,
            "isOrganizer": True,
            "showAs": "busy",
            "sensitivity": "normal",
            "importance": "normal",
            "subject": "",
            "attendees": [],
            "location": {"displayName": ""},
            "responseStatus": {"response": "organizer", "time": "0001-01-01T00:00:00Z"},
            "organizer": {"emailAddress": {"name": stored.owner, "address": stored.owner}},
            "webLink": f"https://outlook.office365.com/owa/?itemid={name}",
            "type": "seriesMaster" if asked.get("recurrence") else "singleInstance",
            "seriesMasterId": None,
            "recurrence": None,
            **copy.deepcopy(asked),
            "id": name,
            "iCalUId": f"040000008200E00074C5B7101A82E008{self._state.serial:08X}",
            "bodyPreview": str(body.get("content", ""))[:255],
        }
        return keep(self._state, stored, event)

    def _there(self, calendar: str | None, name: str, page: str) -> tuple[StoredCalendar, Kept, Json]:
        if calendar is not None:
            places = [calendar_of(self._state, self._email, calendar)]
        else:
            places = [one for one in self._state.calendars.values() if one.owner == self._email]
        for stored in places:
            require(stored, self._email, "read")
            there = found(stored, name)
            if there is not None:
                return stored, *there
        raise not_found(page)

    def _change_instance(self, kept: Kept, event: Json, asked: Json, zone: str) -> Json:
        key = original_of(kept, event)
        _check_place(kept, event, asked)
        kept.exceptions[key] = {**(kept.exceptions.get(key) or {}), **asked}
        self._touch(kept)
        kept.changes[key] = self._state.changes
        made = next(one for one, _, _ in occurrences(kept, 4e9) if one["id"] == event["id"])
        return shown(self._state, made, zone)

    def _touch(self, kept: Kept) -> None:
        self._state.changes += 1
        kept.change, kept.at = self._state.changes, self._state.clock.now()


def check_after(event: Json) -> Json:
    """Refuse an event whose times no longer fit together.

    Raises:
        GraphError: 400.
    """
    if wall(event["end"]) < wall(event["start"]) and event["start"]["timeZone"] == event["end"]["timeZone"]:
        message = "The End date is earlier than the Start date."
        raise GraphError(400, "ErrorCalendarEndDateIsEarlierThanStartDate", message, UPDATE)
    return event


def _check_place(kept: Kept, event: Json, asked: Json) -> None:
    """Refuse an instance moved to the day of another, or over it.

    Raises:
        GraphError: 400.
    """
    if "start" not in asked:
        return
    there = instant(asked["start"])
    others = [one for one, _, _ in occurrences(kept, there + FAR) if one["id"] != event["id"]]
    before = [one for one in others if instant(one["start"]) < instant(event["start"])]
    after = [one for one in others if instant(one["start"]) > instant(event["start"])]
    if any(instant(one["end"]) > there for one in before) or any(
        instant(one["start"]) < instant(asked.get("end") or event["end"]) for one in after
    ):
        message = "Modified occurrence is crossing or overlapping adjacent occurrence."
        raise GraphError(400, "ErrorOccurrenceCrossingBoundary", message, INSTANCES)


def _check_match(event: Json, match: str | None) -> None:
    if match is not None and match not in ("*", event["@odata.etag"]):
        message = "The send or update operation could not be performed because the change key passed is old."
        raise GraphError(412, "ErrorIrresolvableConflict", message, ERRORS)


def _selected(event: Json, query: dict[str, str]) -> Json:
    """Give of an answer what was selected; its id, its etag and what was expanded come all the same."""
    if "$select" not in query:
        return event
    wanted = {"id", "@odata.etag", "singleValueExtendedProperties", *query["$select"].split(",")}
    return {name: value for name, value in event.items() if name in wanted}


def _has(event: Json, name: str, value: str) -> bool:
    return any(
        one["id"].lower() == name.lower() and one["value"] == value
        for one in event.get("singleValueExtendedProperties", ())
    )
