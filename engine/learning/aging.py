"""How much an answer counts: half after each half-life, in whole numbers, so that sums know no order.

Weights grow from 1970 on instead of falling back from today: what an answer weighs never changes, and only
what all is compared with grows. A sum that was kept and one that is made anew are the same to the last bit.
"""

from math import ldexp
from typing import NamedTuple

from engine.time.span import DAY, Instant

HALF_LIFE = 60 * DAY
"""Seconds after which an answer counts half."""
FINENESS = 30
"""Bits to which a weight within a half-life is told."""


class Aged(NamedTuple):
    """A weight: `fine` times two to the number of half-lives since 1970; what is older counts as of then."""

    fine: int
    halvings: int

    @property
    def whole(self) -> int:
        """The weight as one number."""
        return self.fine << self.halvings

    def since(self, newest: "Aged") -> float:
        """Tell how much it counts beside a newer answer that counts 1."""
        return ldexp(self.fine / newest.fine, self.halvings - newest.halvings)


def aged(moment: Instant) -> Aged:
    """Give the weight of what was asked at a moment."""
    halvings, rest = divmod(max(moment, 0), HALF_LIFE)
    return Aged(round(2.0 ** (FINENESS + rest / HALF_LIFE)), halvings)
