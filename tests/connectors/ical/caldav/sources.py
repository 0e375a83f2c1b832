"""A CalDAV connector under test beside somebody else's hand on the same calendar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from connectors.budgets import HeldBudgets
from connectors.ical.caldav.connector import CalDavConnector, Patience, connect
from connectors.ical.options import CalDavOptions
from connectors.owner import OwnerAddresses
from connectors.sandbox.task import Runner, run_here
from connectors.web.http import Http
from engine.ids import RemoteCalendarId
from engine.ports.world import Clock
from tests.connectors.ical.reading.busy_times import calendar, event
from tests.standins.dav_hand import PASSWORD, DavHand
from tests.standins.surroundings import surroundings


def opened(
    url: str,
    base: Path,
    *,
    username: str = "dave",
    password: str = PASSWORD,
    write: str | None = None,
    read: Sequence[str] | None = None,
    patience: Patience | None = None,
    http: Callable[[Clock], Http] | None = None,
    clock: Clock | None = None,
    run: Runner = run_here,
    owner: OwnerAddresses | None = None,
    **settings: str,
) -> CalDavConnector:
    """Give a connector as the configuration makes it."""
    options = CalDavOptions.model_validate(
        {"url": url, "username": username, "password": password, "allow_private_network": True} | settings
    )
    context = surroundings(base, secrets={"password": password}, write=write)
    clock = clock or context.clock
    names = None if read is None else tuple(RemoteCalendarId(name) for name in read)
    context = replace(context, read=names, clock=clock, budgets=HeldBudgets(clock), run=run)
    if owner is not None:
        context = replace(context, owner=owner)
    if http is not None:
        reached = http(clock)
        context = replace(context, http=lambda _, __: reached)
    return connect(options, context, patience or Patience())


def source_of(url: str, base: Path, hand: DavHand, path: str, name: str) -> "DavSource":
    """Give a connector that reads and writes the calendar of a name."""
    return DavSource(opened(url, base, write=name), RemoteCalendarId(name), hand, path)


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
