"""Children outlast the pool that made them, for the next of this process, and none is made in vain."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from connectors.sandbox.pool import MOST_SPARE, ChildPool, Spare, spare_here
from tests.chaos.processes import End, spawn
from tests.standins.time import StillClock
from tests.worlds.command_line import PATIENCE

TASKS = "tests.connectors.sandbox.test_isolation"


@pytest.fixture
def spare() -> Iterator[Spare]:
    made = Spare()
    yield made
    made.end()


def pid_of(pool: ChildPool) -> int:
    found: int = json.loads(pool(f"{TASKS}:surroundings", b"", cpu=2))["pid"]
    return found


def one_life(spare: Spare) -> int:
    """Make a pool, use it and close it; gives the child that did the work."""
    with closing(ChildPool(StillClock(), spare=spare)) as pool:
        return pid_of(pool)


def test_what_one_pool_leaves_the_next_takes_up(spare: Spare) -> None:
    assert one_life(spare) == one_life(spare)


def test_without_spare_ones_each_pool_ends_its_own() -> None:
    with closing(ChildPool(StillClock())) as pool:
        first = pid_of(pool)
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_one_that_was_made_in_other_surroundings_is_not_taken(
    spare: Spare, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = one_life(spare)
    monkeypatch.setenv("PYTHONTZPATH", "/nowhere")
    second = one_life(spare)
    assert second != first
    monkeypatch.delenv("PYTHONTZPATH")
    assert one_life(spare) == first


def test_one_that_has_ended_by_itself_is_not_taken(spare: Spare) -> None:
    first = one_life(spare)
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert one_life(spare) != first


def test_no_more_are_kept_than_a_pool_has(spare: Spare, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for number in range(MOST_SPARE + 1):
        monkeypatch.setenv("PYTHONTZPATH", f"/nowhere/{number}")
        made.append(one_life(spare))
    with pytest.raises(ProcessLookupError):
        os.kill(made[0], 0)
    assert one_life(spare) == made[-1]


def test_a_process_that_was_forked_leaves_them_to_its_parent() -> None:
    first = one_life(spare_here())

    def use() -> None:
        assert one_life(spare_here()) != first
        spare_here().end()

    assert spawn(use).wait() is End.DONE
    assert one_life(spare_here()) == first


def test_work_that_comes_at_once_waits_for_the_child_that_is_there() -> None:
    """Short work is done sooner by a child that is busy than by one that is still to begin."""
    found: list[int] = []
    with closing(ChildPool(StillClock(), soon=PATIENCE)) as pool:
        first = pid_of(pool)
        many = [threading.Thread(target=lambda: found.append(pid_of(pool))) for _ in range(6)]
        for one in many:
            one.start()
        for one in many:
            one.join()
    assert found == [first] * len(many)
