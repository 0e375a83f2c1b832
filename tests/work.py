"""Work counted in steps rather than in seconds: the same on every machine, however busy it is."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from connectors.sandbox.task import Allowance, Runner


@dataclass(slots=True)
class Work:
    """Calls of functions, in Python and in C, and the characters that were read as JSON."""

    calls: int = 0
    json: int = 0

    def note(self, frame: FrameType, event: str, _about: object) -> None:
        """Count what the interpreter tells of (`sys.setprofile`)."""
        if event in ("call", "c_call"):
            self.calls += 1
        if event == "call" and frame.f_code is json.loads.__code__:
            self.json += len(frame.f_locals["s"])


def work_of(done: Callable[[], object]) -> Work:
    """Tell what work some code does in this thread; what it raises is raised."""
    work, before = Work(), sys.getprofile()
    sys.setprofile(work.note)
    try:
        done()
    finally:
        sys.setprofile(before)
    return work


class Charged:
    """A runner that adds up what its tasks may have cost at most: what they were held to, not what they took.

    A task under an allowance costs what that was charged; one without costs all that it was given.
    """

    def __init__(self, run: Runner) -> None:
        self._run = run
        self.seconds = 0.0

    def __call__(self, task: str, payload: bytes, *, cpu: float, allowance: Allowance | None = None) -> bytes:
        """Run it; see `Runner`."""
        before = 0.0 if allowance is None else allowance.left
        try:
            return self._run(task, payload, cpu=cpu, allowance=allowance)
        finally:
            self.seconds += cpu if allowance is None else before - allowance.left
