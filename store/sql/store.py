"""The store on SQL: a transaction is one connection with the parts of the port over it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from engine.ids import InstallId, UserId
from engine.ports.vault import Vault
from store.sql.custody.custody import SqlCustody
from store.sql.database.port import Database
from store.sql.ledger.audit import SqlAudit
from store.sql.ledger.ledger import SqlLedger
from store.sql.ledger.outbox import SqlOutbox
from store.sql.repositories.app_documents import SqlAppDocumentRecords
from store.sql.repositories.calendars import SqlCalendars
from store.sql.repositories.constraints import SqlConstraints
from store.sql.repositories.events import SqlEvents, SqlParticipants, SqlReminders
from store.sql.repositories.history import SqlAnalytics, SqlProfiles
from store.sql.repositories.messages import SqlMessages, SqlWakes
from store.sql.repositories.operations import (
    SqlBudgets,
    SqlGrants,
    SqlNotifications,
    SqlSetAsides,
    SqlSyncJobs,
)
from store.sql.repositories.resources import SqlConflicts, SqlReservations, SqlResources
from store.sql.repositories.secrets import DaemonsDataKeys, SqlDataKeys
from store.sql.repositories.sessions import SqlSessions
from store.sql.repositories.users import SqlUsers
from store.vault import DataKeys, KeyVault


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


class SqlTransaction:
    """`engine.ports.store.Transaction`."""

    def __init__(self, connection: sa.Connection, vault: KeyVault, data_keys: DataKeys | None = None) -> None:
        sealing = vault.over(SqlDataKeys(connection) if data_keys is None else data_keys)
        self.connection = connection
        self.sealing = sealing
        self.users = SqlUsers(connection)
        self.sessions = SqlSessions(connection, sealing)
        self.messages = SqlMessages(connection, sealing)
        self.wakes = SqlWakes(connection)
        self.calendars = SqlCalendars(connection, sealing)
        self.ledger = SqlLedger(connection, sealing)
        self.outbox = SqlOutbox(connection, sealing)
        self.audit = SqlAudit(connection)
        self.repositories = SqlRepositories(connection, sealing)
        self.documents = SqlAppDocumentRecords(connection)


class SqlStore:
    """`engine.ports.store.Store` over an open database."""

    def __init__(self, database: Database, vault: KeyVault, install: InstallId) -> None:
        self._database = database
        self._vault = vault
        self.install = install
        self.custody = SqlCustody(database, vault)

    @contextmanager
    def reading(self) -> Iterator[SqlTransaction]:
        """Look, at one moment."""
        with self._database.reading() as connection:
            yield SqlTransaction(connection, self._vault)

    @contextmanager
    def reading_as(self, user: UserId) -> Iterator[SqlTransaction]:
        """Look at what the database lets just this user see; SQLite shows everything."""
        with self._database.reading_as(user) as connection:
            yield SqlTransaction(connection, self._vault, DaemonsDataKeys(self._database.reading))

    @contextmanager
    def writing(self) -> Iterator[SqlTransaction]:
        """Change: committed at the end of the block, undone when it raises."""
        begun: list[SqlTransaction] = []
        with self._database.writing(lambda: begun[0].audit.chain()) as connection:
            begun.append(SqlTransaction(connection, self._vault))
            yield begun[0]

    def pulse(self) -> int:
        """Give a number that differs once any process has changed the store."""
        return self._database.pulse()

    def check(self) -> Sequence[str]:
        """Run the database's own check; gives what is wrong."""
        return self._database.check()

    def close(self) -> None:
        """Let go of connections."""
        self._database.close()
