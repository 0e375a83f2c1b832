"""Fifty sessions want the same person at the same time, several daemons book them: exactly one gets it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest

from engine.errors import InputError
from engine.ids import SessionId
from engine.model.booking import BookingState
from tests.chaos.checks import broken
from tests.chaos.loop import warm_up
from tests.chaos.processes import End, spawn
from tests.chaos.town import PEOPLE, Town, slot
from tests.worlds.book_world import World
from tests.worlds.book_world import slot as world_slot

pytestmark = pytest.mark.chaos

RACERS = 50
DAEMONS = 4


def race(town: Town) -> list[BookingState]:
    """Let all of them be booked by several processes at once; overlapping slots count as the same."""
    town.reset()
    names = [SessionId(f"s{number}") for number in range(RACERS)]
    with town.enter() as visit:
        for number, name in enumerate(names):
            visit.create(name, (PEOPLE[number % 3], PEOPLE[3]))

    def accept_and_work(share: int) -> None:
        visit = town.enter()
        for number in range(share, RACERS, DAEMONS):
            visit.choose(names[number], slot(number % 2))
        visit.work(sweep=False)

    children = [spawn(partial(accept_and_work, share)) for share in range(DAEMONS)]
    assert [child.wait() for child in children] == [End.DONE] * DAEMONS
    with town.enter() as visit:
        assert broken(visit, gentle=True) == []
        visit.work(sweep=False)
        with visit.store.reading() as tx:
            bookings = [tx.ledger.booking(name) for name in names]
            held = [hold.session for hold in tx.ledger.holds(PEOPLE[3], slot(0).span)]
    assert len(held) == 1
    return [booking.state for booking in bookings if booking is not None]


def run_rounds(rounds: int) -> None:
    town = Town()
    warm_up(town)
    try:
        for _ in range(rounds):
            states = race(town)
            assert states.count(BookingState.CONFIRMED) == 1
            assert len(states) == 1
    finally:
        town.close()


@pytest.mark.long
@pytest.mark.upload
def test_one_of_fifty_wins_among_four_daemons() -> None:
    run_rounds(2)


@pytest.mark.long
def test_one_of_fifty_wins_among_four_daemons_two_hundred_times() -> None:
    run_rounds(200)


@pytest.mark.long
@pytest.mark.upload
def test_one_of_fifty_wins_among_threads_two_hundred_times() -> None:
    for _ in range(200):
        world = World(people=("ann", "bob"))
        names = [SessionId(f"s{number}") for number in range(RACERS)]
        for number, name in enumerate(names):
            world.propose(world_slot(24, 60 if number % 2 else 30), session=name)

        def accept_and_work(name: SessionId, world: World = world) -> None:
            with suppress(InputError):
                world.accept(world_slot(24).start, session=name)
            world.job.run(name)

        with ThreadPoolExecutor(DAEMONS) as pool:
            list(pool.map(accept_and_work, names))
        states = [world.booking(name).state for name in names]
        assert states.count(BookingState.CONFIRMED) == 1
        assert world.copies() == {"ann": 1, "bob": 1}
