"""What the engine's decisions need of the world, in the engine's words; doubles are handed in.

Times are whole seconds (`engine.timespan.Instant`) throughout.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from engine.ids import (
    CalendarKey,
    ConnectorName,
    EventId,
    Href,
    InstallId,
    RemoteCalendarId,
    SessionId,
    UserId,
)
from engine.model.booking import (
    AuditEntry,
    Booking,
    BookingState,
    Effect,
    EventDraft,
    Hold,
    Observed,
    OutboxEntry,
    Written,
)
from engine.model.calendar import (
    BusySpan,
    Calendar,
    CalendarAccount,
    Changes,
    Digest,
    Interpretation,
    RawObject,
    SyncPlan,
)
from engine.model.session import EventSession, Message, SessionStatus
from engine.model.user import User
from engine.shelves import Shelves
from engine.timespan import Instant, Span


class Clock(Protocol):
    """Tells the time, and waits."""

    def now(self) -> Instant:
        """Tell the wall clock's time."""

    def monotonic(self) -> float:
        """Tell seconds that never go back, from an arbitrary beginning."""

    def wait(self, seconds: float) -> bool:
        """Wait that long, or until somebody asks to stop; tell whether somebody did."""


class Randomness(Protocol):
    """Gives ids that never repeat, and jitter."""

    def token(self) -> str:
        """Give a new UUID."""

    def fraction(self) -> float:
        """Give a number in [0, 1)."""


class IdForm(StrEnum):
    """How a provider wants the ids of events that a client makes."""

    ICAL = "ical"
    GOOGLE = "google"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a connector can do."""

    id_form: IdForm
    can_write: bool
    can_read: bool = True
    reliability: int = 0
    """Order of writes: the least reliable calendar first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteCalendar:
    """A calendar that a connector can see."""

    calendar: RemoteCalendarId
    name: str
    zone: str | None = None
    is_primary: bool = False
    read_only: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What `check` found out about a connector; `problems` are lines with their remedy."""

    reachable: bool
    authorised: bool
    can_write: bool
    clock_skew: int | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class Connector(Protocol):
    """Configured access to one account; each call has a hard deadline of its own.

    Every method but `interpret` may raise `SourceError` in one of its kinds.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What it can do, known without asking the provider."""

    def probe(self) -> Probe:
        """Try what `check` reports; never raises `SourceError`."""

    def calendars(self) -> Sequence[RemoteCalendar]:
        """List what it can see."""

    def changes(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        """Read what has changed since the token; None asks for everything.

        An answer that is not whole raises `SourceIncompleteError`: it is never taken for an empty calendar.
        `known` is what the store holds, for providers that only tell versions: an unchanged object
        need not be sent again where `Changes.whole` is false.
        """

    def interpret(self, objects: Iterable[RawObject], window: Span, zone: str) -> Interpretation:
        """Say what raw objects mean for their owner's time; pure, and as often as one likes.

        `zone` is read where an object names none.
        """

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None = None) -> Written:
        """Create the event under its own id, or with an etag replace just that version.

        Raises:
            WriteConflictError: the id is taken, or the version is another (409, 412).
            WriteRefusedError: definitely not written.
            WriteAmbiguousError: the answer was lost.
        """

    def read(self, calendar: RemoteCalendarId, event_id: EventId) -> Observed | None:
        """Look an event up by its id; None means that the provider answered: there is none."""

    def withdraw(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Delete an event of ours; one that is gone already is well. Somebody else's event is left alone."""

    def marked(self, calendar: RemoteCalendarId, install: InstallId | None) -> Sequence[Observed]:
        """List live events with an installation's mark; None = any installation's."""

    def close(self) -> None:
        """Let go of connections."""


class Vault(Protocol):
    """Seals what is secret or personal; each user has a data key of their own (security.md section 2)."""

    def seal(self, user: UserId, place: str, plain: bytes) -> str:
        """Seal for one place (`table.column/row`), bound to it and to the user."""

    def open(self, user: UserId, place: str, sealed: str) -> bytes:
        """Open what was sealed for just this user and place.

        Raises:
            VaultError: another key, another place, or changed.
        """

    def identifier(self, text: str) -> bytes:
        """Give HMAC-SHA256 of a text under the key for ids: the seed of deterministic event ids."""


