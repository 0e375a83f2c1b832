"""Which of the best times are shown: by rank, and now and then one by chance, with its probability.

Without chance nobody learns what a time is worth that never was shown; with its probability written down, a
log can say what another policy would have come to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from engine.model.session import TimeSlot
from engine.time.local_time import LocalTime

OPTIONS = 6
"""The last of the shown times is drawn among so many."""
FLOOR = 0.01
"""No option is drawn less often."""
TEMPERATURE = 10.0
"""Points: one unit of log-odds."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is shown, best first; the probability of this list, and everything that could have been shown."""

    slots: tuple[TimeSlot, ...]
    propensity: float
    candidates: tuple[TimeSlot, ...]


def draw(slots: Sequence[TimeSlot], limit: int, host: LocalTime, explore: float, chance: float) -> Drawn:
    """Show the first `limit` by rank, the last of them drawn by chance.

    `slots` are the best in descending confidence, `chance` a number in [0, 1).
    """
    ranked = _by_days(slots, limit, host)
    if explore <= 0 or len(ranked) <= limit:
        shown = ranked[:limit]
        return Drawn(_sorted(shown, slots), 1.0, _sorted(shown, slots))
    fixed, options = ranked[: limit - 1], ranked[limit - 1 : limit - 1 + OPTIONS]
    odds = _odds(options, explore)
    place = next((at for at in range(len(odds)) if chance < sum(odds[: at + 1])), len(odds) - 1)
    shown = [*fixed, options[place]]
    return Drawn(_sorted(shown, slots), odds[place], _sorted([*fixed, *options], slots))


def _odds(options: Sequence[TimeSlot], explore: float) -> list[float]:
    best = max(slot.score for slot in options)
    pull = [exp((slot.score - best) / TEMPERATURE) for slot in options]
    soft = [explore * one / sum(pull) + (1 - explore) * (at == 0) for at, one in enumerate(pull)]
    floored = [max(one, FLOOR) for one in soft]
    return [one / sum(floored) for one in floored]


def _by_days(slots: Sequence[TimeSlot], limit: int, host: LocalTime) -> list[TimeSlot]:
    """Order times as the search chooses: of as many days as there are, then apart, then the rest."""
    taken: list[TimeSlot] = []

    def on_another_day(one: TimeSlot) -> bool:
        return all(host.day(one.start) != host.day(other.start) for other in taken)

    def apart(one: TimeSlot) -> bool:
        return all(one.start >= other.end or one.end <= other.start for other in taken)

    for fits in (on_another_day, apart):
        for one in slots:
            if len(taken) < limit and one not in taken and fits(one):
                taken.append(one)
    return [*taken, *(one for one in slots if one not in taken)]


def _sorted(shown: Sequence[TimeSlot], slots: Sequence[TimeSlot]) -> tuple[TimeSlot, ...]:
    return tuple(one for one in slots if one in shown)
