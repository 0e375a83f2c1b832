"""What is under way, on standard error, where it takes over a second.

On a terminal one line that is redrawn and then gone; elsewhere one line a step.
"""

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from types import TracebackType
from typing import TextIO, TypeVar

from daemon.terminal.screen import Screen
from engine.ports.world import Clock
from engine.text.plain_text import one_line

T = TypeVar("T")

QUIET = 1.0
"""Seconds in which nothing is said."""
_TURN = 0.125
_WHEEL = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_CLEAR = "\r\x1b[K"


class Progress:
    """Is told each step as it begins, for as long as the block lasts; standard output stays clean."""

    def __init__(self, clock: Clock, step: str = "") -> None:
        self._clock = clock
        self._began = clock.monotonic()
        self._step = one_line(step)
        self._told = ""
        self._turn = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self, step: str) -> None:
        """Say what begins now."""
        with self._turn:
            self._step = one_line(step)
            if not _drawn() and self._clock.monotonic() - self._began >= QUIET:
                self._tell()

    def line(self, text: str, stream: TextIO | None = None) -> None:
        """Print a line that stays, in the place of what is drawn; on standard output unless said."""
        with self._turn:
            if _drawn() and self._thread is not None:
                _draw("")
            print(text, file=stream or sys.stdout, flush=True)

    def each(self, things: Sequence[T], step: Callable[[T], str]) -> Iterator[T]:
        """Give things one by one, saying of each that it begins and which of how many it is."""
        for number, thing in enumerate(things, 1):
            self(f"{step(thing)} ({number} of {len(things)})" if len(things) > 1 else step(thing))
            yield thing

    def __enter__(self) -> "Progress":
        self(self._step)
        self._thread = threading.Thread(target=self._watch, name="progress", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        """Say, after a while, what has been under way all the time; on a terminal turn a wheel."""
        if self._ended.wait(QUIET):
            return
        if not _drawn():
            with self._turn:
                self._tell()
            return
        for spoke in cycle(_WHEEL):
            seconds = self._clock.monotonic() - self._began
            with self._turn:
                if self._step:
                    _draw(f"{spoke} {self._step} ({seconds:.0f} s)")
            if self._ended.wait(_TURN):
                break
        _draw("")

    def _tell(self) -> None:
        if self._step not in ("", self._told):
            self._told = self._step
            print(self._step, file=sys.stderr, flush=True)


def _drawn() -> bool:
    return sys.stderr.isatty()


def _draw(line: str) -> None:
    """Put a line in the place of the one before; it holds no control characters."""
    stream: object = sys.stderr
    raw = stream.steered if isinstance(stream, Screen) else sys.stderr
    raw.write(f"{_CLEAR}{line}")
    raw.flush()