class Users(Protocol):
    """Users, live."""

    def get(self, user: UserId) -> User | None:
        """Look one up."""

    def all(self) -> Sequence[User]:
        """Give everybody, by id."""

    def put(self, user: User) -> User:
        """Insert (version 0) or replace the version that it carries; gives it with its new version.

        Raises:
            StaleVersionError: the row has another version.
        """

    def delete(self, user: UserId) -> None:
        """Remove somebody with everything that is theirs."""


class Sessions(Protocol):
    """Sessions, live."""

    def get(self, session: SessionId) -> EventSession | None:
        """Look one up."""

    def put(self, session: EventSession) -> EventSession:
        """Insert (version 0) or replace the version that it carries; gives it with its new version.

        Raises:
            StaleVersionError: the row has another version.
        """

    def listed(self, status: SessionStatus | None = None) -> Sequence[EventSession]:
        """Give sessions by creation, newest first."""

    def pending_with(self, user: UserId) -> Sequence[SessionId]:
        """Give the pending sessions that somebody attends."""

    def expired(self, now: Instant, limit: int = 100) -> Sequence[SessionId]:
        """Give pending sessions whose time to answer is over, oldest first."""

    def counts(self) -> Mapping[SessionStatus, int]:
        """Count by status; every status is a key."""

    def delete(self, session: SessionId) -> None:
        """Remove one with its messages."""


class Messages(Protocol):
    """What was said in a session."""

    def add(self, message: Message) -> None:
        """Append; the same id twice is one message."""

    def of(self, session: SessionId) -> Sequence[Message]:
        """Give a session's messages, oldest first."""


class Wakes(Protocol):
    """Sessions that something touches, now or at a known moment: proposing starts here, never by scanning."""

    def add(self, sessions: Iterable[SessionId], at: Instant) -> None:
        """Wake them at that time; of two times for one session the earlier counts."""

    def due(self, now: Instant, limit: int = 100) -> Sequence[SessionId]:
        """Give those whose time has come, the longest waiting first."""

    def done(self, session: SessionId) -> None:
        """Lay one to rest; who looks at it does so in the same transaction."""


class Calendars(Protocol):
    """Connected calendars: what was read, and what was derived from it."""

    def account(self, connector: ConnectorName) -> CalendarAccount | None:
        """Look one connector's health up."""

    def accounts(self) -> Sequence[CalendarAccount]:
        """Give them by name."""

    def put_account(self, account: CalendarAccount) -> CalendarAccount:
        """Insert (version 0) or replace the version that it carries.

        Raises:
            StaleVersionError: the row has another version.
        """

    def get(self, key: CalendarKey) -> Calendar | None:
        """Look a calendar up."""

    def of_connector(self, connector: ConnectorName) -> Sequence[Calendar]:
        """Give a connector's calendars by name."""

    def of_user(self, user: UserId) -> Sequence[Calendar]:
        """Give a user's calendars by key."""

    def digests(self, key: CalendarKey) -> Mapping[Href, Digest]:
        """Tell what is stored, to compare with what is read."""

    def objects(self, key: CalendarKey, hrefs: Collection[Href] | None = None) -> Sequence[RawObject]:
        """Give stored objects as their provider sent them, unsealed."""

    def apply(self, plan: SyncPlan) -> None:
        """Store one read as a whole: token, rows and tombstones.

        Raises:
            StaleVersionError: the calendar's row is not the version that the plan was based on.
        """

    def busy(self, user: UserId, window: Span) -> Sequence[BusySpan]:
        """Give what overlaps the window in a user's read calendars, by start."""

    def forget(self, key: CalendarKey) -> None:
        """Remove a calendar that is no longer configured, with everything kept of it."""


