"""Book what is due, session by session, and have the touched calendars read again soon."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from daemon.booking.tracing import epoch_of
from daemon.booking.worker import BookJob
from daemon.runtime.guard import Guard
from daemon.runtime.meters import Meters
from engine.errors import StaleVersionError
from engine.ids import ConnectorName, SessionId
from engine.model.booking import Booking, BookingState, Effect, EffectState
from engine.model.set_aside import Item, Work
from engine.operations.metrics import BOOKING_SECONDS
from engine.ports.store import Store
from engine.ports.world import Clock

SETTLED = (EffectState.WRITTEN, EffectState.GONE)
"""A copy is where it is wanted, or gone from where it was."""

AT_A_TIME = 100
AT_ONCE = 8
"""Bookings driven side by side: they wait for providers more than they compute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What one round did: bookings that moved on, and copies that were written or withdrawn."""

    moved: int = 0
    writes: int = 0


@dataclass(frozen=True, slots=True)
class _Standing:
    booking: Booking | None
    effects: tuple[Effect, ...]

    @property
    def state(self) -> str:
        return "" if self.booking is None else self.booking.state.value

    @property
    def coming_epoch(self) -> int:
        """The epoch that is being booked, or will be next."""
        return epoch_of(self.booking)

    def settled_since(self, before: "_Standing") -> int:
        known = {(effect.attendee, effect.epoch): effect.state for effect in before.effects}
        settled = [effect for effect in self.effects if effect.calendar and effect.state in SETTLED]
        return sum(1 for each in settled if known.get((each.attendee, each.epoch)) is not each.state)

    def differs(self, other: "_Standing") -> bool:
        if self.booking is None or other.booking is None:
            return self.booking is not other.booking
        return self.booking.state is not other.booking.state or self.effects != other.effects

    def confirmed_since(self, before: "_Standing") -> int | None:
        """Tell how many seconds passed from the accepted time to the booking that stands now."""
        was, now = before.booking, self.booking
        if was is None or now is None or was.state is now.state or now.state is not BookingState.CONFIRMED:
            return None
        accepted = was.entered.get(BookingState.ACCEPTED)
        return None if accepted is None else max(0, now.since - accepted)

    def touched_since(self, before: "_Standing") -> set[ConnectorName]:
        known = set(before.effects)
        return {each.calendar.connector for each in self.effects if each.calendar and each not in known}


class BookDueJob:
    """Drives every booking that has something to do now."""

    def __init__(self, store: Store, clock: Clock, job: BookJob, meters: Meters) -> None:
        self._meters = meters
        self._store = store
        self._clock = clock
        self._job = job
        self._guard = Guard(store, clock)

    def due(self) -> Sequence[SessionId]:
        """Give the sessions whose booking has something to do now, beside those that are set aside."""
        return self._job.due(AT_A_TIME + self._guard.count(Work.BOOK))

    def run(self) -> Booked:
        """Drive what is due, side by side, and wait for all of it."""
        due = self.due()
        if not due:
            return Booked()
        with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="book") as pool:
            rounds: Sequence[Booked] = list(pool.map(self.drive, due))
        return Booked(moved=sum(one.moved for one in rounds), writes=sum(one.writes for one in rounds))

    def drive(self, session: SessionId) -> Booked:
        """Drive one booking as far as it goes now; one that cannot be driven is set aside."""
        item = Item(step=Work.BOOK, name=session, session=session)
        booked = self._guard.run(item, partial(self._drive, session))
        return booked if isinstance(booked, Booked) else Booked()

    def _drive(self, session: SessionId) -> Booked:
        before = self._standing(session)
        traces, epoch = self._meters.traces, before.coming_epoch
        people = {each.attendee for each in before.effects}
        with traces.of_booking(session, epoch, people), traces.span("booking.turn", session=session) as span:
            self._job.run(session)
            after = self._standing(session)
            span.tell(before=before.state, after=after.state)
        if before.state == BookingState.ACCEPTED != after.state and before.booking is not None:
            traces.booked(session, epoch, before.booking.since, after.state)
        took = after.confirmed_since(before)
        if took is not None:
            self._meters.observe(BOOKING_SECONDS, took)
        for connector in after.touched_since(before):
            self._read_soon(connector)
        return Booked(moved=int(after.differs(before)), writes=after.settled_since(before))

    def _standing(self, session: SessionId) -> _Standing:
        with self._store.reading() as tx:
            return _Standing(tx.ledger.booking(session), tuple(tx.ledger.effects(session)))

    def _read_soon(self, connector: ConnectorName) -> None:
        """Our own event is to be recognised before the next poll would bring it."""
        try:
            with self._store.writing() as tx:
                account = tx.calendars.account(connector)
                if account is not None:
                    tx.calendars.put_account(replace(account, next_run=self._clock.now()))
        except StaleVersionError:
            return
