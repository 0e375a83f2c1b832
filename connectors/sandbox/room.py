"""Room for large answers: few are in the daemon at once, however many connectors are read side by side."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PLACES = 4
LARGE = 1024 * 1024
"""Bytes from which on an answer needs a place."""


class Room:
    """Places for large answers, each held by the thread that reads it until its calendar is stored.

    Outside of a visit nothing is counted: a command reads one thing at a time.
    """

    def __init__(self, places: int = PLACES) -> None:
        self._places = threading.Semaphore(places)
        self._local = _Visit()

    @contextmanager
    def visit(self) -> Iterator[None]:
        """Give back at the end of the block the place that was claimed in it."""
        self._local.inside, self._local.holds = True, False
        try:
            yield
        finally:
            if self._local.holds:
                self._places.release()
            self._local.inside = self._local.holds = False

    def claim(self, patience: float) -> bool:
        """Wait up to so many seconds for a place; tells whether there is one now."""
        if self._local.inside and not self._local.holds:
            self._local.holds = self._places.acquire(timeout=patience)
            return self._local.holds
        return True


class _Visit(threading.local):
    inside = False
    holds = False
