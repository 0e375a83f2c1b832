"""calendarList, calendars and acl: which calendars there are, and who may do what with them."""

from typing import Any

from tests.standins.google.access import require, stored_of
from tests.standins.google.answers import Json, invalid, not_found
from tests.standins.google.state import ROLES, State, StoredCalendar


class Sharing:
    """What one account sees of calendars."""

    def __init__(self, state: State, email: str) -> None:
        self._state = state
        self._email = email

    def listed(self, query: dict[str, Any]) -> Json:
        """Give the account's list of calendars."""
        least = ROLES.index(query.get("minAccessRole", "freeBusyReader"))
        stored_calendars = [one for one in self._listed() if ROLES.index(one.role(self._email)) >= least]
        size = query.get("maxResults", 100)
        start = int(query.get("pageToken", "0"))
        page = {
            "kind": "calendar#calendarList",
            "etag": f'"l{self._state.changes}"',
            "items": [self._entry(one) for one in stored_calendars[start : start + size]],
        }
        if start + size < len(stored_calendars):
            return page | {"nextPageToken": str(start + size)}
        return page | {"nextSyncToken": f"list{self._state.changes}"}

    def entry(self, path: dict[str, str]) -> Json:
        """Give one calendar of the list."""
        return self._entry(stored_of(self._state, self._email, path["calendarId"]))

    def subscribe(self, body: Json) -> Json:
        """Put a calendar that is shared with the account on its list."""
        stored = stored_of(self._state, self._email, body["id"])
        self._state.lists.setdefault(self._email, {})[stored.id] = {}
        return self._entry(stored)

    def calendar(self, path: dict[str, str]) -> Json:
        """Give a calendar's own data."""
        return _calendar(stored_of(self._state, self._email, path["calendarId"]))

    def create(self, body: Json) -> Json:
        """Make a secondary calendar."""
        name = f"c{self._state.number():04d}@group.calendar.google.com"
        zone = body.get("timeZone", "UTC")
        stored = StoredCalendar(id=name, owner=self._email, summary=body["summary"], zone=zone)
        self._state.stored_calendars[name] = stored
        self._state.lists.setdefault(self._email, {})[name] = {}
        return _calendar(stored)

    def remove(self, path: dict[str, str]) -> None:
        """Delete a secondary calendar."""
        stored = stored_of(self._state, self._email, path["calendarId"])
        require(stored, self._email, "owner")
        if stored.id == self._email:
            raise invalid("Cannot remove the primary calendar.", "cannotDeletePrimaryCalendar")
        stored.deleted = True

    def rules(self, path: dict[str, str]) -> Json:
        """Give who may do what with a calendar."""
        stored = stored_of(self._state, self._email, path["calendarId"])
        require(stored, self._email, "owner")
        rules = {stored.owner: "owner", **stored.acl}
        items = [_rule(name, role) for name, role in rules.items()]
        return {"kind": "calendar#acl", "etag": '"a"', "items": items, "nextSyncToken": "acl"}

    def share(self, path: dict[str, str], body: Json) -> Json:
        """Let somebody do something with a calendar."""
        stored = stored_of(self._state, self._email, path["calendarId"])
        require(stored, self._email, "owner")
        if body["role"] not in ROLES:
            raise invalid("Invalid role.")
        scope = body["scope"]
        name = scope.get("value", "default")
        stored.acl[name] = body["role"]
        return _rule(name, body["role"])

    def unshare(self, path: dict[str, str]) -> None:
        """Take somebody's rights away."""
        stored = stored_of(self._state, self._email, path["calendarId"])
        require(stored, self._email, "owner")
        if stored.acl.pop(path["ruleId"].partition(":")[2] or path["ruleId"], None) is None:
            raise not_found()

    def _listed(self) -> list[StoredCalendar]:
        own = [one for one in self._state.stored_calendars.values() if one.owner == self._email]
        added = [self._state.stored_calendars[name] for name in self._state.lists.get(self._email, {})]
        both = dict.fromkeys(one.id for one in (*own, *added) if not one.deleted)
        return [self._state.stored_calendars[name] for name in both]

    def _entry(self, stored: StoredCalendar) -> Json:
        entry: Json = {
            "kind": "calendar#calendarListEntry",
            "etag": f'"e{len(stored.acl)}"',
            "id": stored.id,
            "summary": stored.summary,
            "timeZone": stored.zone,
            "accessRole": stored.role(self._email),
            "defaultReminders": [],
        }
        return entry | {"primary": True} if stored.id == self._email else entry


def _calendar(stored: StoredCalendar) -> Json:
    return {
        "kind": "calendar#calendar",
        "etag": '"c"',
        "id": stored.id,
        "summary": stored.summary,
        "timeZone": stored.zone,
    }


def _rule(name: str, role: str) -> Json:
    kind = "default" if name == "default" else "user"
    scope = {"type": kind} if kind == "default" else {"type": kind, "value": name}
    return {"kind": "calendar#aclRule", "etag": '"r"', "id": f"{kind}:{name}", "role": role, "scope": scope}
