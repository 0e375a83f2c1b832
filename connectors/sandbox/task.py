"""Work on what strangers wrote: tasks that take bytes and give bytes, and what one of them may use.

A task is named `module:function`, so that it can be done in a child that can be killed.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Protocol

from engine.errors import GatherlyError
from engine.trouble import met


class UnfinishedError(GatherlyError):
    """A task failed, or took more time or memory than it was given; nothing came of it."""


class RefusedError(UnfinishedError):
    """A task refused its input in words of ours; `what` and `remedy` are for whoever reads the answer."""


TASK_FAULTS = (GatherlyError, ValueError, OverflowError, MemoryError, RecursionError)
"""What a task may raise on its input; anything else is a fault of ours and ends the child."""


class Allowance:
    """Seconds of processor that several tasks may use together; none is begun without any left."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    def share(self, most: float) -> float:
        """Give what one task may use.

        Raises:
            UnfinishedError: there is nothing left.
        """
        if self.left <= 0:
            raise UnfinishedError("it was not read: all of it takes too long")
        return min(most, self.left)


class Runner(Protocol):
    """Runs `module:function`, which takes bytes and gives bytes."""

    def __call__(self, task: str, payload: bytes, *, cpu: float, allowance: Allowance | None = None) -> bytes:
        """Run it within so many seconds of processor time, and of what an allowance has left.

        Raises:
            RefusedError: it has refused its input.
            UnfinishedError: it did not end in time, or died of its input.
        """


def run_here(task: str, payload: bytes, *, cpu: float, allowance: Allowance | None = None) -> bytes:
    """Run a task in this process, without limits: for tools and tests that trust their input."""
    try:
        return function_of(task)(payload)
    except GatherlyError as error:
        raise RefusedError(error.what, error.remedy) from error
    except TASK_FAULTS as error:
        raise UnfinishedError(f"it could not be read: {words_of(error)}") from error


def function_of(task: str) -> Callable[[bytes], bytes]:
    """Import the function that a task names."""
    module, _colon, name = task.partition(":")
    found: Callable[[bytes], bytes] = getattr(import_module(module), name)
    return found


def words_of(error: BaseException) -> str:
    """Tell a foreign error without its own words: they may repeat what is somebody's."""
    return met(error)
