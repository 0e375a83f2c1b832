"""One daemon a store: the second is told who is first."""

import errno
import multiprocessing
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import StoreBusyError, StoreUnavailableError
from store.lock import DaemonLock

SPAWN = multiprocessing.get_context("spawn")
HOLDER = """
import pathlib, sys
from store.lock import DaemonLock
DaemonLock(pathlib.Path(sys.argv[1])).take(1700000000)
print("taken", flush=True)
sys.stdin.read()
"""


def test_a_second_daemon_is_told_which_process_is_first(tmp_path: Path) -> None:
    store = tmp_path / "gatherly.db"
    command = [sys.executable, "-c", HOLDER, str(store)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"taken\n"
        with pytest.raises(StoreBusyError, match=rf"process {first.pid}\).*{store}") as told:
            DaemonLock(store).take(1)
        assert told.value.since == 1700000000
        first.kill()
    lock = DaemonLock(store)
    lock.take(1)
    lock.release()


def test_the_lock_can_be_taken_again_once_it_is_let_go(tmp_path: Path) -> None:
    first, second = DaemonLock(tmp_path / "a.db"), DaemonLock(tmp_path / "a.db")
    first.take(1)
    with pytest.raises(StoreBusyError, match=str(os.getpid())):
        second.take(2)
    first.release()
    second.take(3)
    second.release()
    second.release()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="Make the folder"):
        DaemonLock(tmp_path / "none" / "a.db").take(1)


def test_a_disk_that_takes_no_word_more_is_named_and_the_lock_let_go(tmp_path: Path) -> None:
    store, told = tmp_path / "a.db", tmp_path / "told"
    worker = SPAWN.Process(target=take_where_no_file_may_grow, args=(store, told))
    worker.start()
    worker.join()
    assert worker.exitcode == 0
    assert told.read_text().startswith(f"The lock {store}.lock cannot be written: {os.strerror(errno.EFBIG)}")


def take_where_no_file_may_grow(store: Path, told: Path) -> None:
    """Try to take a lock in a process whose files may not grow, then once they may."""
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, unlimited[1]))
    with pytest.raises(StoreUnavailableError) as caught:
        DaemonLock(store).take(1)
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    DaemonLock(store).take(2)
    told.write_text(str(caught.value))


@pytest.mark.parametrize(
    ("why", "remedy"),
    [(errno.EROFS, "for writing"), (errno.ENOSPC, "Make room"), (errno.EDQUOT, "Make room")],
)
def test_what_is_the_disks_is_no_fault_of_the_lock(tmp_path: Path, why: int, remedy: str) -> None:
    said = DaemonLock(tmp_path / "a.db").remedy(OSError(why, os.strerror(why)))
    assert remedy in said
    assert ".lock" not in said


PRECIOUS = b"precious"


def symbolic(lock: Path, other: Path) -> None:
    lock.symlink_to(other)


def relative(lock: Path, other: Path) -> None:
    lock.symlink_to(os.path.relpath(other, lock.parent))


def by_way_of_another(lock: Path, other: Path) -> None:
    between = lock.with_name("between")
    between.symlink_to(other)
    lock.symlink_to(between)


def hard(lock: Path, other: Path) -> None:
    os.link(other, lock)


def to_what_is_missing(lock: Path, other: Path) -> None:
    lock.symlink_to(other.with_name("missing"))


def to_itself(lock: Path, other: Path) -> None:
    lock.symlink_to(lock)


def to_a_device(lock: Path, other: Path) -> None:
    lock.symlink_to("/dev/null")


def a_pipe(lock: Path, other: Path) -> None:
    os.mkfifo(lock)


def a_folder(lock: Path, other: Path) -> None:
    lock.mkdir()


@pytest.mark.parametrize(
    "put",
    [
        symbolic,
        relative,
        by_way_of_another,
        hard,
        to_what_is_missing,
        to_itself,
        to_a_device,
        a_pipe,
        a_folder,
    ],
)
def test_nothing_is_written_through_what_stands_in_the_locks_place(
    tmp_path: Path, put: Callable[[Path, Path], None]
) -> None:
    store, other = tmp_path / "a.db", tmp_path / "other"
    other.write_bytes(PRECIOUS)
    put(store.with_name("a.db.lock"), other)
    with pytest.raises(StoreUnavailableError, match=r"a\.db\.lock"):
        DaemonLock(store).take(1)
    assert other.read_bytes() == PRECIOUS
    assert not other.with_name("missing").exists()
