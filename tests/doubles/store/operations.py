"""Notifications, sync jobs, grants and budgets in memory."""

from collections.abc import Collection, Sequence

from engine.ids import ConnectorName, SessionId, UserId
from engine.model.channel import KeptChannel
from engine.model.daemon_life import DaemonLife
from engine.model.operations import Budget, Grant, Notification, NotificationStatus, SyncJob, SyncJobStatus
from engine.model.set_aside import SetAside
from engine.model.turn import Turn
from engine.time.span import Instant
from tests.doubles.store.repository import MemoryRepository


class MemoryNotifications(MemoryRepository[Notification]):
    """`engine.ports.notices.Notifications`."""

    word = "Notification"

    def of_user(self, user: UserId, status: NotificationStatus | None = None) -> Sequence[Notification]:
        """Give a user's, newest first."""

        def theirs(one: Notification) -> bool:
            return one.user_id == user and status in (None, one.status)

        return self._some(theirs, lambda one: (-one.created_at, one.id))

    def due(self, now: Instant, limit: int = 100) -> Sequence[Notification]:
        """Give those that are scheduled for now or before and not yet delivered, the longest due first."""

        def ready(one: Notification) -> bool:
            return one.scheduled_for is not None and one.delivered_at is None and one.scheduled_for <= now

        return self._some(ready, lambda one: (one.scheduled_for, one.id))[:limit]


class MemorySyncJobs(MemoryRepository[SyncJob]):
    """`engine.ports.operations.SyncJobs`."""

    word = "Sync job"

    def of_user(self, user: UserId, limit: int = 100) -> Sequence[SyncJob]:
        """Give a user's, newest first."""
        theirs = self._some(lambda one: one.user_id == user, lambda one: (-one.created_at, one.id))
        return theirs[:limit]

    def of_connector(self, connector: ConnectorName, limit: int = 100) -> Sequence[SyncJob]:
        """Give a connector's, newest first."""
        its = self._some(lambda one: one.connector == connector, lambda one: (-one.created_at, one.id))
        return its[:limit]

    def with_status(self, status: SyncJobStatus) -> Sequence[SyncJob]:
        """Give those that stand so, oldest first."""
        return self._some(lambda one: one.status is status, lambda one: (one.created_at, one.id))

    def _check(self, entity: SyncJob) -> None:
        self._need(entity, 0 <= entity.progress_percentage <= 100, "its progress is no percentage")


class MemoryGrants(MemoryRepository[Grant]):
    """`engine.ports.access.Grants`."""

    word = "Grant"
    key = "connector"

    def of_user(self, user: UserId) -> Sequence[Grant]:
        """Give a user's, by connector."""
        return self._some(lambda one: one.user_id == user, lambda one: one.connector)


class MemoryBudgets(MemoryRepository[Budget]):
    """`engine.ports.operations.BudgetRepository`."""

    word = "Budget"
    key = "name"

    def refusing(self) -> Sequence[Budget]:
        """Give those that were refused and not served since, by name."""
        return self._some(lambda one: one.refusals > 0, lambda one: one.name)


class MemoryKeptChannels(MemoryRepository[KeptChannel]):
    """`engine.ports.operations.KeptChannels`."""

    word = "Channel"

    def all(self) -> Sequence[KeptChannel]:
        """Give them, by connector and id."""
        return self._some(lambda _: True, lambda one: (one.connector, one.id))

    def of_connector(self, connector: ConnectorName) -> Sequence[KeptChannel]:
        """Give a connector's, by id."""
        return self._some(lambda one: one.connector == connector, lambda one: one.id)


class MemoryTurns(MemoryRepository[Turn]):
    """`engine.ports.operations.Turns`."""

    word = "Turn"


class MemoryDaemons(MemoryRepository[DaemonLife]):
    """`engine.ports.operations.Daemons`."""

    word = "Daemon"

    def all(self) -> Sequence[DaemonLife]:
        """Give them, the oldest first."""
        return self._some(lambda one: True, lambda one: (one.since, one.id))


class MemorySetAsides(MemoryRepository[SetAside]):
    """`engine.ports.operations.SetAsides`."""

    word = "Set aside"

    def all(self) -> Sequence[SetAside]:
        """Give everything, the longest set aside first."""
        return self._some(lambda one: True, lambda one: (one.since, one.id))

    def of_sessions(self, sessions: Collection[SessionId]) -> Sequence[SetAside]:
        """Give what is set aside of several sessions, the longest first."""
        return self._some(lambda one: one.session_id in sessions, lambda one: (one.since, one.id))
