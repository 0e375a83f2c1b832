"""What goes out of the house to people and programs, and the links by which they answer."""

from dataclasses import dataclass
from enum import StrEnum

from engine.ids import ConnectorName, SessionId, UserId
from engine.model.booking import OutboxState
from engine.time.span import Instant

EMAIL = "email"
"""The channel that is always there; others are named by `[notify.NAME]`."""


class NoticeKind(StrEnum):
    """What people are told of (`X-Gatherly-Kind`)."""

    PROPOSED = "proposed"
    ANSWERED = "answered"
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REOPENED = "reopened"
    FAILED = "failed"
    CONFLICT = "conflict"
    EXPIRING = "expiring"
    REMINDER = "reminder"
    EVENT_CHANGED = "event_changed"
    NOT_BOOKED = "not_booked"
    STUCK = "stuck"
    LOST = "connection_lost"
    RESTORED = "connection_restored"
    DIGEST = "digest"
    ASKED = "asked"
    CONFIRM = "confirm"
    NO_LONGER = "no_longer"
    GOING_COLD = "going_cold"
    BIRTHDAY = "birthday"
    FOLLOW_UP = "follow_up"
    JOB_CHANGE = "job_change"


TO_OUTSIDE = frozenset({NoticeKind.ASKED, NoticeKind.CONFIRM, NoticeKind.NO_LONGER})
"""What goes to guests and strangers: a mail each, whatever anybody's wishes."""


OF_CONTACTS = frozenset(
    {NoticeKind.GOING_COLD, NoticeKind.BIRTHDAY, NoticeKind.FOLLOW_UP, NoticeKind.JOB_CHANGE}
)
"""What people are told of whom they know (F4)."""


GUESTS, STRANGERS = "guests", "strangers"
"""The outlets by which people are mailed who are no users; planned under the host's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """One thing on its way to one outlet; `id` is the key that it goes out once by.

    `outlet` is a channel of a person, or a webhook's name where `user_id` is None; `subject` is the notice's
    id, the digest's, or the event's position in the log. FAILED is stuck: the outlet said no for good.
    """

    id: str
    user_id: UserId | None
    outlet: str
    subject: str
    state: OutboxState = OutboxState.PENDING
    attempts: int = 0
    next_at: Instant = 0
    created_at: Instant
    told_at: Instant | None = None
    last_error: str | None = None
    version: int = 0


class LinkVerb(StrEnum):
    """What the holder of a link may do by it."""

    TAKE = "take"
    NONE = "none"
    CANNOT = "cannot"
    RELAX = "relax"
    QUIET = "quiet"
    FEED = "feed"
    SUITS = "suits"
    """A guest's: the times that they tick, which need not be one."""
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a signed link leads to; `id` is the hex of the 128 bits in its token.

    Bound to a session at one epoch, where it is about one; `detail` is the relaxation that it applies, or
    what its owner calls a feed. Dead once used, when it expires, and when the epoch changes.
    """

    id: str
    user_id: UserId
    session_id: SessionId | None
    epoch: str
    verbs: tuple[LinkVerb, ...]
    detail: str = ""
    expires_at: Instant
    used_at: Instant | None = None
    created_at: Instant
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A connector that does not work, from its first failure; `number` counts its outages.

    `told_at` is when people were told of it; None while it may yet pass by itself, and once it is over.
    """

    connector: ConnectorName
    user_id: UserId
    number: int
    since: Instant
    told_at: Instant | None = None
    over_at: Instant | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far somebody who follows the log has come."""

    name: str
    position: int
    version: int = 0


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A daily stretch in minutes of the local day; an end not after the start runs past midnight."""

    start: int
    end: int


class Digest(StrEnum):
    """How often what needs no answer comes together."""

    OFF = "off"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePreferences:
    """How one person wants to be told; `reminders` are minutes before an event."""

    channels: tuple[str, ...] = (EMAIL,)
    quiet: QuietHours | None = None
    digest: Digest = Digest.OFF
    reminders: tuple[int, ...] = (60, 15)
    hours_24: bool = True
