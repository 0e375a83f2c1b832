"""What a message says: the values that the grammar gives, and the session that it is said in."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.model.session import SessionStatus, TimeRange, TimeSlot
from engine.time.span import Span
from engine.time.weekday import Weekday

SURE = 0.7
"""Confidence from which a reading may be acted on."""


class Intent(StrEnum):
    """What a message wants."""

    REQUEST = "request"
    ACCEPT = "accept"
    REFUSE = "refuse"
    REFINE = "refine"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    DECLINE = "decline"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Dates:
    """Local dates, both ends count; `last` is None where it is open."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What would be liked, and is no constraint; minutes of the local day."""

    time_range: TimeRange | None = None
    days_of_week: tuple[Weekday, ...] = ()
    dates: Dates | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionContext:
    """The session that is talked about, as its people know it; duration in minutes."""

    title: str
    status: SessionStatus
    attendees: tuple[str, ...]
    duration: int | None
    final: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known where the message is written."""

    offered: tuple[TimeSlot, ...] = ()
    session: SessionContext | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A message's meaning: only what it says itself.

    `at` is the start in minutes of the day, for an accepted offer with its `at_day`; `choice` counts offers
    from 1. `question` is None where the message is clear; otherwise nothing may be done by it.
    `refused` says of a refinement that the offered times were turned down as well.
    `recurrence` is the rule by which what is asked for recurs.
    `timeframe` and `preference` are the message's own words for when, and for what would be liked.
    """

    intent: Intent
    attendees: tuple[str, ...] = ()
    title: str | None = None
    duration: int | None = None
    dates: Dates | None = None
    days_of_week: tuple[Weekday, ...] = ()
    exclude_days: tuple[Weekday, ...] = ()
    exclude_dates: tuple[date, ...] = ()
    time_range: TimeRange | None = None
    at: int | None = None
    at_day: date | None = None
    zone: str | None = None
    choice: int | None = None
    preferred: Wish | None = None
    confidence: float = 0.0
    question: str | None = None
    refused: bool = False
    timeframe: str | None = None
    preference: str | None = None
    recurrence: str | None = None

    @property
    def sure(self) -> bool:
        """Whether it may be acted on."""
        return self.question is None and self.intent is not Intent.UNKNOWN and self.confidence >= SURE

    @property
    def may_be_read_again(self) -> bool:
        """Whether it was looked at and left unclear: not empty, too long, or addressed to the program."""
        return not self.sure and self.confidence > 0
