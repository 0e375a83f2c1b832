"""An Outlook with one account, and a connector to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from connectors.budgets import HeldBudgets
from connectors.outlook.connector import OutlookConnector
from connectors.outlook.options import OutlookOptions
from connectors.sandbox.task import Runner, run_here
from engine.ids import RemoteCalendarId
from engine.model.calendar_object import Changes, Digest, Interpretation
from tests.contracts.connector import WINDOW, ZONE
from tests.standins.google.keeper import HeldGrant
from tests.standins.outlook.faults import Fault
from tests.standins.outlook.kindness import Kindness
from tests.standins.outlook.login import Login
from tests.standins.outlook.outlook import APP, CLIENT, TENANT, Outlook
from tests.standins.outlook.owner import Owner
from tests.standins.outlook.refusals import Json
from tests.standins.outlook.server import OutlookServer, serving
from tests.standins.surroundings import OWNER, surroundings
from tests.standins.time import StillClock

PRIMARY = RemoteCalendarId("primary")
SCOPES = ("Calendars.ReadWrite", "offline_access")


@dataclass
class OutlookWorld:
    """The stand-in, the account's own calendar and the connector; `put` and `remove` are the owner's hand."""

    outlook: Outlook
    server: OutlookServer
    owner: Owner
    connector: OutlookConnector
    keeper: HeldGrant
    clock: StillClock
    budgets: HeldBudgets
    calendar: RemoteCalendarId = PRIMARY

    def put(self, uid: str, start: str, title: str) -> None:
        """Put an event of one hour in, or in another's place."""
        day, hour = f"{start[:4]}-{start[4:6]}-{start[6:8]}", int(start[9:11])
        times = [f"{day}T{hour + more:02d}:{start[11:13]}:00" for more in (0, 1)]
        name = self.named(uid)
        if name is not None:
            self.owner.change(name, **{"subject": title} | moved(*times))
        else:
            self.owner.put(*times, subject=title, iCalUId=uid)

    def remove(self, uid: str) -> None:
        """Take an event out."""
        self.owner.delete(str(self.named(uid)))

    def fail(self) -> None:
        """Let every request fail from now on."""
        self.outlook.faults.always("*", Fault.ERROR_BEFORE)

    def named(self, uid: str) -> str | None:
        kept = self.owner.stored.events
        return next((name for name, one in kept.items() if one.event["iCalUId"] == uid), None)

    def everything(self) -> Changes:
        return self.connector.changes(self.calendar, None, {})

    def later(self, before: Changes, known: "dict[Any, Digest] | None" = None) -> Changes:
        """Read what has changed since a read, beside what it brought."""
        return self.connector.changes(
            self.calendar, before.token, known_of(before) if known is None else known
        )

    def interpreted(self, changes: Changes) -> Interpretation:
        return self.connector.interpret(changes.objects, WINDOW, ZONE)

    def asked(self, operation: str) -> int:
        """Tell how often something was asked."""
        return sum(1 for one in self.outlook.log if one.operation == operation)


def moved(start: str, end: str, zone: str = "UTC") -> Json:
    """Give the fields of another time."""
    return {"start": {"dateTime": start, "timeZone": zone}, "end": {"dateTime": end, "timeZone": zone}}


def known_of(changes: Changes) -> dict[Any, Digest]:
    """Give what is known after a whole read."""
    return {one.href: Digest(one.uid, one.etag, one.content_hash) for one in changes.objects}


def prompt() -> Kindness:
    """Give the kindness that most tests need: lists show at once what was just written."""
    return Kindness(prompt_lists=True, steady_etags=True)


@contextmanager
def outlook_world(
    folder: Path,
    run: Runner = run_here,
    kindness: Kindness | None = None,
    write: str | None = "primary",
    *,
    alone: bool = False,
    scopes: tuple[str, ...] = SCOPES,
    **options: Any,
) -> Iterator[OutlookWorld]:
    """Serve an Outlook whose account has given its consent, or whose organisation lets an app in `alone`."""
    outlook = Outlook(kindness=kindness or prompt())
    owner = Owner(outlook, outlook.account(OWNER))
    refresh, _ = Login(outlook.state).grant(CLIENT.id, OWNER, scopes)
    with serving(outlook) as server:
        clock = StillClock()
        keeper, budgets = HeldGrant(None if alone else refresh, clock), HeldBudgets(clock)
        (folder / "secret").write_text(str(APP.secret))
        by = {"client_id": CLIENT.id}
        if alone:
            by = {"client_id": APP.id, "mailbox": OWNER, "tenant": TENANT, "client_secret_file": "secret"}
        places = {"api_root": server.url, "authority": server.url, "allow_private_network": True}
        settings = OutlookOptions.model_validate({**by, **places, **options})
        around = replace(
            surroundings(folder, write=write, secrets={"client_secret": str(APP.secret)}),
            grants=keeper,
            clock=clock,
            budgets=budgets,
            run=run,
        )
        connector = OutlookConnector(settings, around)
        try:
            yield OutlookWorld(outlook, server, owner, connector, keeper, clock, budgets)
        finally:
            connector.close()
        assert outlook.violations == []
