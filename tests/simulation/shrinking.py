"""The shortest story of a failure: acts are left out, half of them first, as long as it still fails."""

from collections.abc import Callable, Sequence

from tests.simulation.acts import Act

Fails = Callable[[Sequence[Act]], bool]
"""Plays a story anew, and tells whether it fails in the same way."""


def shortest(story: Sequence[Act], fails: Fails, tries: int = 200) -> tuple[Act, ...]:
    """Give a story of which no act can be left out, as far as so many tries go (Zeller's ddmin)."""
    left, parts = list(story), 2
    while len(left) > 1 and tries > 0:
        size = -(-len(left) // parts)
        for begin in range(0, len(left), size):
            rest = left[:begin] + left[begin + size :]
            tries -= 1
            if rest and fails(rest):
                left, parts = rest, max(parts - 1, 2)
                break
            if tries <= 0:
                return tuple(left)
        else:
            if size == 1:
                break
            parts = min(2 * parts, len(left))
    return tuple(left)
