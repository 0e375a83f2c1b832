"""Outlook beside Google: what an idle poll and one changed event cost, each against its stand-in."""

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
ALICE, NAME, PRIMARY = "alice@example.com", ConnectorName("alice"), RemoteCalendarId("primary")
OUTLOOK = """
[users."alice@example.com"]
timezone = "Europe/Berlin"

[connectors.alice]
kind = "outlook"
user = "alice@example.com"
read = ["primary"]
client_id = "{client_id}"
api_root = "{api_root}"
authority = "{authority}"
allow_private_network = true
"""
GOOGLE = """
[users."alice@example.com"]
timezone = "Europe/Berlin"

[connectors.alice]
kind = "google"
user = "alice@example.com"
read = ["primary"]
client_secret_file = "client.json"
api_root = "{api_root}"
token_uri = "{token_uri}"
allow_private_network = true
"""


@dataclass(frozen=True, slots=True)
class Costs:
    """CPU milliseconds: of the first read, of an idle poll, of a poll that brings one event (medians)."""

    first: float
    idle: float
    change: float


@contextmanager
def standin(provider: str, folder: Path) -> Iterator[dict[str, str]]:
    folder.mkdir()
    command = [sys.executable, "-m", f"tests.standins.{provider}", "--folder", str(folder)]
    command += ["--events", str(EVENTS), "--account", ALICE]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        told: dict[str, str] = json.loads(process.stdout.readline())
        yield told
        process.terminate()


@contextmanager
def gatherly(provider: str, folder: Path, configuration: str) -> Iterator[Services]:
    file = folder / "gatherly.toml"
    file.write_text(configuration)
    with wire.open_daemon(file) as services:
        now = services.clock.now()
        grant = Grant(
            connector=NAME,
            user_id=services.sources[NAME].user,
            provider=provider,
            refresh_token=json.loads((folder / f"{ALICE}.json").read_text())["refresh_token"],
            status=GrantStatus.CONNECTED,
            created_at=now,
            updated_at=now,
        )
        with services.store.writing() as tx:
            tx.repositories.grants.put(grant)
        yield services


def measured(services: Services, change: Callable[[int], None]) -> Costs:
    source = services.sources[NAME]
    held: list[str | None] = [None]

    def read() -> None:
        held[0] = source.connector.changes(PRIMARY, held[0], {}).token

    first = milliseconds(read)
    idle = [milliseconds(read) for _ in range(IDLE)]
    changed = []
    for number in range(CHANGES):
        change(number)
        changed.append(milliseconds(read))
    return Costs(first, statistics.median(idle), statistics.median(changed))


def milliseconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


def put(http: Http, address: str, token: str, body: Any) -> None:
    sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    sent["Prefer"] = 'IdType="ImmutableId"'
    answer = http.request("POST", address, headers=sent, body=json.dumps(body).encode())
    assert answer.status in (200, 201), answer.body


def at(number: int, hour: int, zone: str) -> dict[str, str]:
    return {"dateTime": f"2026-12-{1 + number % 28:02}T{hour}:00:00{zone}", "timeZone": "UTC"}


def test_an_idle_poll_and_a_changed_event_beside_google(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    http, rows = Http(SystemClock(), allow_private=True), {}
    for provider, configuration, path, zone in (
        ("outlook", OUTLOOK, "/v1.0/me/events", ""),
        ("google", GOOGLE, "/calendar/v3/calendars/primary/events", "Z"),
    ):
        folder = tmp_path / provider
        with (
            standin(provider, folder) as told,
            gatherly(provider, folder, configuration.format(**told)) as services,
        ):

            def change(
                number: int,
                services: Services = services,
                told: Any = told,
                path: str = path,
                zone: str = zone,
            ) -> None:
                with services.store.reading() as tx:
                    grant = tx.repositories.grants.get(NAME)
                assert grant is not None
                times = {"start": at(number, 10, zone), "end": at(number, 11, zone)}
                put(http, told["api_root"] + path, str(grant.access_token), times)

            rows[provider] = measured(services, change)
    http.close()
    with capsys.disabled():
        print(f"\n{EVENTS} events, CPU milliseconds of the connector:")
        print(f"  {'':<10} {'first read':>10} {'idle poll':>10} {'one event':>10}")
        for name, one in rows.items():
            print(f"  {name:<10} {one.first:10.1f} {one.idle:10.2f} {one.change:10.2f}")
    assert rows["outlook"].idle < 3 * rows["google"].idle
