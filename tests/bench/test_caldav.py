"""CalDAV beside vdirsyncer: the same Radicale with 5,000 events, each as the program that one would run."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from daemon import wire
from engine.ids import ConnectorName
from tests.connectors.ical.caldav.sources import text
from tests.standins.dav_hand import PASSWORD, DavHand
from tests.standins.process import running
from tests.standins.radicale import Radicale, fill
from tests.standins.required import free_port

pytestmark = pytest.mark.bench
EVENTS, ROUNDS = 5_000, 3
OURS, THEIRS = "gatherly", "vdirsyncer"
BIN = Path(sys.executable).parent
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Programs find their modules compiled, as pip leaves them, whatever this machine says of its own."""

GATHERLY = """
[users.dave]
timezone = "Europe/Berlin"

[connectors.dave]
kind = "caldav"
user = "dave"
url = "{url}"
username = "dave"
password = "{password}"
read = ["Home"]
allow_private_network = true
"""
VDIRSYNCER = """
[general]
status_path = "{folder}/status/"

[pair home]
a = "files"
b = "server"
collections = [["home", "home", "home"]]

[storage files]
type = "filesystem"
path = "{folder}/files/"
fileext = ".ics"

[storage server]
type = "caldav"
url = "{url}"
username = "dave"
password = "{password}"
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve from a process of its own, with the calendar read once already."""
    folder, port = tmp_path_factory.mktemp("radicale"), free_port()
    (folder / "users").write_text(f"dave:{PASSWORD}\n")
    command = [sys.executable, "-W", "ignore", "-m", "radicale", "--hosts", f"127.0.0.1:{port}"]
    command += ["--storage-filesystem-folder", str(folder / "storage"), "--auth-type", "htpasswd"]
    command += ["--auth-htpasswd-filename", str(folder / "users"), "--auth-htpasswd-encryption", "plain"]
    with running([*command, "--logging-level", "critical"], port, folder):
        url = f"http://127.0.0.1:{port}/"
        hand = DavHand(url, "dave", PASSWORD)
        hand.make("/dave/home/", "Home")
        fill(Radicale(url, folder), {"/dave/home/": [event(number) for number in range(EVENTS)]})
        listing = '<propfind xmlns="DAV:"><prop><getetag/><sync-token/></prop></propfind>'
        assert hand.ask("PROPFIND", "/dave/home/", listing, Depth="1").status == 207
        yield url


def event(number: int) -> tuple[str, str]:
    """Give an event of this year, by its UID."""
    start = f"2026{1 + number % 12:02}{1 + number % 28:02}T{number % 24:02}0000Z"
    return f"event-{number}", text(f"event-{number}", start, f"Something of {number}")


class Gatherly:
    """One installation that has never read anything."""

    def __init__(self, folder: Path, url: str) -> None:
        self.file = folder / "gatherly.toml"
        self.file.write_text(GATHERLY.format(url=url, password=PASSWORD))

    def sync(self) -> None:
        run([str(BIN / "gatherly"), "run", "--once", "-c", str(self.file)])


class Vdirsyncer:
    """One pair that has never been synced; finding the collections is not counted."""

    def __init__(self, folder: Path, url: str) -> None:
        self.file = folder / "config"
        self.file.write_text(VDIRSYNCER.format(folder=folder, url=url, password=PASSWORD))
        (folder / "files" / "home").mkdir(parents=True)
        run([str(BIN / "vdirsyncer"), "-c", str(self.file), "discover"], said="y\n" * 4)

    def sync(self) -> None:
        run([str(BIN / "vdirsyncer"), "-c", str(self.file), "sync"])


Installed: TypeAlias = Gatherly | Vdirsyncer


def run(command: list[str], said: str = "") -> None:
    done = subprocess.run(
        command, input=said, capture_output=True, text=True, timeout=600, check=False, env=ENVIRONMENT
    )
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]


def seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def as_daemon(installed: Gatherly) -> float:
    """Give what an idle sync takes in a daemon that runs."""
    with wire.open_daemon(installed.file) as services:
        source = services.sources[ConnectorName("dave")]
        took = []
        for _ in range(2):
            began = time.perf_counter()
            pulled = services.pull.run(source)
            took.append(time.perf_counter() - began)
            assert (pulled.changed, pulled.error) == (0, None)
        return took[-1]


def installed_in(folder: Path, tool: type[Installed], server: str) -> Installed:
    """Give an installation that has never read anything."""
    folder.mkdir()
    return tool(folder, server)


def test_both_syncs_are_ahead_of_vdirsyncer(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tools: Mapping[str, type[Installed]] = {OURS: Gatherly, THEIRS: Vdirsyncer}
    first: dict[str, list[float]] = {OURS: [], THEIRS: []}
    idle: dict[str, list[float]] = {OURS: [], THEIRS: []}
    running_daemon: list[float] = []
    for name, tool in tools.items():
        installed_in(tmp_path / f"{name}-warm", tool, server).sync()
    for turn in range(ROUNDS):
        for name, tool in tools.items():
            installed = installed_in(tmp_path / f"{name}-{turn}", tool, server)
            first[name].append(seconds(installed.sync))
            idle[name].append(seconds(installed.sync))
            if isinstance(installed, Gatherly):
                running_daemon.append(as_daemon(installed))
    daemon = statistics.median(running_daemon)
    with capsys.disabled():
        print(f"\n{EVENTS} events on one Radicale, seconds of the whole program, median of {ROUNDS}:")
        for kind, found in (("first sync", first), ("idle sync", idle)):
            ours, theirs = statistics.median(found[OURS]), statistics.median(found[THEIRS])
            print(f"  {kind:<11} gatherly {ours:6.2f}   vdirsyncer {theirs:6.2f}   {theirs / ours:.2f} times")
        print(f"  idle sync   in gatherly's daemon, which does not start anew: {daemon:.2f}")
    assert statistics.median(first[OURS]) < statistics.median(first[THEIRS])
    assert daemon < statistics.median(idle[THEIRS])
