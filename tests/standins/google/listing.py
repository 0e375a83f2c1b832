"""events.list and instances: filters, pages, sync tokens that age, deltas out of order, lists that lag."""

import base64
import copy
import hashlib
import json
import random
from typing import Any

from tests.standins.google.access import shown, stored_of
from tests.standins.google.answers import ApiError, Json, invalid
from tests.standins.google.events import made_instances
from tests.standins.google.state import State, StoredCalendar
from tests.standins.google.times import LONGEST_AHEAD, seconds, span, stamp

NOT_WITH_A_TOKEN = (
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
)
NO_TOKEN_FROM = frozenset(NOT_WITH_A_TOKEN) - {"timeMin", "timeMax"}
"""What a listing with any of these never ends in: a sync token."""
LONGEST_UPDATED = 28 * 86400
"""Seconds that `updatedMin` may lie back."""
PAGING = ("pageToken", "maxResults", "syncToken")


class Listing:
    """Lists one account's events."""

    def __init__(self, state: State, email: str) -> None:
        self._state = state
        self._email = email

    def events(self, path: dict[str, str], query: dict[str, Any]) -> Json:
        """Give a page of a calendar's events, or of what has changed since a token."""
        stored = stored_of(self._state, self._email, path["calendarId"])
        shape = _shape(query)
        if "pageToken" in query:
            return self._next_page(query, shape)
        asked = dict(query)
        since = None
        if "syncToken" in query:
            since = self._since(stored, query, shape)
            asked |= since["window"]
        elif query.get("orderBy") == "startTime" and not query.get("singleEvents"):
            raise invalid("The requested ordering is not available for the particular query.")
        _check_bounds(query, self._state.clock.now())
        items = self._items(stored, asked, None if since is None else since["change"])
        return self._page(stored, items, query, shape, self._token(stored, asked, shape))

    def instances(self, path: dict[str, str], query: dict[str, Any]) -> Json:
        """Give a page of one series' instances."""
        stored = stored_of(self._state, self._email, path["calendarId"])
        master = stored.events.get(path["eventId"])
        if master is None:
            raise ApiError(404, "notFound", "Not Found")
        if "pageToken" in query:
            return self._next_page(query, _shape(query))
        found = made_instances(master, stored, _until(query, self._state))
        items = [one for one in found if self._fits(one, stored, query)]
        return self._page(stored, items, query, _shape(query), None)

    def _items(self, stored: StoredCalendar, query: dict[str, Any], since: int | None) -> list[Json]:
        delta = since is not None
        events = [
            event
            for event in self._visible(stored)
            if stored.changed.get(event["id"], 0) > (since or 0) and _matches(event, query)
        ]
        if query.get("singleEvents") or stored.role(self._email) == "freeBusyReader":
            events = self._expanded(stored, events, query)
        kept = [event for event in events if self._fits(event, stored, query, delta)]
        if query.get("orderBy") == "startTime":
            kept.sort(key=lambda event: span(event, stored.zone))
        elif query.get("orderBy") == "updated":
            kept.sort(key=lambda event: str(event["updated"]))
        if delta and not self._state.settings.kindness.ordered_pages:
            kept = _disordered(kept, since or 0)
        return kept

    def _visible(self, stored: StoredCalendar) -> list[Json]:
        """Give every event as lists show it: what was written a moment ago may not be there yet."""
        lag, now = self._state.lag, self._state.clock.now()
        found = []
        for name, event in stored.events.items():
            fresh = lag and stored.changed_at[name] > now - lag
            one = stored.before.get(name) if fresh else event
            if one is not None:
                found.append(one)
        return found

    def _expanded(self, stored: StoredCalendar, events: list[Json], query: dict[str, Any]) -> list[Json]:
        found = []
        for event in events:
            if event.get("recurrence") and event["status"] != "cancelled":
                made = made_instances(event, stored, _until(query, self._state))
                found += [one for one in made if one["id"] not in stored.events]
            else:
                found.append(event)
        return found

    def _fits(self, event: Json, stored: StoredCalendar, query: dict[str, Any], delta: bool = False) -> bool:
        if event["status"] == "cancelled":
            exception = "recurringEventId" in event and not query.get("singleEvents")
            master = stored.events.get(event.get("recurringEventId", ""), {})
            told = delta or "updatedMin" in query or query.get("showDeleted")
            if not (told or (exception and master.get("status") != "cancelled")):
                return False
            if "start" not in event:
                return True
        if event.get("recurrence"):
            made = made_instances(event, stored, _until(query, self._state))
            return not made or any(_inside(one, stored, query) for one in (event, *made))
        return _inside(event, stored, query)

    def _page(
        self, stored: StoredCalendar, items: list[Json], query: dict[str, Any], shape: str, token: str | None
    ) -> Json:
        whole = self._state.settings.kindness.whole_tombstones
        seen = [shown(event, stored, self._email, whole=whole) for event in items]
        answer = {
            "kind": "calendar#events",
            "etag": f'"p{self._state.changes}"',
            "summary": stored.summary,
            "updated": stamp(self._state.clock.now()),
            "timeZone": stored.zone,
            "accessRole": stored.role(self._email),
            "defaultReminders": [],
        }
        return self._cut(answer, copy.deepcopy(seen), query, shape, token, first=True)

    def _cut(
        self,
        answer: Json,
        items: list[Json],
        query: dict[str, Any],
        shape: str,
        token: str | None,
        *,
        first: bool = False,
    ) -> Json:
        size = min(query.get("maxResults", 250), self._state.settings.page_limit)
        if items and not self._state.settings.kindness.full_pages:
            size = 0 if first else max(1, size - 1)
        page = answer | {"items": items[:size]}
        if len(items) > size:
            name = f"page{self._state.number()}"
            self._state.pages[name] = (answer, items[size:], shape, token)
            return page | {"nextPageToken": name}
        return page if token is None else page | {"nextSyncToken": token}

    def _next_page(self, query: dict[str, Any], shape: str) -> Json:
        kept = self._state.pages.get(query["pageToken"])
        if kept is None or kept[2] != shape:
            raise invalid("Invalid page token value.")
        answer, items, _, token = kept
        return self._cut(answer, items, query, shape, token)

    def _token(self, stored: StoredCalendar, query: dict[str, Any], shape: str) -> str | None:
        if NO_TOKEN_FROM & query.keys():
            return None
        lag, now = self._state.lag, self._state.clock.now()
        hidden = [
            stored.changed[name]
            for name, at in stored.changed_at.items()
            if lag and at > now - lag and name in stored.changed
        ]
        window = {name: query[name] for name in ("timeMin", "timeMax") if name in query}
        change = min([self._state.changes, *(one - 1 for one in hidden)])
        token = {"c": stored.id, "change": change, "at": now, "shape": shape, "window": window}
        return base64.urlsafe_b64encode(json.dumps(token).encode()).decode()

    def _since(self, stored: StoredCalendar, query: dict[str, Any], shape: str) -> Json:
        if any(name in query for name in NOT_WITH_A_TOKEN) or query.get("showDeleted") is False:
            message = "Sync token cannot be used with other request restrictions."
            raise invalid(message, "syncTokenWithRequestRestrictions")
        gone = ApiError(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.")
        try:
            token: Json = json.loads(base64.urlsafe_b64decode(query["syncToken"]))
        except ValueError as error:
            raise gone from error
        age = self._state.clock.now() - token["at"]
        if token["c"] != stored.id or token["change"] < stored.floor or age > self._state.settings.token_life:
            raise gone
        if token["shape"] != shape:
            raise invalid("Other parameters than in the first request: undefined behaviour, refused here.")
        return token


def _check_bounds(query: dict[str, Any], now: float) -> None:
    """Refuse bounds that Google refuses."""
    if "timeMin" in query and "timeMax" in query and seconds(query["timeMax"]) <= seconds(query["timeMin"]):
        raise invalid("The specified time range is empty.", "timeRangeEmpty")
    if "updatedMin" in query and seconds(query["updatedMin"]) < now - LONGEST_UPDATED:
        message = "The requested minimum modification time lies too far in the past."
        raise ApiError(410, "updatedMinTooLongAgo", message)


def _shape(query: dict[str, Any]) -> str:
    """Name what has to stay the same from request to request."""
    rest = {name: value for name, value in query.items() if name not in (*PAGING, *NOT_WITH_A_TOKEN)}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()[:12]


def _until(query: dict[str, Any], state: State) -> float:
    if "timeMax" in query:
        return seconds(query["timeMax"])
    return state.clock.now() + LONGEST_AHEAD.total_seconds()


def _inside(event: Json, stored: StoredCalendar, query: dict[str, Any]) -> bool:
    start, end = span(event, stored.zone)
    if "timeMin" in query and end <= seconds(query["timeMin"]):
        return False
    return "timeMax" not in query or start < seconds(query["timeMax"])


def _matches(event: Json, query: dict[str, Any]) -> bool:
    if "iCalUID" in query and event.get("iCalUID") != query["iCalUID"]:
        return False
    if "eventTypes" in query and event.get("eventType") not in query["eventTypes"]:
        return False
    if "updatedMin" in query and seconds(event["updated"]) < seconds(query["updatedMin"]):
        return False
    if "q" in query and query["q"].lower() not in json.dumps(event).lower():
        return False
    return all(
        _has_property(event, kind, wanted)
        for kind in ("private", "shared")
        for wanted in query.get(f"{kind}ExtendedProperty", ())
    )


def _has_property(event: Json, kind: str, wanted: str) -> bool:
    name, equals, value = wanted.partition("=")
    if not equals:
        raise invalid("Invalid extended property constraint.")
    properties: Json = event.get("extendedProperties", {}).get(kind, {})
    return properties.get(name) == value


def _disordered(events: list[Json], seed: int) -> list[Json]:
    """Shuffle, and tell each again."""
    twice = [*events, *copy.deepcopy(events)]
    random.Random(seed).shuffle(twice)
    return twice
