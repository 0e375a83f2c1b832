"""Every shelf of one transaction in memory."""

from store.memory.events import MemoryEvents, MemoryParticipants, MemoryReminders
from store.memory.history import MemoryAnalytics, MemoryProfiles
from store.memory.operations import (
    MemoryBudgets,
    MemoryGrants,
    MemoryNotifications,
    MemorySetAsides,
    MemorySyncJobs,
)
from store.memory.resources import MemoryConflicts, MemoryConstraints, MemoryReservations, MemoryResources
from store.memory.tables import Tables


class MemoryShelves:
    """`engine.shelves.Shelves`."""

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
        self.notifications = MemoryNotifications(tables.notifications)
        self.sync_jobs = MemorySyncJobs(tables.sync_jobs)
        self.grants = MemoryGrants(tables.grants)
        self.budgets = MemoryBudgets(tables.budgets)
        self.set_aside = MemorySetAsides(tables.set_aside)
