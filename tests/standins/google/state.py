"""Everything the stand-in knows, as plain values that can be copied: accounts, calendars, grants."""

from dataclasses import dataclass, field
from typing import Any

from tests.standins.google.answers import Json
from tests.standins.google.kindness import Kindness

ROLES = ("none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")


@dataclass
class Clock:
    """A virtual clock: it stands until it is moved; `skew` is what the Date header is off by."""

    at: float = 1_791_979_200.0
    skew: int = 0

    def now(self) -> float:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += seconds


@dataclass
class StoredCalendar:
    """One calendar: its events by id, the number of each one's last change, and who may do what.

    `before` holds what a lagging list still shows; `floor` is the change before which tokens are too old.
    """

    id: str
    owner: str
    summary: str
    zone: str = "Europe/Berlin"
    events: dict[str, Json] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    changed_at: dict[str, float] = field(default_factory=dict)
    before: dict[str, Json | None] = field(default_factory=dict)
    acl: dict[str, str] = field(default_factory=dict)
    floor: int = 0
    broken: bool = False
    deleted: bool = False

    def role(self, email: str) -> str:
        """Tell what somebody may do here."""
        if email == self.owner:
            return "owner"
        return self.acl.get(email, self.acl.get("default", "none"))


@dataclass
class Client:
    """An OAuth client as made in the console."""

    id: str
    secret: str


@dataclass
class Code:
    """An authorisation code: single use."""

    client: str
    redirect: str
    email: str
    scopes: tuple[str, ...]
    challenge: str | None
    expires: float
    offline: bool = True
    used: bool = False


@dataclass
class Refresh:
    """A refresh token and why it may no longer be good."""

    client: str
    email: str
    scopes: tuple[str, ...]
    born: float
    dead: str | None = None


@dataclass
class Access:
    """An access token."""

    email: str
    scopes: tuple[str, ...]
    expires: float
    refresh: str | None = None


@dataclass
class Channel:
    """A push channel."""

    id: str
    resource: str
    calendar: str
    address: str
    token: str | None
    expires: float
    sent: int = 0


@dataclass
class Settings:
    """How the stand-in behaves where Google leaves room, or where a test wants trouble."""

    page_limit: int = 2500
    access_seconds: int = 3600
    rotate: bool = False
    testing_mode: bool = False
    token_life: float = 30 * 86400
    kindness: Kindness = field(default_factory=Kindness)
    list_lag: float = 5.0
    kept: float = 30 * 86400
    longest_freebusy: int = 92 * 86400
    push: str = "sent"
    project_per_minute: int = 10_000
    account_per_minute: int = 600


@dataclass
class State:
    """All of it; a deep copy is a snapshot."""

    clock: Clock = field(default_factory=Clock)
    settings: Settings = field(default_factory=Settings)
    stored_calendars: dict[str, StoredCalendar] = field(default_factory=dict)
    lists: dict[str, dict[str, Json]] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    consented: set[tuple[str, str]] = field(default_factory=set)
    refreshes: dict[str, Refresh] = field(default_factory=dict)
    accesses: dict[str, Access] = field(default_factory=dict)
    pages: dict[str, Any] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    notices: list[Json] = field(default_factory=list)
    mails: list[Json] = field(default_factory=list)
    changes: int = 0
    serial: int = 0

    @property
    def lag(self) -> float:
        """How many seconds late lists are."""
        return 0.0 if self.settings.kindness.prompt_lists else self.settings.list_lag

    def number(self) -> int:
        """Count up: ids and tokens are made of it."""
        self.serial += 1
        return self.serial
