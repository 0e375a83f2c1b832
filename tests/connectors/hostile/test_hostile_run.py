"""`gatherly run` among hostile servers, folders and feeds: it lives, and the healthy are read as ever."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.connectors.hostile.servers import hostile_servers
from tests.connectors.hostile.test_hostile_sources import hostile_folder
from tests.connectors.ical.reading.busy_times import calendar, event
from tests.connectors.ical.reading.hostile import feed
from tests.worlds.command_line import ROOT

TOGETHER, CHILD = 1024, 512
"""MiB of the whole tree of processes, and of one child."""
DEAREST = 5.0
"""Seconds of processor of one task in a child."""
AT_ONCE = 32
"""Pulls that the daemon does side by side."""
HEALTHY = 6


class _Handler(BaseHTTPRequestHandler):
    """`/healthy/3.ics` is never twice the same; `/feed/17.ics` is the hostile feed of that number."""

    numbers = count()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        kind, name = self.path.strip("/").split("/")
        seed = int(name.removesuffix(".ics"))
        body = feed(seed) if kind == "feed" else self._healthy()
        self.send_response(200)
        self.send_header("Content-Type", "text/calendar")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _healthy(self) -> bytes:
        number = next(self.numbers)
        lines = (
            (f"UID:h{n}", f"DTSTART:20261201T{n % 24:02}0000Z", "DURATION:PT1H", f"SUMMARY:{number}")
            for n in range(200)
        )
        return calendar(*(event(*one) for one in lines))


@contextmanager
def feeds() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


DAV = """
[connectors.server{seed}]
kind = "caldav"
user = "eve"
url = "{dav}{seed}/"
username = "d"
password = "x"
read = ["."]
allow_private_network = true
"""
FOLDER = """
[connectors.{name}]
kind = "folder"
user = "eve"
path = "{name}"
"""
FEED = """
[connectors.{name}]
kind = "ics"
user = "{user}"
url = "{address}"
every = "{every}"
allow_private_network = true
"""
PEOPLE = """
[users.alice]
email = "alice@example.com"
timezone = "UTC"
[users.eve]
email = "eve@example.com"
timezone = "UTC"
"""


@dataclass(slots=True)
class Among:
    """A configuration with healthy feeds spread among so many hostile servers, folders and feeds."""

    place: Path
    every: str = "5s"
    healthy: list[str] = field(default_factory=list)
    hostile: list[str] = field(default_factory=list)

    def configure(self, dav: str, web: str, servers: int, folders: int, hostile_feeds: int) -> Path:
        """Write the file; healthy ones lie at equal distances, the last one at the end."""
        self.place.mkdir()
        tables = [(f"server{seed}", DAV.format(dav=dav, seed=seed)) for seed in range(servers)]
        for seed in range(folders):
            name = hostile_folder(self.place, seed)
            tables.append((name, FOLDER.format(name=name)))
        for seed in range(hostile_feeds):
            about = {"name": f"feed{seed}", "user": "eve", "every": "5m"}
            tables.append((f"feed{seed}", FEED.format(address=f"{web}/feed/{seed}.ics", **about)))
        self.hostile = [name for name, _ in tables]
        for number in range(HEALTHY):
            name = f"healthy{number}"
            self.healthy.append(name)
            about = {"name": name, "user": "alice", "every": self.every}
            text = FEED.format(address=f"{web}/healthy/{number}.ics", **about)
            tables.insert((number + 1) * (len(tables) + 1) // HEALTHY, (name, text))
        file = self.place / "gatherly.toml"
        file.write_text("\n".join([PEOPLE, *(text for _, text in tables)]))
        return file


@dataclass(slots=True)
class Weighed:
    """A daemon that runs, its bill, and the most memory that it and its children have had (MiB)."""

    process: subprocess.Popen[str]
    log: Path
    together: int = 0
    child: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def weigh(self) -> None:
        """Look ten times a second."""
        while not self.ended.wait(0.1):
            own = self.process.pid
            itself = _command(own)
            below = {one: _resident(one) >> 20 for one in _descendants(own) if _command(one) != itself}
            self.child = max(self.child, *below.values(), 0)
            self.together = max(self.together, (_resident(own) >> 20) + sum(below.values()))

    def bill(self) -> list[dict[str, Any]]:
        """Give a row a pull that has ended."""
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def until(self, enough: Callable[[list[dict[str, Any]]], bool], patience: float) -> list[dict[str, Any]]:
        """Wait until enough has been pulled; gives the bill."""
        end = time.monotonic() + patience
        while not enough(self.bill()) and time.monotonic() < end:
            assert not self.ended.wait(0.2)
            assert self.process.poll() is None, "the daemon has ended"
        return self.bill()


def _resident(process: int) -> int:
    try:
        with open(f"/proc/{process}/statm", "rb") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except (OSError, IndexError):
        return 0


def _command(process: int) -> bytes:
    """Give a process's command line: one that is being made still has its parent's, and all its memory."""
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""


def _descendants(process: int) -> Iterator[int]:
    try:
        for task in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{task}/children", encoding="ascii") as file:
                for child in map(int, file.read().split()):
                    yield child
                    yield from _descendants(child)
    except OSError:
        return


@contextmanager
def running(file: Path) -> Iterator[Weighed]:
    log = file.parent / "bill"
    command = [sys.executable, "-m", "tests.connectors.hostile.weighed", str(log), "run", "-c", str(file)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
    )
    weighed = Weighed(process, log)
    scales = threading.Thread(target=weighed.weigh)
    scales.start()
    try:
        yield weighed
        assert process.poll() is None, "the daemon has ended"
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
    finally:
        weighed.ended.set()
        scales.join()
        process.kill()
        process.wait()


def pulls(bill: Sequence[dict[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    return [one for one in bill if one["connector"] in names]


def cost(bill: Sequence[dict[str, Any]], names: Sequence[str]) -> float:
    """Give the seconds of processor of a usual pull."""
    return float(median(one["own"] + one["children"] for one in pulls(bill, names)))


def each_pulled(names: Sequence[str], times: int) -> Callable[[list[dict[str, Any]]], bool]:
    def enough(bill: list[dict[str, Any]]) -> bool:
        told = [one["connector"] for one in bill]
        return all(told.count(name) >= times for name in names)

    return enough


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run among hostile ones has shown."""

    together: int
    child: int
    dearest: float
    alone: float
    among: float
    pulled: int


