"""What people are told, what synchronising is under way, and what lets gatherly in (F4, F3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.ids import ConnectorName, UserId
from engine.model.integration import GrantStatus, SyncFrequency
from engine.time.span import Instant


class NotificationPriority(StrEnum):
    """F4's four."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"


class NotificationStatus(StrEnum):
    """F4's four."""

    UNREAD = "unread"
    READ = "read"
    DISMISSED = "dismissed"
    ACTED_UPON = "acted_upon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """Something a user is told; title and message are sealed for them."""

    id: str
    user_id: UserId
    contact_id: str | None = None
    notification_type: str
    title: str = field(repr=False)
    message: str = field(repr=False)
    priority: NotificationPriority = NotificationPriority.MEDIUM
    status: NotificationStatus = NotificationStatus.UNREAD
    action_url: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    scheduled_for: Instant | None = None
    delivered_at: Instant | None = None
    read_at: Instant | None = None
    created_at: Instant
    version: int = 0


class SyncJobType(StrEnum):
    """F4's three."""

    FULL = "full_sync"
    INCREMENTAL = "incremental_sync"
    ENRICHMENT = "contact_enrichment"


class SyncJobStatus(StrEnum):
    """F4's five."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncJob:
    """One run of synchronising a connector; progress in percent, `items_total` None while unknown."""

    id: str
    user_id: UserId
    connector: ConnectorName
    job_type: SyncJobType
    status: SyncJobStatus = SyncJobStatus.PENDING
    progress_percentage: int = 0
    items_processed: int = 0
    items_total: int | None = None
    error_message: str | None = None
    started_at: Instant | None = None
    completed_at: Instant | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    created_at: Instant
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a provider gave so that a connector gets in; its tokens lie sealed, and show in no log.

    `created_at` is when it was consented to, `updated_at` when the tokens were given; whoever renews them
    holds the lease meanwhile.
    """

    connector: ConnectorName
    user_id: UserId
    provider: str
    account_email: str | None = None
    access_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    token_expires_at: Instant | None = None
    scope: tuple[str, ...] = ()
    status: GrantStatus = GrantStatus.DISCONNECTED
    sync_frequency: SyncFrequency = SyncFrequency.HOURLY
    error_message: str | None = None
    lease_owner: str | None = None
    lease_until: Instant | None = None
    created_at: Instant
    updated_at: Instant
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How far one budget of requests is spent, whichever daemon asks; see `engine.operations.budgets`.

    `spent_until` is in milliseconds: the moment until which the requests made so far are paid for at the
    budget's rate. `refusals` counts the provider's since it last served, `refused_by` tells which parts of
    what the budget is for were refused lately, and when.
    """

    name: str
    spent_until: int = 0
    quiet_until: Instant = 0
    refusals: int = 0
    refused_by: Mapping[str, Instant] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a provider answers when a grant is renewed; without a refresh token the old one stays."""

    access_token: str = field(repr=False)
    expires_at: Instant
    refresh_token: str | None = field(default=None, repr=False)
    scope: tuple[str, ...] = ()
