"""A Google with one account, and a connector to it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from connectors.budgets import HeldBudgets
from connectors.gcal.connector import GoogleConnector
from connectors.gcal.options import GoogleOptions
from connectors.gcal.scopes import WRITE_SCOPES
from connectors.gcal.tasks import raw_of, told
from connectors.sandbox.task import Runner, run_here
from engine.ids import InstallId, RemoteCalendarId
from engine.model.calendar_object import Changes, RawObject
from engine.model.capabilities import IdForm
from tests.standins.google.events import ID
from tests.standins.google.faults import Fault
from tests.standins.google.files import client_secret
from tests.standins.google.google import CLIENT, Google
from tests.standins.google.keeper import HeldGrant
from tests.standins.google.kindness import Kindness
from tests.standins.google.oauth import OAuth
from tests.standins.google.server import GoogleServer, serving
from tests.standins.google.state import StoredCalendar
from tests.standins.surroundings import OWNER, surroundings
from tests.standins.time import StillClock

PRIMARY = RemoteCalendarId("primary")


@dataclass
class GoogleWorld:
    """The stand-in, the account's own calendar and the connector; `put` and `remove` are the owner's hand."""

    google: Google
    server: GoogleServer
    stored: StoredCalendar
    connector: GoogleConnector
    keeper: HeldGrant
    clock: StillClock
    budgets: HeldBudgets
    calendar: RemoteCalendarId = PRIMARY
    id_form: IdForm = IdForm.GOOGLE

    def put(self, uid: str, start: str, title: str) -> None:
        """Put an event of one hour in, or in another's place."""
        hour = int(start[9:11])
        body = event(
            f"{start[:4]}-{start[4:6]}-{start[6:8]}T{hour:02d}:{start[11:13]}:00Z",
            f"{start[:4]}-{start[4:6]}-{start[6:8]}T{hour + 1:02d}:{start[11:13]}:00Z",
            summary=title,
        )
        path = {"calendarId": "primary", "eventId": event_id(uid)}
        if path["eventId"] in self.stored.events:
            self.owner.patch(path, {}, body, None)
        else:
            self.owner.insert(path, {}, {**body, "id": path["eventId"], "iCalUID": uid})

    def remove(self, uid: str) -> None:
        """Take an event out."""
        self.owner.delete({"calendarId": "primary", "eventId": event_id(uid)}, {}, None)

    def fail(self) -> None:
        """Let every request fail from now on."""
        self.google.faults.always("*", Fault.ERROR_BEFORE)

    @property
    def owner(self) -> Any:
        return self.google.api(OWNER)

    def insert(self, **fields: Any) -> Any:
        return self.owner.insert({"calendarId": "primary"}, {}, fields)

    def everything(self) -> Changes:
        return self.connector.changes(self.calendar, None, {})


def event_id(uid: str) -> str:
    """Give a Google id for a name that a test uses."""
    return uid if ID.fullmatch(uid) else "e" + uid.encode().hex()


def kept(href: str, members: Iterable[Mapping[str, Any]], install: InstallId) -> RawObject:
    """Give what is kept of events that a listing told of."""
    return raw_of(href, [told(dict(one)) for one in members], install)


def event(start: str, end: str, **fields: Any) -> dict[str, Any]:
    """Give the body of an event between two times."""
    return {"start": {"dateTime": start}, "end": {"dateTime": end}, **fields}


@contextmanager
def google_world(folder: Path, run: Runner = run_here, **options: Any) -> Iterator[GoogleWorld]:
    """Serve a Google whose account has given its consent."""
    google = Google(kindness=Kindness(prompt_lists=True, steady_etags=True))
    stored = google.account(OWNER)
    refresh, _ = OAuth(google.state).grant(CLIENT.id, OWNER, WRITE_SCOPES)
    with serving(google) as server:
        (folder / "client.json").write_text(json.dumps(client_secret(server.url)))
        clock = StillClock()
        keeper, budgets = HeldGrant(refresh, clock), HeldBudgets(clock)
        settings = GoogleOptions.model_validate(
            {
                "client_secret_file": "client.json",
                "api_root": server.url,
                "token_uri": f"{server.url}/token",
                "allow_private_network": True,
                **options,
            }
        )
        around = replace(
            surroundings(folder, write="primary"), grants=keeper, clock=clock, budgets=budgets, run=run
        )
        connector = GoogleConnector(settings, around)
        try:
            yield GoogleWorld(google, server, stored, connector, keeper, clock, budgets)
        finally:
            connector.close()
        assert google.violations == []
