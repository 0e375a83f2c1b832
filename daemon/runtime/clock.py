"""The one place that reads the time, and the real source of ids and jitter."""

import random
import threading
import time
import uuid
from collections.abc import Callable

from engine.errors import StoreError
from engine.ports.world import Clock
from engine.skipped import Jump, jump
from engine.time.span import Instant

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
    its own, or is away, the machine's counts. `noted` is told when the clock that counts was set.
    """

    def __init__(
        self, ask: Callable[[], Instant | None], machine: Clock, noted: Callable[[Jump], None]
    ) -> None:
        self._ask = ask
        self._machine = machine
        self._noted = noted
        self._lock = threading.Lock()
        self._told: tuple[Instant, float] | None = None
        self._took = 0.0
        self._seen: tuple[Instant, float] | None = None
        self._asks_at = 0.0
        self._has_own = True

    def now(self) -> Instant:
        """Tell the store's time in whole seconds."""
        with self._lock:
            at = self._machine.monotonic()
            if self._has_own and at >= self._asks_at:
                self._look(at)
                at = self._machine.monotonic()
            return self._machine_now(at) if self._told is None else _counted_on(self._told, at)

    def _look(self, at: float) -> None:
        self._asks_at = at + ASKED_EVERY
        try:
            now = self._ask()
        except StoreError:
            return  # what it told before is counted on
        answered = self._machine.monotonic()
        self._has_own = now is not None
        if now is not None and self._told is not None:
            latest = _counted_on(self._told, answered) + int(self._took)
            self._compare(now, _counted_on(self._told, at), latest)
        self._told, self._took = None if now is None else (now, answered), answered - at

    def _machine_now(self, at: float) -> Instant:
        now = self._machine.now()
        if self._seen is not None:
            due = _counted_on(self._seen, at)
            self._compare(now, due, due)
        self._seen = (now, at)
        return now

    def _compare(self, shown: Instant, earliest: Instant, latest: Instant) -> None:
        """Note a clock that was set: it shows what lies outside of what was due when it was asked."""
        jumped = jump(max(earliest, min(shown, latest)), shown)
        if jumped is not None:
            self._noted(jumped)

    def monotonic(self) -> float:
        """Tell seconds that never go back."""
        return self._machine.monotonic()

    def wait(self, seconds: float) -> bool:
        """Wait that long, or until somebody asks to stop; tell whether somebody did."""
        return self._machine.wait(seconds)


def _counted_on(told: tuple[Instant, float], at: float) -> Instant:
    return told[0] + int(at - told[1])


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
