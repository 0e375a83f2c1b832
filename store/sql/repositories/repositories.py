"""Every repository of one transaction on SQL."""

import sqlalchemy as sa

from engine.ports.vault import Vault
from store.sql.repositories.constraints import SqlConstraints
from store.sql.repositories.events import SqlEvents, SqlParticipants, SqlReminders
from store.sql.repositories.history import SqlAnalytics, SqlProfiles
from store.sql.repositories.operations import (
    SqlBudgets,
    SqlGrants,
    SqlNotifications,
    SqlSetAsides,
    SqlSyncJobs,
)
from store.sql.repositories.resources import SqlConflicts, SqlReservations, SqlResources


class SqlRepositories:
    """`engine.ports.repositories.Repositories`."""

    def __init__(self, connection: sa.Connection, vault: Vault) -> None:
        self.events = SqlEvents(connection, vault)
        self.participants = SqlParticipants(connection, vault)
        self.reminders = SqlReminders(connection, vault)
        self.constraints = SqlConstraints(connection, vault)
        self.resources = SqlResources(connection, vault)
        self.reservations = SqlReservations(connection, vault)
        self.conflicts = SqlConflicts(connection, vault)
        self.profiles = SqlProfiles(connection, vault)
        self.analytics = SqlAnalytics(connection, vault)
        self.notifications = SqlNotifications(connection, vault)
        self.sync_jobs = SqlSyncJobs(connection, vault)
        self.grants = SqlGrants(connection, vault)
        self.budgets = SqlBudgets(connection, vault)
        self.set_aside = SqlSetAsides(connection, vault)
