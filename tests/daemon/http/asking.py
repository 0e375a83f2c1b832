"""Asking the application by a person's name, in this process."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from connectors.sandbox.task import run_here
from daemon.http.application import make_application
from daemon.http.doors import Doors
from daemon.jobs.single_pass import run_once
from daemon.services import Services
from engine.ids import UserId
from engine.ports.store import Store
from tests.standins.busy_store import BusyStore
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (
    Somebody(name="alice", zone="America/New_York"),
    Somebody(name="bob"),
    Somebody(name="carol"),
    Somebody(name="root", extra="operator = true"),
)

Asker = tuple[str, str]
"""What is asked, and by whom."""


class Asked:
    """The application and those who ask it; `nobody` shows no token."""

    def __init__(self, world: FolderWorld, services: Services) -> None:
        self.world = world
        self.services = services
        self.doors = Doors.of(services.access, run_here)
        self.application = make_application(self.doors)
        self.client = TestClient(
            self.application, base_url="http://127.0.0.1:8765", raise_server_exceptions=False
        )

    def token(self, who: str) -> str:
        return self.doors.tokens.access(UserId(who), operator=who == "root")

    def __call__(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Response:
        sent = {name.replace("_", "-").encode(): value.encode("latin-1") for name, value in headers.items()}
        if who != "nobody":
            sent.setdefault(b"Authorization", f"Bearer {self.token(who)}".encode())
        return self.client.request(method, path, json=body, headers=sent)

    def work(self) -> None:
        """Let the daemon do all that it can do now."""
        run_once(self.services, lambda _line: None)

    @cached_property
    def offered(self) -> str:
        """The id of a session on offer that is only looked at: no test of this world changes it."""
        return self.session()

    def session(self, **fields: Any) -> str:
        """Have Alice ask for half an hour with Bob; gives its id once times are proposed."""
        made = self.asked_for(**fields)
        self.work()
        return made

    def asked_for(self, **fields: Any) -> str:
        """Have Alice ask for half an hour with Bob; gives its id, before any time is proposed."""
        body = {"title": "Planning", "inviteeIds": ["bob"], "duration": 30, **fields}
        made = self("alice", "POST", "/v1/sessions", body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def sessions(self, who: str = "alice") -> int:
        """Count somebody's sessions."""
        return len(self(who, "GET", "/v1/sessions?limit=100").json()["items"])

    def one_each(self, askers: Iterable[Asker]) -> dict[Asker, str]:
        """Have Alice ask for a session for each asker; gives their ids once all have times proposed."""
        made = {asker: self.asked_for() for asker in askers}
        self.work()
        return made


@contextmanager
def busy(api: Asked, others: Callable[[], object], looks: int = 1) -> Iterator[None]:
    """Let others act right after so many looks at the store of whoever asks."""
    with over(api, BusyStore(api.services.store, others, looks)):
        yield


@contextmanager
def over(api: Asked, store: Store) -> Iterator[None]:
    """Let whoever asks work on another store."""
    access = api.services.access
    desk = replace(access.desk, store=store)
    api.doors.access = replace(access, store=store, make_desk=lambda: desk)  # type: ignore[type-var] # a StoreAccess
    try:
        yield
    finally:
        api.doors.access = access


@contextmanager
def served(world: FolderWorld) -> Iterator[Asked]:
    """Give the application over a started world; one loop of events serves all that is asked."""
    with world.standing(), world.services() as services:
        asked = Asked(world, services)
        with asked.client:
            yield asked
