"""What a search answers: proposals, or why there are none and what would help."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from engine.ids import UserId
from engine.model.session import SessionStatus, TimeSlot
from engine.time.span import Instant


class BlockCode(StrEnum):
    """What can stand against a start."""

    BUSY = "busy"
    TENTATIVE = "tentative"
    OUTSIDE_WORKING_HOURS = "outside_working_hours"
    OUTSIDE_DAYS = "outside_days"
    OUTSIDE_TIME_RANGE = "outside_time_range"
    EXCLUDED_DATE = "excluded_date"
    BUFFER = "buffer"
    PAST = "past"
    UNKNOWN_CALENDAR = "unknown_calendar"
    WINDOW_TOO_SHORT = "window_too_short"
    NO_EVENTS_BEFORE = "no_events_before"
    NO_EVENTS_AFTER = "no_events_after"
    PREFERRED_WINDOW = "preferred_window"
    BLOCKED_WINDOW = "blocked_window"
    MAX_EVENTS_PER_DAY = "max_events_per_day"
    MAX_EVENTS_PER_WEEK = "max_events_per_week"
    CUSTOM = "custom"
    RESOURCE = "resource"
    OUTSIDE_WINDOW = "outside_window"
    """Only of a single start that is asked about (`bookable`), never of a failed search."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that stands against starts: `user` is None where it is the session's own.

    `share` is the fraction of the window's lattice points that it blocks; 1 for a single start.
    """

    code: BlockCode
    user: UserId | None
    share: float = 1.0


class Outlook(NamedTuple):
    """How many candidates there are, and the earliest of them."""

    slots: int
    first: Instant | None


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One change that was tried and helps: in words, as a code, how many candidates it gives, their first."""

    change: str
    code: str
    slots: int
    first: Instant


@dataclass(frozen=True, slots=True)
class Failure:
    """Why nothing was found, and what would help, smallest change first."""

    reason: str
    suggestions: tuple[str, ...]
    blockers: tuple[Blocker, ...]
    relaxations: tuple[Relaxation, ...]


@dataclass(frozen=True, slots=True)
class FindAnswer:
    """Pending with proposals in descending confidence, or failed with the reasons.

    `starts` are all candidates, sorted, where the request asked for them, else empty.
    """

    status: SessionStatus
    proposed: tuple[TimeSlot, ...]
    starts: tuple[Instant, ...] = ()
    failure: Failure | None = None
