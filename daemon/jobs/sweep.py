"""Sweep: compare every connected calendar with the ledger, at start and every five minutes (booking.md R7).

Deletes what must not be there and is nobody's work in progress, looks into bookings whose copies seem
changed, and resumes updates that a crash left. What the ledger does not know at all is only listed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from daemon.jobs.book import BookJob
from daemon.jobs.book_deps import BookDeps
from daemon.jobs.book_watch import WatchJob
from engine.booking.sweeping import Verdict, is_watched, looks_changed, verdict
from engine.errors import SourceError
from engine.ids import CalendarKey, SessionId
from engine.model.booking import BookingState, Delivery, Effect, EffectState, Observed
from engine.ports import Transaction

EVERY = 300
"""Seconds between two sweeps."""


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

    def run(self) -> Swept:
        """Sweep once; a calendar that cannot be read is named and left as it is."""
        listed, unread = self._list()
        strays = [Stray(calendar=key, event=event) for key, events in listed.items() for event in events]
        judged = [(stray, self._judge(stray)) for stray in strays]
        deleted = [stray for stray, each in judged if each is Verdict.DELETE and self._delete(stray)]
        answered = [session for session in self._changed(listed) if self._watch.inspect(session)]
        for session in (*answered, *self._updating()):
            self._book.run(session)
        return Swept(
            deleted=tuple(deleted),
            orphans=tuple(stray for stray, each in judged if each is Verdict.ORPHAN),
            answered=tuple(answered),
            unread=unread,
        )

    def _list(self) -> tuple[Mapping[CalendarKey, Sequence[Observed]], tuple[str, ...]]:
        listed, unread = {}, []
        for key in self._calendars():
            try:
                connector = self._deps.connectors[key.connector]
                listed[key] = connector.marked(key.calendar, self._deps.store.install)
            except SourceError as error:
                unread.append(f"{key}: {error}")
        return listed, tuple(unread)

    def _calendars(self) -> Iterable[CalendarKey]:
        targets = self._deps.targets.values()
        written = {each.calendar for each in targets if each.delivery is Delivery.WRITTEN and each.calendar}
        return sorted(key for key in written if key.connector in self._deps.connectors)

    def _judge(self, stray: Stray) -> Verdict:
        mark = stray.event.mark
        if mark is None:
            return Verdict.KEEP
        with self._deps.store.reading() as tx:
            return verdict(stray.event, tx.ledger.booking(mark.session), tx.ledger.effects(mark.session))

    def _delete(self, stray: Stray) -> bool:
        """Delete what is wanted gone; one that cannot be deleted now is found again by the next sweep."""
        try:
            self._deps.connectors[stray.calendar.connector].withdraw(
                stray.calendar.calendar, stray.event.event_id
            )
        except SourceError:
            return False
        return True

    def _changed(self, listed: Mapping[CalendarKey, Sequence[Observed]]) -> list[SessionId]:
        """Give confirmed bookings whose copies look other than they were written."""
        now = self._deps.store_time()
        changed = []
        with self._deps.store.reading() as tx:
            for booking in tx.ledger.in_state((BookingState.CONFIRMED,)):
                if not is_watched(booking, now):
                    continue
                for effect in _copies(tx, booking.session, booking.epoch):
                    events = listed.get(effect.calendar) if effect.calendar else None
                    if events is not None and looks_changed((effect,), events, booking):
                        changed.append(booking.session)
                        break
        return changed

    def _updating(self) -> list[SessionId]:
        """Give confirmed bookings whose update in place was never finished."""
        now = self._deps.store_time()
        with self._deps.store.reading() as tx:
            bookings = tx.ledger.in_state((BookingState.CONFIRMED,))
            return [
                booking.session
                for booking in bookings
                if is_watched(booking, now)
                and any(_is_unfinished(each) for each in _copies(tx, booking.session, booking.epoch))
            ]


def _copies(tx: Transaction, session: SessionId, epoch: int) -> list[Effect]:
    effects = tx.ledger.effects(session)
    return [each for each in effects if each.epoch == epoch and each.delivery is Delivery.WRITTEN]


def _is_unfinished(effect: Effect) -> bool:
    return effect.state in (EffectState.PLANNED, EffectState.SENT, EffectState.AMBIGUOUS)
