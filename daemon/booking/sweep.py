"""Sweep: compare every connected calendar with the ledger, at start and every five minutes (R7).

Deletes what must not be there and is nobody's work in progress, looks into bookings whose copies seem
changed, and resumes updates that a crash left. What the ledger does not know at all is only listed.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from daemon.booking.dependencies import BookDeps
from daemon.booking.series_watch import SeriesWatch
from daemon.booking.watch import WatchJob
from daemon.booking.worker import BookJob
from daemon.runtime.guard import Guard
from engine.booking.checks.sweeping import Verdict, is_watched, looks_changed, verdict
from engine.ids import CalendarKey, SessionId
from engine.model.booking import Booking, BookingState, Delivery, Effect, EffectState, Observed, Want
from engine.model.set_aside import Item, Work
from engine.ports.store import Transaction
from engine.time.span import Instant
from engine.trouble import Trouble, attempt, row_by_row

NOT_CONFIGURED = "its connector is not configured any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """An event of ours in a calendar that does not want it, or that the ledger does not know."""

    calendar: CalendarKey
    event: Observed


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep did: events deleted or listed for an operator, bookings answered, calendars not read."""

    deleted: tuple[Stray, ...] = ()
    orphans: tuple[Stray, ...] = ()
    answered: tuple[SessionId, ...] = ()
    unread: tuple[str, ...] = ()


