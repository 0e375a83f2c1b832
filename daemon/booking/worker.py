"""Book: carry accepted sessions into every attendee's calendar, or out of them again.

One worker at a time owns a booking by a lease in the store's time; a second daemon, or a worker that was
asleep past its lease, fails at the next compare-and-swap (docs/ledger.md R1, R2).
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from daemon.booking.calls import BookCalls
from daemon.booking.dependencies import BookDeps
from daemon.booking.leased import Lease, LeasedBooking
from daemon.booking.turn import Turn
from daemon.runtime.jumps import wake_those_due_by
from engine.booking.checks.clock_set_back import righted
from engine.booking.checks.unattended import attended
from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps.moves import Idle, Wait, next_move
from engine.booking.timing import LEASE, lease_is_live
from engine.booking.transition import Transition
from engine.errors import StaleVersionError
from engine.ids import SessionId


class BookJob:
    """Drives bookings as far as they go now; may run in any number of threads and daemons."""

    def __init__(self, deps: BookDeps) -> None:
        self._deps = deps

    def due(self, limit: int = 100) -> Sequence[SessionId]:
        """Give the sessions whose booking has something to do now, oldest first."""
        with self._deps.store.reading() as tx:
            return tx.ledger.due(self._deps.store_time(), limit)

    def run(self, session: SessionId) -> None:
        """Drive one session's booking until it rests, waits, or belongs to somebody else.

        Raises:
            StoreUnavailableError: nothing was written remotely that the store does not know of.
        """
        lease = self._claim(session)
        if lease is not None:
            calls = BookCalls(self._deps.connectors, self._deps.traces)
            Turn(calls, LeasedBooking(self._deps, session, lease)).drive()

    def _claim(self, session: SessionId) -> Lease | None:
        """Take the lease, unless there is nothing to do or somebody else has it."""
        deps = self._deps
        now = deps.store_time()
        with deps.store.reading() as tx:
            snapshot = self._righted(deps.snapshot(tx, session, now))
        if lease_is_live(snapshot.booking.lease_until, now) or isinstance(next_move(snapshot), Idle | Wait):
            return None
        lease = Lease(owner=deps.randomness.token(), until=deps.clock.monotonic() + LEASE)
        again = attended(Transition(before=snapshot.booking, after=snapshot.booking), now, snapshot.skipped)
        claimed = replace(
            again.after,
            lease_owner=lease.owner,
            lease_until=now + LEASE,
            fence=snapshot.booking.fence + 1,
        )
        try:
            with deps.store.writing() as tx:
                if snapshot.booking.version == 0:
                    tx.ledger.open(claimed)
                else:
                    tx.ledger.advance(snapshot.booking, claimed)
                for entry in again.audit:
                    tx.audit.add(entry)
        except StaleVersionError:
            return None
        return lease

    def _righted(self, snapshot: BookingSnapshot) -> BookingSnapshot:
        """Write down what a clock that was set back means for a booking; gives it as it then stands."""
        after = righted(snapshot)
        if after is snapshot or lease_is_live(snapshot.booking.lease_until, snapshot.now):
            return snapshot
        changed = (new for new, old in zip(after.effects, snapshot.effects, strict=True) if new != old)
        with suppress(StaleVersionError), self._deps.store.writing() as tx:
            booking = tx.ledger.advance(snapshot.booking, after.booking)
            for effect in changed:
                tx.ledger.record(effect)
            wake_those_due_by(tx, max(snapshot.booking.since, snapshot.booking.next_at), snapshot.now)
            return replace(after, booking=booking)
        return snapshot
