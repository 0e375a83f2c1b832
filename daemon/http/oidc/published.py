"""What an issuer publishes: kept for a while, and asked for by one at a time, not too often.

Whoever finds what they look for waits for nobody, however slow the issuer is just then.
"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from engine.errors import SourceUnavailableError
from engine.ports.world import Clock
from engine.time.span import HOUR

T = TypeVar("T")

KEPT = HOUR
"""Seconds for which what was fetched holds."""
FETCH_EVERY = 10.0
"""Seconds between two looks for what is not there, and after one that failed."""
MOST_WAITING = 16
"""So many requests may wait for the issuer at once; the others go on being served."""


class Published(Generic[T]):
    """One document of an issuer's, as `fetch` reads it; safe between threads."""

    def __init__(self, fetch: Callable[[], T], clock: Clock, issuer: str) -> None:
        self._fetch = fetch
        self._clock = clock
        self._issuer = issuer
        self._held: tuple[T, float] | None = None
        self._asked_at = float("-inf")
        self._failure: tuple[str, str] | None = None
        self._asking = threading.Lock()
        self._room = threading.BoundedSemaphore(MOST_WAITING)

    def look(self, suits: Callable[[T], bool]) -> T | None:
        """Give it; None where it does not suit, and was fetched too short a while ago to be fetched again.

        Raises:
            SourceUnavailableError: it cannot be fetched, or too many wait for that already.
        """
        known = self._known()
        if known is not None and suits(known):
            return known
        if not self._room.acquire(blocking=False):
            raise SourceUnavailableError(f"{self._issuer} is slow to answer, and many wait for it")
        try:
            with self._asking:
                return self._looked(suits)
        finally:
            self._room.release()

    def _looked(self, suits: Callable[[T], bool]) -> T | None:
        known = self._known()
        if known is not None and suits(known):
            return known  # somebody else has fetched it meanwhile
        if self._clock.monotonic() >= self._asked_at + FETCH_EVERY:
            known = self._fetched()
        elif known is None:
            raise SourceUnavailableError(*(self._failure or (f"{self._issuer} does not answer", "")))
        return known if suits(known) else None

    def _fetched(self) -> T:
        self._failure = None
        try:
            found = self._fetch()
        except SourceUnavailableError as error:
            self._failure = (error.what, error.remedy)
            raise
        finally:
            self._asked_at = self._clock.monotonic()
        self._held = (found, self._asked_at + KEPT)
        return found

    def _known(self) -> T | None:
        held = self._held
        return held[0] if held is not None and self._clock.monotonic() < held[1] else None
