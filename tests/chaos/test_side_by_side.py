"""The release before and this one, side by side on one PostgreSQL: both work, and neither loses anything.

The release before is the product as it was, out of its commit, with an environment of its own.
"""

import os
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from daemon.store_access import StoreAccess, open_store_only
from engine.errors import InputError, StoreError
from engine.ids import SessionId
from engine.model.booking import BookingState
from engine.sessions.session_options import SessionOptions
from tests.store.servers import administrator, postgres_url
from tests.worlds.command_line import PATIENCE, ROOT, asked
from tests.worlds.folder_world import FolderWorld, Somebody

pytestmark = [pytest.mark.long, pytest.mark.chaos]
BEFORE = "9c580a50"
"""The last commit before daemons shared work."""
PEOPLE = tuple(Somebody(name=f"p{number}") for number in range(6))
SESSIONS = 6
EMPTY = "side_by_side"


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The Python of an environment in which the product is the one of that commit."""
    there = subprocess.run(["git", "cat-file", "-e", BEFORE], cwd=ROOT, check=False)  # noqa: S607
    if there.returncode:
        pytest.fail(f"The commit {BEFORE} is not here: fetch the whole history, this is no shallow clone")
    tree = tmp_path / "before"
    tree.mkdir()
    archive = subprocess.run(["git", "archive", BEFORE], cwd=ROOT, capture_output=True, check=True)  # noqa: S607
    subprocess.run(["tar", "-x", "-C", str(tree)], input=archive.stdout, check=True)  # noqa: S607
    home = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    (site,) = home.glob("lib/python*/site-packages")
    (site / "before.pth").write_text(f"{tree}\n{sysconfig.get_path('purelib')}\n")
    return home / "bin" / "python"


@pytest.fixture
def empty(server: Path) -> Iterator[str]:
    """A database without any table: the release before makes them."""
    with administrator(server, "postgres") as connection:
        connection.execute(f"CREATE DATABASE {EMPTY}_{os.getpid()}".encode())
    with administrator(server, f"{EMPTY}_{os.getpid()}") as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    yield postgres_url(server, f"{EMPTY}_{os.getpid()}")
    with administrator(server, "postgres") as connection:
        connection.execute(f"DROP DATABASE {EMPTY}_{os.getpid()} WITH (FORCE)".encode())


def started(python: str | Path, world: FolderWorld, name: str) -> "subprocess.Popen[bytes]":
    """Start a daemon; the release before knows no `[cluster]`, and needs none."""
    with open(world.root / f"{name}.log", "wb") as log:
        command = [str(python), "-m", "daemon", "run", "-c", str(world.file)]
        return subprocess.Popen(
            command, cwd=world.root, stderr=log, env={**os.environ, "PYTHONSAFEPATH": "1"}
        )


def ready(world: FolderWorld, name: str, daemon: "subprocess.Popen[bytes]") -> None:
    log, pause = world.root / f"{name}.log", threading.Event()
    while b"daemon.ready" not in log.read_bytes():
        assert daemon.poll() is None, log.read_text()[-2000:]
        pause.wait(0.2)


def booked(access: StoreAccess, sessions: set[SessionId]) -> bool:
    with access.store.reading() as tx:
        found = [tx.ledger.booking(name) for name in sessions]
    return all(one is not None and one.state is BookingState.CONFIRMED for one in found)


def book_some(access: StoreAccess) -> set[SessionId]:
    """Ask for sessions, and accept each as soon as it is offered."""
    pause, waiting = threading.Event(), set[SessionId]()
    for number in range(SESSIONS):
        host, guest = PEOPLE[number % 6].name, PEOPLE[(number + 1) % 6].name
        wish = SessionOptions(host=host, invitees=(guest,), title="Talk", duration="30m", notice="3h")
        waiting.add(access.desk.create(wish).id)
    accepted = set[SessionId]()
    while waiting:
        for name in sorted(waiting):
            with suppress(InputError, StoreError):
                access.desk.accept(name, 1)
                accepted.add(name)
        waiting -= accepted
        pause.wait(0.5)
    while not booked(access, accepted):
        pause.wait(0.5)
    return accepted


def test_the_release_before_goes_on_beside_this_one(tmp_path: Path, before: Path, empty: str) -> None:
    root = tmp_path / "world"
    root.mkdir()
    world = FolderWorld(root, PEOPLE, "2026-11-16T08:00:00Z", f'[store]\nurl = "{empty}"\n')
    daemons = [started(before, world, "old")]
    try:
        ready(world, "old", daemons[0])
        daemons.append(started(sys.executable, world, "new"))
        ready(world, "new", daemons[1])
        with open_store_only(world.file) as access:
            both = book_some(access)
            daemons[1].kill()
            daemons[1].wait()
            alone = book_some(access)
        for name in (*both, *alone):
            copies = [text for one in PEOPLE for text in world.events(one.name) if name in text]
            assert len(copies) == 2
        daemons[0].terminate()
        assert daemons[0].wait(PATIENCE) == 0
        assert asked("fsck", "-c", world.file)["ok"]
    finally:
        for one in daemons:
            one.kill()
            one.wait()
