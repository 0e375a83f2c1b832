"""The one place that reads the time, and the real source of ids and jitter."""

import random
import threading
import time
import uuid
from collections.abc import Callable

from engine.errors import StoreError
from engine.ports import Clock
from engine.timespan import Instant

ASKED_EVERY = 10.0
"""Seconds for which the store's time is counted on from when it was told."""


class SystemClock:
    """The machine's clock; waiting ends early once somebody asks to stop."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self._stop = stop or threading.Event()

    def now(self) -> Instant:
        """Tell the wall clock's time in whole seconds."""
        return int(time.time())

    def monotonic(self) -> float:
        """Tell seconds that never go back."""
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Wait that long, or until somebody asks to stop; tell whether somebody did."""
        return self._stop.wait(seconds)


class StoreClock:
    """The store's time, one for all daemons on it, whatever their machines' clocks say.

    It is asked now and then and counted on from there by the monotonic clock; where the store has no clock of
    its own, or is away, the machine's counts.
    """

    def __init__(self, ask: Callable[[], Instant | None], machine: Clock) -> None:
        self._ask = ask
        self._machine = machine
        self._lock = threading.Lock()
        self._told: tuple[Instant, float] | None = None
        self._asks_at = 0.0
        self._has_own = True

    def now(self) -> Instant:
        """Tell the store's time in whole seconds."""
        at = self._machine.monotonic()
        with self._lock:
            if self._has_own and at >= self._asks_at:
                self._look(at)
            told = self._told
        return self._machine.now() if told is None else told[0] + int(at - told[1])

    def _look(self, at: float) -> None:
        self._asks_at = at + ASKED_EVERY
        try:
            now = self._ask()
        except StoreError:
            return  # what it told before is counted on
        self._has_own = now is not None
        self._told = None if now is None else (now, at)

    def monotonic(self) -> float:
        """Tell seconds that never go back."""
        return self._machine.monotonic()

    def wait(self, seconds: float) -> bool:
        """Wait that long, or until somebody asks to stop; tell whether somebody did."""
        return self._machine.wait(seconds)


class SystemRandomness:
    """Ids from the operating system, jitter from a seeded generator."""

    def __init__(self) -> None:
        self._jitter = random.Random()  # noqa: S311 - it spreads polls, it guards nothing

    def token(self) -> str:
        """Give a new UUID."""
        return str(uuid.uuid4())

    def fraction(self) -> float:
        """Give a number in [0, 1)."""
        return self._jitter.random()
