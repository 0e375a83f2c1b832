"""A CalDAV connector under test beside somebody else's hand on the same calendar."""

from dataclasses import dataclass
from pathlib import Path

from connectors.ical.caldav.connector import CalDavConnector, connect
from connectors.ical.options import CalDavOptions
from engine.ids import RemoteCalendarId
from tests.connectors.ical.reading import calendar, event
from tests.standins.dav_hand import PASSWORD, DavHand
from tests.standins.surroundings import surroundings


def opened(
    url: str,
    base: Path,
    *,
    username: str = "dave",
    password: str = PASSWORD,
    write: str | None = None,
) -> CalDavConnector:
    """Give a connector as the configuration makes it."""
    options = CalDavOptions.model_validate(
        {"url": url, "username": username, "password": password, "allow_private_network": True}
    )
    return connect(options, surroundings(base, secrets={"password": password}, write=write))


def text(uid: str, start: str, title: str) -> str:
    """Give a calendar with one event of an hour."""
    lines = (
        f"UID:{uid}",
        "DTSTAMP:20260101T000000Z",
        f"DTSTART:{start}",
        "DURATION:PT1H",
        f"SUMMARY:{title}",
    )
    return calendar(event(*lines), header="PRODID:-//test//EN\r\n").decode()


@dataclass(slots=True)
class DavSource:
    """See `tests.contracts.connector.Source`."""

    connector: CalDavConnector
    calendar: RemoteCalendarId
    hand: DavHand
    path: str

    def put(self, uid: str, start: str, title: str) -> None:
        self.hand.put(f"{self.path}{uid}.ics", text(uid, start, title))

    def remove(self, uid: str) -> None:
        self.hand.delete(f"{self.path}{uid}.ics")

    def fail(self) -> None:
        self.hand.delete(self.path)
