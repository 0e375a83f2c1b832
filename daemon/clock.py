"""The one place that reads the time, and the real source of ids and jitter."""

import random
import threading
import time
import uuid

from engine.timespan import Instant


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
