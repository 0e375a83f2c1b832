"""The ledger in SQL: bookings, effects and holds behind one port."""

from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa

from engine.ids import CalendarKey, EventId, SessionId, UserId
from engine.model.booking import UNREAD, Booking, BookingState, Effect, Hold
from engine.ports.vault import Vault
from engine.time.span import Instant, Span
from store.sql.ledger.bookings import Bookings
from store.sql.ledger.effects import Effects
from store.sql.ledger.holds import Holds


class SqlLedger:
    """`engine.ports.ledger.Ledger`."""

    def __init__(self, connection: sa.Connection, vault: Vault) -> None:
        self._bookings = Bookings(connection, vault)
        self._effects = Effects(connection)
        self._holds = Holds(connection)

    def booking(self, session: SessionId) -> Booking | None:
        """Look one up."""
        return self._bookings.get(session)

    def open(self, booking: Booking) -> Booking:
        """Insert a session's booking; gives it with version 1."""
        return self._bookings.open(booking)

    def advance(self, before: Booking, after: Booking) -> Booking:
        """Compare-and-swap on state, version and fence; gives the row with its new version."""
        return self._bookings.advance(before, after)

    def effects(self, session: SessionId) -> Sequence[Effect]:
        """Give every effect ever planned, by epoch and attendee."""
        return self._effects.of(session)

    def effect_of(self, event_id: EventId) -> Effect | None:
        """Look up the effect that writes an event, by the event's id."""
        return self._effects.writing(event_id)

    def written_to(self) -> Sequence[CalendarKey]:
        """Give every calendar that an effect was ever to be written to, once each."""
        return self._effects.places()

    def unread(self) -> Sequence[Effect]:
        """Give the effects whose copy could not be looked at when it last should have been."""
        return self._effects.coded(UNREAD)

    def plan(self, effects: Iterable[Effect]) -> None:
        """Insert effects."""
        self._effects.plan(effects)

    def record(self, effect: Effect) -> None:
        """Replace an effect by its session, attendee and epoch."""
        self._effects.record(effect)

    def hold(self, holds: Iterable[Hold]) -> None:
        """Hold a time for all of them or for none, in sorted order."""
        self._holds.hold(holds)

    def release(self, session: SessionId) -> None:
        """Free a session's holds."""
        self._holds.release(session)

    def holds(self, person: UserId, window: Span) -> Sequence[Hold]:
        """Give the active holds that overlap the window, by start."""
        return self._holds.of((person,), window)

    def holds_of_any(self, people: Collection[UserId], window: Span) -> Sequence[Hold]:
        """Give the active holds of all of them that overlap the window, by start."""
        return self._holds.of(people, window)

    def in_state(self, states: Collection[BookingState]) -> Sequence[Booking]:
        """Give bookings by state, oldest first."""
        return self._bookings.in_state(states)

    def due(self, now: Instant, limit: int = 100) -> Sequence[Booking]:
        """Give unfinished bookings with `next_at` reached and no live lease, oldest first."""
        return self._bookings.due(now, limit)
