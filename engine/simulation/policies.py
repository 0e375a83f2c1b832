"""Who chooses what is shown: simple rules, the learner, and one that knows what people like."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol

from engine.ids import UserId
from engine.learning.features import clock_keys, lead_key, lead_of, length_key
from engine.learning.fit import fit
from engine.learning.lessons import Lesson, Row
from engine.learning.model import LearnedModel
from engine.learning.policy import Policy
from engine.learning.scoring import worth_to
from engine.simulation.meetings import Clocks, Meeting
from engine.time.local_time import MINUTES_A_DAY
from engine.time.span import Instant

SHOWN = 3
Taken = tuple[Meeting, Sequence[Instant], Instant | None]
"""What was shown in a meeting, and what of it was taken."""


class Shows(Protocol):
    """Something that shows times and learns from what becomes of them."""

    def show(self, meeting: Meeting) -> Sequence[Instant]:
        """Give the times to show."""

    def learn(self, log: Sequence[Taken]) -> None:
        """Take in everything that was shown so far."""


class Ordered:
    """Shows the best by a score: the first of them, or the best of different days; ties by time."""

    def __init__(self, score: Callable[[Meeting, Instant], float], clocks: Clocks | None = None) -> None:
        self._score, self._clocks = score, clocks

    def show(self, meeting: Meeting) -> Sequence[Instant]:
        """Give the best."""
        ordered = sorted(meeting.starts, key=lambda start: (-self._score(meeting, start), start))
        if self._clocks is None:
            return ordered[:SHOWN]
        zone, days = meeting.people[0].zone, set[int]()
        first: list[Instant] = []
        rest: list[Instant] = []
        for start in ordered:
            day = self._clocks.at(zone, start)[2]
            (rest if day in days or len(first) == SHOWN else first).append(start)
            days.add(day)
        return (first + rest)[:SHOWN]

    def learn(self, log: Sequence[Taken]) -> None:
        """Learn nothing."""


class Chance(Ordered):
    """Shows any three."""

    def __init__(self, rng: Random) -> None:
        super().__init__(lambda meeting, start: rng.random())


class Histogram(Ordered):
    """F0 as written: how often each weekday and hour was selected."""

    def __init__(self, clocks: Clocks) -> None:
        super().__init__(self._likes)
        self._on = clocks
        self._selected: dict[UserId, list[tuple[int, int]]] = {}

    def learn(self, log: Sequence[Taken]) -> None:
        """Count what was selected."""
        self._selected = {}
        for meeting, _, took in log:
            for one in meeting.people if took is not None else ():
                assert took is not None  # noqa: S101 - said just before
                self._selected.setdefault(one.id, []).append(self._on.at(one.zone, took)[:2])

    def _likes(self, meeting: Meeting, start: Instant) -> float:
        found = 0.0
        for one in meeting.people:
            known, (day, hour, _) = self._selected.get(one.id, ()), self._on.at(one.zone, start)
            for other_day, other_hour in known:
                found += ((other_day == day) + (other_hour == hour)) / len(known)
        return found


class Learner(Ordered):
    """The product's own models, on the same features as in a search."""

    def __init__(self, policy: Policy, clocks: Clocks) -> None:
        super().__init__(self._worth, clocks)
        self._on, self._policy, self.model = clocks, policy, LearnedModel()

    def learn(self, log: Sequence[Taken]) -> None:
        """Fit anew."""
        zones = {one.id: one.zone for meeting, _, _ in log for one in meeting.people}
        self.model = fit([_lesson(*one) for one in log], zones, policy=self._policy)

    def _worth(self, meeting: Meeting, start: Instant) -> float:
        found = -0.001 * meeting.starts.index(start)
        more = (lead_key(lead_of(start, meeting.asked)), length_key(meeting.minutes))
        for one in meeting.people:
            weekday, hour, _ = self._on.at(one.zone, start)
            minute = (weekday + 4) % 7 * MINUTES_A_DAY + hour * 60
            found += worth_to(self.model, one.id, (*clock_keys(minute, meeting.minutes), *more))
        return found


def _lesson(meeting: Meeting, shown: Sequence[Instant], took: Instant | None) -> Lesson:
    people = tuple(sorted((one.id, 1.0) for one in meeting.people))
    rows = tuple(Row(start, people, start == took, {}) for start in sorted(shown))
    return Lesson(meeting.asked, meeting.minutes, rows)


def policies(rng: Random, clocks: Clocks) -> dict[str, Shows]:
    """Give all of them by name."""
    return {
        "chronological": Ordered(lambda meeting, start: 0.0),
        "random": Chance(rng),
        "histogram": Histogram(clocks),
        "points": Learner(Policy.POINTS, clocks),
        "pooled": Learner(Policy.AUTO, clocks),
        "oracle": Ordered(lambda meeting, start: meeting.worth[meeting.starts.index(start)], clocks),
    }
