"""Events that gatherly keeps itself (F2 Event, F3 calendarEvent), who takes part, and what reminds of them.

A series is one event with a rule; its instances are computed, never stored. An instance that differs is an
event of its own that names its parent and the start it stands in for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.ids import CalendarKey, EventId, UserId
from engine.time.span import Instant, Span


class EventStatus(StrEnum):
    """F2's three; what F3 calls tentative is proposed."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"

    @classmethod
    def from_word(cls, word: str) -> "EventStatus":
        """Read a status of F2 or F3."""
        return cls.PROPOSED if word == "tentative" else cls(word)


class EventPriority(StrEnum):
    """How much an event matters; critical ones are never moved."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Flexibility(StrEnum):
    """How firmly an event's time stands."""

    FIXED = "fixed"
    PREFERRED = "preferred"
    FLEXIBLE = "flexible"


class AttendeeResponse(StrEnum):
    """What an attendee answered."""

    NEEDS_ACTION = "needs_action"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


@dataclass(frozen=True, slots=True)
class EventAttendee:
    """Somebody invited to an event, by address (F3)."""

    email: str
    response: AttendeeResponse = AttendeeResponse.NEEDS_ACTION


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """One event of a calendar; an all-day one runs from midnight to midnight of its owner's zone.

    `zone` is the IANA zone in whose wall time it repeats, None = its calendar's or owner's. `external_ids`
    are the ids that providers know it by. Title, description, location and attendees are
    sealed for `created_by`.
    """

    id: str
    calendar: CalendarKey
    title: str = field(repr=False)
    description: str | None = field(default=None, repr=False)
    start_time: Instant
    end_time: Instant
    all_day: bool = False
    zone: str | None = None
    location: str | None = field(default=None, repr=False)
    status: EventStatus = EventStatus.PROPOSED
    priority: EventPriority = EventPriority.MEDIUM
    flexibility: Flexibility = Flexibility.FIXED
    recurrence_rule: str | None = None
    recurrence_parent_id: str | None = None
    original_start_time: Instant | None = None
    attendees: tuple[EventAttendee, ...] = field(default=(), repr=False)
    external_ids: Mapping[str, str] = field(default_factory=dict)
    proposed_at: Instant
    confirmed_at: Instant | None = None
    cancelled_at: Instant | None = None
    mirror_id: EventId | None = None
    """Under which its copy lies in the calendar that mirrors its own."""
    mirror_due: Instant | None = None
    """From when on its copy is to be brought in step; None = it is."""
    created_by: UserId
    created_at: Instant
    updated_at: Instant
    version: int = 0

    @property
    def span(self) -> Span:
        """The time it takes."""
        return Span(self.start_time, self.end_time)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventParticipant:
    """A user who takes part in an event; without a required one the event cannot take place."""

    id: str
    event_id: str
    user_id: UserId
    required: bool = False
    created_at: Instant
    updated_at: Instant
    version: int = 0


class ReminderType(StrEnum):
    """How somebody is reminded."""

    EMAIL = "email"
    PUSH = "push"
    BOTH = "both"


class ReminderStatus(StrEnum):
    """Whether they have been."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Reminds a user of an event some minutes before it; `due_at` is when, for the next instance."""

    id: str
    event_id: str
    user_id: UserId
    reminder_type: ReminderType = ReminderType.EMAIL
    minutes_before: int
    status: ReminderStatus = ReminderStatus.PENDING
    due_at: Instant
    created_at: Instant
    version: int = 0
