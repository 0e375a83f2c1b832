"""The store's ports for what is not read at every tick: one repository a kind of entity, all alike.

Every entity is put as a whole under its id; what a transaction gives stays valid after it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from engine.ids import CalendarKey, ConnectorName, EventId, SessionId, UserId
from engine.time.span import Instant, Span

if TYPE_CHECKING:
    from engine.model.access import (
        KeptAnswer,  # noqa: F401 # named by a base alone
        RefreshToken,
    )
    from engine.model.channel import KeptChannel
    from engine.model.constraint import Constraint
    from engine.model.daemon_life import DaemonLife
    from engine.model.event import CalendarEvent, EventParticipant, Reminder
    from engine.model.history import PreferenceProfile, SchedulingEvent
    from engine.model.invitation import Invitation, Visit
    from engine.model.learning import LearningNote  # noqa: F401 # named by a base alone
    from engine.model.notices import Cursor, Dispatch, Link, Outage  # noqa: F401 # named by a base alone
    from engine.model.operations import (
        Budget,  # noqa: F401 # named by a base alone
        Grant,
        Notification,
        NotificationStatus,
        SyncJob,
        SyncJobStatus,
    )
    from engine.model.personal_settings import PersonalSettings  # noqa: F401 # named by a base alone
    from engine.model.resource import Conflict, ConflictStatus, Resource, ResourceReservation
    from engine.model.set_aside import SetAside
    from engine.model.turn import Turn  # noqa: F401 # named by a base alone
    from engine.ports import relations
    from engine.trouble import Unopened


T = TypeVar("T")

LEAST_SAMPLE = 10
"""How many resolved sessions make a profile worth training on (F0)."""

LEAST_RATE = 70.0
"""Which acceptance rate, in percent, does (F0)."""


class Repository(Protocol[T]):
    """Create, read, update and delete for one kind."""

    def get(self, name: str) -> T | None:
        """Look one up by its id."""

    def put(self, entity: T) -> T:
        """Insert (version 0) or replace the version that it carries; gives it with its new version.

        Raises:
            StaleVersionError: the row has another version.
            StoreError: it names something that is not there, or is there already.
        """

    def delete(self, name: str) -> None:
        """Remove one, with what belongs to it."""


class Events(Repository["CalendarEvent"], Protocol):
    """Events that gatherly keeps itself; what belongs to one follows its status and goes with it."""

    def candidates(self, calendar: CalendarKey, window: Span) -> Sequence[CalendarEvent]:
        """Give what can take place in a window, by start: `engine.family.event_range` says what does.

        That is: events that overlap it, series that begin before its end, and those series' exceptions.
        """

    def candidates_with(self, user: UserId, window: Span) -> Sequence[CalendarEvent]:
        """Give the same for the events that somebody takes part in, whatever their calendar."""

    def candidates_with_any(self, users: Collection[UserId], window: Span) -> Sequence[CalendarEvent]:
        """Give the same for the events in which one of several takes part: one question for all."""

    def exceptions(self, series: str) -> Sequence[CalendarEvent]:
        """Give the instances of a series that differ, by start, cancelled ones too."""

    def mirror_due(self, now: Instant, limit: int = 100) -> Sequence[tuple[str, Instant]]:
        """Name those whose copy is to be brought in step by now, and since when, the longest due first."""

    def mirrored_as(self, names: Collection[EventId]) -> Mapping[EventId, str]:
        """Tell which ids are those of copies, and of which events."""


class Participants(Repository["EventParticipant"], Protocol):
    """Who takes part: once an event and user."""

    def of_event(self, event: str) -> Sequence[EventParticipant]:
        """Give an event's participants, by user."""

    def of_events(self, events: Collection[str]) -> Sequence[EventParticipant]:
        """Give the participants of several events, by event and user."""


