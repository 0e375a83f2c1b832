"""Simulated people: the same for the same seed, and what is learned of them is worth something."""

import pytest

from engine.simulation.people import World
from engine.simulation.play import play


def test_the_same_seed_gives_the_same_result_and_another_world_another() -> None:
    args = (3, 8, 6)
    assert play(*args, World.PLAIN) == play(*args, World.PLAIN)
    assert play(*args, World.PLAIN).rounds != play(*args, World.INTERACTIONS).rounds


def test_a_policy_that_knows_what_people_like_is_taken_most() -> None:
    played = play(5, 16, 8, World.PLAIN, ["chronological", "oracle"])
    known, first = played.between("oracle", 1, 8), played.between("chronological", 1, 8)
    assert known is not None
    assert first is not None
    assert known > first + 0.1


def test_beyond_the_last_session_there_is_nothing_to_tell() -> None:
    assert play(1, 4, 3, World.PLAIN, ["random"]).stretches("random")[1:] == [None, None, None]


@pytest.mark.long
@pytest.mark.simulate
@pytest.mark.parametrize("seed", range(1, 6))
def test_acc_54_what_is_learned_lifts_acceptance(seed: int) -> None:
    played = play(seed, 200, 60, World.PLAIN, ["chronological", "histogram", "pooled", "oracle"])
    first, last = played.between("pooled", 1, 5), played.between("pooled", 41, 60)
    chance, histogram = played.between("chronological", 41, 60), played.between("histogram", 41, 60)
    oracle = played.between("oracle", 41, 60)
    assert last is not None
    assert first is not None
    assert chance is not None
    assert histogram is not None
    assert oracle is not None
    assert last > first
    assert last >= chance + 0.2
    assert last >= histogram + 0.05
    assert last >= 0.52
    assert last >= 0.9 * oracle
