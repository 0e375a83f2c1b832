"""A store that is full, read-only, damaged or away: nothing is written remotely that it does not know of.

Each fault is a real one, made in a child process; the same process goes on once the fault is over.
"""

import os
import resource
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from engine.errors import StoreError
from engine.ids import SessionId
from engine.model.booking import BookingState, EffectState
from tests.chaos.checks import broken
from tests.chaos.processes import End, spawn
from tests.chaos.town import PEOPLE, Town, Visit, slot

pytestmark = pytest.mark.chaos

SESSION = SessionId("s")
NOBODY = 65534


@contextmanager
def full_at_once(town: Town) -> Iterator[None]:
    """No file may grow any more."""
    with _file_size(0):
        yield


@contextmanager
def full_soon(town: Town) -> Iterator[None]:
    """The log of the store may grow by a few pages."""
    with _file_size(_log_size(town) + 20_000):
        yield


@contextmanager
def full_later(town: Town) -> Iterator[None]:
    """The log of the store may grow by some more pages."""
    with _file_size(_log_size(town) + 60_000):
        yield


def _log_size(town: Town) -> int:
    log = town.folder / "store.db-wal"
    return log.stat().st_size if log.exists() else 0


@contextmanager
def _file_size(limit: int) -> Iterator[None]:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def read_only(town: Town) -> Iterator[None]:
    """The store belongs to somebody else, who lets others read."""
    with _as_nobody(town, files=0o444, folder=0o555):
        yield


@contextmanager
def not_readable(town: Town) -> Iterator[None]:
    """The store belongs to somebody else, who lets nobody read."""
    with _as_nobody(town, files=0o000, folder=0o555):
        yield


@contextmanager
def _as_nobody(town: Town, *, files: int, folder: int) -> Iterator[None]:
    """Take the rights on the store's files away, and root's power to do without them."""
    paths = [path for path in town.folder.iterdir() if path.name.startswith("store.db")]
    modes = {path: path.stat().st_mode for path in (*paths, town.folder)}
    for path in paths:
        path.chmod(files)
    town.folder.chmod(folder)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)
        for path, mode in modes.items():
            path.chmod(mode & 0o777)


@contextmanager
def no_descriptors(town: Town) -> Iterator[None]:
    """No file can be opened any more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_next_descriptor(), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _next_descriptor() -> int:
    descriptor = os.open("/dev/null", os.O_RDONLY)
    os.close(descriptor)
    return descriptor


@contextmanager
def no_log(town: Town) -> Iterator[None]:
    """A folder lies where the store writes its log."""
    log = town.folder / "store.db-wal"
    kept = log.read_bytes() if log.exists() else None
    log.unlink(missing_ok=True)
    log.mkdir()
    try:
        yield
    finally:
        log.rmdir()
        if kept is not None:
            log.write_bytes(kept)


@contextmanager
def gone(town: Town) -> Iterator[None]:
    """The folder of the store is away, as after a failed mount."""
    elsewhere = town.folder.with_name(f"{town.folder.name}-away")
    elsewhere.mkdir()
    paths = [path for path in town.folder.iterdir() if path.name.startswith("store.db")]
    for path in paths:
        shutil.move(path, elsewhere)
    (town.folder / "store.db").mkdir()
    try:
        yield
    finally:
        (town.folder / "store.db").rmdir()
        for path in elsewhere.iterdir():
            shutil.move(path, town.folder)
        elsewhere.rmdir()


@contextmanager
def no_database(town: Town) -> Iterator[None]:
    """The store was written over with something else."""
    with _written_over(town, b"This is not a database. " * 1000):
        yield


@contextmanager
def emptied(town: Town) -> Iterator[None]:
    """The store was cut to nothing."""
    with _written_over(town, b""):
        yield


@contextmanager
def _written_over(town: Town, content: bytes) -> Iterator[None]:
    """Write over the store's file, which stays the one that it is; what lies beside it goes."""
    kept = {path: path.read_bytes() for path in town.folder.iterdir() if path.name.startswith("store.db")}
    for path in kept:
        if path.name == "store.db":
            path.write_bytes(content)
        else:
            path.unlink()
    try:
        yield
    finally:
        for path, before in kept.items():
            path.write_bytes(before)


FAULTS: list[Callable[[Town], object]] = [
    full_at_once,
    full_soon,
    full_later,
    read_only,
    not_readable,
    no_descriptors,
    no_log,
    gone,
    no_database,
    emptied,
]


@pytest.fixture
def town() -> Iterator[Town]:
    made = Town()
    made.reset()
    yield made
    made.close()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: getattr(fault, "__name__", ""))
def test_nothing_is_written_without_an_intent_and_work_goes_on_afterwards(
    town: Town, fault: Callable[[Town], object]
) -> None:
    with town.enter() as visit:
        visit.create(SESSION, PEOPLE[:3])
        visit.choose(SESSION, slot(0))
    assert spawn(lambda: go_through(town, fault)).wait() is End.DONE


def go_through(town: Town, fault: Callable[[Town], object]) -> None:
    """Work while the store is at fault, look, then work on in the same process."""
    visit = town.enter()
    for user in PEOPLE:
        assert visit.ours(user) == []
    visit.store.close()
    with fault(town):  # type: ignore[attr-defined] # each of them makes a context
        failed = fails_to_work(visit)
    assert failed
    written = [event for user in PEOPLE for event in visit.ours(user)]
    with visit.store.reading() as tx:
        effects = {effect.event_id: effect for effect in tx.ledger.effects(SESSION)}
    assert all(effects[event.event_id].state is not EffectState.PLANNED for event in written)
    for _ in range(6):
        town.clock.at += 61
        visit.work(sweep=True)
    with visit.store.reading() as tx:
        booking = tx.ledger.booking(SESSION)
    assert booking is not None
    assert booking.state is BookingState.CONFIRMED
    assert broken(visit, gentle=True) == []


def fails_to_work(visit: Visit) -> bool:
    """Try to work; a store that cannot is said to be so, in gatherly's own words."""
    try:
        visit.work(sweep=True)
    except StoreError:
        return True
    finally:
        visit.store.close()
    return False
