"""Watch: what syncs and reconciling see of confirmed bookings, answered by policy and told once."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial

from daemon.booking.calls import BookCalls
from daemon.booking.copy_lookup import conflicts_on, look_at
from daemon.booking.dependencies import BookDeps
from daemon.booking.series_watch import SeriesWatch
from daemon.booking.transitions import apply_transition
from daemon.runtime.guard import Guard
from engine.booking.checks.calendar_changes import Unseen, answer, unreadable
from engine.booking.ids import could_be_ours
from engine.booking.snapshot import BookingSnapshot
from engine.booking.timing import lease_is_live
from engine.errors import StaleVersionError
from engine.ids import CalendarKey, EventId, EventUid, Href, SessionId, UserId
from engine.model.booking import BookingState
from engine.model.calendar_object import SyncPlan
from engine.model.set_aside import Item, Work
from engine.ports.store import Transaction
from engine.time.intervals import clipped, merge
from engine.time.span import Span

_ICS = ".ics"


class WatchJob:
    """Answers what attendees did to their copies, and foreign events on booked times."""

    def __init__(self, deps: BookDeps) -> None:
        self._deps = deps
        self._series = SeriesWatch(deps)

    def touched(
        self, user: UserId, names: Iterable[EventUid | Href], foreign: Iterable[Span]
    ) -> frozenset[SessionId]:
        """Tell which bookings a sync has touched, from the store alone.

        `names` are the UIDs and hrefs of the objects that appeared, changed or went; `foreign` is where they
        take their owner's time.
        """
        ids = {EventId(name.removesuffix(_ICS)) for name in names}
        ours = [one for one in ids if could_be_ours(one, self._deps.store.install)]
        with self._deps.store.reading() as tx:
            effects = (tx.ledger.effect_of(one) for one in ours)
            own = {effect.session for effect in effects if effect is not None}
            held = _held(tx, user, merge(foreign))
        return frozenset(own | held)

    def inspect_after_pull(self, guard: Guard, user: UserId, plan: SyncPlan) -> None:
        """Look into the confirmed bookings that concern what a pull has stored, each guarded by itself."""
        names: list[EventUid | Href] = [*(item.uid for item in plan.upserts), *plan.deletes]
        foreign = [span.span for spans in plan.busy.values() for span in spans if not span.ours]
        for session in sorted(self.touched(user, names, foreign)):
            item = Item(step=Work.INSPECT, name=session, session=session)
            guard.run(item, partial(self.inspect, session))

    def inspect(self, session: SessionId) -> bool:
        """Look at one confirmed booking's copies and do what the policy says; tells whether anything was new.

        Whatever has to be withdrawn is left to `BookJob`. Somebody else's change in between ends the look:
        it was about a booking that is no more.
        """
        snapshot = self._snapshot(session)
        if snapshot.booking.state is not BookingState.CONFIRMED:
            return False
        if lease_is_live(snapshot.booking.lease_until, snapshot.now):
            return False
        changed = self._answer(snapshot)
        return self._series.look(session) or changed

    def _answer(self, snapshot: BookingSnapshot) -> bool:
        lookups, unseen = look_at(snapshot, BookCalls(self._deps.connectors))
        try:
            with self._deps.store.writing() as tx:
                step = answer(snapshot, lookups, conflicts_on(tx, snapshot), unseen)
                if step is not None:
                    apply_transition(tx, step, snapshot.now)
        except StaleVersionError:
            return False
        return step is not None

    def note_unlisted(self, session: SessionId, calendar: CalendarKey, why: str) -> None:
        """Remember that a confirmed booking's copies in a calendar could not be looked at."""
        snapshot = self._snapshot(session)
        if snapshot.booking.state is not BookingState.CONFIRMED:
            return
        there = [Unseen(each, why) for each in snapshot.copies if each.calendar == calendar]
        step = unreadable(snapshot, there)
        if step is None or lease_is_live(snapshot.booking.lease_until, snapshot.now):
            return
        with suppress(StaleVersionError), self._deps.store.writing() as tx:
            apply_transition(tx, step, snapshot.now)

    def _snapshot(self, session: SessionId) -> BookingSnapshot:
        deps = self._deps
        with deps.store.reading() as tx:
            return deps.snapshot(tx, session, deps.store_time())


def _held(tx: Transaction, user: UserId, taken: Sequence[Span]) -> frozenset[SessionId]:
    """Tell whose holds meet what was taken: one question, however much it was."""
    if not taken:
        return frozenset()
    stretches = [(span.start, span.end) for span in taken]
    holds = tx.ledger.holds(user, Span(taken[0].start, taken[-1].end))
    return frozenset(hold.session for hold in holds if clipped(stretches, hold.span.start, hold.span.end))
