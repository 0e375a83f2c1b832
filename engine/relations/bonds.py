"""Who is met together: how strong that is, and whom two people both know. All of it is symmetric."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from engine.time.span import DAY, Instant

HALF_LIFE = 180 * DAY
USUAL = 4.0
"""Recent meetings of both that make their relationship a half."""
MOST_EVIDENCE = 100
"""Interactions that a relationship or interest lists, the newest: the rest are counted."""

Pair = tuple[str, str]


def pair(one: str, other: str) -> Pair:
    """Give two ids in the order in which they are kept: the smaller first."""
    return (one, other) if one < other else (other, one)


def bond(shared: Iterable[Instant], now: Instant) -> float:
    """Tell how strong a relationship is, in [0, 1): it grows with each time that both were met, and fades."""
    recent = math.fsum(sorted(2.0 ** (-max(0, now - at) / HALF_LIFE) for at in shared))
    return recent / (recent + USUAL)


def neighbours(pairs: Iterable[Pair]) -> Mapping[str, Collection[str]]:
    """Tell who is met with whom."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)
    return found


def mutual(pairs: Collection[Pair]) -> Mapping[Pair, int]:
    """Count for each pair the third people who are met with both."""
    known = neighbours(pairs)
    return {(one, other): len(set(known[one]) & set(known[other])) for one, other in pairs}
