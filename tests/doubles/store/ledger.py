"""Bookings, effects and holds of the in-memory store."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from engine.booking.taken import over_at
from engine.booking.timing import SKEW, lease_is_live
from engine.errors import StoreError
from engine.ids import CalendarKey, EventId, SessionId, UserId
from engine.model.booking import (
    UNFINISHED,
    UNREAD,
    Booking,
    BookingState,
    Delivery,
    Effect,
    EffectState,
    Hold,
    Want,
)
from engine.time.span import Instant, Span
from engine.trouble import Unopened
from store.refusals import hold_refused, planned_twice, stale
from tests.doubles.store.sessions import in_turns
from tests.doubles.store.tables import Tables


class MemoryLedger:
    """`engine.ports.ledger.Ledger`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def booking(self, session: SessionId) -> Booking | None:
        """Look one up."""
        return self._tables.bookings.get(session)

    def bookings(
        self, sessions: Collection[SessionId], unopened: Unopened | None = None
    ) -> Mapping[SessionId, Booking]:
        """Look several up at once; each opens."""
        return {one.session: one for one in self._tables.bookings if one.session in sessions}

    def open(self, booking: Booking) -> Booking:
        """Insert a session's booking; gives it with version 1."""
        if booking.session in self._tables.bookings:
            raise stale("The booking of session", booking.session)
        return self._keep(replace(booking, version=1))

    def advance(self, before: Booking, after: Booking) -> Booking:
        """Compare-and-swap on state, version and fence; gives the row with its new version."""
        if before.session != after.session:
            raise StoreError(f"The booking of {before.session} cannot become that of {after.session}")
        there = self._tables.bookings.get(before.session)
        if there is None or _guard(there) != _guard(before):
            raise stale("The booking of session", before.session)
        return self._keep(replace(after, version=before.version + 1))

    def effects(self, session: SessionId) -> Sequence[Effect]:
        """Give every effect ever planned, by epoch and attendee."""
        found = [effect for effect in self._tables.effects if effect.session == session]
        return sorted(found, key=lambda effect: (effect.epoch, effect.attendee))

    def effects_of_any(self, sessions: Collection[SessionId]) -> Mapping[SessionId, Sequence[Effect]]:
        """Give every effect ever planned for several sessions, each one's by epoch and attendee."""
        found: dict[SessionId, list[Effect]] = {session: [] for session in sessions}
        for effect in sorted(self._tables.effects, key=lambda effect: (effect.epoch, effect.attendee)):
            if effect.session in found:
                found[effect.session].append(effect)
        return found

    def effect_of(self, event_id: EventId) -> Effect | None:
        """Look up the effect that writes an event, by the event's id."""
        return next((effect for effect in self._tables.effects if effect.event_id == event_id), None)

    def effects_writing(self, events: Collection[EventId]) -> Mapping[EventId, Effect]:
        """Look up the effects that write some events; an event that none writes is left out."""
        written = (one for one in self._tables.effects if one.event_id in events)
        return {one.event_id: one for one in written if one.event_id is not None}

    def written_to(self) -> Sequence[CalendarKey]:
        """Give every calendar that an effect was ever to be written to, once each."""
        written = (each for each in self._tables.effects if each.delivery is Delivery.WRITTEN)
        return sorted({each.calendar for each in written if each.calendar is not None})

    def unread(self) -> Sequence[Effect]:
        """Give the effects whose copy could not be looked at when it last should have been."""
        return sorted((each for each in self._tables.effects if each.last_code == UNREAD), key=_place)

    def leaving(self) -> Sequence[SessionId]:
        """Give the sessions that stand booked while the copy of somebody who was taken out may be there."""
        standing = {
            one.session: one.epoch for one in self._tables.bookings if one.state is BookingState.CONFIRMED
        }
        unwanted = (each for each in self._tables.effects if each.want is Want.ABSENT)
        left = (
            each
            for each in unwanted
            if each.delivery is Delivery.WRITTEN and each.state is not EffectState.GONE
        )
        return sorted({each.session for each in left if standing.get(each.session) == each.epoch})

    def plan(self, effects: Iterable[Effect]) -> None:
        """Insert effects."""
        for effect in effects:
            if _place(effect) in self._tables.effects:
                raise planned_twice(effect)
            self._tables.effects.put(_place(effect), effect)

    def record(self, effect: Effect) -> None:
        """Replace an effect by its session, attendee and epoch."""
        if _place(effect) not in self._tables.effects:
            raise stale("The effect of session", effect.session)
        self._tables.effects.put(_place(effect), effect)

    def hold(self, holds: Iterable[Hold]) -> None:
        """Hold a time for all of them or for none."""
        asked = sorted(set(holds), key=lambda hold: (hold.person, hold.span, hold.session))
        for hold in asked:
            if any(_in_the_way(other, hold) for other in (*self._tables.holds, *asked)):
                raise hold_refused(hold)
        for hold in asked:
            self._tables.holds.put(self._number_of(hold), hold)

    def take_turns(self, whose: Sequence[str]) -> None:
        """Do nothing: transactions that write follow one another anyway."""

    def release(self, session: SessionId) -> None:
        """Free a session's holds."""
        for number, hold in list(self._tables.holds.items()):
            if hold.session == session and hold.active:
                self._tables.holds.put(number, replace(hold, active=False))

    def holds(self, person: UserId, window: Span) -> Sequence[Hold]:
        """Give the active holds that overlap the window, by start."""
        return self.holds_of_any((person,), window)

    def holds_of_any(self, people: Collection[UserId], window: Span) -> Sequence[Hold]:
        """Give the active holds of all of them that overlap the window, by start."""
        found = [hold for hold in self._tables.holds if hold.person in people and hold.active]
        inside = (hold for hold in found if hold.span.overlaps(window))
        return sorted(inside, key=lambda hold: (hold.span, hold.session, hold.person))

    def in_state(self, states: Collection[BookingState]) -> Sequence[SessionId]:
        """Give bookings by state, oldest first."""
        return _oldest_first(booking for booking in self._tables.bookings if booking.state in states)

    def watched(self, since: Instant) -> Sequence[SessionId]:
        """Give the sessions that stand booked and were not over by then, oldest first."""
        booked = [
            each for each in self._tables.bookings if each.state is BookingState.CONFIRMED and each.slot
        ]
        ahead = [
            each
            for each in booked
            if each.slot and over_at(self._tables.sessions.get(each.session), each.slot) >= since
        ]
        return [each.session for each in sorted(ahead, key=lambda each: (each.since, each.session))]

    def counts(self) -> Mapping[BookingState, int]:
        """Count bookings by state."""
        return Counter(booking.state for booking in self._tables.bookings)

    def due(self, now: Instant, limit: int = 100) -> Sequence[SessionId]:
        """Give unfinished bookings with `next_at` reached and no live lease, oldest first; see the port."""
        unfinished = (booking for booking in self._tables.bookings if booking.state in UNFINISHED)
        come = (each for each in unfinished if each.next_at <= now or each.since > now + SKEW)
        ready = [each for each in come if not lease_is_live(each.lease_until, now)]
        return in_turns(self._tables, sorted((each.since, each.session) for each in ready))[:limit]

    def _keep(self, booking: Booking) -> Booking:
        self._tables.bookings.put(booking.session, booking)
        return booking

    def _number_of(self, hold: Hold) -> int:
        for number, kept in self._tables.holds.items():
            if kept.active and (kept.person, kept.span, kept.session) == (
                hold.person,
                hold.span,
                hold.session,
            ):
                return number
        return max((number for number, _ in self._tables.holds.items()), default=0) + 1


def _guard(booking: Booking) -> tuple[BookingState, int, int]:
    return booking.state, booking.version, booking.fence


def _place(effect: Effect) -> tuple[SessionId, UserId, int]:
    return effect.session, effect.attendee, effect.epoch


def _in_the_way(other: Hold, hold: Hold) -> bool:
    theirs = other.person == hold.person and other.session != hold.session
    return theirs and other.active and hold.active and other.span.overlaps(hold.span)


def _oldest_first(bookings: Iterable[Booking]) -> list[SessionId]:
    return [each.session for each in sorted(bookings, key=lambda one: (one.since, one.session))]
