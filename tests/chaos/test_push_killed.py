"""Two daemons that serve HTTP and one that reads: whichever of the two hears of a change is killed over it.

What was answered is written down by then, whoever dies; what was not, the provider tells the other one, or it
is met when the calendar is next read.
"""

import json
import os
import random
import signal
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from connectors.gcal.scopes import WRITE_SCOPES
from daemon.cluster.role import Role
from daemon.runtime.clock import SystemClock
from daemon.store_access import StoreAccess, open_store_only
from engine.ids import ConnectorName, UserId
from engine.model.integration import GrantStatus
from engine.model.operations import Grant
from engine.operations.pushed import DEBOUNCE
from engine.time.instant import format_instant
from engine.time.span import DAY, HOUR, Instant, Span
from tests.chaos.started import Started, queue_dropped, started
from tests.standins.google.files import client_secret
from tests.standins.google.google import CLIENT, Google
from tests.standins.google.oauth import OAuth
from tests.standins.google.server import serving
from tests.standins.google.state import Clock, State
from tests.standins.required import free_port
from tests.worlds.command_line import PATIENCE

pytestmark = [pytest.mark.long, pytest.mark.chaos]
ALICE = UserId("alice@example.com")
NAME = ConnectorName("alice-google")
LOOK = 0.05
APART = 2
"""Seconds by which the daemons' time, which is the store's in whole ones, may be behind ours."""
LAG = 2.0
"""Seconds after which a list shows what was written; a notice comes at once."""
CONFIGURATION = """\
[store]
url = "{store}"
[cluster]
engine = "procrastinate"
[sync]
every = "5s"
[api]
public_url = "http://127.0.0.1:{port}"
[users."alice@example.com"]
[connectors.alice-google]
kind = "google"
user = "alice@example.com"
read = ["primary"]
client_secret_file = "client.json"
api_root = "{google}"
token_uri = "{google}/token"
push = true
allow_private_network = true
"""


class Dies(StrEnum):
    """When whoever hears a notice is killed."""

    UNREAD = "before it reads the notice"
    AT_WORK = "while it is at it"
    ANSWERED = "right after its answer"


ROUNDS = (Dies.UNREAD, Dies.UNREAD, *[Dies.AT_WORK] * 6, Dies.ANSWERED, Dies.ANSWERED)
MOST_AT_WORK = 0.03
"""Seconds in which a notice is answered, and more."""


