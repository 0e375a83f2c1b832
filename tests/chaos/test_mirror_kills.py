"""A daemon that dies while it brings a family's copies in step: all are, and once, when it runs again.

The crash is an exception that nobody catches, at every step there is; then real processes are killed. What an
owner did is followed here, so a copy taken half-way for an owner's edit would change the event.
"""

import os
import random
from pathlib import Path
from typing import Any

import pytest

from daemon import wire
from engine.ids import ConnectorName
from engine.time.span import MINUTE
from tests.chaos.mirrored_world import (
    CHANGES,
    DAV,
    FOLDER,
    GOOGLE,
    Mirrored,
    Shown,
    at_random,
    mirrored_world,
    series,
)
from tests.chaos.processes import End, spawn
from tests.chaos.steps import Steps
from tests.chaos.town import Tokens
from tests.worlds.folder_world import FolderWorld

pytestmark = pytest.mark.chaos
KILLS = 100


class Crash(KeyboardInterrupt):
    """The end of a process, as far as one process can play it: nobody records that as an item's trouble."""


class CrashSteps(Steps):
    """Crashes where `Steps` would kill."""

    def transition(self, *, may_sleep: bool = True, call: Any = None) -> None:
        self.taken += 1
        if self.taken == self.die_at:
            raise Crash


def crash(one: Mirrored, die_at: int) -> bool:
    try:
        one.mirror(CrashSteps(die_at=die_at)).run()
    except Crash:
        return True
    return False


def whole(shown: list[Shown], before: list[Shown], after: list[Shown]) -> bool:
    """Whether each copy is as it was or as it is to be, and none is there twice."""
    names = [name for name, *_ in shown]
    return len(set(names)) == len(names) and all(one in before or one in after for one in shown)


def try_every_crash(root: Path, place: ConnectorName, change: str) -> int:
    """Make a series, change it, and die at each step in turn; gives how many there were."""
    with mirrored_world(root, place) as world, world.standing(), world.services() as services:
        one, die_at, died = Mirrored(services, place), 0, True
        while died:
            die_at += 1
            name = series(services)
            if change != "made":
                one.recover()
            before = one.copies()
            CHANGES[change](services, name)
            wanted = one.wanted()
            died = crash(one, die_at)
            assert whole(one.copies(), before, wanted), die_at
            one.recover()
            assert one.wanted() == wanted, die_at
            assert one.copies() == wanted, die_at
            if name in {each.partition("/")[2] for each, *_ in wanted}:
                CHANGES["cancelled"](services, name)
                one.recover()
        return die_at


ALWAYS = {(FOLDER, "one moved"), (DAV, "one moved"), (DAV, "split"), (FOLDER, "one and all cancelled")}
EVERY = [
    pytest.param(
        place,
        change,
        marks=[pytest.mark.long, *([pytest.mark.upload] if (place, change) in ALWAYS else [])],
    )
    for place in (FOLDER, DAV, GOOGLE)
    for change in CHANGES
]


@pytest.mark.parametrize(("place", "change"), EVERY)
def test_a_crash_at_any_step_leaves_all_or_none_of_a_copy(
    place: ConnectorName, change: str, tmp_path: Path
) -> None:
    assert try_every_crash(tmp_path, place, change) > 3


def killed(world: FolderWorld, place: ConnectorName, die_at: int) -> End:
    def work() -> None:
        clock = replace_clock(world)
        with wire.open_daemon(world.file, lock=False, clock=clock, randomness=Tokens(die_at)) as services:
            Mirrored(services, place).mirror(Steps(die_at=die_at)).run()

    return spawn(work, 60).wait()


def replace_clock(world: FolderWorld) -> Any:
    return type(world.clock)(world.clock.at)


@pytest.mark.long
@pytest.mark.parametrize("place", [FOLDER, DAV, GOOGLE])
def test_a_daemon_killed_while_it_mirrors_leaves_all_in_step(place: ConnectorName, tmp_path: Path) -> None:
    lots = random.Random(int(os.environ.get("CHAOS_SEED", "2026")))
    ends = []
    with mirrored_world(tmp_path, place) as world:
        for _ in range(KILLS):
            world.clock.at += MINUTE  # a provider counts requests by the minute
            with world.services() as services:
                for _ in range(lots.randint(1, 3)):
                    at_random(services, lots)
                wanted = Mirrored(services, place).wanted()
            ends.append(killed(world, place, lots.randint(1, 20)))
            if lots.random() < 0.5:
                continue
            with world.services() as services:
                one = Mirrored(services, place)
                one.recover()
                assert (one.wanted(), one.copies()) == (wanted, wanted), len(ends)
    print(f"{ends.count(End.KILLED)} of {KILLS} were killed")
    assert set(ends) <= {End.KILLED, End.DONE}
    assert ends.count(End.KILLED) > KILLS // 2