class Reminders(Repository["Reminder"], Protocol):
    """What reminds of events."""

    def of_event(self, event: str) -> Sequence[Reminder]:
        """Give an event's reminders, the earliest first."""

    def of_events(self, events: Collection[str]) -> Sequence[Reminder]:
        """Give the reminders of several events, the earliest first."""

    def due(self, now: Instant, limit: int = 100) -> Sequence[Reminder]:
        """Give pending ones whose time has come, the longest due first."""


class Constraints(Repository["Constraint"], Protocol):
    """Rules of users, and of everybody."""

    def for_user(self, user: UserId) -> Sequence[Constraint]:
        """Give the rules in force for somebody, their own and everybody's, by id."""

    def for_users(self, users: Collection[UserId]) -> Sequence[Constraint]:
        """Give the rules in force for several, their own and everybody's, by id."""

    def all(self) -> Sequence[Constraint]:
        """Give every rule by id, inactive ones too."""

    def switched_off(self) -> Collection[str]:
        """Name the rules that are not in force."""


class Resources(Repository["Resource"], Protocol):
    """What people share; deleting one makes it inactive."""

    def all(self) -> Sequence[Resource]:
        """Give them by name, inactive ones too."""


class Reservations(Repository["ResourceReservation"], Protocol):
    """What is kept for whom."""

    def of_event(self, event: str) -> Sequence[ResourceReservation]:
        """Give an event's reservations, by start."""

    def of_events(self, events: Collection[str]) -> Sequence[ResourceReservation]:
        """Give the reservations of several events, by start."""

    def overlapping(self, resource: str, window: Span) -> Sequence[ResourceReservation]:
        """Give what uses a resource in a window, by start; what is cancelled does not."""

    def of_series(self, resource: str) -> Sequence[ResourceReservation]:
        """Give what a series uses a resource for; it repeats with it."""

    def of_session(self, session: SessionId) -> Sequence[ResourceReservation]:
        """Give a session's reservations, by resource, cancelled ones too."""

    def all(self) -> Sequence[ResourceReservation]:
        """Give all of them, by start."""


class Conflicts(Repository["Conflict"], Protocol):
    """What collides."""

    def involving(self, event: str) -> Sequence[Conflict]:
        """Give those that are detected and in which something takes part, by id."""

    def all(self, unopened: Unopened | None = None) -> Sequence[Conflict]:
        """Give them by detection, newest first; without `unopened` one that does not open fails all."""

    def with_status(self, status: ConflictStatus, unopened: Unopened | None = None) -> Sequence[Conflict]:
        """Give them by detection, newest first; without `unopened` one that does not open fails all."""


class Profiles(Repository["PreferenceProfile"], Protocol):
    """How people schedule, by user."""

    def for_training(
        self, sample_size: int = LEAST_SAMPLE, acceptance_rate: float = LEAST_RATE, limit: int = 1000
    ) -> Sequence[PreferenceProfile]:
        """Give the profiles that are worth training on, the largest sample first (F0)."""


class Analytics(Repository["SchedulingEvent"], Protocol):
    """How sessions ended."""

    def of_session(self, session: SessionId) -> Sequence[SchedulingEvent]:
        """Give a session's ends, oldest first."""

    def newest(self, limit: int) -> Sequence[SchedulingEvent]:
        """Give the newest ends that still tell whose they were, oldest first."""

    def of_host(self, user: UserId, limit: int = 1000) -> Sequence[SchedulingEvent]:
        """Give the ends of a host's sessions, newest first."""


class LearningNotes(Repository["LearningNote"], Protocol):
    """The fitted model, what sessions were shown, and what people had forgotten, by id."""


class Notifications(Repository["Notification"], Protocol):
    """What people are told."""

    def of_user(self, user: UserId, status: NotificationStatus | None = None) -> Sequence[Notification]:
        """Give a user's, newest first."""

    def due(self, now: Instant, limit: int = 100) -> Sequence[Notification]:
        """Give those that are scheduled for now or before and not yet delivered, the longest due first."""


