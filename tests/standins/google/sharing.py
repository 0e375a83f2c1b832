"""calendarList, calendars and acl: which calendars there are, and who may do what with them."""

from typing import Any

from tests.standins.google.access import require, shelf_of
from tests.standins.google.answers import Json, invalid, not_found
from tests.standins.google.state import ROLES, Shelf, State


class Sharing:
    """What one account sees of calendars."""

    def __init__(self, state: State, email: str) -> None:
        self._state = state
        self._email = email

    def listed(self, query: dict[str, Any]) -> Json:
        """Give the account's list of calendars."""
        least = ROLES.index(query.get("minAccessRole", "freeBusyReader"))
        shelves = [one for one in self._listed() if ROLES.index(one.role(self._email)) >= least]
        size = query.get("maxResults", 100)
        start = int(query.get("pageToken", "0"))
        page = {
            "kind": "calendar#calendarList",
            "etag": f'"l{self._state.changes}"',
            "items": [self._entry(one) for one in shelves[start : start + size]],
        }
        if start + size < len(shelves):
            return page | {"nextPageToken": str(start + size)}
        return page | {"nextSyncToken": f"list{self._state.changes}"}

    def entry(self, path: dict[str, str]) -> Json:
        """Give one calendar of the list."""
        return self._entry(shelf_of(self._state, self._email, path["calendarId"]))

    def subscribe(self, body: Json) -> Json:
        """Put a calendar that is shared with the account on its list."""
        shelf = shelf_of(self._state, self._email, body["id"])
        self._state.lists.setdefault(self._email, {})[shelf.id] = {}
        return self._entry(shelf)

    def calendar(self, path: dict[str, str]) -> Json:
        """Give a calendar's own data."""
        return _calendar(shelf_of(self._state, self._email, path["calendarId"]))

    def create(self, body: Json) -> Json:
        """Make a secondary calendar."""
        name = f"c{self._state.number():04d}@group.calendar.google.com"
        zone = body.get("timeZone", "UTC")
        shelf = Shelf(id=name, owner=self._email, summary=body["summary"], zone=zone)
        self._state.shelves[name] = shelf
        self._state.lists.setdefault(self._email, {})[name] = {}
        return _calendar(shelf)

    def remove(self, path: dict[str, str]) -> None:
        """Delete a secondary calendar."""
        shelf = shelf_of(self._state, self._email, path["calendarId"])
        require(shelf, self._email, "owner")
        if shelf.id == self._email:
            raise invalid("Cannot remove the primary calendar.", "cannotDeletePrimaryCalendar")
        shelf.deleted = True

    def rules(self, path: dict[str, str]) -> Json:
        """Give who may do what with a calendar."""
        shelf = shelf_of(self._state, self._email, path["calendarId"])
        require(shelf, self._email, "owner")
        rules = {shelf.owner: "owner", **shelf.acl}
        items = [_rule(name, role) for name, role in rules.items()]
        return {"kind": "calendar#acl", "etag": '"a"', "items": items, "nextSyncToken": "acl"}

    def share(self, path: dict[str, str], body: Json) -> Json:
        """Let somebody do something with a calendar."""
        shelf = shelf_of(self._state, self._email, path["calendarId"])
        require(shelf, self._email, "owner")
        if body["role"] not in ROLES:
            raise invalid("Invalid role.")
        scope = body["scope"]
        name = scope.get("value", "default")
        shelf.acl[name] = body["role"]
        return _rule(name, body["role"])

    def unshare(self, path: dict[str, str]) -> None:
        """Take somebody's rights away."""
        shelf = shelf_of(self._state, self._email, path["calendarId"])
        require(shelf, self._email, "owner")
        if shelf.acl.pop(path["ruleId"].partition(":")[2] or path["ruleId"], None) is None:
            raise not_found()

    def _listed(self) -> list[Shelf]:
        own = [one for one in self._state.shelves.values() if one.owner == self._email]
        added = [self._state.shelves[name] for name in self._state.lists.get(self._email, {})]
        both = dict.fromkeys(one.id for one in (*own, *added) if not one.deleted)
        return [self._state.shelves[name] for name in both]

    def _entry(self, shelf: Shelf) -> Json:
        entry: Json = {
            "kind": "calendar#calendarListEntry",
            "etag": f'"e{len(shelf.acl)}"',
            "id": shelf.id,
            "summary": shelf.summary,
            "timeZone": shelf.zone,
            "accessRole": shelf.role(self._email),
            "defaultReminders": [],
        }
        return entry | {"primary": True} if shelf.id == self._email else entry


def _calendar(shelf: Shelf) -> Json:
    return {
        "kind": "calendar#calendar",
        "etag": '"c"',
        "id": shelf.id,
        "summary": shelf.summary,
        "timeZone": shelf.zone,
    }


def _rule(name: str, role: str) -> Json:
    kind = "default" if name == "default" else "user"
    scope = {"type": kind} if kind == "default" else {"type": kind, "value": name}
    return {"kind": "calendar#aclRule", "etag": '"r"', "id": f"{kind}:{name}", "role": role, "scope": scope}
