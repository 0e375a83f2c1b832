"""What a daemon knows of a clock that was set: noted by the clock itself, kept in the store's log."""

import threading
from collections.abc import Callable

from engine.booking.clock_set_back import turned_back
from engine.model.booking import UNFINISHED, Booking, BookingState
from engine.ports.store import Store, Transaction
from engine.skipped import CLOCK, Jump, entry_of, jumps_in, skipped
from engine.time.instant import format_instant
from engine.time.span import Instant, Span
from engine.trouble import Trouble, row_by_row

Report = Callable[[str], None]
_ALL = 1_000_000


class Jumps:
    """The jumps of one store's clock, those of earlier runs included; safe to ask from any thread.

    What is noted counts at once, and is in the store a tick later: where the daemon dies in between, the jump
    counts as time in which it did not run.
    """

    def __init__(self, store: Store, report: Report) -> None:
        self._store = store
        self._report = report
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._untold: list[Jump] = []
        with store.reading() as tx:
            self._known = jumps_in(tx.audit.listed(CLOCK))
        self._skipped = skipped(self._known)

    def note(self, jump: Jump) -> None:
        """Take in that the clock was set; touches no store."""
        with self._lock:
            self._known.append(jump)
            self._untold.append(jump)
            self._skipped = skipped(self._known)

    def skipped(self) -> tuple[Span, ...]:
        """Give the time that was skipped, by start."""
        return self._skipped

    def write_down(self) -> None:
        """Put into the store's log, and say, what was noted since; where it was set back, bookings follow.

        Raises:
            StoreError: it cannot be written now; it is tried again with the next call.
        """
        with self._writing:
            with self._lock:
                untold = tuple(self._untold)
            for jump in untold:
                with self._store.writing() as tx:
                    tx.audit.add(entry_of(jump))
                    _follow(tx, jump)
                with self._lock:
                    self._untold.remove(jump)
                self._report(_words(jump))


def _follow(tx: Transaction, jump: Jump) -> None:
    """Bring nearer what bookings wait for, where the clock was set back; forward, nothing waits longer."""
    if jump.shown >= jump.due:
        return
    by, now = jump.due - jump.shown, jump.shown
    wake_those_due_by(tx, jump.due, now)
    sessions = tx.ledger.in_state(UNFINISHED | {BookingState.CONFIRMED})
    for _, booking in row_by_row(sessions, tx.ledger.booking):
        # what does not open now follows when it does, before it is driven
        if booking is None or isinstance(booking, Trouble):
            continue
        if booking.state in UNFINISHED or booking.next_at > now:
            _turn_back(tx, booking, now, by)


def wake_those_due_by(tx: Transaction, shown: Instant, now: Instant) -> None:
    """Wake, at a time that a clock was set back to, whoever was to be woken by one that it has shown."""
    tx.wakes.add(tx.wakes.due(shown, _ALL), now)


def _turn_back(tx: Transaction, booking: Booking, now: Instant, by: int) -> None:
    effects = tx.ledger.effects(booking.session)
    after, changed = turned_back(booking, effects, now, by)
    if after != booking or changed:
        tx.ledger.advance(booking, after)
        for effect in changed:
            tx.ledger.record(effect)


def _words(jump: Jump) -> str:
    way = "forward" if jump.shown > jump.due else "back"
    return (
        f"the clock was set {way}, from {format_instant(jump.due)} to {format_instant(jump.shown)}; "
        "nothing waits longer or shorter for it"
    )