def lived(place: Path, servers: int, folders: int, hostile_feeds: int, patience: float) -> Outcome:
    with hostile_servers() as dav, feeds() as web:
        alone = Among(place / "alone")
        with running(alone.configure(dav, web, 0, 0, 0)) as daemon:
            quiet = daemon.until(each_pulled(alone.healthy, 3), patience)
        among = Among(place / "among")
        with running(among.configure(dav, web, servers, folders, hostile_feeds)) as daemon:
            daemon.until(each_pulled(among.hostile, 1), patience)
            before = len(daemon.bill())
            bill = daemon.until(
                lambda bill: (
                    each_pulled(among.healthy, 1)(bill[before:]) and each_pulled(among.healthy, 3)(bill)
                ),
                patience,
            )
    assert {one["connector"] for one in bill} == {*among.hostile, *among.healthy}
    assert {one["error"] for one in pulls(bill, among.healthy)} == {None}
    assert each_pulled(among.healthy, 1)(bill[before:]), "the healthy ones are still pulled at the end"
    assert any(one["error"] for one in pulls(bill, among.hostile))
    in_order(bill, among)
    dearest = max(one["dearest"] for one in bill)
    return Outcome(
        daemon.together,
        daemon.child,
        dearest,
        cost(quiet, alone.healthy),
        cost(bill, among.healthy),
        len(bill),
    )


def in_order(bill: Sequence[dict[str, Any]], among: Among) -> None:
    """Hold that a healthy one's first pull began when its turn came, whoever stood before it."""
    first: dict[str, float] = {}
    for one in sorted(bill, key=lambda one: one["began"]):
        first.setdefault(one["connector"], one["began"])
    began = list(first)
    turn = [name for name in _written(among) if name in first]
    late = [name for name in among.healthy if began.index(name) > turn.index(name) + AT_ONCE]
    assert not late


def _written(among: Among) -> list[str]:
    text = (among.place / "gatherly.toml").read_text()
    return re.findall(r"^\[connectors\.(.+)\]$", text, re.MULTILINE)


def bounded(seen: Outcome) -> None:
    assert seen.together < TOGETHER, seen
    assert seen.child < CHILD, seen
    assert seen.dearest < DEAREST, seen
    assert seen.among <= 2 * seen.alone + 0.05, seen


@pytest.mark.long
@pytest.mark.fuzz
def test_a_daemon_among_a_hostile_few_reads_the_healthy_in_their_turn(tmp_path: Path) -> None:
    bounded(lived(tmp_path, servers=0, folders=2, hostile_feeds=4, patience=120))


@pytest.mark.long
@pytest.mark.fuzz
def test_a_daemon_among_200_hostile_servers_lives_within_a_gibibyte(tmp_path: Path) -> None:
    bounded(lived(tmp_path, servers=200, folders=100, hostile_feeds=100, patience=3600))
