"""Budgets of requests that daemons share through their store."""

import multiprocessing
from contextlib import closing
from pathlib import Path

import pytest

from daemon.sync.budgets import LOOK_EVERY, StoredBudgets
from engine.errors import SourceUnavailableError
from engine.operations.budgets import Limit
from engine.ports.store import Store
from store.keys import Keyring
from store.open import open_store
from store.vault import KeyVault
from tests.doubles.store.store import MemoryStore
from tests.standins.flaky import FlakyStore
from tests.standins.time import HandClock

ACCOUNT = Limit("account", 600, 600)
TOGETHER = 4


@pytest.fixture
def store() -> Store:
    return MemoryStore()


def spend(budgets: StoredBudgets, clock: HandClock) -> int:
    """Take until it would have to be waited for; gives how many were taken."""
    taken = 0
    try:
        while True:
            budgets.take((ACCOUNT,), 0)
            taken += 1
    except SourceUnavailableError:
        return taken


def test_daemons_of_one_store_spend_one_budget(store: Store) -> None:
    clock = HandClock()
    first, second = StoredBudgets(store, clock), StoredBudgets(store, clock)
    assert spend(first, clock) == 600
    assert spend(second, clock) <= ACCOUNT.unnoticed
    clock.at += 30
    assert spend(first, clock) + spend(second, clock) == pytest.approx(300, abs=2 * ACCOUNT.unnoticed)


def test_daemons_that_take_turns_overdraw_by_a_second_s_worth_each_at_most(store: Store) -> None:
    clock = HandClock()
    daemons = [StoredBudgets(store, clock) for _ in range(TOGETHER)]
    taken, refused = 0, 0
    while refused < 100:
        clock.at += 0.001
        for daemon in daemons:
            try:
                daemon.take((ACCOUNT,), 0)
                taken += 1
            except SourceUnavailableError:
                refused += 1
                clock.at += LOOK_EVERY / 50
    allowed = 600 + (clock.at - 1000) * 10
    assert taken <= allowed + 2 * TOGETHER * ACCOUNT.unnoticed


def test_a_request_now_and_then_costs_the_store_no_write(store: Store) -> None:
    clock = HandClock()
    budgets = StoredBudgets(store, clock)
    before = store.pulse()
    for _ in range(1000):
        budgets.take((ACCOUNT,), 0)
        clock.at += 300
    assert store.pulse() == before


def test_a_refusal_pauses_every_daemon_and_outlives_a_restart(store: Store) -> None:
    clock = HandClock()
    first, second = StoredBudgets(store, clock), StoredBudgets(store, clock)
    second.take((ACCOUNT,), 0)
    assert first.refused("account", 30, 10) == 30
    clock.at += LOOK_EVERY
    for daemon in (second, StoredBudgets(store, clock)):
        assert daemon.pause("account") == 25
        with pytest.raises(SourceUnavailableError, match="left alone") as caught:
            daemon.take((ACCOUNT,), 20)
        assert caught.value.retry_after == 25
    clock.at += 25
    assert second.refused("account", None, 10) == 20
    clock.at += 20
    second.take((ACCOUNT,), 0)
    second.served("account")
    assert first.refused("account", None, 10) == 10


def test_where_the_store_is_away_each_process_keeps_to_its_own_count(store: Store) -> None:
    clock = HandClock()
    away = FlakyStore(store)
    away.fails = True
    budgets = StoredBudgets(away, clock)
    assert spend(budgets, clock) == 600
    assert budgets.refused("account", None, 10) == 10
    assert budgets.pause("account") == 10
    away.fails = False
    clock.at += 70
    assert spend(budgets, clock) == 600


def spend_at(place: Path, results: "multiprocessing.Queue[int]") -> None:
    """Spend a budget as one of several daemons."""
    clock = HandClock()
    with closing(open_at(place)) as store:
        results.put(spend(StoredBudgets(store, clock), clock))


def open_at(place: Path) -> Store:
    return open_store(f"sqlite:///{place}", KeyVault(Keyring(b"k" * 32)))


def test_real_processes_share_a_budget_at_the_same_moment(tmp_path: Path) -> None:
    place = tmp_path / "shared.db"
    open_at(place).close()
    spawn = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[int] = spawn.Queue()
    workers = [spawn.Process(target=spend_at, args=(place, results)) for _ in range(3)]
    for worker in workers:
        worker.start()
    taken = [results.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join(300)
    results.close()
    assert 600 <= sum(taken) <= 600 + 3 * 2 * ACCOUNT.unnoticed
