"""Every repository of one transaction in memory."""

from collections.abc import Callable
from typing import Generic, TypeVar

from tests.doubles.store.access import MemoryKeptAnswers, MemoryPersonalSettings, MemoryRefreshTokens
from tests.doubles.store.events import MemoryEvents, MemoryParticipants, MemoryReminders
from tests.doubles.store.history import MemoryAnalytics, MemoryLearningNotes, MemoryProfiles
from tests.doubles.store.invitations import MemoryInvitations, MemoryVisits
from tests.doubles.store.notices import MemoryCursors, MemoryDispatches, MemoryLinks, MemoryOutages
from tests.doubles.store.operations import (
    MemoryBudgets,
    MemoryDaemons,
    MemoryGrants,
    MemoryKeptChannels,
    MemoryNotifications,
    MemorySetAsides,
    MemorySyncJobs,
    MemoryTurns,
)
from tests.doubles.store.relations import (
    MemoryContacts,
    MemoryEmbeddings,
    MemoryEncounters,
    MemoryInteractions,
    MemoryInterests,
    MemoryKnownAddresses,
    MemoryMeetingSources,
    MemoryMemories,
    MemoryRelationships,
)
from tests.doubles.store.resources import (
    MemoryConflicts,
    MemoryConstraints,
    MemoryReservations,
    MemoryResources,
)
from tests.doubles.store.tables import Tables

T = TypeVar("T")


class _Part(Generic[T]):
    """A repository of a transaction, made once it is asked for."""

    def __init__(self, make: Callable[[Tables], T]) -> None:
        self._make = make
        self._name = ""

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, repositories: "MemoryRepositories", _type: type) -> T:
        made = self._make(repositories.tables)
        repositories.__dict__[self._name] = made
        return made


class MemoryRepositories:
    """`engine.ports.repositories.Repositories`."""

    events = _Part(MemoryEvents)
    participants = _Part(MemoryParticipants)
    reminders = _Part(MemoryReminders)
    constraints = _Part(lambda tables: MemoryConstraints(tables.constraints))
    resources = _Part(lambda tables: MemoryResources(tables.resources))
    reservations = _Part(MemoryReservations)
    conflicts = _Part(lambda tables: MemoryConflicts(tables.conflicts))
    profiles = _Part(lambda tables: MemoryProfiles(tables.profiles))
    analytics = _Part(lambda tables: MemoryAnalytics(tables.analytics))
    learning = _Part(lambda tables: MemoryLearningNotes(tables.learning))
    notifications = _Part(lambda tables: MemoryNotifications(tables.notifications))
    sync_jobs = _Part(lambda tables: MemorySyncJobs(tables.sync_jobs))
    grants = _Part(lambda tables: MemoryGrants(tables.grants))
    budgets = _Part(lambda tables: MemoryBudgets(tables.budgets))
    daemons = _Part(lambda tables: MemoryDaemons(tables.daemons))
    turns = _Part(lambda tables: MemoryTurns(tables.turns))
    channels = _Part(lambda tables: MemoryKeptChannels(tables.channels))
    set_aside = _Part(lambda tables: MemorySetAsides(tables.set_aside))
    refresh_tokens = _Part(lambda tables: MemoryRefreshTokens(tables.refresh_tokens))
    kept_answers = _Part(lambda tables: MemoryKeptAnswers(tables.kept_answers))
    personal_settings = _Part(lambda tables: MemoryPersonalSettings(tables.personal_settings))
    dispatches = _Part(lambda tables: MemoryDispatches(tables.dispatches))
    links = _Part(lambda tables: MemoryLinks(tables.links))
    invitations = _Part(lambda tables: MemoryInvitations(tables.invitations))
    visits = _Part(lambda tables: MemoryVisits(tables.visits))
    outages = _Part(lambda tables: MemoryOutages(tables.outages))
    cursors = _Part(lambda tables: MemoryCursors(tables.cursors))
    contacts = _Part(lambda tables: MemoryContacts(tables, tables.contacts))
    known_addresses = _Part(lambda tables: MemoryKnownAddresses(tables, tables.known_addresses))
    interactions = _Part(lambda tables: MemoryInteractions(tables, tables.interactions))
    interests = _Part(lambda tables: MemoryInterests(tables, tables.interests))
    relationships = _Part(lambda tables: MemoryRelationships(tables, tables.relationships))
    memories = _Part(lambda tables: MemoryMemories(tables, tables.memories))
    meeting_sources = _Part(lambda tables: MemoryMeetingSources(tables, tables.meeting_sources))
    embeddings = _Part(lambda tables: MemoryEmbeddings(tables, tables.embeddings))
    encounters = _Part(lambda tables: MemoryEncounters(tables, tables.encounters))

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
