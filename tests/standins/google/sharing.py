"""calendarList, calendars and acl: which calendars there are, and who may do what with them."""

import random
from typing import Any

from tests.standins.google.access import require, stored_of
from tests.standins.google.answers import ApiError, Json, invalid, not_found
from tests.standins.google.state import ROLES, State, StoredCalendar


class Sharing:
    """What one account sees of calendars."""

    def __init__(self, state: State, email: str) -> None:
        self._state = state
        self._email = email

    def listed(self, query: dict[str, Any]) -> Json:
        """Give a page of the account's list of calendars, or of what has changed in it since a token.

        Hidden and deleted entries are there where they are asked for, and always since a token.
        """
        if "syncToken" in query and "minAccessRole" in query:
            message = "Sync token cannot be used with other request restrictions."
            raise invalid(message, "syncTokenWithRequestRestrictions")
        since = self._since(query["syncToken"]) if "syncToken" in query else None
        items = [self._entry(one) for one in self._chosen(query, since)]
        kind = self._state.settings.kindness
        if not kind.ordered_pages:
            items = [*items, *items]
            random.Random(self._state.changes).shuffle(items)
        start = int(query.get("pageToken", "p0")[1:])
        page: Json = {"kind": "calendar#calendarList", "etag": f'"l{self._state.changes}"'}
        size = query.get("maxResults", 100)
        if "pageToken" not in query and items and not kind.full_pages:
            return page | {"items": [], "nextPageToken": "p0"}
        page["items"] = items[start : start + size]
        if start + size < len(items):
            return page | {"nextPageToken": f"p{start + size}"}
        return page | {"nextSyncToken": f"list{self._state.changes}"}

    def _since(self, token: str) -> int:
        if not token.removeprefix("list").isdigit():
            raise ApiError(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.")
        return int(token.removeprefix("list"))

    def _chosen(self, query: dict[str, Any], since: int | None) -> list[StoredCalendar]:
        least = ROLES.index(query.get("minAccessRole", "freeBusyReader"))
        found = []
        for stored in self._listed():
            entry = self._own(stored)
            hidden = entry.get("hidden") and since is None and not query.get("showHidden")
            deleted = stored.deleted and since is None and not query.get("showDeleted")
            seen = stored.deleted or ROLES.index(stored.role(self._email)) >= least
            if seen and not hidden and not deleted:
                found.append(stored)
        return found

    def _own(self, stored: StoredCalendar) -> Json:
        return self._state.lists.get(self._email, {}).get(stored.id, {})

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
        both = dict.fromkeys(one.id for one in (*own, *added))
        return [self._state.stored_calendars[name] for name in both]

    def _entry(self, stored: StoredCalendar) -> Json:
        if stored.deleted:
            gone: Json = {"kind": "calendar#calendarListEntry", "id": stored.id, "deleted": True}
            return gone
        entry: Json = {
            "kind": "calendar#calendarListEntry",
            "etag": f'"e{len(stored.acl)}"',
            "id": stored.id,
            "summary": stored.summary,
            "timeZone": stored.zone,
            "accessRole": stored.role(self._email),
            "defaultReminders": [],
        }
        own = entry | self._own(stored)
        return own | {"primary": True} if stored.id == self._email else own


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
