"""Google Calendar beside gcal_sync, the library in Home Assistant: on one stand-in, a process of its own."""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from gcal_sync.api import GoogleCalendarService
from gcal_sync.auth import AbstractAuth
from gcal_sync.store import CalendarStore
from gcal_sync.sync import CalendarEventSyncManager

from connectors.web.http import Http
from daemon import wire
from daemon.runtime.clock import SystemClock
from daemon.services import Services
from engine.ids import ConnectorName, RemoteCalendarId
from engine.model.integration import GrantStatus
from engine.model.operations import Grant
from tests.worlds.command_line import ROOT

pytestmark = pytest.mark.bench
EVENTS, IDLE, CHANGES = 1_000, 40, 20
OURS, THEIRS = "alice@example.com", "bob@example.com"
NAME = ConnectorName("alice")
PRIMARY = RemoteCalendarId("primary")
CONFIGURATION = """
[users."alice@example.com"]
timezone = "Europe/Berlin"

[connectors.alice]
kind = "google"
user = "alice@example.com"
read = ["primary"]
client_secret_file = "client.json"
api_root = "{url}"
token_uri = "{url}/token"
allow_private_network = true
"""


@dataclass(frozen=True, slots=True)
class Standin:
    """A Google with two accounts that hold the same."""

    folder: Path
    url: str
    http: Http

    def refresh_token(self, account: str) -> str:
        found: str = json.loads((self.folder / f"{account}.json").read_text())["refresh_token"]
        return found

    def token(self, account: str) -> str:
        client = json.loads((self.folder / "client.json").read_text())["installed"]
        form = {
            "grant_type": "refresh_token",
            "client_id": client["client_id"],
            "client_secret": client["client_secret"],
            "refresh_token": self.refresh_token(account),
        }
        body = "&".join(f"{name}={value}" for name, value in form.items()).encode()
        answer = json.loads(self.http.request("POST", f"{self.url}/token", body=body).body)
        return str(answer["access_token"])

    def change(self, account: str, token: str, number: int) -> None:
        """Put a new event into an account's calendar, as its owner would."""
        body = {
            "summary": f"New {number}",
            "start": {"dateTime": f"2026-12-{1 + number % 28:02}T10:00:00Z"},
            "end": {"dateTime": f"2026-12-{1 + number % 28:02}T11:00:00Z"},
        }
        answer = self.http.request(
            "POST",
            f"{self.url}/calendar/v3/calendars/primary/events",
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            body=json.dumps(body).encode(),
        )
        assert answer.status == 200, answer.body


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    folder = tmp_path_factory.mktemp("google")
    command = [sys.executable, "-m", "tests.standins.google", "--folder", str(folder)]
    command += ["--events", str(EVENTS), "--account", OURS, "--account", THEIRS]
    http = Http(SystemClock(), allow_private=True)
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        yield Standin(folder, told["api_root"], http)
        process.terminate()
    http.close()


class GivenToken(AbstractAuth):
    """An access token that lasts for the measurement."""

    def __init__(self, session: ClientSession, host: str, token: str) -> None:
        super().__init__(session, host)
        self._token = token

    async def async_get_access_token(self) -> str:
        return self._token


class FileStore(CalendarStore):
    """What a program has to add to keep what was read: one JSON file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    async def async_load(self) -> dict[str, Any] | None:
        return json.loads(self._file.read_text()) if self._file.exists() else None

    async def async_save(self, data: dict[str, Any]) -> None:
        self._file.write_text(json.dumps(data))


def milliseconds(work: Callable[[], object]) -> float:
    """Give the CPU time of this process, all threads."""
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


@dataclass(frozen=True, slots=True)
class Costs:
    """CPU milliseconds: of the first read, of an idle poll, of a poll that brings one event (medians)."""

    first: float
    idle: float
    change: float


def measured(poll: Callable[[], object], change: Callable[[int], None]) -> Costs:
    first = milliseconds(poll)
    idle = [milliseconds(poll) for _ in range(IDLE)]
    changed = []
    for number in range(CHANGES):
        change(number)
        changed.append(milliseconds(poll))
    return Costs(first, statistics.median(idle), statistics.median(changed))


@contextmanager
def gatherly(standin: Standin) -> Iterator[Services]:
    file = standin.folder / "gatherly.toml"
    file.write_text(CONFIGURATION.format(url=standin.url))
    with wire.open_daemon(file) as services:
        now = services.clock.now()
        grant = Grant(
            connector=NAME,
            user_id=services.sources[NAME].user,
            provider="google",
            refresh_token=standin.refresh_token(OURS),
            status=GrantStatus.CONNECTED,
            created_at=now,
            updated_at=now,
        )
        with services.store.writing() as tx:
            tx.repositories.grants.put(grant)
        yield services


def ours(standin: Standin) -> tuple[Costs, Costs]:
    """Measure the connector alone, and a whole pull: sealed, derived and stored, on the disk."""
    token = standin.token(OURS)

    def change(number: int) -> None:
        standin.change(OURS, token, number)

    with gatherly(standin) as services:
        source = services.sources[NAME]
        held: list[str | None] = [None]

        def read() -> None:
            held[0] = source.connector.changes(PRIMARY, held[0], {}).token

        whole = measured(lambda: services.pull.run(source), change)
        return measured(read, change), whole


async def theirs(standin: Standin, store: CalendarStore | None) -> Costs:
    """Measure gcal_sync, with its own store in memory or with a file."""
    token = standin.token(THEIRS)
    async with ClientSession() as session:
        api = GoogleCalendarService(GivenToken(session, f"{standin.url}/calendar/v3", token))
        manager = CalendarEventSyncManager(api, "primary", store=store)
        began = time.process_time()
        await manager.run()
        first = 1000 * (time.process_time() - began)
        idle: list[float] = []
        changed: list[float] = []
        for number in range(IDLE + CHANGES):
            if number >= IDLE:
                standin.change(THEIRS, token, number)
            began = time.process_time()
            await manager.run()
            (idle if number < IDLE else changed).append(1000 * (time.process_time() - began))
        return Costs(first, statistics.median(idle), statistics.median(changed))


def test_an_idle_poll_and_a_changed_event_beside_gcal_sync(
    standin: Standin, capsys: pytest.CaptureFixture[str]
) -> None:
    connector, whole = ours(standin)
    memory = asyncio.run(theirs(standin, None))
    file = asyncio.run(theirs(standin, FileStore(standin.folder / "gcal_sync.json")))
    rows = {
        "gatherly, connector alone": connector,
        "gatherly, sealed and stored": whole,
        "gcal_sync, in memory": memory,
        "gcal_sync, with a JSON file": file,
    }
    with capsys.disabled():
        print(f"\n{EVENTS} events, CPU milliseconds of the client:")
        print(f"  {'':<28} {'first read':>10} {'idle poll':>10} {'one event':>10}")
        for name, one in rows.items():
            print(f"  {name:<28} {one.first:10.1f} {one.idle:10.2f} {one.change:10.2f}")
    assert whole.change < file.change
    assert whole.idle < file.idle
