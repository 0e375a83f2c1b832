"""Notifications, sync jobs, grants, budgets and what is set aside in SQL."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.ids import SessionId, UserId
from engine.model.operations import Budget, Grant, Notification, NotificationStatus, SyncJob, SyncJobStatus
from engine.model.set_aside import SetAside, Work
from engine.time.span import Instant
from engine.trouble import Trouble, attempt
from store.sql.repositories.repository import TUPLE, Kind, SqlRepository
from store.sql.tables.operations import budgets, grants, notifications, set_aside, sync_jobs

UNOPENED = "Why cannot be told"
"""The reason of what is set aside, where it does not open."""


class SqlNotifications(SqlRepository[Notification]):
    """`engine.ports.repositories.Notifications`."""

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
    """`engine.ports.repositories.SyncJobs`."""

    kind = Kind(entity=SyncJob, table=sync_jobs, word="Sync job")

    def of_user(self, user: UserId, limit: int = 100) -> Sequence[SyncJob]:
        """Give a user's, newest first."""
        table = sync_jobs.c
        newest = self._select().where(table.user_id == user).order_by(table.created_at.desc(), table.id)
        return self._some(newest.limit(limit))

    def with_status(self, status: SyncJobStatus) -> Sequence[SyncJob]:
        """Give those that stand so, oldest first."""
        table = sync_jobs.c
        return self._some(self._select().where(table.status == status).order_by(table.created_at, table.id))


class SqlGrants(SqlRepository[Grant]):
    """`engine.ports.repositories.Grants`."""

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
    """`engine.ports.repositories.BudgetRepository`."""

    kind = Kind(entity=Budget, table=budgets, word="Budget", key="name")


class SqlSetAsides(SqlRepository[SetAside]):
    """`engine.ports.repositories.SetAsides`."""

    kind = Kind(
        entity=SetAside,
        table=set_aside,
        word="Set aside",
        sealed=("reason",),
        converted={"step": (str, Work)},
    )

    def _read(self, name: str, row: Mapping[Any, Any]) -> Any:
        """Open the reason; where that cannot be done the item is seen, and freed, all the same."""
        value = attempt(lambda: super(SqlSetAsides, self)._read(name, row))
        return f"{UNOPENED} ({value.line})" if isinstance(value, Trouble) else value

    def all(self) -> Sequence[SetAside]:
        """Give everything, the longest set aside first."""
        table = set_aside.c
        return self._some(self._select().order_by(table.since, table.id))

    def of_sessions(self, sessions: Collection[SessionId]) -> Sequence[SetAside]:
        """Give what is set aside of several sessions, the longest first."""
        table = set_aside.c
        theirs = self._select().where(table.session_id.in_(sessions))
        return self._some(theirs.order_by(table.since, table.id))
