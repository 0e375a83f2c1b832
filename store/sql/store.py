"""The store on SQL: a transaction is one connection with the parts of the port over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Generic, TypeVar

import sqlalchemy as sa

from engine.ids import InstallId, UserId
from engine.ports.vault import Vault
from store.sql.custody.custody import SqlCustody
from store.sql.database.port import Database
from store.sql.ledger.audit import SqlAudit
from store.sql.ledger.ledger import SqlLedger
from store.sql.ledger.outbox import SqlOutbox
from store.sql.repositories.calendars import SqlCalendars
from store.sql.repositories.messages import SqlMessages, SqlWakes
from store.sql.repositories.opened_sessions import OpenedSessions
from store.sql.repositories.secrets import DaemonsDataKeys, SqlDataKeys
from store.sql.repositories.sessions import SqlSessions
from store.sql.repositories.users import SqlUsers
from store.timed import Timed, untimed
from store.vault import DataKeys, KeyVault

if TYPE_CHECKING:
    from store.sql.repositories.access import SqlKeptAnswers, SqlPersonalSettings, SqlRefreshTokens
    from store.sql.repositories.app_documents import SqlAppDocumentRecords
    from store.sql.repositories.channels import SqlKeptChannels
    from store.sql.repositories.constraints import SqlConstraints
    from store.sql.repositories.daemons import SqlDaemons, SqlTurns
    from store.sql.repositories.events import SqlEvents, SqlParticipants, SqlReminders
    from store.sql.repositories.history import SqlAnalytics, SqlLearningNotes, SqlProfiles
    from store.sql.repositories.invitations import SqlInvitations, SqlVisits
    from store.sql.repositories.meetings import SqlEncounters, SqlMeetingSources
    from store.sql.repositories.notices import SqlCursors, SqlDispatches, SqlLinks, SqlOutages
    from store.sql.repositories.operations import SqlBudgets, SqlGrants, SqlNotifications, SqlSyncJobs
    from store.sql.repositories.relations import (
        SqlContacts,
        SqlEmbeddings,
        SqlInteractions,
        SqlInterests,
        SqlKnownAddresses,
        SqlMemories,
        SqlRelationships,
    )
    from store.sql.repositories.resources import SqlConflicts, SqlReservations, SqlResources
    from store.sql.repositories.set_aside import SqlSetAsides

T = TypeVar("T")


class _Part(Generic[T]):
    """A repository of a transaction, by the module that holds it: imported and made once it is asked for."""

    def __init__(self, module: str, name: str) -> None:
        self._module = f"store.sql.repositories.{module}"
        self._class = name
        self._name = ""

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, repositories: SqlRepositories, _type: type) -> T:
        made: T = getattr(import_module(self._module), self._class)(
            repositories.connection, repositories.vault
        )
        repositories.__dict__[self._name] = made
        return made


class SqlRepositories:
    """`engine.ports.repositories.Repositories`: none costs anything before it is asked for."""

    events: _Part[SqlEvents] = _Part("events", "SqlEvents")
    participants: _Part[SqlParticipants] = _Part("events", "SqlParticipants")
    reminders: _Part[SqlReminders] = _Part("events", "SqlReminders")
    constraints: _Part[SqlConstraints] = _Part("constraints", "SqlConstraints")
    resources: _Part[SqlResources] = _Part("resources", "SqlResources")
    reservations: _Part[SqlReservations] = _Part("resources", "SqlReservations")
    conflicts: _Part[SqlConflicts] = _Part("resources", "SqlConflicts")
    profiles: _Part[SqlProfiles] = _Part("history", "SqlProfiles")
    analytics: _Part[SqlAnalytics] = _Part("history", "SqlAnalytics")
    learning: _Part[SqlLearningNotes] = _Part("history", "SqlLearningNotes")
    notifications: _Part[SqlNotifications] = _Part("operations", "SqlNotifications")
    sync_jobs: _Part[SqlSyncJobs] = _Part("operations", "SqlSyncJobs")
    grants: _Part[SqlGrants] = _Part("operations", "SqlGrants")
    budgets: _Part[SqlBudgets] = _Part("operations", "SqlBudgets")
    daemons: _Part[SqlDaemons] = _Part("daemons", "SqlDaemons")
    turns: _Part[SqlTurns] = _Part("daemons", "SqlTurns")
    channels: _Part[SqlKeptChannels] = _Part("channels", "SqlKeptChannels")
    set_aside: _Part[SqlSetAsides] = _Part("set_aside", "SqlSetAsides")
    refresh_tokens: _Part[SqlRefreshTokens] = _Part("access", "SqlRefreshTokens")
    kept_answers: _Part[SqlKeptAnswers] = _Part("access", "SqlKeptAnswers")
    personal_settings: _Part[SqlPersonalSettings] = _Part("access", "SqlPersonalSettings")
    dispatches: _Part[SqlDispatches] = _Part("notices", "SqlDispatches")
    links: _Part[SqlLinks] = _Part("notices", "SqlLinks")
    invitations: _Part[SqlInvitations] = _Part("invitations", "SqlInvitations")
    visits: _Part[SqlVisits] = _Part("invitations", "SqlVisits")
    outages: _Part[SqlOutages] = _Part("notices", "SqlOutages")
    cursors: _Part[SqlCursors] = _Part("notices", "SqlCursors")
    contacts: _Part[SqlContacts] = _Part("relations", "SqlContacts")
    known_addresses: _Part[SqlKnownAddresses] = _Part("relations", "SqlKnownAddresses")
    interactions: _Part[SqlInteractions] = _Part("relations", "SqlInteractions")
    interests: _Part[SqlInterests] = _Part("relations", "SqlInterests")
    relationships: _Part[SqlRelationships] = _Part("relations", "SqlRelationships")
    memories: _Part[SqlMemories] = _Part("relations", "SqlMemories")
    meeting_sources: _Part[SqlMeetingSources] = _Part("meetings", "SqlMeetingSources")
    embeddings: _Part[SqlEmbeddings] = _Part("relations", "SqlEmbeddings")
    encounters: _Part[SqlEncounters] = _Part("meetings", "SqlEncounters")

    def __init__(self, connection: sa.Connection, vault: Vault) -> None:
        self.connection = connection
        self.vault = vault


class SqlTransaction:
    """`engine.ports.store.Transaction`."""

    def __init__(
        self,
        connection: sa.Connection,
        vault: KeyVault,
        data_keys: DataKeys | None = None,
        opened: OpenedSessions | None = None,
    ) -> None:
        sealing = vault.over(SqlDataKeys(connection) if data_keys is None else data_keys)
        self.connection = connection
        self.sealing = sealing
        self.users = SqlUsers(connection)
        self.sessions = SqlSessions(connection, sealing, opened)
        self.messages = SqlMessages(connection, sealing)
        self.wakes = SqlWakes(connection)
        self.calendars = SqlCalendars(connection, sealing)
        self.ledger = SqlLedger(connection, sealing)
        self.outbox = SqlOutbox(connection, sealing)
        self.audit = SqlAudit(connection)
        self.repositories = SqlRepositories(connection, sealing)

    @cached_property
    def documents(self) -> SqlAppDocumentRecords:
        """The live documents; only where apps share them are they asked for."""
        from store.sql.repositories.app_documents import SqlAppDocumentRecords

        return SqlAppDocumentRecords(self.connection)


class SqlStore:
    """`engine.ports.store.Store` over an open database."""

    def __init__(
        self, database: Database, vault: KeyVault, install: InstallId, timed: Timed = untimed
    ) -> None:
        self._database = database
        self._timed = timed
        self._vault = vault
        self._opened = OpenedSessions()
        self.install = install
        self.custody = SqlCustody(database, vault)

    @contextmanager
    def reading(self) -> Iterator[SqlTransaction]:
        """Look, at one moment."""
        with self._timed("read"), self._database.reading() as connection:
            yield SqlTransaction(connection, self._vault, opened=self._opened)

    @contextmanager
    def reading_as(self, user: UserId) -> Iterator[SqlTransaction]:
        """Look at what the database lets just this user see; SQLite shows everything."""
        with self._database.reading_as(user) as connection:
            keys = DaemonsDataKeys(self._database.reading)
            yield SqlTransaction(connection, self._vault, keys, self._opened)

    @contextmanager
    def writing(self) -> Iterator[SqlTransaction]:
        """Change: committed at the end of the block, undone when it raises."""
        begun: list[SqlTransaction] = []
        with (
            self._timed("write"),
            self._database.writing(lambda: begun[0].audit.chain()) as connection,
        ):
            begun.append(SqlTransaction(connection, self._vault, opened=self._opened))
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
