"""Everything that the invariants of docs/ledger.md section 7 speak of, as read at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.booking.offers import RefusedOffer
from engine.ids import CalendarKey, EventId, InstallId, SessionId, UserId
from engine.model.booking import AuditEntry, Booking, Delivery, Effect, Hold, Observed, OutboxEntry
from engine.model.session import EventSession
from engine.time.span import Instant, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One live event with this installation's mark, and the calendar that it lies in."""

    calendar: CalendarKey
    event: Observed

    @property
    def span(self) -> Span:
        """When it takes place: only what lives is ever found.

        Raises:
            ValueError: it is a tombstone.
        """
        if self.event.span is None:
            raise ValueError(f"{self.event.event_id} is not live")
        return self.event.span


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLedger:
    """One session's part of the ledger; `told` has an epoch for each message that a time was not booked."""

    booking: Booking
    effects: tuple[Effect, ...]
    session: EventSession | None
    holds: tuple[Hold, ...] = ()
    foreign: tuple[str, ...] = ()
    told: tuple[int, ...] = ()

    @property
    def copies(self) -> list[Effect]:
        """The copies of the present epoch that gatherly writes itself."""
        epoch = self.booking.epoch
        return [each for each in self.effects if each.epoch == epoch and each.delivery is Delivery.WRITTEN]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSnapshot:
    """Ledger and calendars side by side; `unread` calendars tell nothing, not even that they are empty.

    `unread` says why; `store_faults` is what the store's own check found, and whatever cannot be decrypted.
    """

    install: InstallId
    now: Instant
    accounts: Mapping[SessionId, SessionLedger]
    outbox: Sequence[OutboxEntry] = ()
    audit: Sequence[AuditEntry] = ()
    audit_intact: bool = True
    store_faults: Sequence[str] = ()
    events: Sequence[Found] = ()
    refused_offers: Sequence[RefusedOffer] = ()
    unread: Mapping[CalendarKey, str] = field(default_factory=dict)

    def owner_of(self, found: Found) -> UserId | None:
        """Tell whose copy an event is, by its session's effects in that calendar."""
        effect = self.effect_of(found)
        return effect.attendee if effect else None

    def effect_of(self, found: Found) -> Effect | None:
        """Give the effect that an event belongs to: by its id, else by session and calendar."""
        mark = found.event.mark
        account = self.accounts.get(mark.session) if mark else None
        effects = account.effects if account else ()
        here = [each for each in effects if each.calendar == found.calendar]
        named = (each for each in here if each.event_id == found.event.event_id)
        return next(named, here[-1] if here else None)

    def of_session(self, session: SessionId) -> list[Found]:
        """Give the live events of one session."""
        return [each for each in self.events if each.event.mark and each.event.mark.session == session]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken invariant, in words that name what is affected; `event` where one event is too many."""

    invariant: str
    what: str
    session: SessionId | None = None
    calendar: CalendarKey | None = None
    event: EventId | None = field(default=None)
