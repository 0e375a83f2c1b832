"""Everything the stand-in knows, as plain values that can be copied: mailboxes, calendars, grants."""

from dataclasses import dataclass, field

from tests.standins.outlook.kindness import Kindness
from tests.standins.outlook.refusals import Json


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
class Kept:
    """One event as it is kept: the number and time of its last change, and what lists showed before it.

    `exceptions` are a series' own, by the start that the rule gave; None is one that was deleted.
    """

    event: Json
    change: int
    at: float
    before: Json | None = None
    exceptions: dict[str, Json | None] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)


@dataclass
class Mailbox:
    """One person's mailbox; `exists` is false for an account that has none (MailboxNotEnabled).

    `aliases` are further addresses whose mail it takes.
    """

    email: str
    aliases: tuple[str, ...] = ()
    zone: str = "W. Europe Standard Time"
    exists: bool = True


@dataclass
class StoredCalendar:
    """One calendar of a mailbox, and who else may do what with it."""

    id: str
    owner: str
    name: str
    is_default: bool = False
    events: dict[str, Kept] = field(default_factory=dict)
    gone: dict[str, Kept] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)


@dataclass
class Client:
    """An app registration: public without a secret; `application` lists whose mailboxes it may open alone."""

    id: str
    secret: str | None = None
    application: tuple[str, ...] = ()
    roles: tuple[str, ...] = ("Calendars.ReadWrite",)


@dataclass
class Code:
    """An authorisation code: single use."""

    client: str
    redirect: str
    email: str
    scopes: tuple[str, ...]
    challenge: str
    expires: float
    used: bool = False


@dataclass
class Device:
    """A device's request for consent."""

    client: str
    user_code: str
    scopes: tuple[str, ...]
    expires: float
    interval: int
    answer: str = "pending"
    email: str = ""
    asked: float = -1e9


@dataclass
class Refresh:
    """A refresh token, when it was last used, and why it may no longer be good."""

    client: str
    email: str
    scopes: tuple[str, ...]
    used: float
    dead: str | None = None


@dataclass
class Access:
    """An access token; without an `email` it is an app's own."""

    client: str
    email: str
    scopes: tuple[str, ...]
    expires: float


@dataclass
class DeltaToken:
    """What a delta link remembers: its calendar and window, the last change, and what was told by then."""

    calendar: str
    start: float
    end: float
    change: int
    told: frozenset[str]
    made: float
    old: str | None = None


@dataclass
class Subscription:
    """A push subscription."""

    id: str
    client: str
    email: str
    resource: str
    calendar: str
    address: str
    lifecycle: str | None
    change_type: str
    secret: str | None
    expires: float


@dataclass
class Settings:
    """How the stand-in behaves where Microsoft leaves room, or where a test wants trouble.

    `search_lag` is by how many seconds filters are late, where that is more than lists are.
    """

    page_limit: int = 1000
    access_seconds: int = 4000
    rotate: bool = True
    list_lag: float = 5.0
    search_lag: float = 0.0
    kindness: Kindness = field(default_factory=Kindness)
    per_ten_minutes: int = 10_000
    at_once: int = 4
    granted: tuple[str, ...] | None = None
    push: str = "sent"


@dataclass
class State:
    """All of it; a deep copy is a snapshot."""

    clock: Clock = field(default_factory=Clock)
    settings: Settings = field(default_factory=Settings)
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    rooms: list[Json] = field(default_factory=list)
    calendars: dict[str, StoredCalendar] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    tenants: set[str] = field(default_factory=lambda: {"common", "organizations", "consumers"})
    codes: dict[str, Code] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    refreshes: dict[str, Refresh] = field(default_factory=dict)
    accesses: dict[str, Access] = field(default_factory=dict)
    deltas: dict[str, DeltaToken] = field(default_factory=dict)
    pages: dict[str, tuple[str, list[Json]]] = field(default_factory=dict)
    transactions: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
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
