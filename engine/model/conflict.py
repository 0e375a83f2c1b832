"""What collides, and how it could be resolved (F2 Conflict)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.time.span import Instant


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

    `proposed_resolution` holds options by name, each with its strategy and score (0 to 1).
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
    ends_at: Instant
    created_at: Instant
    updated_at: Instant
    version: int = 0
