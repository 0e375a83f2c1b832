"""What answers on one's own account hold, as types: settings, availability, what one was told, access."""

from typing import Any, Literal

from daemon.http.answers.document import Document, Time
from engine.model.operations import NotificationPriority, NotificationStatus


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
    privacySettings: dict[str, bool]
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


class GrantedTokens(Document):
    """Access, and the next refresh token."""

    accessToken: str
    expiresIn: int
    refreshToken: str
    tokenType: Literal["Bearer"]
