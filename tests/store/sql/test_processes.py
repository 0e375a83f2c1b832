"""Several processes on one file: nothing is lost, one wins each hour, and each sees that the others wrote."""

import multiprocessing
from multiprocessing.queues import Queue
from pathlib import Path

from engine.errors import HoldRefusedError, StaleVersionError
from engine.ports import Store
from store.keys import Keyring
from store.open import open_store
from store.vault import KeyVault
from tests.contracts.stores.samples import ALICE, BOB, hold, user
from tests.store.servers import KEY

SPAWN = multiprocessing.get_context("spawn")
PROCESSES, UPDATES = 4, 50


def test_acc_7_interleaved_updates_lose_nothing(store: Store, file: Path) -> None:
    with store.writing() as work:
        work.users.put(user())
    before = store.pulse()
    workers = [SPAWN.Process(target=count_up, args=(file,)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    with store.reading() as look:
        found = look.users.get(ALICE)
    assert found is not None
    assert found.version == 1 + PROCESSES * UPDATES
    assert store.pulse() != before


def test_one_process_wins_each_hour(store: Store, file: Path) -> None:
    answers: Queue[list[int]] = SPAWN.Queue()
    workers = [SPAWN.Process(target=take_hours, args=(file, number, answers)) for number in range(PROCESSES)]
    for worker in workers:
        worker.start()
    won = [hour for _ in workers for hour in answers.get(timeout=60)]
    for worker in workers:
        worker.join()
    assert sorted(won) == list(range(UPDATES))
    answers.close()
    answers.join_thread()


def count_up(file: Path) -> None:
    """Change one row many times, each time from what was read before."""
    store = open_store(f"sqlite:///{file}", KeyVault(Keyring(KEY)))
    done = 0
    while done < UPDATES:
        with store.reading() as look:
            found = look.users.get(ALICE)
        assert found is not None
        try:
            with store.writing() as work:
                work.users.put(found)
        except StaleVersionError:
            continue
        done += 1
    store.close()


def take_hours(file: Path, number: int, answers: "Queue[list[int]]") -> None:
    """Try to hold each hour for two people, and tell which ones were won."""
    store = open_store(f"sqlite:///{file}", KeyVault(Keyring(KEY)))
    won = []
    for hour in range(UPDATES):
        asked = [hold(who, name=f"s{number}-{hour}", start=hour * 3600) for who in (BOB, ALICE)]
        try:
            with store.writing() as work:
                work.ledger.hold(asked)
        except HoldRefusedError:
            continue
        won.append(hour)
    store.close()
    answers.put(won)
