"""What is set aside is looked up once while nothing is, and seen at once when something is."""

from collections.abc import Callable

import pytest

from daemon.runtime.guard import Guard
from engine.model.set_aside import LONGEST_WAIT, Item, SetAside, Work
from tests.doubles.store.operations import MemorySetAsides
from tests.doubles.store.store import MemoryStore
from tests.standins.time import StillClock

ONE, OTHER = Item(step=Work.READ, name="one"), Item(step=Work.READ, name="other")


def breaks() -> None:
    raise ZeroDivisionError("on purpose")


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Count how often the store is asked what is set aside."""
    asked: list[str] = []
    get, every = MemorySetAsides.get, MemorySetAsides.all

    def counted_get(aside: MemorySetAsides, name: str) -> SetAside | None:
        asked.append(name)
        return get(aside, name)

    def counted_all(aside: MemorySetAsides) -> object:
        asked.append("all")
        return every(aside)

    monkeypatch.setattr(MemorySetAsides, "get", counted_get)
    monkeypatch.setattr(MemorySetAsides, "all", counted_all)
    return lambda: len(asked)


def test_while_nothing_is_set_aside_the_store_is_asked_once(
    store: MemoryStore, clock: StillClock, looks: Callable[[], int]
) -> None:
    guard = Guard(store, clock)
    for _ in range(50):
        assert guard.run(ONE, lambda: 1) == 1
        assert list(guard.each([(ONE, lambda: 2), (OTHER, lambda: 3)])) == [2, 3]
        assert not guard.waits(OTHER)
        assert guard.count(Work.READ) == 0
    assert looks() == 1


def test_while_nothing_is_set_aside_the_store_is_asked_once_for_all_jobs(
    store: MemoryStore, clock: StillClock, looks: Callable[[], int]
) -> None:
    guards = [Guard(store, clock) for _ in range(10)]
    for guard in guards:
        assert guard.run(ONE, lambda: 1) == 1
        assert guard.count(Work.READ) == 0
    assert looks() == 1


def test_what_another_process_sets_aside_is_seen_at_once(store: MemoryStore, clock: StillClock) -> None:
    guard, elsewhere = Guard(store, clock), Guard(store, clock)
    assert guard.run(ONE, lambda: 1) == 1
    elsewhere.run(ONE, breaks)
    assert guard.waits(ONE)
    assert guard.run(ONE, lambda: 1) is None
    assert guard.run(OTHER, lambda: 1) == 1
    assert guard.count(Work.READ) == 1


def test_one_that_goes_well_again_is_freed_for_all(store: MemoryStore, clock: StillClock) -> None:
    guard, elsewhere = Guard(store, clock), Guard(store, clock)
    guard.run(ONE, breaks)
    assert elsewhere.waits(ONE)
    clock.at += LONGEST_WAIT
    assert elsewhere.run(ONE, lambda: 1) == 1
    assert not guard.waits(ONE)
    assert guard.count(Work.READ) == 0


def test_once_nothing_is_set_aside_any_more_the_store_is_left_alone_again(
    store: MemoryStore, clock: StillClock, looks: Callable[[], int]
) -> None:
    guard = Guard(store, clock)
    guard.run(ONE, breaks)
    guard.free(ONE)
    guard.count(Work.READ)
    before = looks()
    for _ in range(20):
        guard.run(OTHER, lambda: 1)
    assert looks() == before
