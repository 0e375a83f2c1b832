"""How often one account may be asked: a token bucket, and the pause a server has asked for."""

import math
import threading

from engine.errors import SourceUnavailableError
from engine.ports import Clock
from engine.timespan import HOUR, MINUTE

REQUESTS_A_MINUTE = 240
"""What other clients ask of iCloud and Fastmail, too, for one account."""

SHORTEST_PAUSE = MINUTE
"""Servers that throttle name waits shorter than what they mean (iCloud)."""


class Budget:
    """Requests of one account; safe to share between threads.

    A minute's worth may be spent at once. After a 429 or 503 nobody asks until the pause is over; pauses
    double as long as the server goes on refusing.
    """

    def __init__(self, clock: Clock, per_minute: int = REQUESTS_A_MINUTE) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._interval = 60.0 / per_minute
        self._burst = 60.0
        self._spent_until = clock.monotonic()
        self._quiet_until = clock.monotonic()
        self._refusals = 0

    def take(self, patience: float) -> None:
        """Take one request, waiting for it where the minute's worth is spent.

        Args:
            patience: the most seconds to wait.

        Raises:
            SourceUnavailableError: the server asked for a pause, it would take longer, or gatherly stops.
        """
        with self._lock:
            wait = self._reserve(patience)
        if wait > 0 and self._clock.wait(wait):
            raise SourceUnavailableError("gatherly stops; the account is asked again later")

    def refused(self, asked: int | None) -> int:
        """Note a 429 or 503; gives the seconds for which the account is left alone."""
        with self._lock:
            floor = min(HOUR, SHORTEST_PAUSE << min(self._refusals, 10))
            self._refusals += 1
            pause = max(floor, asked or 0)
            self._quiet_until = self._clock.monotonic() + pause
            return pause

    def served(self) -> None:
        """Note an answer that is no refusal."""
        self._refusals = 0

    def _reserve(self, patience: float) -> float:
        now = self._clock.monotonic()
        if now < self._quiet_until:
            pause = math.ceil(self._quiet_until - now)
            raise SourceUnavailableError(
                "the server asked to be left alone", f"It is asked again in {pause} s", retry_after=pause
            )
        spent = max(self._spent_until, now) + self._interval
        wait = spent - now - self._burst
        if wait > patience:
            raise SourceUnavailableError(
                "the account's requests of this minute are spent",
                "Poll fewer calendars, or more seldom",
                retry_after=math.ceil(wait),
            )
        self._spent_until = spent
        return wait
