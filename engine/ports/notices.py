"""The store's ports for what people are told: notices, their ways out, and what hinders them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from engine.ids import ConnectorName, SessionId, UserId
from engine.ports.repository import Repository
from engine.time.span import Instant

if TYPE_CHECKING:
    from engine.model.notices import (
        Cursor,  # noqa: F401 # named by a base alone
        Dispatch,
        Link,
        Outage,  # noqa: F401 # named by a base alone
    )
    from engine.model.operations import Notification, NotificationStatus


class Notifications(Repository["Notification"], Protocol):
    """What people are told."""

    def of_user(self, user: UserId, status: NotificationStatus | None = None) -> Sequence[Notification]:
        """Give a user's, newest first."""

    def due(self, now: Instant, limit: int = 100) -> Sequence[Notification]:
        """Give those that are scheduled for now or before and not yet delivered, the longest due first."""


class Dispatches(Repository["Dispatch"], Protocol):
    """What goes out to people and programs, by the key that it goes out once by."""

    def due(self, now: Instant, limit: int = 100) -> Sequence[str]:
        """Give the ids of pending ones whose time has come, the longest due first."""

    def stuck(self) -> Sequence[Dispatch]:
        """Give those that an outlet refused for good, oldest first."""

    def of_user(self, user: UserId) -> Sequence[Dispatch]:
        """Give a user's, newest first."""

    def pending(self) -> int:
        """Count those that wait to be told."""

    def of_outlet(self, user: UserId, outlet: str, since: Instant) -> Sequence[Dispatch]:
        """Give a user's that were planned for one outlet since then, newest first."""


class Links(Repository["Link"], Protocol):
    """By what people answer without an account."""

    def of_user(self, user: UserId) -> Sequence[Link]:
        """Give a user's, oldest first."""

    def use_up(self, user: UserId, session: SessionId, now: Instant) -> None:
        """Use up a person's links to a session."""


class Cursors(Repository["Cursor"], Protocol):
    """How far those who follow the log have come, by their names."""


class Outages(Repository["Outage"], Protocol):
    """Connectors that do not work."""

    def standing(self) -> Sequence[ConnectorName]:
        """Name the connectors whose outage is not over, by name."""
