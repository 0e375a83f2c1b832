"""The choice by ranking each candidate: the plain way, to which the others are held."""

from collections.abc import Callable, Sequence

from engine.find.proposals import Pick, Rank, Setting, asked, rank
from engine.time.span import Instant


def chosen(scene: Setting, starts: Sequence[Instant]) -> list[Pick]:
    """Choose at most `limit` candidates by ranking each of them.

    First the best of each day is taken, then what overlaps nothing taken, then what is left.
    """
    ranked = sorted(rank(scene, start) for start in starts)
    taken: list[Rank] = []
    for fits in (_on_another_day(scene), _apart(scene.duration), _apart(1)):
        for one in ranked:
            if len(taken) < scene.limit and fits(one, taken):
                taken.append(one)
    return [asked(scene, one.start) for one in taken]


def _on_another_day(scene: Setting) -> Callable[[Rank, list[Rank]], bool]:
    day = scene.host.day
    return lambda one, taken: all(day(one.start) != day(other.start) for other in taken)


def _apart(seconds: int) -> Callable[[Rank, list[Rank]], bool]:
    return lambda one, taken: all(abs(one.start - other.start) >= seconds for other in taken)