class SweepJob:
    """Reconciles calendars and ledger."""

    def __init__(self, deps: BookDeps, book: BookJob, watch: WatchJob) -> None:
        self._deps = deps
        self._book = book
        self._watch = watch
        self._series = SeriesWatch(deps)
        self._guard = Guard(deps.store, deps.clock)

    def run(self) -> Swept:
        """Sweep once; a calendar that cannot be read is named and left as it is."""
        listed, unread = self._list()
        strays = [Stray(calendar=key, event=event) for key, events in listed.items() for event in events]
        judged = [(stray, self._judged(stray)) for stray in strays]
        deleted = [stray for stray, each in judged if each is Verdict.DELETE and self._delete(stray)]
        self._note(unread)
        changed = [session for session in self._changed(listed) if self._inspected(session)]
        answered = [*changed, *(each for each in self._recurring() if self._looked_after(each))]
        for session in dict.fromkeys((*answered, *self._updating(), *self._leaving())):
            self._guard.run(_item(Work.BOOK, session), partial(self._book.run, session))
        return Swept(
            deleted=tuple(deleted),
            orphans=tuple(stray for stray, each in judged if each is Verdict.ORPHAN),
            answered=tuple(answered),
            unread=tuple(f"{key}: {why}" for key, why in unread.items()),
        )

    def _list(self) -> tuple[Mapping[CalendarKey, Sequence[Observed]], Mapping[CalendarKey, str]]:
        listed, unread = {}, {}
        with self._deps.store.reading() as tx:
            calendars = self._deps.written_calendars(tx)
        for key in calendars:
            connector = self._deps.connectors.get(key.connector)
            if connector is None:
                unread[key] = NOT_CONFIGURED
                continue
            events = attempt(partial(connector.marked, key.calendar, self._deps.store.install))
            if isinstance(events, Trouble):
                unread[key] = events.line
            else:
                listed[key] = events
        return listed, unread

    def _note(self, unread: Mapping[CalendarKey, str]) -> None:
        """Remember on the copies that still matter that nobody could look at them."""
        if not unread:
            return
        for session, calendar in self._copies_in(unread):
            note = partial(self._watch.note_unlisted, session, calendar, unread[calendar])
            self._guard.run(_item(Work.INSPECT, session), note)

    def _copies_in(self, calendars: Collection[CalendarKey]) -> list[tuple[SessionId, CalendarKey]]:
        now = self._deps.store_time()
        with self._deps.store.reading() as tx:
            confirmed = row_by_row(tx.ledger.in_state((BookingState.CONFIRMED,)), tx.ledger.booking)
            return [
                (booking.session, effect.calendar)
                for _, booking in confirmed
                if isinstance(booking, Booking) and _is_watched(tx, booking, now)
                for effect in _copies(tx, booking.session, booking.epoch)
                if effect.calendar is not None and effect.calendar in calendars
            ]

    def _judged(self, stray: Stray) -> Verdict:
        """Judge one; what cannot be judged is kept."""
        session = stray.event.mark.session if stray.event.mark else None
        item = Item(step=Work.DELETE, name=f"{stray.calendar} {stray.event.event_id}", session=session)
        verdict = self._guard.run(item, partial(self._judge, stray))
        return verdict if isinstance(verdict, Verdict) else Verdict.KEEP

    def _inspected(self, session: SessionId) -> bool:
        looked = self._guard.run(_item(Work.INSPECT, session), partial(self._watch.inspect, session))
        return looked is True

    def _looked_after(self, session: SessionId) -> bool:
        looked = self._guard.run(_item(Work.INSPECT, session), partial(self._series.look, session))
        return looked is True

    def _judge(self, stray: Stray) -> Verdict:
        mark = stray.event.mark
        if mark is None or mark.is_native:
            return Verdict.KEEP
        with self._deps.store.reading() as tx:
            return verdict(stray.event, tx.ledger.booking(mark.session), tx.ledger.effects(mark.session))

    def _delete(self, stray: Stray) -> bool:
        """Delete what is wanted gone; one that cannot be deleted now is found again by the next sweep."""
        connector = self._deps.connectors[stray.calendar.connector]
        withdrawn = attempt(partial(connector.withdraw, stray.calendar.calendar, stray.event.event_id))
        return not isinstance(withdrawn, Trouble)

    def _changed(self, listed: Mapping[CalendarKey, Sequence[Observed]]) -> list[SessionId]:
        """Give confirmed bookings whose copies look other than they were written."""

        def looks_other(tx: Transaction, booking: Booking) -> bool:
            copies = _copies(tx, booking.session, booking.epoch)
            there = ((each, listed.get(each.calendar)) for each in copies if each.calendar)
            return any(events is not None and looks_changed((one,), events, booking) for one, events in there)

        return self._watched(looks_other, "copies")

    def _updating(self) -> list[SessionId]:
        """Give confirmed bookings whose update in place was never finished."""

        def is_unfinished(tx: Transaction, booking: Booking) -> bool:
            return any(_is_unfinished(each) for each in _copies(tx, booking.session, booking.epoch))

        return self._watched(is_unfinished, "updates")

    def _leaving(self) -> Sequence[SessionId]:
        """Give confirmed bookings, be they over, that hold the copy of somebody who was taken out."""
        with self._deps.store.reading() as tx:
            return tx.ledger.leaving()

    def _recurring(self) -> list[SessionId]:
        """Give the booked series that time alone may change something of."""
        now = self._deps.store_time()

        def goes_on(tx: Transaction, booking: Booking) -> bool:
            return self._series.concerned(tx, tx.sessions.get(booking.session), now)

        return self._watched(goes_on, "occurrences")

    def _watched(self, concerns: Callable[[Transaction, Booking], bool], what: str) -> list[SessionId]:
        """Give the watched bookings that something concerns; one that cannot be judged is set aside."""
        now, judged = self._deps.store_time(), []
        with self._deps.store.reading() as tx:

            def is_concerned(session: SessionId) -> bool:
                booking = tx.ledger.booking(session)
                return booking is not None and _is_watched(tx, booking, now) and concerns(tx, booking)

            for session, outcome in row_by_row(tx.ledger.in_state((BookingState.CONFIRMED,)), is_concerned):
                item = Item(step=Work.SWEEP, name=f"{session} {what}", session=session)
                judged.append((item, outcome))
        self._guard.note(judged)
        return [item.session for item, outcome in judged if item.session and outcome is True]


def _is_watched(tx: Transaction, booking: Booking, now: Instant) -> bool:
    return is_watched(booking, tx.sessions.get(booking.session), now)


def _item(step: Work, session: SessionId) -> Item:
    return Item(step=step, name=session, session=session)


def _copies(tx: Transaction, session: SessionId, epoch: int) -> list[Effect]:
    effects = tx.ledger.effects(session)
    mine = (each for each in effects if each.epoch == epoch and each.delivery is Delivery.WRITTEN)
    return [each for each in mine if each.want is Want.PRESENT]


def _is_unfinished(effect: Effect) -> bool:
    return effect.state in (EffectState.PLANNED, EffectState.SENT, EffectState.AMBIGUOUS)
