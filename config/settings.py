"""What the configuration can say: one frozen type a table of the file.

Lengths of time are whole seconds, paths are absolute, zones are IANA names. What a kind of connector
takes besides the keys that all have in common is described by a type of its own, handed to the loader.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, InstanceOf, model_validator

from config.api import ApiSettings
from config.cluster import ClusterSettings
from config.family import CalendarSettings, FamilySettings, ResourceSettings, RuleSettings
from config.guests import GuestSettings
from config.messages import MessagesSettings
from config.outlets import ChannelSettings, MailSettings, NoticeKeys, WebhookSettings
from config.relations import PrivacySettings, RelationsSettings
from config.table import Table
from config.values import (
    Day,
    FamilyDocument,
    Inviting,
    MinuteOfDay,
    OverrideDocument,
    RowDocument,
    Seconds,
    Zone,
    refuse,
)
from engine.booking.policy import OnDeleted, OnForeign, OnMoved
from engine.bounds import LEAST_AUDIT, LONGEST_ADDRESS, LONGEST_NAME
from engine.documents.rules import parse_constraint
from engine.ids import ConnectorName, UserId
from engine.learning.policy import Policy
from engine.model.calendar import OnStale
from engine.model.constraint import Constraint
from engine.model.notices import NoticePreferences
from engine.model.user import Preferences, Role, TentativeAs, WorkingHours
from engine.sessions.state_machine import Confirm
from engine.time.weekday import WORKDAYS


def _text_default(text: str) -> Any:
    """Give a default as the file would write it, read like any other value."""
    return Field(default=text, validate_default=True)


class StoreSettings(Table):
    """`[store]`: where gatherly remembers."""

    url: str = "sqlite:///gatherly.db"
    """SQLAlchemy's address; a relative SQLite path counts from the configuration's folder."""
    live: Literal["sql", "firestore"] = "sql"
    """Where users, sessions and messages live; everything else is always in SQL."""

    @model_validator(mode="after")
    def _known_backend(self) -> "StoreSettings":
        if not self.url.startswith(("sqlite://", "postgresql+psycopg://")):
            backend = self.url.partition(":")[0]
            refuse(f"no store is called {backend!r}", "begin url with sqlite:/// or postgresql+psycopg://")
        return self


class FirestoreSettings(Table):
    """`[firestore]`: where `live = "firestore"` is; what is left out comes from Google's surroundings."""

    project: str | None = Field(default=None, min_length=1)
    """Absent = that of the credentials, or `GOOGLE_CLOUD_PROJECT`."""
    database: str = Field(default="(default)", min_length=1)
    credentials_file: Path | None = None
    """A service account's key; absent = application default credentials."""
    inviting: Inviting = "everybody"
    """Whom people may invite through an app; contacts are people one has attended a session with."""


class SecretsSettings(Table):
    """`[secrets]`: where the master key comes from; at most one is given."""

    key_file: Path | None = None
    """Made (0600) when missing and no secret is stored yet; `gatherly.key` where nothing else is given."""
    credential: str | None = None
    """The name of a file in `$CREDENTIALS_DIRECTORY`."""
    command: tuple[str, ...] | None = Field(default=None, min_length=1)
    """A program and its arguments; it prints the key."""

    @model_validator(mode="after")
    def _one_source(self) -> "SecretsSettings":
        given = [key for key in ("key_file", "credential", "command") if getattr(self, key) is not None]
        if len(given) > 1:
            refuse(f"{' and '.join(given)} are given", "keep one of key_file, credential, command")
        return self


class SyncSettings(Table):
    """`[sync]`: how often calendars are read, and how long what was read counts."""

    every: Seconds = _text_default("5m")
    horizon: Seconds = _text_default("60d")
    on_stale: OnStale = OnStale.HOLD
    """What a source older than `max_age` does to its owner: unknown, all busy, or as last read."""
    max_age: Seconds = _text_default("6h")


class SessionsSettings(Table):
    """`[sessions]`: who confirms a proposal, and how long it waits."""

    confirm: Confirm = Confirm.HOST
    expire_after: Seconds = _text_default("7d")


