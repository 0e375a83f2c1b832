"""10,000 connectors that rest in one daemon: memory and CPU of each, and how soon it is READY beside them.

Each is a person's feed that was read an hour ago and is read again tomorrow. Ratios count, and kilobytes; the
seconds are the machine's.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from daemon.store_access import StoreAccess, open_store_only
from engine.ids import ConnectorName, SessionId, UserId
from engine.model.calendar import CalendarAccount
from engine.sessions.session_options import SessionOptions
from engine.time.span import DAY, HOUR
from store.sql.store import SqlTransaction
from store.sql.tables.calendars import calendar_accounts
from tests.bench.test_felt import ENVIRONMENT, cpu_of
from tests.store.blank import lay_blank_store
from tests.worlds.command_line import ROOT

pytestmark = pytest.mark.bench
MOST = int(os.environ.get("IDLE_CONNECTORS", "10000"))
REST = int(os.environ.get("IDLE_SECONDS", "60"))
SETTLES = 20
"""Seconds until a daemon that has started is at rest."""
SESSIONS = int(os.environ.get("OPEN_SESSIONS", "10000"))
PEOPLE_A_FILE = 1000
"""As an operator with many would have it: drop-ins, as a file is read up to a mebibyte."""
READY = re.compile(rb"daemon\.ready")
MOST_MEGABYTES, MOST_GROWTH, MOST_SECONDS = 150, 1.2, 3
HEAD = """
[store]
url = "sqlite:///gatherly.db"
[sync]
every = "1d"
max_age = "4d"
"""
FEED = """
[users.p{number}]
email = "p{number}@example.com"
timezone = "UTC"
working_hours = {{start = "08:00", end = "18:00", days = ["monday", "tuesday", "wednesday", "thursday"]}}
[connectors.p{number}]
kind = "ics"
user = "p{number}"
url = "http://127.0.0.1:9/p{number}.ics"
allow_private_network = true
"""


@dataclass(frozen=True, slots=True)
class AtRest:
    """A daemon at rest: its megabytes, its share of a core, and the seconds of CPU until it was READY."""

    count: int
    megabytes: float
    share: float
    starting: float

    def __str__(self) -> str:
        start = f"READY after {self.starting:.1f} s of CPU"
        return f"{self.count:>6} at rest: {self.megabytes:.0f} MB, {self.share:.2%} of a core; {start}"


def written(folder: Path, count: int) -> Path:
    """Write a configuration of so many feeds; all of them have been read."""
    folder.mkdir()
    lay_blank_store(folder)
    file = folder / "gatherly.toml"
    file.write_text(HEAD)
    people(folder / "conf.d", count)
    with open_store_only(file) as access, access.store.writing() as tx:
        now = access.clock.now()
        first = CalendarAccount(
            connector=ConnectorName("p0"),
            user_id=UserId("p0"),
            kind="ics",
            last_attempt=now - HOUR,
            last_success=now - HOUR,
            next_run=now + DAY,
        )
        tx.calendars.put_account(first)
        assert isinstance(tx, SqlTransaction)
        row = dict(tx.connection.execute(sa.select(calendar_accounts)).mappings().one())
        rows = [{**row, "connector": f"p{number}", "user_id": f"p{number}"} for number in range(1, count)]
        if rows:
            tx.connection.execute(sa.insert(calendar_accounts), rows)
    return file


def people(folder: Path, count: int) -> None:
    """Write so many people, each with a feed, into drop-ins."""
    folder.mkdir()
    for first in range(0, count, PEOPLE_A_FILE):
        numbers = range(first, min(first + PEOPLE_A_FILE, count))
        text = "".join(FEED.format(number=number) for number in numbers)
        (folder / f"{first:06}.toml").write_text(text)


@contextmanager
def started(file: Path) -> Iterator[tuple["subprocess.Popen[bytes]", float]]:
    """Run a daemon; gives it once it is READY, and the seconds of CPU that took."""
    command = [sys.executable, "-m", "daemon", "run", "-c", str(file)]
    log = file.parent / "daemon.log"
    with log.open("wb") as told:
        process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stderr=told)
    try:
        while not READY.search(log.read_bytes()):
            assert process.poll() is None, log.read_text()
            time.sleep(0.02)
        yield process, cpu_of(process.pid)
    finally:
        process.terminate()
        assert process.wait(120) == 0


def at_rest(folder: Path, count: int) -> AtRest:
    with started(written(folder, count)) as (process, starting):
        time.sleep(SETTLES)
        before = cpu_of(process.pid)
        time.sleep(REST)
        share = (cpu_of(process.pid) - before) / REST
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
        assert found is not None
        return AtRest(count, int(found[1]) / 1024, share, starting)


def test_connectors_that_rest_take_little_and_twice_as_many_twice_as_much(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found: list[AtRest] = []
    with capsys.disabled():
        for count in (1, MOST // 2, MOST):
            found.append(at_rest(tmp_path / f"{count}", count))
            print(f"\n{found[-1]}", end="", flush=True)
        one, half, whole = found
        kilobytes = (whole.megabytes - one.megabytes) * 1024 / whole.count
        micros = (whole.share - one.share) * 1e6 / whole.count
        print(f"\na connector: {kilobytes:.1f} kB, {micros:.2f} µs of CPU a second")
    first, second = half.megabytes - one.megabytes, whole.megabytes - half.megabytes
    assert second < MOST_GROWTH * first
    assert whole.megabytes - one.megabytes < MOST_MEGABYTES
    assert whole.share - one.share < MOST_GROWTH * 2 * max(half.share - one.share, 0.005)


def test_a_daemon_is_ready_soon_among_many_open_sessions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "sessions", 2)
    with open_store_only(file) as access:
        fill(access)
    with started(file) as (_, warm):
        pass
    with started(file) as (process, seconds):
        time.sleep(2)  # it has begun to look at all of them
        began = time.monotonic()
        process.terminate()
        assert process.wait(120) == 0
        ended = time.monotonic() - began
    with capsys.disabled():
        took = f"READY after {seconds:.1f} s of CPU ({warm:.1f} s at first), ended in {ended:.1f} s"
        print(f"\n{SESSIONS} open sessions: {took}")
    assert seconds < MOST_SECONDS
    assert ended < 30


def fill(access: StoreAccess) -> None:
    """Ask for one session, and have it stand there as often as is wanted, each to be looked at."""
    access.desk.create(SessionOptions(host="p0", invitees=("p1",), title="Talk", duration="30m"))
    with access.store.writing() as tx:
        (first,) = tx.sessions.listed()
        names = [SessionId(f"s{number}") for number in range(1, SESSIONS)]
        for name in names:
            tx.sessions.put(replace(first, id=name, version=0))
        tx.wakes.add(names, access.clock.now())
