"""Fifty sessions want the same people at the same time on one PostgreSQL: exactly one holds it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from engine.errors import InputError
from engine.ids import SessionId
from engine.model.booking import BookingState
from store.open import open_store
from store.vault import KeyVault
from tests.worlds.book_world import World, slot

RACERS = 50
DAEMONS = 4


def race(url: str, vault: KeyVault, number: int) -> None:
    """Race once, with people and sessions of this round's own."""
    store = open_store(url, vault)
    try:
        world = World(people=(f"ann{number}", f"bob{number}"), store=store)
        names = [SessionId(f"s{number}-{racer}") for racer in range(RACERS)]
        for racer, name in enumerate(names):
            world.propose(slot(24, 60 if racer % 2 else 30), session=name)

        def accept_and_work(name: SessionId) -> None:
            with suppress(InputError):
                world.accept(slot(24).start, session=name)
            world.job.run(name)

        with ThreadPoolExecutor(DAEMONS) as pool:
            list(pool.map(accept_and_work, names))
        states = [world.booking(name).state for name in names]
        assert states.count(BookingState.CONFIRMED) == 1
        chosen = [name for name in names if world.session(name).final_time is not None]
        assert len(chosen) == 1
        assert set(world.copies().values()) == {1}
    finally:
        store.close()


def test_one_of_fifty_wins_on_postgresql(postgres: str, vault: KeyVault) -> None:
    race(postgres, vault, 0)


@pytest.mark.long
@pytest.mark.chaos
def test_one_of_fifty_wins_on_postgresql_two_hundred_times(postgres: str, vault: KeyVault) -> None:
    for number in range(200):
        race(postgres, vault, number)