class SyncJobs(Repository["SyncJob"], Protocol):
    """Runs of synchronising."""

    def of_user(self, user: UserId, limit: int = 100) -> Sequence[SyncJob]:
        """Give a user's, newest first."""

    def of_connector(self, connector: ConnectorName, limit: int = 100) -> Sequence[SyncJob]:
        """Give a connector's, newest first."""

    def with_status(self, status: SyncJobStatus) -> Sequence[SyncJob]:
        """Give those that stand so, oldest first."""


class Grants(Repository["Grant"], Protocol):
    """What lets connectors in, by connector."""

    def of_user(self, user: UserId) -> Sequence[Grant]:
        """Give a user's, by connector."""


class BudgetRepository(Repository["Budget"], Protocol):
    """How far budgets of requests are spent, by name."""


class Daemons(Repository["DaemonLife"], Protocol):
    """What daemons tell of themselves, by id."""

    def all(self) -> Sequence[DaemonLife]:
        """Give them, the oldest first."""


class Turns(Repository["Turn"], Protocol):
    """Whose turn it was at what one daemon does for all, by the job's name."""


class KeptChannels(Repository["KeptChannel"], Protocol):
    """By which calendars' providers tell of changes."""

    def all(self) -> Sequence[KeptChannel]:
        """Give them, by connector and id."""

    def of_connector(self, connector: ConnectorName) -> Sequence[KeptChannel]:
        """Give a connector's, by id."""


class SetAsides(Repository["SetAside"], Protocol):
    """What is set aside, by id."""

    def all(self) -> Sequence[SetAside]:
        """Give everything, the longest set aside first."""

    def of_sessions(self, sessions: Collection[SessionId]) -> Sequence[SetAside]:
        """Give what is set aside of several sessions, the longest first."""


class RefreshTokens(Repository["RefreshToken"], Protocol):
    """What gives people's programs access, by keyed hash."""

    def of_user(self, user: UserId) -> Sequence[RefreshToken]:
        """Give a user's, oldest first."""

    def of_family(self, family: str) -> Sequence[RefreshToken]:
        """Give the links of one chain, oldest first."""


class AllSettings(Repository["PersonalSettings"], Protocol):
    """What people set for themselves, by person."""

    def leaving(self) -> Sequence[UserId]:
        """Give those who asked to be forgotten and are not yet, by id."""


class KeptAnswers(Repository["KeptAnswer"], Protocol):
    """First answers to requests that may be sent again."""

    def forget_before(self, moment: Instant) -> None:
        """Remove those from before a moment."""


class Dispatches(Repository["Dispatch"], Protocol):
    """What goes out to people and programs, by the key that it goes out once by."""

    def due(self, now: Instant, limit: int = 100) -> Sequence[str]:
        """Give the ids of pending ones whose time has come, the longest due first."""

    def stuck(self) -> Sequence[Dispatch]:
        """Give those that an outlet refused for good, oldest first."""

    def of_user(self, user: UserId) -> Sequence[Dispatch]:
        """Give a user's, newest first."""

    def pending(self) -> int:
        """Count those that wait to be told."""

    def of_outlet(self, user: UserId, outlet: str, since: Instant) -> Sequence[Dispatch]:
        """Give a user's that were planned for one outlet since then, newest first."""


class Links(Repository["Link"], Protocol):
    """By what people answer without an account."""

    def of_user(self, user: UserId) -> Sequence[Link]:
        """Give a user's, oldest first."""

    def use_up(self, user: UserId, session: SessionId, now: Instant) -> None:
        """Use up a person's links to a session."""


class Invitations(Repository["Invitation"], Protocol):
    """Links by which strangers book somebody."""

    def of_user(self, user: UserId) -> Sequence[Invitation]:
        """Give a user's, oldest first."""

    def all(self) -> Sequence[Invitation]:
        """Give everybody's, oldest first."""


