"""Turns: of several daemons one begins what is done for all, once in its time."""

import pytest

from daemon.cluster.turns import Turns
from engine.ports.store import Store
from engine.time.span import DAY, HOUR
from tests.doubles.store.store import MemoryStore
from tests.standins.time import StillClock

EVERY = 300.0


@pytest.fixture
def store() -> Store:
    return MemoryStore()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


def daemons(store: Store, clock: StillClock, count: int = 2) -> list[Turns]:
    return [Turns(store, clock, f"d{number}", alone=False) for number in range(count)]


def test_one_of_them_begins_and_the_next_in_its_time(store: Store, clock: StillClock) -> None:
    first, second = daemons(store, clock)
    assert [first.take("sweep", EVERY), second.take("sweep", EVERY)] == [True, False]
    clock.at += int(EVERY) // 2
    assert [second.take("sweep", EVERY), first.take("sweep", EVERY)] == [False, False]
    clock.at += int(EVERY) // 2
    assert [second.take("sweep", EVERY), first.take("sweep", EVERY)] == [True, False]


def test_jobs_do_not_wait_for_one_another(store: Store, clock: StillClock) -> None:
    first, second = daemons(store, clock)
    assert first.take("sweep", EVERY)
    assert second.take("prune", EVERY)


def test_the_turn_of_one_that_died_is_anothers(store: Store, clock: StillClock) -> None:
    gone, other = daemons(store, clock)
    assert gone.take("sweep", EVERY)
    clock.at += int(EVERY)
    assert other.take("sweep", EVERY)


@pytest.mark.parametrize("ahead", [HOUR, DAY, 30 * DAY])
def test_a_turn_that_was_taken_by_a_clock_set_ahead_is_not_believed(
    store: Store, clock: StillClock, ahead: int
) -> None:
    first, second = daemons(store, clock)
    clock.at += ahead
    assert first.take("sweep", EVERY)
    clock.at -= ahead
    assert second.take("sweep", EVERY)


def test_many_that_come_at_once_are_let_in_once(store: Store, clock: StillClock) -> None:
    assert sum(one.take("sweep", EVERY) for one in daemons(store, clock, 50)) == 1


def test_who_is_alone_writes_nothing(store: Store, clock: StillClock) -> None:
    alone, before = Turns(store, clock, "d", alone=True), store.pulse()
    assert alone.take("sweep", EVERY)
    assert alone.take("sweep", EVERY)
    assert store.pulse() == before
