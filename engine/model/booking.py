"""The ledger of write-back: what was intended, what was done, what is held (docs/ledger.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.ids import CalendarKey, EventId, InstallId, SessionId, UserId
from engine.time.span import Instant, Span


class BookingState(StrEnum):
    """The states of docs/ledger.md section 5."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    HELD = "held"
    PREPARED = "prepared"
    WRITING = "writing"
    VERIFYING = "verifying"
    CONFIRMED = "confirmed"
    UNDOING = "undoing"
    QUARANTINE = "quarantine"
    RELEASING = "releasing"
    STUCK = "stuck"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED = frozenset(BookingState) - {
    BookingState.DRAFT,
    BookingState.PROPOSED,
    BookingState.CONFIRMED,
    BookingState.FAILED,
    BookingState.CANCELLED,
}
"""The states in which the ledger has something to do; in the others it waits for somebody, or for nobody."""


class AllOrNone(StrEnum):
    """What can be said of all calendars together."""

    PENDING = "pending"
    ALL = "all"
    NONE = "none"
    UNDOING = "undoing"
    STUCK = "stuck"


UNREAD = "unread"
"""`Effect.last_code` of a copy that could not be looked at when it was last asked about."""
RELEASED = "released"
"""`Effect.last_code` of a copy that an operator let be: nobody tries to take it out any more."""


class Want(StrEnum):
    """What an effect is to bring about."""

    PRESENT = "present"
    ABSENT = "absent"


class EffectState(StrEnum):
    """How far one effect has come."""

    PLANNED = "planned"
    SENT = "sent"
    AMBIGUOUS = "ambiguous"
    WRITTEN = "written"
    REFUSED = "refused"
    GONE = "gone"


class Delivery(StrEnum):
    """How the event reaches one attendee."""

    WRITTEN = "written"
    INVITED = "invited"
    NOTIFIED = "notified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One write to one calendar of one attendee, in one epoch.

    `calendar` and `event_id` are None where the attendee is only notified. `etag` is the provider's own.
    `at` is when it came to be as it is: written, refused or gone; None while it is under way.
    """

    session: SessionId
    attendee: UserId
    epoch: int
    calendar: CalendarKey | None
    event_id: EventId | None
    delivery: Delivery = Delivery.WRITTEN
    required: bool = True
    want: Want = Want.PRESENT
    state: EffectState = EffectState.PLANNED
    etag: str | None = None
    sequence: int = 0
    attempts: int = 0
    next_at: Instant = 0
    last_code: str | None = None
    last_error: str | None = None
    at: Instant | None = None

    @property
    def is_invitation(self) -> bool:
        """Whether the copy travels by mail."""
        return self.delivery is Delivery.INVITED and self.want is Want.PRESENT


class Why(StrEnum):
    """Why a booking is undone (`Booking.reason`)."""

    REFUSED = "refused"
    DEADLINE = "deadline"
    TAKEN = "id_taken"
    OPTIONAL = "optional_refused"
    HELD_UP = "held_up"
    DECLINED = "declined"
    LEFT = "left"
    MOVED = "moved"
    FOREIGN = "foreign"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"
    GONE = "session_gone"


CALLED_OFF = frozenset({Why.CANCELLED, Why.EXPIRED, Why.GONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """The write-back of one session; every transition is a compare-and-swap on state, version and fence.

    `after` is where an undo leads, `reason` why it was begun. `since` is when the state was first entered on
    this way, `entered` the same of every state: going round resets nothing. `conflicts` are foreign events on
    the booked time, `failed` counts accepted times that could not be booked since one was, `followed` moves
    that were followed. Apps may see these in a session's metadata, and change none of them there.
    """

    session: SessionId
    state: BookingState = BookingState.DRAFT
    version: int = 0
    epoch: int = 0
    slot: Span | None = None
    lease_owner: str | None = None
    lease_until: Instant = 0
    fence: int = 0
    after: BookingState | None = None
    reason: str | None = None
    since: Instant = 0
    next_at: Instant = 0
    entered: Mapping[BookingState, Instant] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()
    failed: int = 0
    followed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A slot kept for a required person before it is booked, and while it is."""

    person: UserId
    span: Span
    session: SessionId
    expires: Instant | None = None
    active: bool = True


