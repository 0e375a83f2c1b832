"""What one session's answers teach: which times were shown to whom, and which of them was taken.

The time that was taken counts for it, every other shown one against; "none of these" counts against all. What
somebody declined counts for that person alone. A session that failed teaches nothing, and one that was called
off teaches what was rejected before.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from engine.ids import UserId
from engine.model.history import Outcome
from engine.time.span import Instant

Around = Mapping[UserId, Mapping[str, str]]
"""By person, what was known of their other events: `gap`, `edge`, `load`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownList:
    """What was shown together: under which policy, out of which starts, and with which probability.

    `propensity` is that of the whole list in any order; None where nobody wrote it down.
    """

    policy: str = ""
    propensity: float | None = None
    candidates: tuple[Instant, ...] = ()
    around: Mapping[Instant, Around] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One session's end as the log tells it; times are starts, the duration in minutes.

    `declined` are people's own answers, with the start each speaks of.
    """

    created: Instant
    host: UserId
    invitees: tuple[UserId, ...] = ()
    optional: tuple[UserId, ...] = ()
    duration: int
    proposed: tuple[Instant, ...] = ()
    selected: Instant | None = None
    rejected: tuple[Instant, ...] = ()
    outcome: Outcome
    declined: tuple[tuple[UserId, Instant], ...] = ()
    shown: ShownList = ShownList()

    @property
    def required(self) -> tuple[UserId, ...]:
        """Who had to be there."""
        return (self.host, *self.invitees)

    @property
    def offered(self) -> tuple[Instant, ...]:
        """Everything that was shown, each once."""
        chosen = () if self.selected is None else (self.selected,)
        return tuple(sorted({*self.proposed, *self.rejected, *chosen}))

    @property
    def answered(self) -> bool:
        """Whether somebody took one of the shown times, or none of them."""
        return self.selected is not None or (self.outcome is Outcome.CANCELLED and bool(self.rejected))


@dataclass(frozen=True, slots=True)
class Row:
    """One shown time, whom it was shown to, and whether they took it.

    One that is `alone` is what somebody said of it for themselves, whatever else was to choose from.
    """

    start: Instant
    people: tuple[tuple[UserId, float], ...]
    taken: bool
    around: Around
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one session teaches: everything that was shown, when it was asked for, and how long it takes."""

    created: Instant
    minutes: int
    rows: tuple[Row, ...]


OPTIONAL = 0.5
"""How much somebody counts who may miss it; whoever must come counts 1."""


def lesson_of(logged: Logged) -> Lesson | None:
    """Give what a session teaches, if anything."""
    if logged.outcome is Outcome.FAILED and logged.selected is None:
        return None
    rows = tuple(_rows(logged))
    return Lesson(logged.created, logged.duration, rows) if rows else None


def _rows(logged: Logged) -> Iterator[Row]:
    people = {
        **dict.fromkeys(logged.optional, OPTIONAL),
        **dict.fromkeys(logged.required, 1.0),
    }
    declined: dict[Instant, dict[UserId, float]] = {}
    for user, start in logged.declined:
        if user in people:
            declined.setdefault(start, {})[user] = people[user]
    everybody = tuple([_counting(*one) for one in sorted(people.items())])
    for start in sorted({*_shown_to_all(logged), *declined}):
        alone = declined.get(start, {})
        around = logged.shown.around.get(start, {})
        for user, weight in sorted(alone.items()):
            yield Row(start, ((user, weight),), False, around, alone=True)
        others = tuple([one for one in everybody if one[0] not in alone]) if alone else everybody
        if others and _counts_for_others(logged, start, bool(alone)):
            yield Row(start, others, start == logged.selected, around)


@lru_cache(maxsize=4096)
def _counting(user: UserId, weight: float) -> tuple[UserId, float]:
    """Say how much somebody counts: a log that is kept names the same people again and again."""
    return user, weight


def _shown_to_all(logged: Logged) -> Sequence[Instant]:
    return logged.offered if logged.selected is not None else logged.rejected


def _counts_for_others(logged: Logged, start: Instant, declined: bool) -> bool:
    """Whether what came of a time says something of those who did not decline it themselves."""
    if logged.selected is not None:
        return start in logged.offered
    return start in logged.rejected and not declined
