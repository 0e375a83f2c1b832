"""How many bookings a second daemon adds where providers take 50 ms an answer: a ratio in one run.

Bookings are accepted while the provider answers nobody, so that all of them wait when it begins to.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from daemon.cluster.carrier import Carrier
from daemon.store_access import StoreAccess, open_store_only
from engine.ids import SessionId
from engine.model.booking import BookingState
from engine.sessions.session_options import SessionOptions
from tests.bench.test_felt import ENVIRONMENT
from tests.standins.outlook.kindness import Kindness
from tests.standins.outlook.outlook import APP, TENANT, Outlook
from tests.standins.outlook.server import Now, serving
from tests.standins.outlook.wire import Request, Response
from tests.store.servers import administrator
from tests.worlds.command_line import ROOT

pytestmark = pytest.mark.bench
PAIRS = 60
ANSWER = 0.05
LEAST = 1.3
PATIENCE = 600
HEAD = """
[store]
url = "{store}"
[cluster]
engine = "procrastinate"
[sync]
every = "1d"
max_age = "4d"
"""
PERSON = """
[users.{name}]
email = "{name}@example.com"
timezone = "UTC"
[connectors.{name}]
kind = "outlook"
user = "{name}"
read = ["primary"]
write = "primary"
client_id = "{app}"
tenant = "{tenant}"
mailbox = "{name}@example.com"
client_secret_file = "outlook.secret"
api_root = "{url}"
authority = "{url}"
allow_private_network = true
"""


@dataclass
class Slowly:
    """Answers each request after a while, and none while the door is shut."""

    outlook: Outlook
    door: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.door.set()
        self._respond = self.outlook.respond

    def respond(self, request: Request) -> Response:
        self.door.wait(PATIENCE)
        time.sleep(ANSWER)
        return self._respond(request)


@pytest.fixture
def database(postgres: str, server: Path) -> Iterator[str]:
    yield postgres
    name = postgres.partition("@/")[2].partition("?")[0]
    with administrator(server, name) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {Carrier(postgres).schema} CASCADE".encode())


@contextmanager
def daemons(file: Path, count: int) -> Iterator[None]:
    """Run so many, READY."""
    with ExitStack() as stack:
        processes = []
        for number in range(count):
            log = file.parent / f"daemon-{number}.log"
            told = stack.enter_context(log.open("wb"))
            command = [sys.executable, "-m", "daemon", "run", "-c", str(file)]
            process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stderr=told)
            processes.append(process)
            until(lambda log=log: b"daemon.ready" in log.read_bytes())
        try:
            yield
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(PATIENCE)


def until(seen: "object") -> float:
    """Look again and again; gives the seconds that it took."""
    assert callable(seen)
    began = time.perf_counter()
    while not seen():
        assert time.perf_counter() - began < PATIENCE
        time.sleep(0.05)
    return time.perf_counter() - began


def booked(access: StoreAccess) -> int:
    with access.store.reading() as tx:
        return tx.ledger.counts().get(BookingState.CONFIRMED, 0)


def offered(access: StoreAccess, asked: list[SessionId]) -> bool:
    with access.store.reading() as tx:
        return all(one.proposed_times for one in tx.sessions.some(asked))


def rate(access: StoreAccess, file: Path, slowly: Slowly, count: int) -> float:
    """Give the bookings a second of so many daemons."""
    with daemons(file, count):
        asked = []
        for pair in range(PAIRS):
            wish = SessionOptions(
                host=f"a{pair}", invitees=(f"b{pair}",), title="Load", duration="30m", notice="3h"
            )
            asked.append(access.desk.create(wish).id)
        until(lambda: offered(access, asked))
        before = booked(access)
        slowly.door.clear()
        for one in asked:
            access.desk.accept(one, 1)
        slowly.door.set()
        seconds = until(lambda: booked(access) - before == PAIRS)
    return PAIRS / seconds


def test_a_second_daemon_books_a_third_more(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    outlook = Outlook(kindness=Kindness(prompt_lists=True, steady_etags=True))
    outlook.state.clock = Now()
    slowly = Slowly(outlook)
    outlook.respond = slowly.respond  # type: ignore[method-assign] # as a provider that is far away
    names = [f"{side}{pair}" for pair in range(PAIRS) for side in "ab"]
    for name in names:
        outlook.account(f"{name}@example.com")
    with serving(outlook) as provider:
        (tmp_path / "outlook.secret").write_text(str(APP.secret))
        places = {"app": APP.id, "tenant": TENANT, "url": provider.url}
        file = tmp_path / "gatherly.toml"
        file.write_text(
            HEAD.format(store=database) + "".join(PERSON.format(name=name, **places) for name in names)
        )
        with open_store_only(file) as access:
            rates = [(count, rate(access, file, slowly, count)) for count in (1, 2, 2, 1)]
    one, two = (max(found for count, found in rates if count == wanted) for wanted in (1, 2))
    with capsys.disabled():
        print(f"\nbookings a second: {one:.1f} by one daemon, {two:.1f} by two: {two / one:.2f} times")
    assert two >= LEAST * one