class OutboxKind(StrEnum):
    """What is told to the outside once a transition stands."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    ANALYTICS = "analytics"
    NOTIFICATION = "notification"


class OutboxState(StrEnum):
    """Whether it has been told."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """Something to tell, written in the transaction of the transition it tells of; told once by its key."""

    id: str
    kind: OutboxKind
    dedupe_key: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    state: OutboxState = OutboxState.PENDING
    attempts: int = 0
    next_at: Instant = 0
    created_at: Instant = 0
    last_error: str | None = None


ACTOR = "gatherly"
"""Who acts in the log where no person does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the append-only log; the store numbers it and chains it by hash."""

    at: Instant
    actor: str
    action: str
    object_type: str
    object_id: str
    details: Mapping[str, Any] = field(default_factory=dict)
    user_id: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What gatherly puts on every event it writes, to know it again."""

    install: InstallId
    session: SessionId
    epoch: int

    @property
    def is_native(self) -> bool:
        """Whether it is on the copy of an event of gatherly's own, which is brought in step by itself."""
        return self.session.startswith(_NATIVE)


_NATIVE = "event/"
"""No session's id holds a slash: gatherly's own are UUIDs, and Firestore refuses it in names of documents."""


def native_session(event: str) -> SessionId:
    """Give what stands in a session's place where an event of gatherly's own is mirrored."""
    return SessionId(f"{_NATIVE}{event}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody named in an event: a name and an address.

    `comes` where it is known that they do: they said so, or it stands in their own calendar.
    """

    name: str
    email: str
    optional: bool = False
    comes: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """An event as it is to stand in one attendee's calendar; `stamp` is when it was made (DTSTAMP).

    `cancelled` turns an invitation into its withdrawal; only connectors that mail are ever handed it.
    """

    event_id: EventId
    mark: Mark
    span: Span
    title: str
    description: str = ""
    location: str = ""
    sequence: int = 0
    stamp: Instant
    zone: str
    organizer: Person
    attendees: tuple[Person, ...] = ()
    url: str | None = None
    cancelled: bool = False
    comment: str = ""
    """Why it is withdrawn, where somebody said why."""
    recurrence: str | None = None
    """An RRULE, of a series."""
    removed: tuple[Instant, ...] = ()
    """Starts of instances that do not take place."""
    moved: tuple[tuple[Instant, Instant], ...] = ()
    """Starts of instances by the rule, each with when it takes place instead."""
    own_removed: tuple[Instant, ...] = ()
    own_moved: tuple[tuple[Instant, Instant], ...] = ()
    """What the calendar's owner did to single instances: it stays so where a copy is written whole."""
    lasts: Instant | None = None
    """When the last instance is over, of a series that has an end."""
    all_day: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """The provider's acknowledgement of a write."""

    event_id: EventId
    etag: str | None


@dataclass(frozen=True, slots=True)
class ObservedInstance:
    """One instance of a series that differs, by its `original` start; without a `span` there is none.

    `from_then_on` says that all after it differ as it does (RFC 5545 section 3.2.13).
    """

    original: Instant
    span: Span | None = None
    title: str = field(default="", repr=False)
    from_then_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """An event of ours as it lies in a calendar now; `mark` is None on somebody else's event.

    `live` is false where the provider keeps a cancelled event: of such a tombstone nothing but the id is
    certain, so whether a copy lives is asked before anything else about it. `span` is None on it alone.
    `declined` is true where its owner said no; `instances` are those of a series that differ from it, and
    `rule` is its RRULE: "" where it does not repeat, None where that is not told or is more than one rule.
    `whole` is false where a provider takes an event in several steps and not all of them were taken: the
    write of it broke off.
    """

    event_id: EventId
    etag: str | None = None
    span: Span | None = None
    live: bool = True
    declined: bool = False
    mark: Mark | None = None
    title: str = field(default="", repr=False)
    sequence: int = 0
    instances: tuple[ObservedInstance, ...] = ()
    whole: bool = True
    rule: str | None = None

    def __post_init__(self) -> None:
        """Refuse a live event without a time."""
        if self.live and self.span is None:
            raise ValueError(f"the live event {self.event_id} has no time")


def tombstone(event_id: EventId) -> Observed:
    """Give what is left of an event that was deleted, or moved to another calendar: its id."""
    return Observed(event_id=event_id, live=False)
