"""Calendars as gatherly keeps them: whose they are, who may see them, and how old what is kept of them is."""

from dataclasses import dataclass, field
from enum import StrEnum

from engine.ids import CalendarKey, ConnectorName, Href, UserId
from engine.text.plain_text import one_line
from engine.time.span import Instant, Span


class BusyStatus(StrEnum):
    """What an event that takes time says of it."""

    BUSY = "busy"
    TENTATIVE = "tentative"
    OUT_OF_OFFICE = "out_of_office"


class OnStale(StrEnum):
    """What a source older than `max_age` says of its owner's time."""

    HOLD = "hold"
    BLOCK = "block"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An event that cannot be read, why and since when; its neighbours count all the same.

    `unread` names the object that could not be had; None where what was had could not be understood. One of
    which only a part could not be understood `counts` all the same, as read now.
    """

    uid: str
    reason: str
    unread: Href | None = None
    since: Instant | None = field(default=None, compare=False)
    counts: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        """Keep both short and on one line: a stranger chose the one, a parser may repeat it."""
        object.__setattr__(self, "uid", one_line(self.uid))
        object.__setattr__(self, "reason", one_line(self.reason, 300))


NATIVE = ConnectorName("gatherly")
"""Where calendars lie that no provider has: gatherly's own, which no configuration names."""


class CalendarType(StrEnum):
    """F2's three."""

    PERSONAL = "personal"
    FAMILY = "family"
    SHARED = "shared"


class Visibility(StrEnum):
    """F2's three."""

    PRIVATE = "private"
    FAMILY = "family"
    PUBLIC = "public"


class May(StrEnum):
    """What a member of a shared calendar may do; who writes sees."""

    SEE = "see"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who shares a calendar."""

    user: UserId
    may: May = May.WRITE


NOBODY = UserId("")
"""Owns what belongs to everybody: a family calendar."""


class CalendarState(StrEnum):
    """Whether what is kept of a calendar can be believed."""

    NEW = "new"
    OK = "ok"
    DEGRADED = "degraded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """One calendar of a connector and the state of what is kept of it.

    `version` grows with each plan that is applied; `synced_at` is the last whole success; `covers` is the
    stretch for which busy spans are derived; `suspicion` says in words why a sudden change is held back,
    `suspect` is the digest of the held read and `accepted` the digest that somebody took as real. Of
    gatherly's own, `members` are who shares it, and `mirror` names the connector that gets copies.
    """

    key: CalendarKey
    user_id: UserId
    name: str
    type: CalendarType = CalendarType.PERSONAL
    visibility: Visibility = Visibility.FAMILY
    is_primary: bool = False
    read: bool = True
    read_only: bool = True
    zone: str | None = None
    state: CalendarState = CalendarState.NEW
    token: str | None = field(default=None, repr=False)
    version: int = 0
    synced_at: Instant | None = None
    covers: Span | None = None
    suspicion: str | None = None
    suspect: str | None = None
    accepted: str | None = None
    quarantined: tuple[Quarantined, ...] = ()
    members: tuple[Member, ...] = ()
    mirror: ConnectorName | None = None


class ConnectorState(StrEnum):
    """What `status` says of a connector."""

    OK = "ok"
    STALE = "stale"
    DEGRADED = "degraded"
    EXPIRED = "expired"
    ERROR = "error"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarAccount:
    """One connector's health (F3 calendarAccount, F4 integrations): stored between polls.

    `held_back` says why it was not asked when its time came, where gatherly itself kept from it: no failure.
    Whoever reads it claims it, by the store's clock: nobody else reads it before `claimed_until`.
    `heard` is when it was last to be read for a provider's notice, 0 where none ever came; `missed` says that
    a change was met since of which none told.
    """

    connector: ConnectorName
    user_id: UserId
    kind: str
    state: ConnectorState = ConnectorState.OK
    last_attempt: Instant | None = None
    last_success: Instant | None = None
    last_error: str | None = None
    failures: int = 0
    next_run: Instant = 0
    held_back: str | None = None
    claimed_by: str | None = None
    claimed_until: Instant = 0
    heard: Instant = 0
    missed: bool = False
    version: int = 0
