"""Notifications, sync jobs, grants, budgets and what is set aside in SQL."""

from collections.abc import Sequence

import sqlalchemy as sa

from engine.ids import ConnectorName, UserId
from engine.model.operations import Budget, Grant, Notification, NotificationStatus, SyncJob, SyncJobStatus
from engine.time.span import Instant
from store.sql.repositories.repository import TUPLE, Kind, SqlRepository
from store.sql.tables.operations import budgets, grants, notifications, sync_jobs


class SqlNotifications(SqlRepository[Notification]):
    """`engine.ports.notices.Notifications`."""

    kind = Kind(entity=Notification, table=notifications, word="Notification", sealed=("title", "message"))

    def of_user(self, user: UserId, status: NotificationStatus | None = None) -> Sequence[Notification]:
        """Give a user's, newest first."""
        table = notifications.c
        newest = self._select().where(table.user_id == user).order_by(table.created_at.desc(), table.id)
        return self._some(newest if status is None else newest.where(table.status == status))

    def due(self, now: Instant, limit: int = 100) -> Sequence[Notification]:
        """Give those that are scheduled for now or before and not yet delivered, the longest due first."""
        table = notifications.c
        waiting = sa.text("scheduled_for IS NOT NULL AND delivered_at IS NULL")
        due = self._select().where(waiting, table.scheduled_for <= now)
        return self._some(due.order_by(table.scheduled_for, table.id).limit(limit))


class SqlSyncJobs(SqlRepository[SyncJob]):
    """`engine.ports.operations.SyncJobs`."""

    kind = Kind(entity=SyncJob, table=sync_jobs, word="Sync job")

    def of_user(self, user: UserId, limit: int = 100) -> Sequence[SyncJob]:
        """Give a user's, newest first."""
        table = sync_jobs.c
        newest = self._select().where(table.user_id == user).order_by(table.created_at.desc(), table.id)
        return self._some(newest.limit(limit))

    def of_connector(self, connector: ConnectorName, limit: int = 100) -> Sequence[SyncJob]:
        """Give a connector's, newest first."""
        table = sync_jobs.c
        newest = self._select().where(table.connector == connector)
        return self._some(newest.order_by(table.created_at.desc(), table.id).limit(limit))

    def with_status(self, status: SyncJobStatus) -> Sequence[SyncJob]:
        """Give those that stand so, oldest first."""
        table = sync_jobs.c
        return self._some(self._select().where(table.status == status).order_by(table.created_at, table.id))


class SqlGrants(SqlRepository[Grant]):
    """`engine.ports.access.Grants`."""

    kind = Kind(
        entity=Grant,
        table=grants,
        word="Grant",
        key="connector",
        sealed=("access_token", "refresh_token"),
        converted={"scope": TUPLE},
    )

    def of_user(self, user: UserId) -> Sequence[Grant]:
        """Give a user's, by connector."""
        table = grants.c
        return self._some(self._select().where(table.user_id == user).order_by(table.connector))


class SqlBudgets(SqlRepository[Budget]):
    """`engine.ports.operations.BudgetRepository`."""

    kind = Kind(entity=Budget, table=budgets, word="Budget", key="name")

    def refusing(self) -> Sequence[Budget]:
        """Give those that were refused and not served since, by name."""
        table = budgets.c
        return self._some(self._select().where(table.refusals > 0).order_by(table.name))
