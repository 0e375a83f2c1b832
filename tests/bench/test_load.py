"""A daemon with 1,000 sessions and 200 slow connections: what pages cost, and how late its ticks come."""

import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from daemon.app.accounts.browsers import sign_in_address
from daemon.store_access import open_store_only
from engine.ids import UserId
from engine.model.session import SessionStatus
from engine.sessions.session_options import SessionOptions
from tests.bench.test_felt import ENVIRONMENT, cpu_of, daemon, folders
from tests.conftest import NOTHING_SERVED
from tests.daemon.http.site.browsing import FORM, Marked
from tests.standins.required import free_port

pytestmark = pytest.mark.bench
SESSIONS = 1000
SLOW = 200
TYPISTS = 10
TYPED_FOR = 20.0
"""Seconds for which people type."""
TIMES = 25
"""How often each page is looked at."""
MOST_LOOKS = 300
"""Looks, two seconds apart, until all sessions have times on offer."""
MOST_CPU, MOST_WAIT, MOST_LAG = 0.1, 1.0, 2.0
SENTENCE = "Coffee with bob next week for 30 minutes"


@dataclass(slots=True)
class Visitor:
    """A browser that somebody is signed in with, over one kept connection."""

    client: httpx2.Client
    waits: list[float] = field(default_factory=list)

    @classmethod
    def signed_in(cls, base: str, address: str) -> "Visitor":
        """Press the button behind a printed address."""
        client = httpx2.Client(base_url=base, follow_redirects=True, timeout=60)
        door = Marked(client.get(address).text).forms[0]
        client.post(str(door["action"] or address), data=door["fields"], headers={"Origin": base})
        return cls(client)

    def close(self) -> None:
        """Close the kept connection."""
        self.client.close()

    def look(self, path: str) -> str:
        """Look at a page, and note how long it took."""
        began = time.perf_counter()
        answer = self.client.get(path, headers={"Accept-Encoding": "gzip"})
        self.waits.append(time.perf_counter() - began)
        assert answer.status_code == 200, (path, answer.text)
        return answer.text

    def type(self, sentence: str) -> None:
        """Have what was typed so far previewed."""
        fields = {**Marked(self.client.get("/new").text).forms[0]["fields"], "message": sentence}
        origin = str(self.client.base_url).rstrip("/")
        answer = self.client.post(
            "/new/preview", data=fields, headers={"Origin": origin, "Content-Type": FORM}
        )
        assert answer.status_code == 200, answer.text


@dataclass(slots=True)
class Running:
    """A daemon that serves, with the address that signs somebody in once."""

    base: str
    file: Path
    process: int

    def visitor(self, who: str) -> Visitor:
        """Sign a browser of somebody's in."""
        with open_store_only(self.file) as access:
            address = sign_in_address(access, UserId(who))
        return Visitor.signed_in(self.base, address)

    def lag(self) -> float:
        """Tell for how long a tick is missing."""
        told = httpx2.get(f"{self.base}/metrics", timeout=60).text
        return float(
            next(line for line in told.splitlines() if line.startswith("gatherly_tick_lag_seconds ")).split()[
                1
            ]
        )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start a daemon over so many sessions, and wait until each has times on offer."""
    root, port = tmp_path_factory.mktemp("load"), free_port()
    file = root / "gatherly.toml"
    listen = f'[api]\nlisten = "127.0.0.1:{port}"\nrequests_per_minute = 1000000\n'
    file.write_text(listen + folders(root, ("alice", "bob")))
    with open_store_only(file) as access:
        for number in range(SESSIONS):
            title = f"Session {number}"
            access.desk.create(SessionOptions(host="alice", invitees=("bob",), title=title, duration="30m"))
    served = {name: value for name, value in ENVIRONMENT.items() if name != NOTHING_SERVED}
    with daemon(file, served) as process, open_store_only(file) as access:
        for _ in range(MOST_LOOKS):
            with access.store.reading() as tx:
                if all(one.is_offered for one in tx.sessions.standing(UserId("alice"), 0)):
                    break
            time.sleep(2)
        yield Running(f"http://127.0.0.1:{port}", file, process)


@contextmanager
def slow_connections(base: str, count: int) -> Iterator[None]:
    """Open connections that send a byte now and then and never end their request."""
    host, _, port = base.removeprefix("http://").partition(":")
    ended = threading.Event()
    opened = [socket.create_connection((host, int(port))) for _ in range(count)]

    def drip() -> None:
        for byte in b"GET / HTTP/1.1\r\nHost: " + host.encode() * 400:
            for one in opened:
                try:
                    one.send(bytes([byte]))
                except OSError:
                    continue
            if ended.wait(0.5):
                return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        for one in opened:
            one.close()


def test_pages_over_a_thousand_sessions_beside_slow_connections(
    running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store_only(running.file) as access:
        session = access.desk.page(SessionStatus.PENDING, None, 1)[0]["id"]
    pages = ("/", f"/sessions/{session}", "/week", "/new", "/people/alice", "/insight", "/family")
    visitor, costs, lags = running.visitor("alice"), dict[str, float](), list[float]()
    with closing(visitor), slow_connections(running.base, SLOW):
        for path in pages:
            visitor.look(path)
        visitor.waits.clear()
        for path in pages:
            before = cpu_of(running.process)
            for _ in range(TIMES):
                visitor.look(path)
            costs[path] = (cpu_of(running.process) - before) / TIMES
            lags.append(running.lag())
    waits = sorted(visitor.waits)
    p99 = waits[int(len(waits) * 0.99)]
    with capsys.disabled():
        for path, cost in costs.items():
            print(f"\n{path[:12]:12} {cost * 1000:4.0f} ms of CPU", end="")
        print(f"\nwaits: median {statistics.median(waits):.3f} s, p99 {p99:.3f} s; lag {max(lags):.2f} s")
    assert statistics.median(costs.values()) < MOST_CPU
    assert max(costs.values()) < 2 * MOST_CPU
    assert p99 < MOST_WAIT
    assert max(lags) < MOST_LAG


def test_ten_people_who_type_leave_the_ticks_in_time(
    running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    ended, previews, lags = threading.Event(), list[int](), list[float]()

    def types() -> None:
        letters = 0
        with closing(running.visitor("alice")) as visitor:
            while not ended.is_set():
                visitor.type(SENTENCE[: 14 + letters % (len(SENTENCE) - 13)])
                letters += 1
        previews.append(letters)

    threads = [threading.Thread(target=types, daemon=True) for _ in range(TYPISTS)]
    for one in threads:
        one.start()
    began = time.monotonic()
    while time.monotonic() - began < TYPED_FOR:
        time.sleep(0.5)
        lags.append(running.lag())
    ended.set()
    for one in threads:
        one.join()
    with capsys.disabled():
        print(f"\n{sum(previews)} previews in {TYPED_FOR:.0f} s; lag at most {max(lags):.2f} s")
    assert len(previews) == TYPISTS
    assert min(previews) > 0
    assert max(lags) < MOST_LAG
