"""How true the confidence was: of what was shown with so much of it, how much was taken, in ten bins."""

from collections.abc import Iterable
from typing import NamedTuple

from engine.learning.showing import scored
from engine.model.history import SchedulingEvent


class Bin(NamedTuple):
    """A tenth: how many times were shown, the sum of their confidence, and how many were taken."""

    shown: int = 0
    said: float = 0.0
    taken: int = 0


Bins = tuple[Bin, ...]
BINS = 10
NO_BINS: Bins = (Bin(),) * BINS


def with_answered(before: Bins, events: Iterable[SchedulingEvent]) -> Bins:
    """Add sessions that were answered: the same, to the last bit, as telling of all of them at once."""
    found = list(before)
    for event in events:
        for _, confidence, taken in scored(event):
            number = min(int(confidence * BINS), BINS - 1)
            shown, said, took = found[number]
            found[number] = Bin(shown + 1, said + confidence, took + taken)
    return tuple(found)


def bins_document(bins: Bins) -> list[dict[str, float | int | None]]:
    """Write for each tenth what was said of what was shown, and how much of it was taken."""
    return [
        {
            "from": number / BINS,
            "to": (number + 1) / BINS,
            "shown": shown,
            "predicted": round(said / shown, 4) if shown else None,
            "taken": round(taken / shown, 4) if shown else None,
        }
        for number, (shown, said, taken) in enumerate(bins)
    ]
