"""Two daemons killed at any step, and what holds all the same; more of it behind `make chaos`."""

import os
import random

import pytest

from tests.chaos.loop import Tally, kill_loop, warm_up
from tests.chaos.mutants import MUTANTS, Mutant
from tests.chaos.story import Story
from tests.chaos.town import Town

pytestmark = pytest.mark.chaos

SHARES = 2
"""The kills of the suite in so many parts, to be run side by side."""
MUTANT_KILLS = 400


def seed() -> int:
    """Give the seed: another one, or the one of a run to be repeated, by the environment."""
    return int(os.environ.get("CHAOS_SEED", "2026"))


def assert_sound(tally: Tally) -> None:
    print(tally, flush=True)
    assert tally.violations == [], str(tally)
    assert tally.soon >= 0.99 * tally.bookings, str(tally)


@pytest.mark.parametrize("share", range(SHARES))
def test_250_kills_break_no_invariant(share: int) -> None:
    assert_sound(kill_loop(seed() + share, 250 // SHARES))


def joined(first: int, shares: int, kills: int) -> Tally:
    """Kill in shares, each with a seed of its own; each is told as it ends, and all are counted together."""
    whole = Tally(first)
    for share in range(shares):
        tally = kill_loop(first + share, kills)
        print(tally, flush=True)
        whole.join(tally)
    return whole


@pytest.mark.long
@pytest.mark.upload
def test_a_thousand_kills_break_no_invariant() -> None:
    assert_sound(joined(seed() + 10, shares=4, kills=250))


def test_the_same_seed_tells_the_same_story() -> None:
    town = Town()
    warm_up(town)
    stories = []
    for _ in range(2):
        town.reset()
        story = Story(town, random.Random(seed()))
        story.run(8)
        stories.append(story.told())
    town.close()
    assert stories[0] == stories[1]
    assert len(stories[0]) > 20


@pytest.mark.long
@pytest.mark.parametrize("half", range(2))
def test_twenty_thousand_kills_break_no_invariant(half: int) -> None:
    assert_sound(joined(seed() + 100 + 20 * half, shares=20, kills=500))


def test_every_mutant_still_finds_what_it_changes() -> None:
    """What no longer is where a patch looks for it would be noticed in the long run alone."""
    for mutant in MUTANTS:
        with mutant():
            pass


@pytest.mark.long
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_every_mutant_is_caught(mutant: Mutant) -> None:
    with mutant():
        tally = kill_loop(seed(), MUTANT_KILLS)
    print(tally)
    assert tally.violations, f"nobody noticed: {tally}"
