"""The workloads of the benchmarks, made from seeds: users with busy times, and sessions among them."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.find.request import BusyEntry, BusyTimes, FindRequest
from engine.ids import SessionId, UserId
from engine.learning.features import MOST_DAYS, Feature, Key
from engine.learning.model import Habits, LearnedModel, Weight, points
from engine.learning.policy import Policy
from engine.model.session import EventSession
from engine.model.user import Preferences, User, WorkingHours
from engine.time.span import DAY, MINUTE, Span
from engine.time.weekday import Weekday

MONDAY = 1_793_577_600
"""2026-11-02T00:00:00Z."""
ZONES = (
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Helsinki",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Australia/Sydney",
)
QUARTER = 15 * MINUTE


@dataclass(frozen=True)
class Workload:
    """People with their busy times, and how sessions among them are drawn."""

    users: dict[UserId, User]
    busy: dict[UserId, BusyTimes]
    days: int
    sessions: int
    attendees: int

    def requests(self, seed: int = 2) -> Iterator[FindRequest]:
        """Draw sessions of 30 minutes on the quarter, the last attendee optional."""
        rng = random.Random(seed)
        names = list(self.users)
        for number in range(self.sessions):
            host, *others = rng.sample(names, self.attendees)
            session = EventSession(
                id=SessionId(f"s{number}"),
                host_user_id=host,
                invitee_ids=tuple(others[:-1]),
                optional_ids=tuple(others[-1:]),
                title="Session",
                duration=30,
                created_at=MONDAY,
                expires_at=MONDAY + 7 * DAY,
            )
            yield FindRequest(
                session=session,
                users=self.users,
                busy=self.busy,
                now=MONDAY + 600,
                window=Span(MONDAY + 600, MONDAY + self.days * DAY),
            )


def workload(
    people: int, blocks: int, days: int, sessions: int, attendees: int, *, hours: bool = False, seed: int = 1
) -> Workload:
    """Make a workload: busy times of a quarter to an hour and a half at random quarters; they may overlap."""
    rng = random.Random(seed)
    users: dict[UserId, User] = {}
    busy: dict[UserId, BusyTimes] = {}
    for number in range(people):
        user = UserId(f"u{number}")
        users[user] = User(
            id=user,
            email=f"{user}@example.com",
            name=f"User {number}",
            timezone=rng.choice(ZONES),
            default_preferences=Preferences(working_hours=_hours(rng) if hours else None),
            created_at=0,
            updated_at=0,
        )
        busy[user] = tuple(_entries(rng, blocks, days))
    return Workload(users, busy, days, sessions, attendees)


def _hours(rng: random.Random) -> tuple[WorkingHours, ...]:
    start = rng.choice((7, 8, 9)) * 60
    return (WorkingHours(start, start + 9 * 60),)


def _entries(rng: random.Random, blocks: int, days: int) -> Iterator[BusyEntry]:
    for first in sorted(rng.sample(range(days * DAY // QUARTER), blocks)):
        start = MONDAY + first * QUARTER
        yield BusyEntry(start, start + rng.choice((1, 2, 2, 4, 6)) * QUARTER, "busy")


_AROUND: tuple[Key, ...] = (
    *((Feature.GAP, gap) for gap in ("none", "short", "wide")),
    *((Feature.EDGE, edge) for edge in ("first", "last", "only", "between")),
    *((Feature.LOAD, load) for load in ("0", "few", "many")),
)


def habits_of(people: Iterable[UserId], seed: int = 3, *, around: bool = False) -> LearnedModel:
    """Make a model in which everybody has habits of their own for every weekday, hour and wait.

    With `around` also for what lies around a time.
    """
    rng = random.Random(seed)
    keys = [
        *((Feature.WEEKDAY, day.word) for day in Weekday),
        *((Feature.HOUR, f"{hour:02}") for hour in range(24)),
        *((Feature.LEAD, str(days)) for days in range(MOST_DAYS + 1)),
        *((Feature.START, kind) for kind in ("hour", "half", "odd")),
        *(_AROUND if around else ()),
    ]

    def weights() -> dict[Key, Weight]:
        return {
            key: Weight(points(rng.gauss(0, 0.8)), rng.randrange(5), rng.randrange(5, 20)) for key in keys
        }

    each = {user: Habits(Policy.POOLED, 200, weights()) for user in sorted(people)}
    return LearnedModel(fitted=MONDAY, sessions=500, population=weights(), people=each)


def workload_a(sessions: int = 1000, *, hours: bool = False) -> Workload:
    """A: 1,000 users with 200 blocks in 14 days; sessions of 5."""
    return workload(1000, 200, 14, sessions, 5, hours=hours)


def workload_b() -> Workload:
    """B: 1,000 users with 24 blocks in 60 days; 100 sessions of 100."""
    return workload(1000, 24, 60, 100, 100)
