"""What people wait for, and what a daemon at rest costs: real processes, folders, and a server."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from daemon.store_access import StoreAccess, open_store_only
from engine.ids import SessionId, UserId
from engine.sessions.session_options import SessionOptions
from engine.time.instant import format_instant, parse_instant
from tests.connectors.ical.caldav.sources import text
from tests.standins.dav_hand import PASSWORD, DavHand
from tests.standins.process import running
from tests.standins.required import free_port
from tests.worlds.command_line import ROOT
from tests.worlds.folder_world import event

pytestmark = pytest.mark.bench
ROUNDS = int(os.environ.get("ROUNDS", "20"))
IDLE_SECONDS = int(os.environ.get("IDLE_SECONDS", "60"))
LOOK = 0.01
"""Seconds between two looks at the store."""
PATIENCE = 120
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
FOLDER = """
[users.{name}]
email = "{name}@example.com"
timezone = "UTC"

[connectors.{name}]
kind = "folder"
user = "{name}"
path = "calendars/{name}"
write = "."
"""
SERVER = """
[sync]
every = "{every}"

[users.dave]
email = "dave@example.com"
timezone = "UTC"

[connectors.dave]
kind = "caldav"
user = "dave"
url = "{url}"
username = "dave"
password = "{password}"
read = ["Home"]
write = "Home"
allow_private_network = true
"""


@contextmanager
def daemon(file: Path, environment: Mapping[str, str] = ENVIRONMENT) -> Iterator[int]:
    """Run the daemon as a process; gives its id."""
    command = [sys.executable, "-m", "daemon", "run", "-c", str(file)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(PATIENCE)


def until(seen: Callable[[], object]) -> float:
    """Look again and again; gives the seconds that it took."""
    began = time.monotonic()
    while not seen():
        assert time.monotonic() - began < PATIENCE
        time.sleep(LOOK)
    return time.monotonic() - began


def cpu_of(process: int) -> float:
    """Give the seconds of CPU that a process and its children that ended have taken."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def folders(root: Path, names: Sequence[str]) -> str:
    for name in names:
        (root / "calendars" / name).mkdir(parents=True)
    return "".join(FOLDER.format(name=name) for name in names)


def test_a_daemon_with_five_idle_connectors_takes_next_to_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "gatherly.toml"
    names = [f"p{number}" for number in range(5)]
    file.write_text(folders(tmp_path, names))
    for name in names:
        for number in range(20):
            day = f"2030-05-{1 + number:02}"
            one = event(f"{name}-{number}", f"{day}T08:00:00Z", f"{day}T09:00:00Z")
            (tmp_path / "calendars" / name / f"{number}.ics").write_text(one, newline="")
    with daemon(file) as process:
        with open_store_only(file) as access:
            until(lambda: len(read_by(access)) == len(names))
        time.sleep(20)
        before = cpu_of(process)
        time.sleep(IDLE_SECONDS)
        share = (cpu_of(process) - before) / IDLE_SECONDS
    with capsys.disabled():
        print(f"\n5 idle connectors: {share:.2%} of a core")
    assert share < 0.002


def read_by(access: StoreAccess) -> set[UserId]:
    with access.store.reading() as tx:
        return {one.user_id for one in tx.calendars.accounts() if one.last_success is not None}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DavHand]:
    """A Radicale with an empty calendar, in a process of its own."""
    folder, port = tmp_path / "radicale", free_port()
    folder.mkdir()
    (folder / "users").write_text(f"dave:{PASSWORD}\n")
    command = [sys.executable, "-W", "ignore", "-m", "radicale", "--hosts", f"127.0.0.1:{port}"]
    command += ["--storage-filesystem-folder", str(folder / "storage"), "--auth-type", "htpasswd"]
    command += ["--auth-htpasswd-filename", str(folder / "users"), "--auth-htpasswd-encryption", "plain"]
    with running([*command, "--logging-level", "critical"], port, folder):
        hand = DavHand(f"http://127.0.0.1:{port}/", "dave", PASSWORD)
        hand.make("/dave/home/", "Home")
        yield hand


class Town:
    """Ann and Bob keep folders, Dave a calendar on a server; somebody watches the store."""

    def __init__(self, root: Path, access: StoreAccess, hand: DavHand) -> None:
        self._root = root
        self._access = access
        self._hand = hand
        self._number = 0

    def propose(self, *guests: str) -> SessionId:
        """Have a session proposed."""
        self._number += 1
        options = SessionOptions(host="ann", invitees=guests, title=f"Plan {self._number}", duration="30m")
        session = self._access.desk.create(options).id
        until(lambda: self.offers(session))
        return session

    def offers(self, session: SessionId) -> list[str]:
        return [str(slot["start"]) for slot in self._access.views.view(session)["proposedTimes"]]

    def taken(self, put: Callable[[str, str, str], None], guest: str) -> float:
        """Take the first time on offer in somebody's calendar; gives the seconds to the new proposal."""
        session = self.propose(guest)
        first = self.offers(session)[0]
        start = parse_instant(first)
        put(f"edit-{self._number}", first, format_instant(start + 1800))
        took = until(lambda: self.offers(session) and first not in self.offers(session))
        self._access.desk.cancel(session)
        return took

    def folder(self, uid: str, start: str, end: str) -> None:
        """Put an event into Bob's folder."""
        (self._root / "calendars" / "bob" / f"{uid}.ics").write_text(event(uid, start, end), newline="")

    def calendar(self, uid: str, start: str, _end: str) -> None:
        """Put an event of an hour into Dave's calendar."""
        stamp = start.replace("-", "").replace(":", "")
        assert self._hand.ask("PUT", f"/dave/home/{uid}.ics", text(uid, stamp, "Elsewhere")).status == 201

    def booked(self, *guests: str) -> float:
        """Accept a proposal; gives the seconds until all calendars have the event."""
        session = self.propose(*guests)
        began = time.monotonic()
        self._access.desk.accept(session, 1)
        until(lambda: self._access.views.view(session)["booking"]["allOrNone"] == "all")
        took = time.monotonic() - began
        self._access.desk.cancel(session)
        return took


def told(what: str, taken: Sequence[float]) -> str:
    ordered = sorted(taken)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return f"| {what} | {statistics.median(ordered):.2f} s | {p95:.2f} s |"


def test_what_people_wait_for(tmp_path: Path, server: DavHand, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "gatherly.toml"
    every = os.environ.get("EVERY", "5s")
    settings = SERVER.format(every=every, url=server.url, password=PASSWORD)
    file.write_text(settings + folders(tmp_path, ("ann", "bob")))
    with daemon(file), open_store_only(file) as access:
        until(lambda: len(read_by(access)) == 3)
        town = Town(tmp_path, access, server)
        rows: dict[str, Callable[[], float]] = {
            "an edit in a folder to the new proposal": lambda: town.taken(town.folder, "bob"),
            f"an edit on a CalDAV server, read every {every}": lambda: town.taken(town.calendar, "dave"),
            "an accept to two folders written": lambda: town.booked("bob"),
            "an accept to two folders and a CalDAV calendar": lambda: town.booked("bob", "dave"),
        }
        for what, felt in rows.items():
            line = told(what, [felt() for _ in range(ROUNDS)])
            with capsys.disabled():
                print(f"\n{line}")
