"""Tables of immutable rows; a copy is made only before the first change, so snapshots cost nothing."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from engine.ids import CalendarKey, ConnectorName, Href, MessageId, SessionId, UserId
from engine.model.access import KeptAnswer, RefreshToken
from engine.model.booking import AuditEntry, Booking, Effect, Hold, OutboxEntry
from engine.model.calendar import Calendar, CalendarAccount
from engine.model.calendar_object import BusySpan, RawObject
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
from engine.model.reservation import Conflict, ResourceReservation
from engine.model.resource import Resource
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
    """Everything a store holds; of a fork, a table is forked once it is asked for."""

    users: Table[UserId, User]
    sessions: Table[SessionId, EventSession]
    messages: Table[tuple[SessionId, MessageId], Message]
    wakes: Table[SessionId, Instant]
    accounts: Table[ConnectorName, CalendarAccount]
    calendars: Table[CalendarKey, Calendar]
    objects: Table[tuple[CalendarKey, Href], RawObject]
    busy: Table[tuple[CalendarKey, Href], tuple[BusySpan, ...]]
    bookings: Table[SessionId, Booking]
    effects: Table[tuple[SessionId, UserId, int], Effect]
    holds: Table[int, Hold]
    outbox: Table[str, OutboxEntry]
    audit: Table[int, tuple[AuditEntry, str]]
    events: Table[str, CalendarEvent]
    participants: Table[str, EventParticipant]
    reminders: Table[str, Reminder]
    constraints: Table[str, Constraint]
    resources: Table[str, Resource]
    reservations: Table[str, ResourceReservation]
    conflicts: Table[str, Conflict]
    profiles: Table[str, PreferenceProfile]
    analytics: Table[str, SchedulingEvent]
    learning: Table[str, LearningNote]
    notifications: Table[str, Notification]
    sync_jobs: Table[str, SyncJob]
    grants: Table[str, Grant]
    budgets: Table[str, Budget]
    daemons: Table[str, DaemonLife]
    turns: Table[str, Turn]
    channels: Table[str, KeptChannel]
    set_aside: Table[str, SetAside]
    refresh_tokens: Table[str, RefreshToken]
    kept_answers: Table[str, KeptAnswer]
    personal_settings: Table[str, PersonalSettings]
    dispatches: Table[str, Dispatch]
    links: Table[str, Link]
    invitations: Table[str, Invitation]
    visits: Table[str, Visit]
    outages: Table[str, Outage]
    cursors: Table[str, Cursor]
    contacts: Table[str, Contact]
    known_addresses: Table[str, KnownAddress]
    interactions: Table[str, Interaction]
    interests: Table[str, Interest]
    relationships: Table[str, Relationship]
    memories: Table[str, Memory]
    meeting_sources: Table[str, MeetingSource]
    embeddings: Table[str, Embedding]
    encounters: Table[str, Encounter]

    def __init__(self, of: "Tables | None" = None, *, writable: bool = False) -> None:
        self._of = of
        self._writable = writable

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Table[Any, Any]:
            """Fork a table that nobody has asked for yet."""
            if name not in Tables.__annotations__:
                raise AttributeError(name)
            before = Table() if self._of is None else getattr(self._of, name)
            self.__dict__[name] = before.fork(writable=self._writable)
            return self.__dict__[name]

    def fork(self, *, writable: bool) -> "Tables":
        """Give a snapshot, or a draft to change."""
        return Tables(self, writable=writable)

    def kept(self) -> "Tables":
        """Give this draft as what a store holds from now on: it needs nothing of what it was forked from."""
        if self._of is not None:
            for name in Tables.__annotations__.keys() - vars(self).keys():
                self.__dict__[name] = getattr(self._of, name)
            self._of = None
        return self

    @property
    def changed(self) -> bool:
        """Whether anything was written since the fork."""
        return any(table.changed for table in vars(self).values() if isinstance(table, Table))
