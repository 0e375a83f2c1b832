"""Tables of immutable rows; a copy is made only before the first change, so snapshots cost nothing."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from engine.ids import CalendarKey, ConnectorName, Href, MessageId, SessionId, UserId
from engine.model.access import KeptAnswer, RefreshToken
from engine.model.booking import AuditEntry, Booking, Effect, Hold, OutboxEntry
from engine.model.calendar import BusySpan, Calendar, CalendarAccount, RawObject
from engine.model.channel import KeptChannel
from engine.model.constraint import Constraint
from engine.model.daemon_life import DaemonLife
from engine.model.event import CalendarEvent, EventParticipant, Reminder
from engine.model.history import PreferenceProfile, SchedulingEvent
from engine.model.invitation import Invitation, Visit
from engine.model.learning import LearningNote
from engine.model.notices import Cursor, Dispatch, Link, Outage
from engine.model.operations import Budget, Grant, Notification, SyncJob
from engine.model.personal_settings import PersonalSettings
from engine.model.relations import (
    Contact,
    Embedding,
    Encounter,
    Interaction,
    Interest,
    KnownAddress,
    MeetingSource,
    Memory,
    Relationship,
)
from engine.model.resource import Conflict, Resource, ResourceReservation
from engine.model.session import EventSession, Message
from engine.model.set_aside import SetAside
from engine.model.turn import Turn
from engine.model.user import User
from engine.time.span import Instant
from store.refusals import only_reading

K = TypeVar("K")
V = TypeVar("V")


class Table(Generic[K, V]):
    """Rows by key, in order of insertion; a fork shares them until one side changes."""

    def __init__(self, rows: dict[K, V] | None = None, *, writable: bool = False) -> None:
        self._rows = {} if rows is None else rows
        self._owned = False
        self._writable = writable

    def fork(self, *, writable: bool) -> "Table[K, V]":
        """Give a copy that may be changed without this one noticing."""
        return Table(self._rows, writable=writable)

    @property
    def changed(self) -> bool:
        """Whether anything was written since the fork."""
        return self._owned

    def __iter__(self) -> Iterator[V]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: K) -> bool:
        return key in self._rows

    def get(self, key: K) -> V | None:
        """Look a row up."""
        return self._rows.get(key)

    def items(self) -> Iterator[tuple[K, V]]:
        """Give keys with their rows."""
        return iter(self._rows.items())

    def put(self, key: K, row: V) -> None:
        """Insert or replace."""
        self._own()[key] = row

    def drop(self, key: K) -> None:
        """Remove a row, if it is there."""
        if key in self._rows:
            del self._own()[key]

    def _own(self) -> dict[K, V]:
        if not self._writable:
            raise only_reading()
        if not self._owned:
            self._rows, self._owned = dict(self._rows), True
        return self._rows


class Tables:
    """Everything a store holds."""

    def __init__(self, of: "Tables | None" = None, *, writable: bool = False) -> None:
        def table(name: str) -> Table[K, V]:
            before: Table[K, V] = Table() if of is None else getattr(of, name)
            return before.fork(writable=writable)

        self.users: Table[UserId, User] = table("users")
        self.sessions: Table[SessionId, EventSession] = table("sessions")
        self.messages: Table[tuple[SessionId, MessageId], Message] = table("messages")
        self.wakes: Table[SessionId, Instant] = table("wakes")
        self.accounts: Table[ConnectorName, CalendarAccount] = table("accounts")
        self.calendars: Table[CalendarKey, Calendar] = table("calendars")
        self.objects: Table[tuple[CalendarKey, Href], RawObject] = table("objects")
        self.busy: Table[tuple[CalendarKey, Href], tuple[BusySpan, ...]] = table("busy")
        self.bookings: Table[SessionId, Booking] = table("bookings")
        self.effects: Table[tuple[SessionId, UserId, int], Effect] = table("effects")
        self.holds: Table[int, Hold] = table("holds")
        self.outbox: Table[str, OutboxEntry] = table("outbox")
        self.audit: Table[int, tuple[AuditEntry, str]] = table("audit")
        self.events: Table[str, CalendarEvent] = table("events")
        self.participants: Table[str, EventParticipant] = table("participants")
        self.reminders: Table[str, Reminder] = table("reminders")
        self.constraints: Table[str, Constraint] = table("constraints")
        self.resources: Table[str, Resource] = table("resources")
        self.reservations: Table[str, ResourceReservation] = table("reservations")
        self.conflicts: Table[str, Conflict] = table("conflicts")
        self.profiles: Table[str, PreferenceProfile] = table("profiles")
        self.analytics: Table[str, SchedulingEvent] = table("analytics")
        self.learning: Table[str, LearningNote] = table("learning")
        self.notifications: Table[str, Notification] = table("notifications")
        self.sync_jobs: Table[str, SyncJob] = table("sync_jobs")
        self.grants: Table[str, Grant] = table("grants")
        self.budgets: Table[str, Budget] = table("budgets")
        self.daemons: Table[str, DaemonLife] = table("daemons")
        self.turns: Table[str, Turn] = table("turns")
        self.channels: Table[str, KeptChannel] = table("channels")
        self.set_aside: Table[str, SetAside] = table("set_aside")
        self.refresh_tokens: Table[str, RefreshToken] = table("refresh_tokens")
        self.kept_answers: Table[str, KeptAnswer] = table("kept_answers")
        self.personal_settings: Table[str, PersonalSettings] = table("personal_settings")
        self.dispatches: Table[str, Dispatch] = table("dispatches")
        self.links: Table[str, Link] = table("links")
        self.invitations: Table[str, Invitation] = table("invitations")
        self.visits: Table[str, Visit] = table("visits")
        self.outages: Table[str, Outage] = table("outages")
        self.cursors: Table[str, Cursor] = table("cursors")
        self.contacts: Table[str, Contact] = table("contacts")
        self.known_addresses: Table[str, KnownAddress] = table("known_addresses")
        self.interactions: Table[str, Interaction] = table("interactions")
        self.interests: Table[str, Interest] = table("interests")
        self.relationships: Table[str, Relationship] = table("relationships")
        self.memories: Table[str, Memory] = table("memories")
        self.meeting_sources: Table[str, MeetingSource] = table("meeting_sources")
        self.embeddings: Table[str, Embedding] = table("embeddings")
        self.encounters: Table[str, Encounter] = table("encounters")

    def fork(self, *, writable: bool) -> "Tables":
        """Give a snapshot, or a draft to change."""
        return Tables(self, writable=writable)

    @property
    def changed(self) -> bool:
        """Whether anything was written since the fork."""
        return any(table.changed for table in vars(self).values())
