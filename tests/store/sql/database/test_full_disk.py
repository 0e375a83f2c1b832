"""A disk without room, or read-only: told with its remedy, nothing lost, and all goes on by itself."""

import multiprocessing
import os
import resource
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from importlib import import_module
from itertools import count
from pathlib import Path

import pytest

from engine.errors import StoreUnavailableError
from engine.ids import UserId
from engine.operations.custody import cutoffs
from engine.ports.store import Store
from store.keys import Keyring
from store.open import open_store
from store.sql.store import SqlStore
from store.vault import KeyVault
from tests.contracts.stores.samples import ALICE, NOON, user
from tests.standins.descriptors import no_more_descriptors
from tests.store.contents import contents
from tests.store.servers import KEY

SPAWN = multiprocessing.get_context("spawn")
NOBODY = 65534


def test_a_full_disk_loses_nothing_and_needs_no_restart(file: Path) -> None:
    _in_a_process_of_its_own(run_out_of_room, file)


def test_a_full_disk_puts_off_that_the_files_forget_somebody(file: Path) -> None:
    _in_a_process_of_its_own(erase_without_room, file)


def test_a_store_that_cannot_be_opened_for_want_of_descriptors_says_so(file: Path) -> None:
    store = open_store(f"sqlite:///{file}", KeyVault(Keyring(KEY)))
    told = r"no more files.*LimitNOFILE"
    with no_more_descriptors(), ExitStack() as looks, pytest.raises(StoreUnavailableError, match=told):
        look_for_ever(store, looks)
    with store.reading() as look:
        assert not look.users.all()
    store.close()


def test_a_store_that_cannot_be_written_is_refused_with_the_remedy() -> None:
    with tempfile.TemporaryDirectory() as folder:
        _in_a_process_of_its_own(open_what_is_read_only, Path(folder) / "gatherly.db")


def _in_a_process_of_its_own(scene: object, file: Path) -> None:
    """Limits and rights are a process's own: another one plays the scene."""
    worker = SPAWN.Process(target=scene, args=(file,))  # type: ignore[arg-type] # a scene is a function of a file
    worker.start()
    worker.join()
    assert worker.exitcode == 0


def run_out_of_room(file: Path) -> None:
    """Write until no file may grow any more, and on when they may again."""
    store = open_store(f"sqlite:///{file}", KeyVault(Keyring(KEY)))
    with store.writing() as work:
        work.users.put(user())
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(f"{file}-wal") + 8192, unlimited[1]))
    with pytest.raises(StoreUnavailableError, match="goes on by itself"):
        write_for_ever(store)
    with store.reading() as look:
        written = [each.id for each in look.users.all() if each.id != ALICE]
    assert written == sorted(f"user-{number:04}" for number in range(len(written)))
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    with store.writing() as work:
        work.users.put(user("afterwards"))
    with store.reading() as look:
        assert look.users.get(UserId("afterwards"))
        assert look.users.get(ALICE) == user(version=1)
        assert len(look.users.all()) == len(written) + 2
    assert not list(store.check())
    store.close()


def erase_without_room(file: Path) -> None:
    """Forget somebody while no file may grow enough to be written anew, and prune later."""
    store = open_store(f"sqlite:///{file}", KeyVault(Keyring(KEY)))
    assert isinstance(store, SqlStore)
    with store.writing() as work:
        work.users.put(replace(user("goes"), email="goes@canary.example"))
    assert b"canary" in contents(f"sqlite:///{file}")
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(f"{file}-wal") + 100_000, unlimited[1]))
    with pytest.raises(StoreUnavailableError, match="goes on by itself"):
        store.custody.erase(UserId("goes"), NOON)
    store.close()
    assert b"canary" in contents(f"sqlite:///{file}")
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    store = open_store(f"sqlite:///{file}", KeyVault(Keyring(KEY)))
    assert isinstance(store, SqlStore)
    assert store.custody.erased("goes@canary.example")
    store.custody.prune(cutoffs(NOON), NOON)
    assert b"canary" not in contents(f"sqlite:///{file}")
    store.close()


def look_for_ever(store: Store, looks: ExitStack) -> None:
    """Look side by side, so that each look needs a connection of its own."""
    while True:
        looks.enter_context(store.reading()).users.all()


def write_for_ever(store: Store) -> None:
    """Write one user a transaction."""
    for number in count():
        with store.writing() as work:
            work.users.put(user(f"user-{number:04}"))


def open_what_is_read_only(file: Path) -> None:
    """Open a file that its reader may not write, as somebody whom rights bind."""
    import_module("store.sql.database.migrate")  # while the interpreter may still be read
    if os.getuid() == 0:
        os.chown(file.parent, NOBODY, NOBODY)
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    vault = KeyVault(Keyring(KEY))
    open_store(f"sqlite:///{file}", vault).close()
    file.chmod(0o400)
    with pytest.raises(StoreUnavailableError, match="writable for gatherly"):
        open_store(f"sqlite:///{file}", vault)