@dataclass
class Drill:
    """The provider, the daemons on one store, and whoever kills them; those that serve HTTP by port."""

    folder: Path
    access: StoreAccess
    google: Google
    ports: tuple[int, int]
    clock: SystemClock = field(default_factory=SystemClock)
    webs: dict[int, Started] = field(default_factory=dict)
    poll: Started | None = None
    count: int = 0
    seen: Counter[tuple[Dies, bool]] = field(default_factory=Counter)
    """How often each death came, and whether the notice had been answered by then."""

    def begin(self) -> None:
        """Start all of them, and wait until the channel is open."""
        self.poll = started(self.folder / "gatherly.toml", self.folder / "poll.log", Role.POLL)
        for port in self.ports:
            self.serve(port)
        self.until(lambda: self.google.state.channels)
        self.google.state.notices.clear()

    def serve(self, port: int) -> None:
        self.count += 1
        log = self.folder / f"web-{self.count}.log"
        self.webs[port] = started(self.folder / "gatherly.toml", log, Role.WEB, f"127.0.0.1:{port}")
        self.until(lambda: self.webs[port].listens)

    def until(self, seen: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not seen():
            assert time.monotonic() < end
            threading.Event().wait(LOOK)

    def put(self) -> Span:
        """Put an event into the calendar, at a time of its own."""
        self.count += 1
        at = self.clock.now() // HOUR * HOUR + DAY + self.count * 2 * HOUR
        times = {"start": {"dateTime": format_instant(at)}, "end": {"dateTime": format_instant(at + HOUR)}}
        self.google.api(ALICE).insert({"calendarId": "primary"}, {}, times)
        return Span(at, at + HOUR)

    def is_known(self, span: Span) -> bool:
        with self.access.store.reading() as tx:
            return any(one.span == span for one in tx.calendars.busy(ALICE, span))

    def is_written_down(self, since: Instant) -> bool:
        """Tell whether the store knows by now that the calendar is to be read, or it was read since."""
        with self.access.store.reading() as tx:
            account = tx.calendars.account(NAME)
        assert account is not None
        due = account.next_run <= self.clock.now() + DEBOUNCE
        return account.heard >= since - APART and (due or (account.last_success or 0) >= since)

    def notice(self) -> bytes:
        """Give what Google sends for a change."""
        (channel,) = self.google.state.channels.values()
        address = urlsplit(channel.address)
        lines = [f"POST {address.path} HTTP/1.1", f"Host: {address.netloc}", "Connection: close"]
        lines += [f"X-Goog-Channel-ID: {channel.id}", f"X-Goog-Channel-Token: {channel.token}"]
        lines += ["X-Goog-Resource-State: exists", "Content-Length: 0", "", ""]
        return "\r\n".join(lines).encode()

    def tell(self, port: int, meanwhile: Callable[[], object] = lambda: None) -> bool:
        """Send a notice; tells whether it was answered. Something may happen `meanwhile`."""
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
            line.sendall(self.notice())
            meanwhile()
            try:
                answer = line.recv(64)
            except ConnectionResetError:
                return False
        assert not answer or answer.split()[1] == b"202"
        return bool(answer)

    def killed(self, port: int, dies: Dies, after: float) -> bool:
        """Have one of them killed by a notice; tells whether it had answered."""
        victim = self.webs[port]

        def kill() -> None:
            threading.Event().wait(after)
            victim.kill()

        if dies is Dies.UNREAD:
            os.kill(victim.process.pid, signal.SIGSTOP)
        answered = self.tell(port, (lambda: None) if dies is Dies.ANSWERED else kill)
        victim.kill()
        self.seen[dies, answered] += 1
        return answered

    def end(self) -> None:
        for one in (*self.webs.values(), *([self.poll] if self.poll else [])):
            one.kill()


def _grant(google: Google, now: Instant) -> Grant:
    refresh, _ = OAuth(google.state).grant(CLIENT.id, ALICE, WRITE_SCOPES)
    times: dict[str, Any] = {"created_at": now, "updated_at": now}
    connected = GrantStatus.CONNECTED
    return Grant(
        connector=NAME, user_id=ALICE, provider="google", refresh_token=refresh, status=connected, **times
    )


class _Ours(Clock):
    """Google's time goes by as ours does: what was written a moment ago is in its lists after a while."""

    def now(self) -> float:
        return SystemClock().now()


@contextmanager
def drill(folder: Path, store: str) -> Iterator[Drill]:
    google, ports = Google(State(clock=_Ours())), (free_port(), free_port())
    google.state.settings.list_lag = LAG
    google.account(ALICE)
    with serving(google) as at:
        (folder / "client.json").write_text(json.dumps(client_secret(at.url)))
        file = folder / "gatherly.toml"
        file.write_text(CONFIGURATION.format(store=store, port=ports[0], google=at.url))
        with open_store_only(file) as access:
            made = Drill(folder, access, google, ports)
            with access.store.writing() as tx:
                tx.repositories.grants.put(_grant(google, made.clock.now()))
            try:
                made.begin()
                yield made
            finally:
                made.end()


@pytest.fixture
def database(postgres: str, server: Path) -> Iterator[str]:
    with queue_dropped(postgres, server) as url:
        yield url


def test_a_change_is_read_whichever_daemon_dies_of_hearing_of_it(tmp_path: Path, database: str) -> None:
    """Google tells the other one where nobody answered; where even that is lost, the next poll meets it."""
    lots = random.Random(2026)
    with drill(tmp_path, database) as made:
        for number, dies in enumerate(ROUNDS):
            port, other = made.ports if number % 2 else made.ports[::-1]
            span, since = made.put(), made.clock.now()
            answered = made.killed(port, dies, lots.uniform(0, MOST_AT_WORK))
            if answered:
                assert made.is_written_down(since)
            elif number:
                assert made.tell(other)
                assert made.is_written_down(since)
            made.until(lambda span=span: made.is_known(span))  # type: ignore[misc]
            made.serve(port)
        sys.stderr.write(f"{len(ROUNDS)} killed: {dict(made.seen)}\n")
        assert made.seen[Dies.UNREAD, False] == 2
        assert made.seen[Dies.ANSWERED, True] == 2
