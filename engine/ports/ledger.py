"""The truth of write-back, what is told of it, and what is written down for ever."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from engine.ids import CalendarKey, EventId, SessionId, UserId
from engine.time.span import Instant, Span

if TYPE_CHECKING:
    from engine.model.booking import AuditEntry, Booking, BookingState, Effect, Hold, OutboxEntry
    from engine.trouble import Unopened


class Ledger(Protocol):
    """Bookings, effects and holds: the truth of write-back."""

    def booking(self, session: SessionId) -> Booking | None:
        """Look one up."""

    def bookings(
        self, sessions: Collection[SessionId], unopened: Unopened | None = None
    ) -> Mapping[SessionId, Booking]:
        """Look several up at once; a session without a booking is left out.

        Without `unopened` one that does not open fails all.
        """

    def open(self, booking: Booking) -> Booking:
        """Insert a session's booking; gives it with version 1."""

    def advance(self, before: Booking, after: Booking) -> Booking:
        """Compare-and-swap on state, version and fence; gives the row with its new version.

        Raises:
            StaleVersionError: no row was changed.
        """

    def effects(self, session: SessionId) -> Sequence[Effect]:
        """Give every effect ever planned, by epoch and attendee."""

    def effects_of_any(self, sessions: Collection[SessionId]) -> Mapping[SessionId, Sequence[Effect]]:
        """Give every effect ever planned for several sessions, each one's by epoch and attendee."""

    def effect_of(self, event_id: EventId) -> Effect | None:
        """Look up the effect that writes an event, by the event's id."""

    def effects_writing(self, events: Collection[EventId]) -> Mapping[EventId, Effect]:
        """Look up the effects that write some events; an event that none writes is left out."""

    def written_to(self) -> Sequence[CalendarKey]:
        """Give every calendar that an effect was ever to be written to, once each."""

    def unread(self) -> Sequence[Effect]:
        """Give the effects whose copy could not be looked at when it last should have been."""

    def leaving(self) -> Sequence[SessionId]:
        """Give the sessions that stand booked while the copy of somebody who was taken out may be there."""

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

    def take_turns(self, whose: Sequence[str]) -> None:
        """Let the transactions that decide on the time of these people and resources follow one another.

        What the one before wrote is seen from here on; the turn lasts to the transaction's end. People come
        before resources, each sorted: whoever names several waits in the same order.
        """

    def release(self, session: SessionId) -> None:
        """Free a session's holds."""

    def holds(self, person: UserId, window: Span) -> Sequence[Hold]:
        """Give the active holds that overlap the window, by start."""

    def holds_of_any(self, people: Collection[UserId], window: Span) -> Sequence[Hold]:
        """Give the active holds of all of them that overlap the window, by start."""

    def in_state(self, states: Collection[BookingState]) -> Sequence[SessionId]:
        """Give the sessions whose booking is in one of these states, oldest first; opens none of them."""

    def watched(self, since: Instant) -> Sequence[SessionId]:
        """Give the sessions that stand booked and were not over by then, oldest first; opens none of them."""

    def counts(self) -> Mapping[BookingState, int]:
        """Count bookings by state; a state that none is in may be left out."""

    def due(self, now: Instant, limit: int = 100) -> Sequence[SessionId]:
        """Give the sessions of unfinished bookings with `next_at` reached and no live lease.

        They come in turns between their hosts, each host's oldest first. None of them is opened, so that one
        that cannot be is met by itself. One whose state was entered at a time that is yet to come is due: the
        clock was set back since.
        """


class Outbox(Protocol):
    """What is to be told to the outside."""

    def add(self, entries: Iterable[OutboxEntry]) -> None:
        """Append; a dedupe key that is there already is left as it is."""

    def get(self, entry: str) -> OutboxEntry | None:
        """Look one up by its id."""

    def due(self, now: Instant, limit: int = 100) -> Sequence[str]:
        """Give the ids of pending entries whose time has come, the longest due first.

        None of them is opened, so that one that cannot be is met by itself. One made at a time that is yet to
        come, and not tried since the clock was set back, is due.
        """

    def waiting_since(self, now: Instant) -> Instant | None:
        """Tell since when the oldest pending entry waits; one whose time is yet to come does not.

        One that was tried has waited since it was made, any other since its time has come.
        """

    def record(self, entry: OutboxEntry) -> None:
        """Replace an entry by its id."""

    def listed(self, unopened: Unopened | None = None) -> Sequence[OutboxEntry]:
        """Give all, oldest first; without `unopened` one that does not open fails all."""


class Audit(Protocol):
    """The append-only log."""

    def add(self, entry: AuditEntry) -> None:
        """Append and chain."""

    def listed(self, object_id: str | None = None) -> Sequence[AuditEntry]:
        """Give the log, oldest first."""

    def after(
        self, position: int, limit: int = 200, actions: Collection[str] | None = None
    ) -> Sequence[tuple[int, AuditEntry]]:
        """Give the lines behind a position, oldest first, each with its own; or those of some actions."""

    def before(self, position: int | None, limit: int = 200) -> Sequence[tuple[int, AuditEntry]]:
        """Give the lines before a position, or the last ones, newest first, each with its own."""

    def end(self) -> int:
        """Tell the position of the newest line; 0 where there is none."""

    def latest(self) -> Instant | None:
        """Tell when the newest line was written; None where there is none."""

    def intact(self) -> bool:
        """Tell whether the chain holds."""