class Ledger(Protocol):
    """Bookings, effects and holds: the truth of write-back."""

    def booking(self, session: SessionId) -> Booking | None:
        """Look one up."""

    def open(self, booking: Booking) -> Booking:
        """Insert a session's booking; gives it with version 1."""

    def advance(self, before: Booking, after: Booking) -> Booking:
        """Compare-and-swap on state, version and fence; gives the row with its new version.

        Raises:
            StaleVersionError: no row was changed.
        """

    def effects(self, session: SessionId) -> Sequence[Effect]:
        """Give every effect ever planned, by epoch and attendee."""

    def effect_of(self, event_id: EventId) -> Effect | None:
        """Look up the effect that writes an event, by the event's id."""

    def plan(self, effects: Iterable[Effect]) -> None:
        """Insert effects; a second one for the same session, attendee and epoch is an error."""

    def record(self, effect: Effect) -> None:
        """Replace an effect by its session, attendee and epoch.

        Raises:
            StaleVersionError: there is none.
        """

    def hold(self, holds: Iterable[Hold]) -> None:
        """Hold a time for all of them or for none, in sorted order.

        Raises:
            HoldRefusedError: an active hold of another session overlaps for one of them.
        """

    def release(self, session: SessionId) -> None:
        """Free a session's holds."""

    def holds(self, person: UserId, window: Span) -> Sequence[Hold]:
        """Give the active holds that overlap the window, by start."""

    def in_state(self, states: Collection[BookingState]) -> Sequence[Booking]:
        """Give bookings by state, oldest first."""

    def due(self, now: Instant, limit: int = 100) -> Sequence[Booking]:
        """Give unfinished bookings with `next_at` reached and no live lease, oldest first."""


class Outbox(Protocol):
    """What is to be told to the outside."""

    def add(self, entries: Iterable[OutboxEntry]) -> None:
        """Append; a dedupe key that is there already is left as it is."""

    def due(self, now: Instant, limit: int = 100) -> Sequence[OutboxEntry]:
        """Give pending entries whose time has come, the longest due first."""

    def record(self, entry: OutboxEntry) -> None:
        """Replace an entry by its id."""

    def listed(self) -> Sequence[OutboxEntry]:
        """Give all, oldest first."""


class Audit(Protocol):
    """The append-only log."""

    def add(self, entry: AuditEntry) -> None:
        """Append and chain."""

    def listed(self, object_id: str | None = None) -> Sequence[AuditEntry]:
        """Give the log, oldest first."""

    def intact(self) -> bool:
        """Tell whether the chain holds."""


class Transaction(Protocol):
    """One unit of work on the store: all of it or nothing."""

    @property
    def users(self) -> Users:
        """Users."""

    @property
    def sessions(self) -> Sessions:
        """Sessions."""

    @property
    def messages(self) -> Messages:
        """Messages."""

    @property
    def wakes(self) -> Wakes:
        """Sessions to look at."""

    @property
    def calendars(self) -> Calendars:
        """Calendars."""

    @property
    def ledger(self) -> Ledger:
        """The ledger."""

    @property
    def outbox(self) -> Outbox:
        """The outbox."""

    @property
    def audit(self) -> Audit:
        """The audit log."""

    @property
    def shelves(self) -> Shelves:
        """What is not read at every tick."""


class Store(Protocol):
    """Where gatherly remembers. Entities are values: what a transaction gives stays valid after it."""

    @property
    def install(self) -> InstallId:
        """This installation's id, made with the store."""

    def reading(self) -> AbstractContextManager[Transaction]:
        """Look, at one moment."""

    def writing(self) -> AbstractContextManager[Transaction]:
        """Change: committed at the end of the block, undone when it raises.

        Raises:
            StoreUnavailableError: full, read-only or away; nothing was changed.
        """

    def pulse(self) -> int:
        """Give a number that differs once any process has changed the store."""

    def check(self) -> Sequence[str]:
        """Run the store's own integrity check; gives what is wrong."""

    def close(self) -> None:
        """Let go of connections."""
