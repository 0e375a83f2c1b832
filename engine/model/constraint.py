"""Rules that guide scheduling: F2's Constraint, F3's weekly availability, and dates that are different."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias

from engine.ids import UserId
from engine.time.span import Instant
from engine.time.weekday import Weekday

EVERY_DAY = tuple(Weekday)
DEFAULT_PRIORITY = 5


class ConstraintLevel(StrEnum):
    """Hard rules block; soft ones only lower a time's rank."""

    HARD = "hard"
    SOFT = "soft"


class PriorityBand(StrEnum):
    """F2's three bands of a soft rule's priority."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @classmethod
    def of(cls, priority: int) -> "PriorityBand":
        """Tell the band of a priority: 1 to 3, 4 to 7, 8 to 10."""
        if priority <= 3:
            return cls.LOW
        return cls.MEDIUM if priority <= 7 else cls.HIGH


@dataclass(frozen=True, slots=True)
class NoEventsBefore:
    """Nothing starts before this minute of the local day."""

    minute: int


@dataclass(frozen=True, slots=True)
class NoEventsAfter:
    """Nothing ends after this minute of the local day on which it starts."""

    minute: int


@dataclass(frozen=True, slots=True)
class PreferredWindow:
    """Everything lies inside this range of the named days; where there are `dates`, of these alone."""

    start: int
    end: int
    days: tuple[Weekday, ...] = EVERY_DAY
    dates: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class BlockedWindow:
    """Nothing meets this range of the named days."""

    start: int
    end: int
    days: tuple[Weekday, ...] = EVERY_DAY


@dataclass(frozen=True, slots=True)
class MinGap:
    """So many minutes lie between two events."""

    minutes: int


@dataclass(frozen=True, slots=True)
class MaxEventsPerDay:
    """No more events than these start on one local day."""

    count: int


@dataclass(frozen=True, slots=True)
class MaxEventsPerWeek:
    """No more events than these start in one local ISO week."""

    count: int


@dataclass(frozen=True, slots=True)
class ResourcePriority:
    """Some resources are preferred; says nothing about time."""

    details: Mapping[str, Any] = field(default_factory=dict, hash=False)


Check: TypeAlias = Callable[
    [Mapping[str, Any], tuple[datetime, datetime], str], Iterable[tuple[datetime, datetime]]
]
"""What a package adds under `gatherly.rules`: of a rule's details, a stretch of time on the zone's own clock,
and the zone's IANA name, it gives the parts of the stretch in which nothing may be."""


@dataclass(frozen=True, slots=True)
class CustomRule:
    """A rule that gatherly keeps and shows; without a `check`, which a package adds, it says nothing."""

    details: Mapping[str, Any] = field(default_factory=dict, hash=False)
    check: Check | None = field(default=None, compare=False, repr=False)


Rule: TypeAlias = (
    NoEventsBefore
    | NoEventsAfter
    | PreferredWindow
    | BlockedWindow
    | MinGap
    | MaxEventsPerDay
    | MaxEventsPerWeek
    | ResourcePriority
    | CustomRule
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One rule of one user, or of everybody (`user` None); priority 1 to 10 counts for soft ones."""

    id: str
    name: str
    user: UserId | None = None
    level: ConstraintLevel
    priority: int = DEFAULT_PRIORITY
    rule: Rule
    active: bool = True
    created_at: Instant = 0
    updated_at: Instant = 0
    version: int = 0

    @property
    def band(self) -> PriorityBand:
        """Tell how strong a preference it is."""
        return PriorityBand.of(self.priority)

    def applies_to(self, user: UserId) -> bool:
        """Whether it is in force for somebody."""
        return self.active and self.user in (None, user)


@dataclass(frozen=True, slots=True)
class WeeklyAvailability:
    """F3's availability: a range of one weekday in minutes, open, or blocked where not `is_available`."""

    day: Weekday
    start: int
    end: int
    is_available: bool = True


@dataclass(frozen=True, slots=True)
class DateOverride:
    """What one local date's hours are instead of the usual ones, in minutes; no range = away all day."""

    day: date
    hours: tuple[tuple[int, int], ...] = ()
