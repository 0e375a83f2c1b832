"""A user: a person gatherly acts for (F0 User, F2 FamilyMember, F3 user)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.ids import UserId
from engine.model.constraint import DateOverride, WeeklyAvailability
from engine.time.span import Instant
from engine.time.weekday import WORKDAYS, Weekday


class Role(StrEnum):
    """What somebody is in the family; everybody else hosts."""

    HOST = "host"
    PARENT = "parent"
    CHILD = "child"
    OTHER = "other"


class TentativeAs(StrEnum):
    """What a tentative event does to its owner's time."""

    BUSY = "busy"
    SOFT = "soft"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """A daily range in minutes of the local day; an end not after the start runs past midnight."""

    start: int
    end: int
    days: tuple[Weekday, ...] = WORKDAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """F0's defaultPreferences; lengths in minutes, hours in the user's own zone; None = any time."""

    preferred_duration: int | None = None
    buffer_time: int = 0
    working_hours: tuple[WorkingHours, ...] | None = None
    tentative_as: TentativeAs = TentativeAs.BUSY


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyPreferences:
    """F2's preferences: minutes of the user's local day, lengths in minutes; None = no limit.

    `reminders` are minutes before an event. The defaults of F2's example hold only where a user sets them.
    """

    preferred_start: int | None = None
    preferred_end: int | None = None
    no_events_before: int | None = None
    no_events_after: int | None = None
    default_duration: int | None = None
    min_gap: int | None = None
    max_events_per_day: int | None = None
    email_enabled: bool = True
    reminders: tuple[int, ...] = ()
    custom: Mapping[str, Any] = field(default_factory=dict, hash=False)


class Provider(StrEnum):
    """F0's three names for where a calendar is kept."""

    GOOGLE = "google"
    OUTLOOK = "outlook"
    APPLE = "apple"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarConnection:
    """A connected calendar as F0's User document mirrors it; a `read_only` one is never written."""

    provider: Provider
    calendar_id: str
    is_primary: bool = False
    read_only: bool = False
    synced_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody gatherly acts for; `timezone` is an IANA name, checked where the user comes from.

    `google_auth_token` is F0's field as it came, sealed by whoever wrote it; gatherly's own tokens lie in the
    vault and never here.
    """

    id: UserId
    email: str
    name: str
    timezone: str = "UTC"
    role: Role = Role.HOST
    avatar_url: str | None = None
    google_auth_token: str | None = field(default=None, repr=False)
    calendars: tuple[CalendarConnection, ...] = ()
    default_preferences: Preferences = Preferences()
    preferences: FamilyPreferences = FamilyPreferences()
    availability: tuple[WeeklyAvailability, ...] = ()
    date_overrides: tuple[DateOverride, ...] = ()
    created_at: Instant
    updated_at: Instant
    version: int = 0
