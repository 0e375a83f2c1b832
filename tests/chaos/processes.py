"""Real processes: forked, so that they are quick to make, and killed for good."""

import gc
import os
import random
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

BROKEN = 3
"""How a child ends that met an error nobody handles."""
PATIENCE = 6
"""A child that has computed for so many seconds never comes to an end."""


class End(Enum):
    """How a child ended, or that it fell asleep."""

    DONE = "done"
    KILLED = "killed"
    ASLEEP = "asleep"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Child:
    """A forked process."""

    pid: int

    def wait(self) -> End:
        """Wait until it ends or falls asleep."""
        _, status = os.waitpid(self.pid, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            return End.ASLEEP
        if os.WIFSIGNALED(status):
            return End.KILLED if os.WTERMSIG(status) == signal.SIGKILL else End.BROKEN
        return End.DONE if os.WEXITSTATUS(status) == 0 else End.BROKEN

    def wake(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def spawn(work: Callable[[], None], patience: int = PATIENCE) -> Child:
    """Fork a child that does some work within seconds of computing and ends without any farewell."""
    with warnings.catch_warnings():
        # The test runner has threads; the child uses none of what they might hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        return Child(pid)
    gc.disable()
    signal.setitimer(signal.ITIMER_PROF, patience)
    try:
        work()
    except BaseException:
        traceback.print_exc(file=sys.stderr)
        sys.stderr.flush()
        os._exit(BROKEN)
    os._exit(0)


Turn = Callable[[], None]
"""Called by a process where another may go on instead; it comes back when this one's turn has come."""


def nobody_else() -> None:
    """The turn of a process that works alone."""


RUNS = (1, 1, 1, 2, 4, 9)
"""So many steps a process takes before another may have its turn."""


def take_turns(
    works: Sequence[Callable[[Turn], None]], lots: random.Random, between: Callable[[], None] = nobody_else
) -> list[End]:
    """Let processes work on one thing, each a few steps at a time, in an order drawn by lot.

    Where the system lets them run as it likes, no two runs are alike; here the same lots make the same story.
    What happens `between` two turns finds all of them in the middle of their work.
    """
    actors = [_Actor(work) for work in works]
    waiting = list(actors)
    while waiting:
        between()
        actor = lots.choice(waiting)
        if not actor.go(lots.choice(RUNS)):
            waiting.remove(actor)
    return [actor.child.wait() for actor in actors]


class _Actor:
    """A child that waits for its turn."""

    def __init__(self, work: Callable[[Turn], None]) -> None:
        (hears, self._asks), (self._answers, tells) = os.pipe(), os.pipe()
        stage = _Stage(hears, tells)
        self.child = spawn(lambda: stage.play(work))
        os.close(hears)
        os.close(tells)

    def go(self, steps: int) -> bool:
        """Let it take so many steps; tells whether it waits for another turn, or has ended."""
        try:
            os.write(self._asks, bytes((steps,)))
        except BrokenPipeError:
            return self._over()
        return os.read(self._answers, 1) != b"" or self._over()

    def _over(self) -> bool:
        os.close(self._asks)
        os.close(self._answers)
        return False


@dataclass(slots=True)
class _Stage:
    """The child's side of its turns."""

    hears: int
    tells: int
    left: int = 0

    def play(self, work: Callable[[Turn], None]) -> None:
        self.left = os.read(self.hears, 1)[0]
        work(self.turn)

    def turn(self) -> None:
        self.left -= 1
        if self.left < 1:
            os.write(self.tells, b".")
            self.left = os.read(self.hears, 1)[0]
