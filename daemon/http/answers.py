"""What answers hold, as types: they make the description (`/openapi.json`); programs may meet more keys."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from engine.booking.view import Outcome
from engine.find.answer import BlockCode
from engine.model.booking import AllOrNone, BookingState
from engine.model.calendar import ConnectorState
from engine.model.integration import GrantStatus, SyncFrequency
from engine.model.operations import NotificationPriority, NotificationStatus, SyncJobStatus, SyncJobType
from engine.model.session import Answer, Availability, MessageRole, SessionStatus

T = TypeVar("T")
Time = str
"""RFC 3339, in UTC, with `Z`."""


class Document(BaseModel):
    """A JSON object; later releases may add keys."""

    model_config = ConfigDict(extra="allow")


class Page(Document, Generic[T]):
    """A list: `next` is the cursor of what follows, null at its end."""

    items: list[T]
    next: str | None


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


class User(Document):
    """An account (F0), with how its owner wants to be told."""

    id: str
    email: str
    name: str
    timezone: str
    defaultPreferences: dict[str, Any] | None = None
    preferences: dict[str, Any] | None = None
    createdAt: Time
    updatedAt: Time
    notify: list[str]
    quietHours: dict[str, str] | None
    digest: Literal["off", "hourly", "daily"]
    operator: bool


class AvailabilityBlock(Document):
    """When somebody is busy (F0)."""

    userId: str
    start: Time
    end: Time
    source: str
    isBusy: bool
    metadata: dict[str, Any] | None = None


class Cause(Document):
    """One thing that makes somebody free or busy."""

    code: str
    text: str


class Explanation(Document):
    """Why somebody is free or busy at a moment."""

    user: str
    at: Time
    state: str
    causes: list[Cause]


class Notification(Document):
    """What somebody was told (F4)."""

    id: str
    userId: str
    notificationType: str
    title: str
    message: str
    priority: NotificationPriority
    status: NotificationStatus
    actionUrl: str | None
    contactId: str | None = None
    metadata: dict[str, Any]
    createdAt: Time
    readAt: Time | None


class Integration(Document):
    """A connector in the words of integrations; how often it is synchronised is null where it never is."""

    status: GrantStatus
    syncFrequency: SyncFrequency | None


class Connector(Document):
    """How a connector does."""

    name: str
    kind: str
    user: str
    state: ConnectorState
    lastSuccess: Time | None
    ageSeconds: int | None
    lastError: str | None
    nextRun: Time | None
    integration: Integration
    heldBack: str | dict[str, Any] | None
    notes: list[str]


class SyncJob(Document):
    """One read of a connector; `itemsTotal` is null while it is not known."""

    id: str
    userId: str
    connector: str
    jobType: SyncJobType
    status: SyncJobStatus
    progressPercentage: int
    itemsProcessed: int
    itemsTotal: int | None
    errorMessage: str | None
    startedAt: Time | None
    completedAt: Time | None
    metadata: dict[str, Any]
    createdAt: Time


class Due(Document):
    """A connector that is read as soon as may be."""

    name: str
    due: bool


class Status(Document):
    """What `gatherly status --json` shows."""

    ok: bool
    version: str
    connectors: list[Connector]
    sessions: dict[str, int]
    writes: dict[str, Any]


class AuditLine(Document):
    """A line of the audit log."""

    id: str
    at: Time
    actor: str
    action: str
    objectType: str
    objectId: str
    details: dict[str, Any]
    userId: str | None


class Blocker(Document):
    """One thing that stands against times; `user` is null where it is the session's own."""

    code: BlockCode
    user: str | None


class Share(Blocker):
    """The same, with the share of the window that it blocks."""

    share: float


class Relaxation(Document):
    """One change that was tried and helps."""

    change: str
    code: str
    slots: int
    first: Time


class Failure(Document):
    """Why nothing was found, and what would help."""

    failureReason: str
    suggestions: list[str]
    blockers: list[Share]
    relaxations: list[Relaxation]


class Found(Document):
    """What a search found; `starts` where all were asked for."""

    status: SessionStatus
    proposedTimes: list[TimeSlot]
    starts: list[Time] = []
    failure: Failure | None


class WhyNot(Document):
    """What stands against one time of a session."""

    start: Time
    offered: bool
    blockers: list[Blocker]


class Happened(Document):
    """One thing that happened to a session."""

    at: Time
    code: str
    text: str


class Analytics(Document):
    """How scheduling went (F0)."""

    sessions: int
    unopened: int
    outcomes: dict[str, int]
    byDay: dict[str, dict[str, int]]
    medianMinutesToSchedule: float | None
    minutesToSchedule: list[dict[str, Any]]
    proposedByHour: list[list[int]]
    takenByHour: list[list[int]]
    calibration: list[dict[str, Any]]
    policies: dict[str, Any] | None


class GrantedTokens(Document):
    """Access, and the next refresh token."""

    accessToken: str
    expiresIn: int
    refreshToken: str
    tokenType: Literal["Bearer"]


class LiveEvent(Document):
    """The data of an event of `/v1/stream`."""

    id: str
    at: Time
    event: str
    sessionId: str | None = None
    connector: str | None = None
    state: str | None = None


class Health(Document):
    """Whether the daemon lives, or can work."""

    ok: bool
    why: str | None = None


def answers(model: Any, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Describe what a route answers, for its `responses`; the answer itself is written as it is."""
    return {status: {"model": model}}
