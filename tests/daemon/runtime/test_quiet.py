"""A daemon at rest looks seldom; whatever changes wakes it at the next tick."""

from dataclasses import dataclass
from itertools import pairwise

import pytest

from daemon.runtime.quiet import AWAKE, LOOK_EVERY, Quiet
from engine.errors import StoreUnavailableError
from tests.standins.time import HandClock


@dataclass
class World:
    """A store that changes, and folders that are touched, at a test's word."""

    pulse: int = 7
    touched: bool = False
    away: bool = False

    def number(self) -> int:
        if self.away:
            raise StoreUnavailableError("The store does not answer", "Wait")
        return self.pulse


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def world() -> World:
    return World()


def quiet_of(world: World, clock: HandClock, every: float = 300) -> Quiet:
    return Quiet(world.number, lambda: world.touched, clock, every)


def ticks(quiet: Quiet, clock: HandClock, seconds: int) -> list[int]:
    """Tick each second; gives those seconds at which everything is looked at."""
    looks = []
    for second in range(1, seconds + 1):
        clock.wait(1)
        if not quiet.holds():
            looks.append(second)
    return looks


def test_a_daemon_is_awake_at_first_and_then_looks_seldom(world: World, clock: HandClock) -> None:
    looks = ticks(quiet_of(world, clock), clock, 60)
    awake = int(AWAKE)
    assert looks[:awake] == list(range(1, awake + 1))
    assert {later - before for before, later in pairwise(looks[awake:])} == {int(LOOK_EVERY)}


@pytest.mark.parametrize("change", ["pulse", "touched", "away"])
def test_whatever_changes_is_looked_at_at_the_next_tick(world: World, clock: HandClock, change: str) -> None:
    quiet = quiet_of(world, clock)
    ticks(quiet, clock, 40)
    clock.wait(1)
    ticks(quiet, clock, 1)
    assert quiet.holds()
    setattr(world, change, 8 if change == "pulse" else True)
    assert not quiet.holds()


def test_a_store_that_came_back_is_looked_at(world: World, clock: HandClock) -> None:
    quiet = quiet_of(world, clock)
    ticks(quiet, clock, 40)
    world.away = True
    assert ticks(quiet, clock, 20) == list(range(1, 21))
    world.away = False
    assert ticks(quiet, clock, 5) == [1, 2, 3, 4, 5]


def test_after_a_change_every_tick_looks_for_a_while(world: World, clock: HandClock) -> None:
    quiet = quiet_of(world, clock)
    ticks(quiet, clock, 40)
    world.pulse += 1
    looks = ticks(quiet, clock, 20)
    assert looks[: int(AWAKE)] == list(range(1, int(AWAKE) + 1))


def test_who_is_to_be_read_often_is_looked_for_as_often(world: World, clock: HandClock) -> None:
    quiet = quiet_of(world, clock, every=3)
    ticks(quiet, clock, 40)
    looks = ticks(quiet, clock, 12)
    assert {later - before for before, later in pairwise(looks)} == {3}


def test_a_sign_of_life_wakes_nobody_and_hides_no_change(world: World, clock: HandClock) -> None:
    def beat() -> None:
        world.pulse += 1

    quiet = quiet_of(world, clock)
    ticks(quiet, clock, 30)
    quiet.unheard(beat)
    assert len(ticks(quiet, clock, 10)) <= 1
    world.pulse += 1
    quiet.unheard(beat)
    assert ticks(quiet, clock, 5) == [1, 2, 3, 4, 5]
