"""One booking under a lease: read, and written down only as long as nobody else works on it."""

from dataclasses import dataclass, replace

from daemon.booking.dependencies import BookDeps
from daemon.booking.transitions import apply_transition
from engine.booking.checks.unattended import attended
from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps.moves import Move, Wait
from engine.booking.timing import LEASE, LEASE_LEFT
from engine.booking.transition import Transition, stay
from engine.errors import StaleVersionError
from engine.ids import SessionId
from engine.ports.store import Transaction
from engine.time.span import Instant


@dataclass(slots=True)
class Lease:
    """The right to work on one booking; `until` by the monotonic clock of this process."""

    owner: str
    until: float


class LeaseLostError(StaleVersionError):
    """Somebody else works on the booking by now."""


class LeasedBooking:
    """What a worker reads of a booking and writes down of it, under its lease."""

    def __init__(self, deps: BookDeps, session: SessionId, lease: Lease) -> None:
        self.deps = deps
        self.session = session
        self.lease = lease
        self.checked_at: Instant | None = None
        """When the required calendars were read once more and found free."""
        self._latest: BookingSnapshot | None = None
        """What this worker last left; should somebody else change it, the next transition fails."""

    def now(self) -> Instant:
        """Tell the store's time."""
        return self.deps.store_time()

    def gathered(self) -> BookingSnapshot:
        """Give the booking as this worker last left it, or as it is read anew; the next call reads anew.

        Raises:
            LeaseLostError: somebody else works on it by now.
        """
        latest, self._latest = self._latest, None
        return latest or self._read()

    def forget(self) -> None:
        """Read anew what is gathered next: somebody else has changed it."""
        self._latest = None

    def put_right(self, snapshot: BookingSnapshot, right: BookingSnapshot) -> None:
        """Write down what it means that the clock was set back while this worker was at it."""
        changed = (new for new, old in zip(right.effects, snapshot.effects, strict=True) if new != old)
        kept = replace(right.booking, lease_owner=self.lease.owner)
        self.commit(Transition(before=snapshot.booking, after=kept, changed=tuple(changed)))

    def _read(self) -> BookingSnapshot:
        with self.deps.store.reading() as tx:
            snapshot = self._snapshot(tx)
        if snapshot.booking.lease_owner != self.lease.owner:
            raise LeaseLostError(f"The booking of session {self.session} is another worker's by now")
        return snapshot

    def _snapshot(self, tx: Transaction) -> BookingSnapshot:
        snapshot = self.deps.snapshot(tx, self.session, self.now())
        return replace(snapshot, checked_at=self.checked_at)

    def let_go(self, snapshot: BookingSnapshot, move: Move) -> None:
        """Give the lease back, with the time when there is something to do again."""
        until = move.until if isinstance(move, Wait) else snapshot.booking.next_at
        after = replace(snapshot.booking, lease_owner=None, lease_until=0, next_at=until)
        with self.deps.store.writing() as tx:
            tx.ledger.advance(snapshot.booking, after)

    def commit(self, transition: Transition) -> BookingSnapshot:
        """Write a transition down and prolong the lease with it; gives the snapshot as it then stands.

        A process that stood still for long goes on with what it was at: that time was tried by nobody, too.
        """
        began = self.deps.clock.monotonic()
        counted = attended(transition, self.now(), self.deps.skipped())
        after = replace(counted.after, lease_until=self.now() + LEASE)
        with self.deps.store.writing() as tx:
            apply_transition(tx, replace(counted, after=after), self.now())
            snapshot = self._snapshot(tx)
        self.lease.until = began + LEASE
        self._latest = snapshot
        return snapshot

    def ready(self, snapshot: BookingSnapshot) -> BookingSnapshot:
        """Make sure that the lease outlasts the next remote call."""
        left = self.lease.until - self.deps.clock.monotonic()
        return snapshot if left >= LEASE_LEFT else self.commit(stay(snapshot, ()))
