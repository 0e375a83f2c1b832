"""Everything as its own process: Google, the command line in both ways of consent, and the daemon."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connectors.web.http import Http
from daemon.runtime.clock import SystemClock
from tests.worlds.command_line import PATIENCE, ROOT, Line
from tests.worlds.google_world import CONFIGURATION

PROGRAM = (sys.executable, "-m", "daemon")
STANDIN = (sys.executable, "-m", "tests.standins.google")
BROWSER = (sys.executable, "-m", "tests.standins.google.browser")


@dataclass(frozen=True, slots=True)
class Town:
    """A Google that runs by itself, and a configuration that leads to it."""

    folder: Path
    url: str
    line: Line

    @property
    def file(self) -> Path:
        return self.folder / "gatherly.toml"

    def connector(self) -> dict[str, Any]:
        (found,) = self.line.asked("status", "-c", self.file)["connectors"]
        return dict(found)

    def becomes(self, state: str) -> dict[str, Any]:
        """Wait until the daemon's connector stands so."""
        clock = SystemClock()
        until = clock.monotonic() + PATIENCE
        while (found := self.connector())["state"] != state:
            assert clock.monotonic() < until, found
            clock.wait(0.2)
        return found


@contextmanager
def running(*words: str, **more: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program beside, and end it."""
    process = subprocess.Popen(words, cwd=ROOT, text=True, **more)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Town]:
    with running(*STANDIN, "--folder", str(tmp_path), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        made = Town(tmp_path, told["api_root"], Line(capsys))
        text = CONFIGURATION.format(url=made.url).replace('kind = "google"', 'kind = "google"\nevery = "1s"')
        made.file.write_text(text)
        yield made


def paste(town: Town) -> int:
    """Connect without a browser on this machine: somebody carries the address over."""
    words = (*PROGRAM, "connect", "alice-work", "-c", str(town.file))
    nothing = {**os.environ, "BROWSER": "true"}
    with subprocess.Popen(
        words, cwd=ROOT, env=nothing, text=True, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        page = next(line.strip() for line in process.stderr if line.strip().startswith("http"))
        carried = subprocess.run(
            (*BROWSER, page, "--paste"), cwd=ROOT, capture_output=True, text=True, check=True
        )
        process.communicate(carried.stdout, timeout=PATIENCE)
        return process.returncode


@pytest.mark.long
@pytest.mark.upload
def test_a_daemon_reads_what_was_connected_by_hand_and_says_when_it_is_revoked(town: Town) -> None:
    assert town.line("check", "-c", town.file).returncode == 1
    assert paste(town) == 0
    checked = town.line.asked("check", "-c", town.file)["connectors"][0]
    assert (checked["state"], checked["notes"]) == ("ok", ["the account is alice@example.com", "without TLS"])
    with running(*PROGRAM, "run", "-c", str(town.file), stderr=subprocess.PIPE) as daemon:
        town.becomes("ok")
        revoke(town)
        expired = town.becomes("expired")
        daemon.send_signal(signal.SIGTERM)
        _, told = daemon.communicate(timeout=PATIENCE)
        assert daemon.returncode == 0
    assert "the grant was revoked" in expired["lastError"]
    assert "Run gatherly connect alice-work" in expired["lastError"]
    assert told.count("the grant was revoked") == 1
    assert "the grant was revoked" in town.line("check", "-c", town.file).stdout
    connected = town.line(
        "connect", "alice-work", "-c", town.file, "--from", town.folder / "alice@example.com.json"
    )
    assert connected.returncode == 0, connected.stderr
    assert town.line("run", "-c", town.file, "--once").returncode == 0
    assert town.connector()["state"] == "ok"


def revoke(town: Town) -> None:
    """Take the access back, as its owner can in their account."""
    archive = subprocess.run(
        [sys.executable, "-c", TELL, str(town.file)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    http = Http(SystemClock(), allow_private=True)
    body = f"token={archive.stdout.strip()}".encode()
    answer = http.request("POST", f"{town.url}/revoke", body=body)
    http.close()
    assert answer.status == 200


TELL = """\
import sys
from pathlib import Path
from daemon.store_access import open_store_only
with open_store_only(Path(sys.argv[1])) as access, access.store.reading() as tx:
    print(tx.repositories.grants.get("alice-work").refresh_token)
"""
