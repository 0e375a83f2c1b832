"""Which calendars an account has, and where each lies: by its id, its name or as the account's own."""

import threading
from dataclasses import dataclass
from urllib.parse import quote

from connectors.outlook.api import GraphApi, Resource
from connectors.owner import address_of
from engine.errors import SourceUnavailableError
from engine.ids import RemoteCalendarId
from engine.ports.connector import RemoteCalendar

PRIMARY = RemoteCalendarId("primary")
"""An account's own calendar; one name, so that it is never read twice."""
SCHEDULE = "schedule:"
"""Begins the name of what is no calendar but somebody's free/busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a calendar lies.

    `name` is how the mark knows it, whatever the configuration calls it. `mailbox` is where single events and
    marks are looked for: of the account's own calendars in all of them, since an event may have been moved.
    `owner` is whose it is, where that is not the account.
    """

    name: str
    path: str
    mailbox: str
    owner: str = ""


OWN = Place(name=PRIMARY, path="/calendar", mailbox="")


class Directory:
    """An account's list, asked for once and again when it does not hold what is named."""

    def __init__(self, api: GraphApi, place: str) -> None:
        self._api = api
        self._place = place
        self._lock = threading.Lock()
        self._known: list[Resource] | None = None

    def entries(self) -> list[Resource]:
        """Ask for the list."""
        found = self._api.calendar_list()
        with self._lock:
            self._known = found
        return found

    def place(self, calendar: RemoteCalendarId) -> Place:
        """Find a calendar by id or name.

        Raises:
            SourceError: there is none, several are called so, or the list cannot be had.
        """
        if calendar == PRIMARY:
            return OWN
        known = self._known
        found = _called(known or (), calendar) or _called(self.entries(), calendar)
        if len(found) == 1:
            return self._of(found[0])
        if found:
            raise SourceUnavailableError(
                f"{self._place}: {len(found)} calendars are called {calendar}",
                f"Name it by its id, as gatherly calendars {self._place} shows it",
            )
        raise SourceUnavailableError(
            f"{self._place}: the account has no calendar {calendar}",
            f"Compare with gatherly calendars {self._place}",
        )

    def owner(self) -> str:
        """Give the account's address, as far as the list tells it."""
        return own_address(self._known or self.entries())

    def _of(self, entry: Resource) -> Place:
        name = str(entry["id"])
        if is_primary(entry):
            return OWN
        account, owner = own_address(self._known or ()), owner_of(entry)
        theirs = owner if owner and account and owner != account else ""
        path = f"/calendars/{quote(name, safe='')}"
        return Place(name=name, path=path, mailbox=path if theirs else "", owner=theirs)


def room_of(room: Resource) -> RemoteCalendar:
    """Give a room as what can be read of it, when it is busy: nobody is busy by it unless it is named."""
    address = address_of(str(room["emailAddress"]))
    seats = room.get("capacity")
    more = f" ({seats} seats)" if isinstance(seats, int) and seats else ""
    return RemoteCalendar(
        calendar=RemoteCalendarId(f"{SCHEDULE}{address}"),
        name=f"{room.get('displayName') or address}{more}",
        is_hidden=True,
    )


def _called(entries: "list[Resource] | tuple[()]", calendar: str) -> list[Resource]:
    """Give what an id names, else what bears the name."""
    by_id = [one for one in entries if one.get("id") == calendar]
    return by_id or [one for one in entries if one.get("name") == calendar]


def is_primary(entry: Resource) -> bool:
    """Whether a calendar is the account's own."""
    return bool(entry.get("isDefaultCalendar"))


def owner_of(entry: Resource) -> str:
    """Give the address of a calendar's owner; "" where it is not told."""
    owner = entry.get("owner")
    return address_of(str(owner.get("address") or "")) if isinstance(owner, dict) else ""


def own_address(entries: "list[Resource] | tuple[()]") -> str:
    """Give the address of the account, which its own calendar tells."""
    return next((owner_of(one) for one in entries if is_primary(one)), "")
