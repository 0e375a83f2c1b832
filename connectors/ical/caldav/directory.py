"""An account's calendars by the names that the configuration gives them: display names or paths.

They are found from whatever address was given (RFC 6764, RFC 4791 section 6): a server's, a principal's, a
home's or a calendar's. Only here may a server lead to another one (iCloud's numbered hosts), and only here
does the password follow.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from connectors.ical.caldav.client import DavClient, MovedError
from connectors.ical.caldav.multistatus import (
    ADDRESSES,
    CALDAV,
    COMPONENTS,
    DAV,
    DISPLAY_NAME,
    HOME_SET,
    PRINCIPAL,
    PRIVILEGES,
    REPORTS,
    RESOURCE_TYPE,
    TIMEZONE,
    Member,
    Multistatus,
)
from connectors.ical.caldav.places import Place, beside, led, plain_path, segments
from connectors.web.http import MOST_REDIRECTS
from connectors.web.urls import Url
from engine.errors import SourceError, SourceExpiredError, SourceUnavailableError
from engine.ids import RemoteCalendarId

WELL_KNOWN = "/.well-known/caldav"
FIRST = (RESOURCE_TYPE, PRINCIPAL, HOME_SET, ADDRESSES)
MOST_ADDRESSES, LONGEST_ADDRESS = 50, 254
ABOUT_CALENDARS = (RESOURCE_TYPE, DISPLAY_NAME, COMPONENTS, PRIVILEGES, REPORTS, TIMEZONE)
WRITING = frozenset({f"{DAV}all", f"{DAV}write", f"{DAV}write-content", f"{DAV}bind"})


@dataclass(frozen=True, slots=True)
class Found:
    """The calendars of an account; `itself` when the given address is a calendar's own.

    `owner` has the addresses by which the account's events know its owner, as far as the server tells.
    """

    places: tuple[Place, ...]
    itself: bool = False
    owner: tuple[str, ...] = ()


def discover(client: DavClient, url: Url) -> Found:
    """Find the calendars.

    Raises:
        SourceExpiredError: the password is wrong.
        SourceUnavailableError: no answer, or no calendars there.
    """
    refusal: SourceUnavailableError | None = None
    for start in dict.fromkeys((url, url.joined(WELL_KNOWN))):
        try:
            found = _from(client, start)
        except SourceExpiredError:
            raise
        except SourceUnavailableError as error:
            refusal = refusal or error
            continue
        if found is not None:
            return found
    raise refusal or SourceUnavailableError(
        f"{url.label} names no calendars", "Give the address that the provider documents for CalDAV"
    )


def _from(client: DavClient, start: Url) -> Found | None:
    answer = ask_itself(client, start, FIRST)
    if is_calendar(answer.members[0]):
        own = tuple(_calendars(client, answer.url, depth=0))
        return Found(own, itself=True, owner=_owner_of_calendar(client, answer))
    principal = _principal(client, answer)
    member, owner = principal.members[0], owner_of(principal.members[0])
    homes = [follow(client, principal.url, href).as_folder for href in member.hrefs(HOME_SET)]
    if not homes:
        there = tuple(_calendars(client, answer.url.as_folder, depth=1))
        return Found(there, owner=owner) if there else None
    places = tuple(place for home in homes for place in _calendars(client, home, depth=1))
    return Found(places, owner=owner)


def _principal(client: DavClient, answer: Multistatus) -> Multistatus:
    """Ask the principal that a resource names, unless the resource has a home itself."""
    member = answer.members[0]
    if member.hrefs(HOME_SET) or not member.hrefs(PRINCIPAL):
        return answer
    return ask_itself(client, follow(client, answer.url, member.hrefs(PRINCIPAL)[0]), (HOME_SET, ADDRESSES))


def _owner_of_calendar(client: DavClient, answer: Multistatus) -> tuple[str, ...]:
    """Ask who a calendar's account belongs to; where that cannot be had, nobody but the operator tells."""
    try:
        return owner_of(_principal(client, answer).members[0])
    except SourceExpiredError:
        raise
    except SourceError:
        return ()


def owner_of(principal: Member) -> tuple[str, ...]:
    """Read the mail addresses of a principal (RFC 6638 section 2.4.1)."""
    told = [href for href in principal.hrefs(ADDRESSES) if href.lower().startswith("mailto:")]
    return tuple(unquote(href) for href in told[:MOST_ADDRESSES] if len(href) <= LONGEST_ADDRESS)


def follow(client: DavClient, url: Url, href: str) -> Url:
    """Go where a server leads, and let the password go there.

    Raises:
        SourceUnavailableError: it leads where no password is sent.
    """
    found = led(url, href)
    client.trust(found, url)
    return found


def ask_itself(client: DavClient, url: Url, names: Sequence[str]) -> Multistatus:
    """Ask a resource about itself, going where redirects point."""
    for _ in range(MOST_REDIRECTS + 1):
        try:
            answer = client.propfind(url, names, 0)
        except MovedError as error:
            if error.target is None:
                raise
            client.trust(error.target, url)
            url = error.target
            continue
        if not answer.members:
            raise SourceUnavailableError(f"{url.label} says nothing of itself")
        return answer
    raise SourceUnavailableError(f"{url.label} redirects more than {MOST_REDIRECTS} times")


def _calendars(client: DavClient, url: Url, *, depth: int) -> Iterator[Place]:
    answer = client.propfind(url, ABOUT_CALENDARS, depth)
    for member in answer.members:
        if is_calendar(member) and holds_events(member):
            yield place_of(member, beside(answer.url, member.href).as_folder)


def is_calendar(member: Member) -> bool:
    """Tell a calendar from an inbox, an outbox, a subscription or a plain folder."""
    return f"{CALDAV}calendar" in member.inner(RESOURCE_TYPE)


def holds_events(member: Member) -> bool:
    """Tell whether a calendar may hold events; one that does not say may."""
    return not member.components or "VEVENT" in member.components


def place_of(member: Member, url: Url) -> Place:
    """Read what a server says of a calendar; what it leaves open is found out when it is tried."""
    privileges, reports = member.inner(PRIVILEGES), member.inner(REPORTS)
    return Place(
        url=url,
        name=member.text(DISPLAY_NAME) or plain_path(segments(url.path)[-2]),
        zone=member.zone,
        writable=not privileges or bool(privileges & WRITING),
        syncs=not reports or f"{DAV}sync-collection" in reports,
    )


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
