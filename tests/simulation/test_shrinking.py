"""A failure's story is cut down to the acts that it needs."""

from collections.abc import Callable, Sequence

import pytest

from tests.simulation.acts import Act, Kind, story_of
from tests.simulation.shrinking import shortest

STORY = story_of(11, 8)


def has(*kinds: Kind) -> Callable[[Sequence[Act]], bool]:
    """Fail wherever these come in this order."""

    def fails(story: Sequence[Act]) -> bool:
        left = list(kinds)
        for act in story:
            if left and act.kind is left[0]:
                left.pop(0)
        return not left

    return fails


@pytest.mark.parametrize(
    "kinds",
    [
        (Kind.KILL,),
        (Kind.ASK, Kind.ACCEPT),
        (Kind.OWN, Kind.RESTART, Kind.OWN),
        (Kind.ASK, Kind.KILL, Kind.ACCEPT, Kind.FAMILY),
        (Kind.ACCEPT, Kind.ACCEPT, Kind.ACCEPT),
        (Kind.ASK, Kind.ASK, Kind.KILL, Kind.OWN, Kind.ASK),
    ],
)
def test_what_a_failure_needs_is_left_and_nothing_else(kinds: tuple[Kind, ...]) -> None:
    fails = has(*kinds)
    assert fails(STORY)
    assert [act.kind for act in shortest(STORY, fails, tries=2_000)] == list(kinds)


def test_it_ends_after_so_many_tries_with_a_story_that_fails() -> None:
    tried = 0

    def fails(story: Sequence[Act]) -> bool:
        nonlocal tried
        tried += 1
        return len(story) > 20

    assert len(shortest(STORY, fails, tries=10)) > 20
    assert tried <= 10


def test_one_seed_draws_one_story_and_another_another() -> None:
    assert story_of(3, 20) == story_of(3, 20) != story_of(4, 20)


def test_a_story_holds_every_kind_of_act_in_order() -> None:
    story = story_of(1, 90)
    assert {act.kind for act in story} == set(Kind)
    assert list(story) == sorted(story)
