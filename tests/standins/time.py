"""Time and chance as tests want them."""

import threading
import time

from engine.time.span import Instant

NOON = 1_791_979_200
"""2026-10-14T12:00:00Z."""


class StillClock:
    """A wall clock that stands still, beside the real monotonic one: deadlines run, dates do not."""

    def __init__(self, now: Instant = NOON) -> None:
        self.at = now

    def now(self) -> Instant:
        return self.at

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        self.at += int(seconds)
        return False


class PatientClock(StillClock):
    """A still clock by which threads really wait for one another: what is shorter than a second passes."""

    def wait(self, seconds: float) -> bool:
        if seconds >= 1:
            return super().wait(seconds)
        threading.Event().wait(seconds)
        return False


class HandClock:
    """A clock whose monotonic time is moved by waiting, and by hand."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.waits: list[float] = []
        self.stopping = False

    def now(self) -> int:
        return int(self.at)

    def monotonic(self) -> float:
        return self.at

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.at += seconds
        return self.stopping


class Numbered:
    """Ids that count up, from where others left off."""

    def __init__(self, last: int = 0) -> None:
        self._last = last

    def token(self) -> str:
        self._last += 1
        return f"id-{self._last}"

    def fraction(self) -> float:
        return 0.5
