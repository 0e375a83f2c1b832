"""What answers on the running of the service hold, as types."""

from typing import Any

from daemon.http.answers.document import Document, Time
from engine.model.calendar import ConnectorState
from engine.model.integration import GrantStatus, SyncFrequency
from engine.model.operations import SyncJobStatus, SyncJobType


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


class Analytics(Document):
    """How scheduling went (F0)."""

    sessions: int
    unopened: int
    uncounted: int
    outcomes: dict[str, int]
    byDay: dict[str, dict[str, int]]
    medianMinutesToSchedule: float | None
    minutesToSchedule: list[dict[str, Any]]
    proposedByHour: list[list[int]]
    takenByHour: list[list[int]]
    calibration: list[dict[str, Any]]
    policies: dict[str, Any] | None


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
