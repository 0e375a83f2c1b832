"""What answers on the family's calendar hold, as types."""

from typing import Any

from pydantic import Field

from daemon.http.answers.document import Document, Time
from engine.model.calendar import CalendarType, May, Visibility
from engine.model.constraint import ConstraintLevel
from engine.model.event import AttendeeResponse, EventStatus
from engine.model.reservation import ConflictStatus, ConflictType, Severity
from engine.model.resource import ResourceType


class MemberAnswer(Document):
    """Somebody who shares a calendar."""

    userId: str
    may: May


class CalendarAnswer(Document):
    """A calendar of gatherly's own."""

    id: str
    name: str
    type: CalendarType
    ownerId: str | None
    members: list[MemberAnswer]
    visibility: Visibility
    mirror: str | None


class ParticipantAnswer(Document):
    """A user who takes part."""

    userId: str
    required: bool


class AttendeeAnswer(Document):
    """Somebody invited, and what they said."""

    email: str
    response: AttendeeResponse


class EventAnswer(Document):
    """An event or an instance of a series; to those who may not see its words a busy block."""

    id: str
    calendarId: str
    title: str
    startTime: Time
    endTime: Time
    allDay: bool
    status: EventStatus
    priority: str = "medium"
    flexibility: str = "fixed"
    participants: list[ParticipantAnswer] = Field(default_factory=list)
    attendees: list[AttendeeAnswer] = Field(default_factory=list)
    resourceIds: list[str] = Field(default_factory=list)


class ResourceAnswer(Document):
    """Something that people share."""

    id: str
    name: str
    type: ResourceType
    capacity: int
    attributes: dict[str, Any]
    location: str | None
    active: bool


class AvailabilityAnswer(Document):
    """Whether a resource has room, in F2's words."""

    available: bool
    current_usage: int
    max_capacity: int
    remaining: int


class ReservationAnswer(Document):
    """A resource kept for a time."""

    id: str
    resourceId: str
    eventId: str | None
    reservedBy: str
    startTime: Time
    endTime: Time
    status: EventStatus


class RuleAnswer(Document):
    """A rule, and whom it concerns."""

    id: str
    name: str
    user: str | None
    level: ConstraintLevel
    priority: int
    rule: dict[str, Any]
    active: bool


class ConflictAnswer(Document):
    """What collides, and the ways out, in F2's words."""

    id: str
    type: ConflictType
    severity: Severity
    status: ConflictStatus
    detected_at: Time
    description: str
    involved_events: list[str]
    involved_resources: list[str] | None
    proposed_resolution: dict[str, Any] | None
