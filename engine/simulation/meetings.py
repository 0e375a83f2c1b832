"""Sessions of a simulated crowd: who meets, which starts there are, and what is taken of what is shown."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from engine.simulation.people import HOURS, Person, World, whole_hour
from engine.time.local_time import LocalTime, local_time, weekday_of
from engine.time.span import DAY, Instant, Span
from engine.time.weekday import Weekday

BEGIN: Instant = 1_767_600_000
"""2026-01-05T08:00:00Z, a Monday."""
APART = 2 * DAY
"""Seconds from one round of sessions to the next."""
AHEAD = 7 * DAY
FEWEST, MOST = 12, 39
"""So many starts a session can have."""
RELUCTANCE = 2.3
"""The worth of taking none."""
KEENNESS = 2.4
"""How much people's worth counts against chance."""
FICKLE = 0.5
"""Of a fickle world's answers so many have nothing to do with what anybody likes."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session: whoever attends must; `chances` are the same whoever shows."""

    round: int
    asked: Instant
    people: tuple[Person, ...]
    minutes: int
    starts: tuple[Instant, ...]
    worth: tuple[float, ...]
    chances: tuple[float, ...]
    none: float
    whim: bool

    def taken(self, shown: Sequence[Instant]) -> Instant | None:
        """Give the start that they take of those that are shown, if any."""
        best, found = RELUCTANCE + self.none, None
        for start in shown:
            at = self.starts.index(start)
            felt = (0.0 if self.whim else self.worth[at]) + self.chances[at]
            if felt > best:
                best, found = felt, start
        return found

    def chance(self, shown: Sequence[Instant]) -> float:
        """Give the probability that they take something of what is shown."""
        worth = (0.0 if self.whim else self.worth[self.starts.index(start)] for start in shown)
        pull = sum(math.exp(one) for one in worth)
        return pull / (pull + math.exp(RELUCTANCE))


class Clocks:
    """Local times of the crowd."""

    def __init__(self, rounds: int) -> None:
        self._horizon = Span(BEGIN, BEGIN + rounds * APART + AHEAD)
        self._known: dict[str, LocalTime] = {}

    def at(self, zone: str, start: Instant) -> tuple[int, int, int]:
        """Give weekday, hour and day of a start on a zone's clock."""
        local = self._known.get(zone)
        if local is None:
            local = self._known[zone] = local_time(zone, self._horizon)
        clock = local.clock(start)
        return weekday_of(clock // DAY), clock % DAY // 3600, clock // DAY


def meetings(rng: Random, crowd: Sequence[Person], rounds: int, world: World) -> Iterator[list[Meeting]]:
    """Give round by round the sessions in which everybody meets somebody once."""
    clocks = Clocks(rounds)
    for round_ in range(1, rounds + 1):
        order = rng.sample(list(crowd), len(crowd))
        found, place = [], 0
        while place < len(order):
            size = rng.choice((2, 2, 3))
            group = tuple(order[place : place + size])
            place += size
            if len(order) - place == 1:
                group, place = (*group, order[place]), place + 1
            asked = whole_hour(BEGIN + (round_ - 1) * APART + rng.randrange(12) * 3600)
            meeting = _meeting(rng, clocks, round_, asked, group, world)
            if meeting is not None:
                found.append(meeting)
        yield found


def _meeting(
    rng: Random, clocks: Clocks, round_: int, asked: Instant, group: tuple[Person, ...], world: World
) -> Meeting | None:
    minutes, wanted = rng.choice((30, 60, 60, 90)), rng.randint(FEWEST, MOST)
    possible = [
        start
        for start in range(asked + 3600, asked + AHEAD, 3600)
        if all(_open(*clocks.at(one.zone, start)[:2]) for one in group)
    ]
    if len(possible) < FEWEST:
        return None
    starts = tuple(sorted(rng.sample(possible, min(wanted, len(possible)))))
    return Meeting(
        round=round_,
        asked=asked,
        people=group,
        minutes=minutes,
        starts=starts,
        worth=tuple(_worth(clocks, round_, asked, group, start) for start in starts),
        chances=tuple(_gumbel(rng) for _ in starts),
        none=_gumbel(rng),
        whim=world is World.FICKLE and rng.random() < FICKLE,
    )


def _open(weekday: int, hour: int) -> bool:
    return weekday < Weekday.SATURDAY and HOURS.start <= hour < HOURS.stop


def _worth(clocks: Clocks, round_: int, asked: Instant, group: tuple[Person, ...], start: Instant) -> float:
    likes = (one.taste(round_).likes(*clocks.at(one.zone, start)[:2], start - asked) for one in group)
    return KEENNESS * sum(likes) / len(group)


def _gumbel(rng: Random) -> float:
    return -math.log(-math.log(rng.random() or 0.5))
