"""What the machine gives: time and chance."""

from typing import Protocol

from engine.time.span import Instant


class Clock(Protocol):
    """Tells the time, and waits."""

    def now(self) -> Instant:
        """Tell the wall clock's time."""

    def monotonic(self) -> float:
        """Tell seconds that never go back, from an arbitrary beginning."""

    def wait(self, seconds: float) -> bool:
        """Wait that long, or until somebody asks to stop; tell whether somebody did."""


class Randomness(Protocol):
    """Gives ids that never repeat, and jitter."""

    def token(self) -> str:
        """Give a new UUID."""

    def fraction(self) -> float:
        """Give a number in [0, 1)."""