class BookingSettings(Table):
    """`[booking]`: what happens when others touch what was booked."""

    on_moved: OnMoved = OnMoved.FLAG
    on_deleted: OnDeleted = OnDeleted.REOPEN
    on_foreign: OnForeign = OnForeign.FLAG


class LearningSettings(Table):
    """`[learning]`: whether people's answers rank what is proposed next."""

    enabled: bool = True
    """Whether anything is learned; if not, fixed weights rank."""
    explore: float = Field(default=0.05, ge=0, le=0.5)
    """How often, once something was learned, one of the shown times is drawn by chance."""
    policy: Policy = Policy.AUTO
    """`auto` ranks whoever was shown enough by the pooled model, others by points."""
    fit_every: Seconds = _text_default("1d")
    """How long a fitted model stands at least; a daemon looks every 5 minutes whether it is due."""


class LogSettings(Table):
    """`[log]`: what the daemon tells on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """What is quieter than this is left out."""


class OtelSettings(Table):
    """`[otel]`: traces for a collector (OpenTelemetry, OTLP over HTTP); taken up at a start alone."""

    endpoint: str | None = Field(default=None, pattern=r"^https?://[^?#\s@]+$")
    """Of the collector, like `http://127.0.0.1:4318`; absent = there are none."""


class AuditSettings(Table):
    """`[audit]`: how long the log of what was done is kept."""

    keep: Seconds = _text_default("400d")

    @model_validator(mode="after")
    def _long_enough(self) -> "AuditSettings":
        if self.keep < LEAST_AUDIT:
            refuse("the audit log would be kept for less than 30 days", "keep it 30d or more")
        return self


class HoursTable(Table):
    """One daily range; an end not after the start runs past midnight."""

    start: MinuteOfDay
    end: MinuteOfDay
    days: tuple[Day, ...] = Field(default=WORKDAYS, min_length=1)


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, Mapping) else value


class UserSettings(NoticeKeys, Table):
    """`[users.NAME]`: somebody gatherly acts for."""

    id: str | None = Field(default=None, min_length=1, max_length=255)
    """The name of the table unless set."""
    name: str | None = Field(default=None, max_length=LONGEST_NAME)
    """How others call them; the name of the table unless set."""
    email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+$", max_length=LONGEST_ADDRESS)
    """Where invitations go; the name of the table where that is an address."""
    addresses: tuple[Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")], ...] = ()
    """Others by which events know them: what one of these declined leaves them free."""
    timezone: Zone = "UTC"
    working_hours: Annotated[tuple[HoursTable, ...] | None, BeforeValidator(_as_list)] = None
    """A table or an array of them; absent = any time."""
    relations: bool = True
    """Whether contacts are kept of whom they meet, where `[relations]` is on; they may say no themselves."""
    learn: bool = True
    """Whether their answers are learned from; as long as they are not, no habit ranks for them either."""
    buffer_minutes: int = Field(default=0, ge=0, le=1440)
    tentative_as: TentativeAs = TentativeAs.BUSY
    operator: bool = False
    """Whether they may see and steer everything."""
    rules: tuple[Mapping[str, Any], ...] = ()
    """Constraint documents (F2), as written; they concern this user, whomever they name."""
    role: Role = Role.HOST
    """What they are in the family: a child's events move only after a parent's word."""
    default_calendar: str | None = Field(default=None, min_length=1)
    """The `[calendars.…]` table that their events go to where none is named."""
    preferences: FamilyDocument = None
    """F2's preferences: time_preferences, scheduling, notifications, custom; what is not set is no limit."""
    availability: tuple[RowDocument, ...] = ()
    """F3's rows: day_of_week from 0 (Sunday), start_time, end_time, is_available."""
    date_overrides: tuple[OverrideDocument, ...] = ()
    """Dates that are different: date, and hours with start and end; no hours = away all day."""

    @property
    def habits(self) -> Preferences:
        """What the engine wants to know of their habits."""
        hours = self.working_hours
        return Preferences(
            buffer_time=self.buffer_minutes,
            working_hours=None if hours is None else tuple(_hours(one) for one in hours),
            tentative_as=self.tentative_as,
        )


def _hours(table: HoursTable) -> WorkingHours:
    return WorkingHours(start=table.start, end=table.end, days=table.days)


