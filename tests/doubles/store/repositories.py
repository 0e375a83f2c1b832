"""Every repository of one transaction in memory."""

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


class MemoryRepositories:
    """`engine.ports.repositories.Repositories`."""

    def __init__(self, tables: Tables) -> None:
        self.events = MemoryEvents(tables)
        self.participants = MemoryParticipants(tables)
        self.reminders = MemoryReminders(tables)
        self.constraints = MemoryConstraints(tables.constraints)
        self.resources = MemoryResources(tables.resources)
        self.reservations = MemoryReservations(tables)
        self.conflicts = MemoryConflicts(tables.conflicts)
        self.profiles = MemoryProfiles(tables.profiles)
        self.analytics = MemoryAnalytics(tables.analytics)
        self.learning = MemoryLearningNotes(tables.learning)
        self.notifications = MemoryNotifications(tables.notifications)
        self.sync_jobs = MemorySyncJobs(tables.sync_jobs)
        self.grants = MemoryGrants(tables.grants)
        self.budgets = MemoryBudgets(tables.budgets)
        self.daemons = MemoryDaemons(tables.daemons)
        self.turns = MemoryTurns(tables.turns)
        self.channels = MemoryKeptChannels(tables.channels)
        self.set_aside = MemorySetAsides(tables.set_aside)
        self.refresh_tokens = MemoryRefreshTokens(tables.refresh_tokens)
        self.kept_answers = MemoryKeptAnswers(tables.kept_answers)
        self.personal_settings = MemoryPersonalSettings(tables.personal_settings)
        self.dispatches = MemoryDispatches(tables.dispatches)
        self.links = MemoryLinks(tables.links)
        self.invitations = MemoryInvitations(tables.invitations)
        self.visits = MemoryVisits(tables.visits)
        self.outages = MemoryOutages(tables.outages)
        self.cursors = MemoryCursors(tables.cursors)
        self.contacts = MemoryContacts(tables, tables.contacts)
        self.known_addresses = MemoryKnownAddresses(tables, tables.known_addresses)
        self.interactions = MemoryInteractions(tables, tables.interactions)
        self.interests = MemoryInterests(tables, tables.interests)
        self.relationships = MemoryRelationships(tables, tables.relationships)
        self.memories = MemoryMemories(tables, tables.memories)
        self.meeting_sources = MemoryMeetingSources(tables, tables.meeting_sources)
        self.embeddings = MemoryEmbeddings(tables, tables.embeddings)
        self.encounters = MemoryEncounters(tables, tables.encounters)
