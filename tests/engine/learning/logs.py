"""Logs of sessions for tests: who was shown what, and what they took."""

from collections.abc import Iterable, Sequence

from engine.ids import UserId
from engine.learning.fit import fit
from engine.learning.lessons import Logged, lesson_of
from engine.learning.model import LearnedModel
from engine.learning.policy import Policy
from engine.model.history import Outcome
from engine.time.instant import parse_instant
from engine.time.span import DAY, Instant

MONDAY = parse_instant("2025-08-04T00:00:00Z")
WEEK = 7 * DAY
ANN, BOB = UserId("ann"), UserId("bob")


def at(week: int, day: int, hour: int) -> Instant:
    """Give the hour of a weekday, counted from Monday, in UTC."""
    return MONDAY + week * WEEK + day * DAY + hour * 3600


def taken(week: int, shown: Sequence[Instant], took: Instant | None, *people: UserId) -> Logged:
    """Give a session whose people took one of the times shown, or rejected them all."""
    host, *others = people or (ANN, BOB)
    return Logged(
        created=at(week, -1, 12),
        host=host,
        invitees=tuple(others),
        duration=60,
        proposed=tuple(shown),
        selected=took,
        rejected=() if took is not None else tuple(shown),
        outcome=Outcome.CANCELLED if took is None else Outcome.SCHEDULED,
    )


def afternoons(weeks: int, *people: UserId) -> list[Logged]:
    """Give a log of people who always take Tuesday at 14:00."""
    return [
        taken(week, [at(week, 0, 10), at(week, 1, 14), at(week, 3, 16)], at(week, 1, 14), *people)
        for week in range(weeks)
    ]


def learned(log: Iterable[Logged], policy: Policy = Policy.AUTO) -> LearnedModel:
    """Fit a model to a log; everybody is in UTC."""
    return fit([one for each in log if (one := lesson_of(each)) is not None], {}, policy=policy)
