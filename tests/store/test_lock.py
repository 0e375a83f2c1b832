"""One daemon a store: the second is told who is first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import StoreBusyError, StoreUnavailableError
from store.lock import DaemonLock

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
