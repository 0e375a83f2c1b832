"""What is reserved (F2 ResourceReservation), and what collides (F2 Conflict)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.ids import SessionId, UserId
from engine.model.event import EventStatus
from engine.time.span import Instant, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceReservation:
    """A resource kept for a time; where it belongs to an event its status follows the event's.

    One that belongs to a session is kept with its people's time, and freed with it.
    """

    id: str
    resource_id: str
    event_id: str | None = None
    session_id: SessionId | None = None
    reserved_by: UserId
    start_time: Instant
    end_time: Instant
    status: EventStatus = EventStatus.PROPOSED
    notes: str | None = None
    created_at: Instant
    updated_at: Instant
    version: int = 0

    @property
    def span(self) -> Span:
        """The time it takes."""
        return Span(self.start_time, self.end_time)

    @property
    def counts(self) -> bool:
        """Whether it uses the resource: what is cancelled does not."""
        return self.status is not EventStatus.CANCELLED


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceAvailability:
    """Whether one more fits; `current_usage` is the peak of use, `reservations` how many lie in the time."""

    available: bool
    current_usage: int
    max_capacity: int
    remaining: int
    reservations: int


class ConflictType(StrEnum):
    """Time: double booking, too small a gap; resource: too many users; violation: a rule is broken."""

    TIME = "time_conflict"
    RESOURCE = "resource_conflict"
    CONSTRAINT = "constraint_violation"


class Severity(StrEnum):
    """From a minor preference to what must be resolved."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class ConflictStatus(StrEnum):
    """How far its resolution has come."""

    DETECTED = "detected"
    RESOLVED = "resolved"
    IGNORED = "ignored"


class ResolutionMethod(StrEnum):
    """Who resolved it."""

    USER_MANUAL = "user_manual"
    AUTO_CONFIRM = "auto_confirm"
    AGENT_SUGGESTED = "agent_suggested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A collision of events; `ends_at` is when the last of them is over, from which its keeping counts.

    `proposed_resolution` holds options by name, each with its strategy and score (0 to 1). `undo` is what a
    resolution changed, as it was before, and when.
    """

    id: str
    type: ConflictType
    severity: Severity
    status: ConflictStatus = ConflictStatus.DETECTED
    detected_at: Instant
    resolved_at: Instant | None = None
    resolution_method: ResolutionMethod | None = None
    description: str = field(repr=False)
    involved_events: tuple[str, ...]
    involved_resources: tuple[str, ...] | None = None
    proposed_resolution: Mapping[str, Any] | None = None
    undo: Mapping[str, Any] | None = None
    ends_at: Instant
    created_at: Instant
    updated_at: Instant
    version: int = 0
