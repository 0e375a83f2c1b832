"""The store on SQL: a transaction is one connection with the parts of the port over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.ids import InstallId, UserId
from engine.ports.vault import Vault
from store.sql.custody.custody import SqlCustody
from store.sql.database.port import Database
from store.sql.part import Part
from store.sql.repositories.opened_sessions import OpenedSessions
from store.sql.repositories.secrets import DaemonsDataKeys, SqlDataKeys
from store.sql.repositories.sessions import SqlSessions
from store.sql.repositories.users import SqlUsers
from store.timed import Timed, untimed
from store.vault import DataKeys, KeyVault

if TYPE_CHECKING:
    from store.sql.ledger.audit import SqlAudit
    from store.sql.ledger.ledger import SqlLedger
    from store.sql.ledger.outbox import SqlOutbox
    from store.sql.repositories.access import SqlKeptAnswers, SqlRefreshTokens
    from store.sql.repositories.app_documents import SqlAppDocumentRecords
    from store.sql.repositories.calendars import SqlCalendars
    from store.sql.repositories.channels import SqlKeptChannels
    from store.sql.repositories.constraints import SqlConstraints
    from store.sql.repositories.daemons import SqlDaemons, SqlTurns
    from store.sql.repositories.events import SqlEvents, SqlParticipants, SqlReminders
    from store.sql.repositories.history import SqlAnalytics, SqlLearningNotes, SqlProfiles
    from store.sql.repositories.invitations import SqlInvitations, SqlVisits
    from store.sql.repositories.meetings import SqlEncounters, SqlMeetingSources
    from store.sql.repositories.messages import SqlMessages, SqlWakes
    from store.sql.repositories.notices import SqlCursors, SqlDispatches, SqlLinks, SqlOutages
    from store.sql.repositories.operations import SqlBudgets, SqlGrants, SqlNotifications, SqlSyncJobs
    from store.sql.repositories.personal_settings import SqlPersonalSettings
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


def _repository(module: str, name: str) -> Part[Any]:
    """Give one that is made over a connection and whoever seals what it keeps."""
    return Part(f"repositories.{module}", name, "connection", "vault")


class SqlRepositories:
    """`engine.ports.repositories.Repositories`: none costs anything before it is asked for."""

    events: Part[SqlEvents] = _repository("events", "SqlEvents")
    participants: Part[SqlParticipants] = _repository("events", "SqlParticipants")
    reminders: Part[SqlReminders] = _repository("events", "SqlReminders")
    constraints: Part[SqlConstraints] = _repository("constraints", "SqlConstraints")
    resources: Part[SqlResources] = _repository("resources", "SqlResources")
    reservations: Part[SqlReservations] = _repository("resources", "SqlReservations")
    conflicts: Part[SqlConflicts] = _repository("resources", "SqlConflicts")
    profiles: Part[SqlProfiles] = _repository("history", "SqlProfiles")
    analytics: Part[SqlAnalytics] = _repository("history", "SqlAnalytics")
    learning: Part[SqlLearningNotes] = _repository("history", "SqlLearningNotes")
    notifications: Part[SqlNotifications] = _repository("operations", "SqlNotifications")
    sync_jobs: Part[SqlSyncJobs] = _repository("operations", "SqlSyncJobs")
    grants: Part[SqlGrants] = _repository("operations", "SqlGrants")
    budgets: Part[SqlBudgets] = _repository("operations", "SqlBudgets")
    daemons: Part[SqlDaemons] = _repository("daemons", "SqlDaemons")
    turns: Part[SqlTurns] = _repository("daemons", "SqlTurns")
    channels: Part[SqlKeptChannels] = _repository("channels", "SqlKeptChannels")
    set_aside: Part[SqlSetAsides] = _repository("set_aside", "SqlSetAsides")
    refresh_tokens: Part[SqlRefreshTokens] = _repository("access", "SqlRefreshTokens")
    kept_answers: Part[SqlKeptAnswers] = _repository("access", "SqlKeptAnswers")
    personal_settings: Part[SqlPersonalSettings] = _repository("personal_settings", "SqlPersonalSettings")
    dispatches: Part[SqlDispatches] = _repository("notices", "SqlDispatches")
    links: Part[SqlLinks] = _repository("notices", "SqlLinks")
    invitations: Part[SqlInvitations] = _repository("invitations", "SqlInvitations")
    visits: Part[SqlVisits] = _repository("invitations", "SqlVisits")
    outages: Part[SqlOutages] = _repository("notices", "SqlOutages")
    cursors: Part[SqlCursors] = _repository("notices", "SqlCursors")
    contacts: Part[SqlContacts] = _repository("relations", "SqlContacts")
    known_addresses: Part[SqlKnownAddresses] = _repository("relations", "SqlKnownAddresses")
    interactions: Part[SqlInteractions] = _repository("relations", "SqlInteractions")
    interests: Part[SqlInterests] = _repository("relations", "SqlInterests")
    relationships: Part[SqlRelationships] = _repository("relations", "SqlRelationships")
    memories: Part[SqlMemories] = _repository("relations", "SqlMemories")
    meeting_sources: Part[SqlMeetingSources] = _repository("meetings", "SqlMeetingSources")
    embeddings: Part[SqlEmbeddings] = _repository("relations", "SqlEmbeddings")
    encounters: Part[SqlEncounters] = _repository("meetings", "SqlEncounters")

    def __init__(self, connection: sa.Connection, vault: Vault) -> None:
        self.connection = connection
        self.vault = vault


class SqlTransaction:
    """`engine.ports.store.Transaction`."""

    calendars: Part[SqlCalendars] = Part("repositories.calendars", "SqlCalendars", "connection", "sealing")
    messages: Part[SqlMessages] = Part("repositories.messages", "SqlMessages", "connection", "sealing")
    wakes: Part[SqlWakes] = Part("repositories.messages", "SqlWakes", "connection")
    ledger: Part[SqlLedger] = Part("ledger.ledger", "SqlLedger", "connection", "sealing")
    outbox: Part[SqlOutbox] = Part("ledger.outbox", "SqlOutbox", "connection", "sealing")
    audit: Part[SqlAudit] = Part("ledger.audit", "SqlAudit", "connection")

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
        self._at_pulse: tuple[int, bool] | None = None
        self.install = install
        self.custody = SqlCustody(database, vault, partial(SqlTransaction, vault=vault))

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

    def sets_nothing_aside(self) -> bool:
        """Tell whether nothing is set aside; it is looked up once until any process changed the store."""
        pulse, known = self._database.pulse(), self._at_pulse  # the pulse first: what comes after it is seen
        if known is None or known[0] != pulse:
            with self.reading() as tx:
                known = self._at_pulse = (pulse, tx.repositories.set_aside.is_empty())
        return known[1]

    def check(self) -> Sequence[str]:
        """Run the database's own check; gives what is wrong."""
        return self._database.check()

    def close(self) -> None:
        """Let go of connections."""
        self._database.close()
