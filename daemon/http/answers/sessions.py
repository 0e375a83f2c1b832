"""What answers on sessions hold, as types: F0's fields, and the booking."""

from typing import Any

from daemon.http.answers.document import Document, Time
from engine.booking.view import Outcome
from engine.model.booking import AllOrNone, BookingState
from engine.model.session import Answer, Availability, MessageRole, SessionStatus


class Reason(Document):
    """One thing that made a time better or worse."""

    code: str
    user: str | None
    points: float
    text: str


class Attendee(Document):
    """How a time suits one person."""

    user: str
    availability: Availability
    required: bool
    localStart: str


class TimeSlot(Document):
    """A time that was, or is, on offer (F0)."""

    start: Time
    end: Time
    confidence: float
    conflicts: list[str]
    score: float | None = None
    reasons: list[Reason] = []
    attendees: list[Attendee] = []


class CalendarOutcome(Document):
    """What became of a session's copy in one calendar."""

    user: str
    calendar: str | None
    desired: str
    observed: str
    attempts: int
    lastError: str | None
    outcome: Outcome
    at: Time | None
    nextTry: Time | None


class AttendeeOutcome(Document):
    """How the event reaches one person."""

    user: str
    outcome: str


class Booking(Document):
    """How far a session is written into everybody's calendar."""

    state: BookingState
    allOrNone: AllOrNone
    since: Time | None = None
    waitsFor: str | None = None
    perCalendar: list[CalendarOutcome]
    outcomes: list[AttendeeOutcome]


class Response(Document):
    """Somebody's answer."""

    userId: str
    answer: Answer
    slot: Time | None = None
    at: Time


class Message(Document):
    """A line of a conversation (F0)."""

    id: str
    sessionId: str
    role: MessageRole
    content: str
    metadata: dict[str, Any] | None = None
    timestamp: Time


class Guest(Document):
    """Somebody from outside: `suits` are the starts that they ticked, once `answeredAt` is set."""

    address: str
    name: str = ""
    optional: bool = False
    answeredAt: Time | None
    suits: list[Time]
    away: bool = False


class Session(Document):
    """A session (F0's EventSession) with its booking; `messages` where one session is shown."""

    id: str
    hostUserId: str
    inviteeIds: list[str]
    optionalIds: list[str] = []
    groups: list[dict[str, Any]] = []
    guests: list[Guest] = []
    title: str
    description: str | None = None
    location: str | None = None
    duration: int
    status: SessionStatus
    proposedTimes: list[TimeSlot] = []
    finalTime: TimeSlot | None = None
    constraints: dict[str, Any] | None = None
    responses: list[Response] = []
    metadata: dict[str, Any] | None = None
    createdAt: Time
    scheduledAt: Time | None = None
    expiresAt: Time
    booking: Booking
    messages: list[Message] = []


class Happened(Document):
    """One thing that happened to a session."""

    at: Time
    code: str
    text: str