class ConnectorKeys(Table):
    """`[connectors.NAME]`: the keys that all kinds have in common."""

    kind: str
    user: str
    """The name of a `[users.…]` table."""
    read: tuple[str, ...] | None = None
    """Calendars that make the user busy; absent = what the kind reads by itself."""
    write: str | None = Field(default=None, min_length=1)
    """The calendar that confirmed events go to; absent = never written."""
    every: Seconds | None = None
    """How often it is read; absent = as `[sync]` says."""
    tz: Zone | None = None
    """A calendar's zone where it names none; absent = its user's."""
    allow_private_network: bool = False
    """Whether this one connector may reach private addresses."""


class ConnectorSettings(ConnectorKeys):
    """One connector as wired: its keys, what follows from them, and its kind's own options."""

    name: ConnectorName
    user_id: UserId
    zone: str
    """`tz`, else its user's zone."""
    interval: int
    """`every`, else `[sync] every`, in seconds."""
    options: InstanceOf[BaseModel]
    """Of the type that the loader was handed for the kind."""
    through: ConnectorName | None = None
    """Whose account it is read through, where somebody else's connector names its user in `schedule`."""


class Settings(Table):
    """The whole configuration, merged and checked."""

    store: StoreSettings = StoreSettings.usual()
    firestore: FirestoreSettings = FirestoreSettings.usual()
    secrets: SecretsSettings = SecretsSettings.usual()
    sync: SyncSettings = SyncSettings.usual()
    sessions: SessionsSettings = SessionsSettings.usual()
    booking: BookingSettings = BookingSettings.usual()
    learning: LearningSettings = LearningSettings.usual()
    api: ApiSettings = ApiSettings.usual()
    log: LogSettings = LogSettings.usual()
    otel: OtelSettings = OtelSettings.usual()
    cluster: ClusterSettings = ClusterSettings.usual()
    audit: AuditSettings = AuditSettings.usual()
    mail: MailSettings = MailSettings.usual()
    messages: MessagesSettings = MessagesSettings.usual()
    guests: GuestSettings = GuestSettings.usual()
    privacy: PrivacySettings = PrivacySettings.usual()
    relations: RelationsSettings = RelationsSettings.usual()
    family: FamilySettings = FamilySettings.usual()
    calendars: Mapping[str, CalendarSettings] = {}
    """Gatherly's own, by the name of the table, which is their id."""
    resources: Mapping[str, ResourceSettings] = {}
    rules: Mapping[str, RuleSettings] = {}
    """For everybody; what concerns one user stands with them."""
    users: Mapping[str, UserSettings] = {}
    """By the name of the table; `id`, `name` and `email` are filled in."""
    connectors: Mapping[str, ConnectorSettings] = {}
    """Those that work; disabled ones are told beside (`config.loader.Configuration`)."""
    notify: Mapping[str, ChannelSettings] = {}
    """Channels beside e-mail, by name."""
    webhooks: Mapping[str, WebhookSettings] = {}
    """Addresses that are told what happens, by name."""

    def keys_of(self, user: UserId) -> NoticeKeys:
        """Give what a user's table says of being told and of pages; the usual for one whom no table names."""
        named = (one for name, one in self.users.items() if (one.id or name) == user)
        return next(named, NoticeKeys())

    def wishes_of(self, user: UserId) -> NoticePreferences:
        """Give how a user wants to be told; the usual ways for one whom no table names."""
        return self.keys_of(user).notice_preferences

    @property
    def operators(self) -> frozenset[UserId]:
        """The users who may see and steer everything."""
        return frozenset(UserId(one.id or name) for name, one in self.users.items() if one.operator)


def constraints_of(settings: Settings) -> tuple[Constraint, ...]:
    """Read everybody's rules and each user's own; the loader has seen to it that they can be read."""
    everybodys = (rule.constraint(name) for name, rule in settings.rules.items())
    return (*everybodys, *_of_users(settings))


def _of_users(settings: Settings) -> tuple[Constraint, ...]:
    return tuple(
        replace(
            parse_constraint(document),
            id=f"{user.id}/rules/{number}",
            user=UserId(user.id or name),
        )
        for name, user in settings.users.items()
        for number, document in enumerate(user.rules)
    )
