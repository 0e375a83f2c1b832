"""How often something is tried again, and after what pauses: growing, bounded, and spread by chance."""

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """So many pauses in seconds, each up to twice the one before; `fraction` (0 to 1) says how much of it.

    Waiting and chance are handed in; those that are given here are for who has no clock at hand.
    """

    wait: Callable[[float], object] = field(default_factory=lambda: threading.Event().wait)
    fraction: Callable[[], float] = field(default_factory=lambda: random.SystemRandom().random)
    most: int = 8
    first: float = 0.02
    longest: float = 1.0

    def pauses(self) -> Iterator[float]:
        """Give the pauses, shortest first; when they are used up it is time to give in."""
        for number in range(self.most):
            yield min(self.longest, self.first * 2**number) * self.fraction()
