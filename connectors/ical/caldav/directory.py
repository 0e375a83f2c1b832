"""An account's calendars by the names that the configuration gives them: display names or paths."""

import threading
from collections.abc import Sequence

from connectors.ical.caldav.client import DavClient
from connectors.ical.caldav.discovery import Found, discover
from connectors.ical.caldav.places import Place, plain_path
from connectors.web.urls import Url
from engine.errors import SourceUnavailableError
from engine.ids import RemoteCalendarId

ITSELF = "."
"""The calendar whose own address was given."""


class Directory:
    """Remembers what discovery found, until something turns out to be elsewhere."""

    def __init__(self, client: DavClient, url: Url) -> None:
        self._client = client
        self._url = url
        self._lock = threading.Lock()
        self._found: Found | None = None

    def places(self, *, anew: bool = False) -> Sequence[Place]:
        """Give the account's calendars.

        Raises:
            SourceError: the server has to be asked, and does not say.
        """
        with self._lock:
            found = None if anew else self._found
            if found is None:
                found = self._found = discover(self._client, self._url)
            return found.places

    def owner(self) -> tuple[str, ...]:
        """Give the addresses of the account's owner, as far as the server tells.

        Raises:
            SourceError: the server has to be asked, and does not say.
        """
        self.places()
        return self._found.owner if self._found is not None else ()

    def forget(self) -> None:
        """Look everything up anew next time."""
        self._found = None

    def find(self, calendar: RemoteCalendarId) -> Place:
        """Give the calendar of a name; one that is not known may be new, so the server is asked again.

        Raises:
            SourceError: there is none, there are several, or the server does not say.
        """
        known = self._found is not None
        found = self._matching(calendar)
        if not found and known:
            self.forget()
            found = self._matching(calendar)
        if len(found) == 1:
            return found[0]
        places = self.places()
        if found:
            paths = ", ".join(f"{one.path}/" for one in found)
            raise SourceUnavailableError(
                f"{len(found)} calendars are called {calendar!r}", f"Write one of {paths}"
            )
        names = ", ".join(sorted({one.name for one in places})) or "there is none"
        raise SourceUnavailableError(
            f"{self._url.label} has no calendar {calendar!r}", f"The account's calendars: {names}"
        )

    def named(self, calendar: RemoteCalendarId) -> Sequence[Place]:
        """Give the calendars that a name of the configuration may mean: one, if all is well.

        Raises:
            SourceError: the server has to be asked, and does not say.
        """
        return self._matching(calendar)

    def _matching(self, calendar: RemoteCalendarId) -> list[Place]:
        places = self.places()
        if calendar == ITSELF and self._found is not None and self._found.itself:
            return list(places)
        path = plain_path(calendar)
        by_path = [one for one in places if "/" in calendar and one.path == path]
        by_name = [one for one in places if one.name == calendar]
        by_end = [one for one in places if one.path.rpartition("/")[2] == calendar]
        return by_path or by_name or by_end
