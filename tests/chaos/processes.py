"""Real processes: forked, so that they are quick to make, and killed for good."""

import gc
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

BROKEN = 3
"""How a child ends that met an error nobody handles."""
PATIENCE = 20
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


def spawn(work: Callable[[], None]) -> Child:
    """Fork a child that does some work and ends without any farewell."""
    with warnings.catch_warnings():
        # The test runner has threads; the child uses none of what they might hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        return Child(pid)
    gc.disable()
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        work()
    except BaseException:
        traceback.print_exc(file=sys.stderr)
        sys.stderr.flush()
        os._exit(BROKEN)
    os._exit(0)
