"""What somebody is interested in, as titles tell by a list of words; it fades unless it is met again."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from engine.relations.topics import TOPICS
from engine.time.span import DAY, Instant

HALF_LIFE = 180 * DAY
"""An interest is half as certain after so long without being met again."""
STEP = 0.35
"""What is doubted after one sign of it is 1 - STEP; each further sign leaves as much of what was left."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

Topic = tuple[str, str]
"""Category and topic."""
_NONE: Mapping[str, Topic] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One interest with what says so, oldest first."""

    category: str
    topic: str
    sources: tuple[str, ...]
    first: Instant
    last: Instant
    decay: float
    confidence: float


def topics_of(title: str) -> Sequence[Topic]:
    """Give what a title is about, each topic once, in order of the words."""
    words = [found.casefold() for found in _WORD.findall(title)]
    singles = (TOPICS.get(word) or TOPICS.get(word.removesuffix("s")) for word in words)
    pairs = (TOPICS.get(f"{one} {other}") for one, other in pairwise(words))
    return list(dict.fromkeys(topic for topic in (*pairs, *singles) if topic is not None))


def decay(last: Instant, now: Instant) -> float:
    """Tell how much is left of an interest since it was last met, in (0, 1]."""
    return float(2.0 ** (-max(0, now - last) / HALF_LIFE))


def confidence(signs: int, left: float) -> float:
    """Tell how certain an interest is, in [0, 1): it grows with each sign, and fades with `left`."""
    return (1.0 - (1.0 - STEP) ** max(0, signs)) * left


def interests(
    titles: Iterable[tuple[str, Instant, str]], now: Instant, near: Mapping[str, Topic] = _NONE
) -> Mapping[Topic, Found]:
    """Gather the interests that titles tell of; each title comes with its time and its interaction's id.

    `near` tells of titles to which topic they lie near by their meaning; words count first.
    """
    signs: defaultdict[Topic, list[tuple[Instant, str]]] = defaultdict(list)
    for title, at, source in titles:
        by_meaning = near.get(title)
        for topic in topics_of(title) or ([] if by_meaning is None else [by_meaning]):
            signs[topic].append((at, source))
    return {topic: _found(topic, sorted(set(known)), now) for topic, known in sorted(signs.items())}


def _found(topic: Topic, known: Sequence[tuple[Instant, str]], now: Instant) -> Found:
    left = decay(known[-1][0], now)
    return Found(
        category=topic[0],
        topic=topic[1],
        sources=tuple(source for _, source in known),
        first=known[0][0],
        last=known[-1][0],
        decay=left,
        confidence=confidence(len(known), left),
    )
