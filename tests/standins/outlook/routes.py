"""Which request below `/me` or `/users/{address}` asks for what."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from tests.standins.outlook.access import calendar_of
from tests.standins.outlook.calendars import Calendars
from tests.standins.outlook.delta import Delta
from tests.standins.outlook.events import Events
from tests.standins.outlook.refusals import Json
from tests.standins.outlook.state import State
from tests.standins.outlook.wire import Request

Made: TypeAlias = Callable[[str], tuple[int, Json | None]]
"""Does what a request asks for, as somebody."""

OPERATIONS: Mapping[tuple[str, ...], str] = {
    ("GET", "calendars"): "calendars.list",
    ("GET",): "calendars.get",
    ("POST", "getSchedule"): "getSchedule",
    ("GET", "calendarView", "delta"): "delta",
    ("POST", "events"): "events.create",
    ("GET", "events"): "events.list",
    ("GET", "events", "*"): "events.get",
    ("PATCH", "events", "*"): "events.update",
    ("DELETE", "events", "*"): "events.delete",
    ("GET", "events", "*", "instances"): "events.instances",
}


class Route:
    """One request, taken apart; `operation` is None where there is no such thing."""

    def __init__(self, state: State, request: Request, rest: list[str]) -> None:
        self._state = state
        self._request = request
        self._query = request.query
        self._zone = request.preferences.get("outlook.timezone", "UTC")
        self._calendar, rest = _place(rest)
        self._name = rest[1] if rest[:1] == ["events"] and len(rest) > 1 else ""
        shape = ["events", "*", *rest[2:]] if self._name else rest
        self.operation = OPERATIONS.get((request.verb, *shape))

    def made(self) -> Made:
        """Give what does it."""
        works: Mapping[str, Made] = {
            "calendars.list": self._calendars,
            "calendars.get": self._entry,
            "getSchedule": self._schedule,
            "delta": self._delta,
            "events.create": lambda who: (
                201,
                self._events(who).create(self._calendar, self._body, self._zone),
            ),
            "events.list": self._listed,
            "events.get": lambda who: (200, self._events(who).get(*self._event, self._query, self._zone)),
            "events.update": self._update,
            "events.delete": self._delete,
            "events.instances": self._instances,
        }
        return works[str(self.operation)]

    def _events(self, who: str) -> Events:
        return Events(self._state, who)

    @property
    def _event(self) -> tuple[str | None, str]:
        return self._calendar, self._name

    @property
    def _body(self) -> Any:
        return json.loads(self._request.body) if self._request.body else None

    @property
    def _match(self) -> str | None:
        return self._request.headers.get("if-match")

    @property
    def _base(self) -> str:
        return self._request.origin + urlsplit(self._request.target).path

    def _calendars(self, who: str) -> tuple[int, Json]:
        return self._page(*Calendars(self._state, who).listed(self._query))

    def _entry(self, who: str) -> tuple[int, Json]:
        return 200, Calendars(self._state, who).entry(calendar_of(self._state, who, self._calendar))

    def _schedule(self, who: str) -> tuple[int, Json]:
        return 200, {"value": Calendars(self._state, who).schedule(self._body, self._zone)}

    def _delta(self, who: str) -> tuple[int, Json]:
        asked = int(self._request.preferences.get("odata.maxpagesize", "10"))
        size = min(asked, self._state.settings.page_limit)
        delta = Delta(self._state, who)
        return 200, delta.answer(self._calendar, self._query, self._zone, size, self._base)

    def _listed(self, who: str) -> tuple[int, Json]:
        return self._page(*self._events(who).listed(self._calendar, self._query, self._zone))

    def _create(self, who: str) -> tuple[int, Json]:
        return 201, self._events(who).create(self._calendar, self._body, self._zone)

    def _update(self, who: str) -> tuple[int, Json]:
        return 200, self._events(who).update(*self._event, self._body, self._match, self._zone)

    def _delete(self, who: str) -> tuple[int, None]:
        self._events(who).delete(*self._event, self._match)
        return 204, None

    def _instances(self, who: str) -> tuple[int, Json]:
        found = self._events(who).instances(*self._event, self._query, self._zone)
        size, skip = int(self._query.get("$top", 10)), int(self._query.get("$skip", 0))
        return self._page(found[skip : skip + size], len(found) > skip + size)

    def _page(self, items: list[Json], more: bool) -> tuple[int, Json]:
        after = int(self._query.get("$skip", 0)) + len(items)
        others = [f"{name}={value}" for name, value in self._query.items() if name != "$skip"]
        following = f"{self._base}?{'&'.join([*others, f'$skip={after}'])}"
        return 200, {"value": items, **({"@odata.nextLink": following} if more else {})}


def _place(rest: list[str]) -> tuple[str | None, list[str]]:
    """Take the calendar off a path; None is the mailbox's own."""
    if rest[:1] == ["calendars"] and len(rest) > 1:
        return rest[1], rest[2:]
    if rest[:1] == ["calendar"]:
        return None, rest[1:]
    return None, rest if rest else ["none"]