class Visits(Repository["Visit"], Protocol):
    """Times that strangers took by invitation links."""

    def of_invitation(self, invitation: str) -> Sequence[Visit]:
        """Give those that were taken by one link, oldest first."""

    def of_session(self, session: SessionId) -> Visit | None:
        """Look up the one that became, or is to become, a session."""

    def marked(self, address_mark: str, client_mark: str, since: Instant) -> Sequence[Visit]:
        """Give those of an address or a client that were taken since then, oldest first."""

    def lapsed(self, now: Instant, limit: int = 100) -> Sequence[str]:
        """Give the ids of those that nobody confirmed in time and that still hold theirs, oldest first."""


class Cursors(Repository["Cursor"], Protocol):
    """How far those who follow the log have come, by their names."""


class Outages(Repository["Outage"], Protocol):
    """Connectors that do not work."""


class Repositories(Protocol):
    """Every repository of one transaction."""

    @property
    def events(self) -> Events:
        """Events that gatherly keeps itself."""

    @property
    def participants(self) -> Participants:
        """Who takes part in them."""

    @property
    def reminders(self) -> Reminders:
        """What reminds of them."""

    @property
    def constraints(self) -> Constraints:
        """Rules that guide scheduling."""

    @property
    def resources(self) -> Resources:
        """What people share."""

    @property
    def reservations(self) -> Reservations:
        """What of it is kept for whom."""

    @property
    def conflicts(self) -> Conflicts:
        """What collides."""

    @property
    def profiles(self) -> Profiles:
        """How people schedule."""

    @property
    def analytics(self) -> Analytics:
        """How sessions ended."""

    @property
    def learning(self) -> LearningNotes:
        """What is kept of learning."""

    @property
    def notifications(self) -> Notifications:
        """What people are told."""

    @property
    def sync_jobs(self) -> SyncJobs:
        """Runs of synchronising."""

    @property
    def grants(self) -> Grants:
        """What lets connectors in."""

    @property
    def budgets(self) -> BudgetRepository:
        """How far budgets of requests are spent."""

    @property
    def daemons(self) -> Daemons:
        """What daemons tell of themselves."""

    @property
    def turns(self) -> Turns:
        """Whose turn it was."""

    @property
    def channels(self) -> KeptChannels:
        """By which calendars' providers tell of changes."""

    @property
    def refresh_tokens(self) -> RefreshTokens:
        """What gives people's programs access."""

    @property
    def kept_answers(self) -> KeptAnswers:
        """First answers to requests that may be sent again."""

    @property
    def personal_settings(self) -> AllSettings:
        """What people set for themselves."""

    @property
    def set_aside(self) -> SetAsides:
        """What is set aside."""

    @property
    def dispatches(self) -> Dispatches:
        """What goes out to people and programs."""

    @property
    def links(self) -> Links:
        """By what people answer without an account."""

    @property
    def invitations(self) -> Invitations:
        """Links by which strangers book somebody."""

    @property
    def visits(self) -> Visits:
        """Times that strangers took by them."""

    @property
    def outages(self) -> Outages:
        """Connectors that do not work."""

    @property
    def cursors(self) -> Cursors:
        """Who follows the log, and how far they have come."""

    @property
    def contacts(self) -> relations.Contacts:
        """Whom users know."""

    @property
    def known_addresses(self) -> relations.KnownAddresses:
        """By which addresses contacts are known."""

    @property
    def interactions(self) -> relations.Interactions:
        """When users had to do with whom."""

    @property
    def interests(self) -> relations.Interests:
        """What contacts are interested in."""

    @property
    def relationships(self) -> relations.Relationships:
        """Who is met together."""

    @property
    def memories(self) -> relations.Memories:
        """Notes about contacts, and briefings."""

    @property
    def meeting_sources(self) -> relations.MeetingSources:
        """Events, as far as what they tell of people is derived."""

    @property
    def encounters(self) -> relations.Encounters:
        """Which addresses were at which events."""
