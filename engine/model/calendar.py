"""Calendars as gatherly knows them: what is read, what is kept, and how old it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.ids import CalendarKey, ConnectorName, EventUid, Href, UserId
from engine.text.plain_text import one_line
from engine.time.span import Instant, Span


class BusyStatus(StrEnum):
    """What an event that takes time says of it."""

    BUSY = "busy"
    TENTATIVE = "tentative"
    OUT_OF_OFFICE = "out_of_office"


SHARED = " shared:"
"""Begins the href and UID of what events of one calendar share; no event's own begins with a blank."""


class OnStale(StrEnum):
    """What a source older than `max_age` says of its owner's time."""

    HOLD = "hold"
    BLOCK = "block"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawObject:
    """One calendar object as its provider sent it: a series with its overrides, or a single event.

    `content_hash` ignores what exporters renew at each fetch (DTSTAMP); `etag` is None where there is none.
    One that is `shared` is no event: it holds what others of its calendar need to be read, kept once.
    """

    href: Href
    uid: EventUid
    etag: str | None
    content_hash: str
    raw: bytes = field(repr=False)

    @property
    def shared(self) -> bool:
        """Whether it is what events of its calendar share, such as a zone."""
        return self.href.startswith(SHARED)


@dataclass(frozen=True, slots=True)
class Digest:
    """What is remembered of a stored object to tell whether it changed."""

    uid: EventUid
    etag: str | None
    content_hash: str

    @property
    def shared(self) -> bool:
        """Whether it is of what events of its calendar share, such as a zone."""
        return self.uid.startswith(SHARED)


@dataclass(frozen=True, slots=True)
class Unread:
    """An object that is there and could not be had, and why; what was last read of it counts."""

    href: Href
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one read of a calendar brought.

    `whole` says that `objects` is all there is, so what is missing is gone; otherwise only `gone` is gone.
    `unread` is every object that could not be had as of this read; the next one tries them again.
    `unchanged` says that the provider's own mark has not moved. `token` is opaque to all but its connector.
    `anew` says that what was stored before was interpreted by another reading: it is to be interpreted again.
    `begins`: a whole read tells nothing of what was over by then, which is not lost for that.
    """

    objects: tuple[RawObject, ...] = ()
    gone: tuple[Href, ...] = ()
    unread: tuple[Unread, ...] = ()
    whole: bool
    unchanged: bool = False
    token: str | None = None
    zone: str | None = None
    poll_floor: int | None = None
    anew: bool = False
    begins: Instant | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One busy stretch that an object gives its owner; `title` is never stored outside the sealed raw.

    `ours` marks what this installation wrote itself, told by its install id; `uid` is then its event id.
    """

    span: Span
    uid: EventUid
    status: BusyStatus = BusyStatus.BUSY
    title: str = field(default="", repr=False)
    all_day: bool = False
    ours: bool = False


class Judgement(StrEnum):
    """What became of an event."""

    COUNTED = "counted"
    FREE = "free"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one event, and by which rule; `start` is None where that could not be read."""

    uid: str
    start: Instant | None
    verdict: Judgement
    rule: str


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What raw objects mean inside a window: occurrences sorted by start, and what could not be read.

    `why` has a verdict for each event where it was asked for.
    """

    occurrences: tuple[Occurrence, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    why: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BusySpan:
    """One stored busy stretch: derived, and rebuilt from the raw object at will."""

    calendar: CalendarKey
    href: Href
    uid: EventUid
    span: Span
    status: BusyStatus = BusyStatus.BUSY
    ours: bool = False


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlan:
    """What one read changes in the store, decided before anything is written.

    `calendar` is the row as it is to stand; `based_on` the version of the row that the plan was made from.
    `busy` replaces the busy spans of each object it names, `more_busy` adds to what is there; busy spans that
    end at or before `calendar.covers.start` may be dropped.
    """

    calendar: Calendar
    based_on: int
    upserts: tuple[RawObject, ...] = ()
    deletes: tuple[Href, ...] = ()
    gone: tuple[EventUid, ...] = ()
    """The UIDs of what is deleted."""
    busy: Mapping[Href, tuple[BusySpan, ...]] = field(default_factory=dict)
    more_busy: tuple[BusySpan, ...] = ()

    @property
    def changed(self) -> int:
        """How many stored events it touches."""
        events = sum(1 for one in self.upserts if not one.shared)
        return events + sum(1 for href in self.deletes if not href.startswith(SHARED))
