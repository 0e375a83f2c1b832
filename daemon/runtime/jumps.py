"""What a daemon knows of a clock that was set: noted by the clock itself, kept in the store's log."""

import threading
from collections.abc import Callable

from engine.booking.checks.clock_set_back import turned_back
from engine.model.booking import UNFINISHED, Booking, BookingState
from engine.ports.store import Store, Transaction
from engine.skipped import CLOCK, Jump, entry_of, jump, jumps_in, skipped
from engine.time.instant import format_instant
from engine.time.span import Instant, Span
from engine.trouble import Trouble, row_by_row

Report = Callable[[str], None]
_ALL = 1_000_000


class Jumps:
    """The jumps of one store's clock, those of earlier runs included; safe to ask from any thread.

    What is noted counts at once, and is in the store a tick later. A jump forward that nobody wrote down
    counts as time in which no daemon ran; one back is seen at the next start.
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

    def begin(self, now: Instant) -> None:
        """Wake at a start whoever waits for a time that the clock showed before it was set back unseen.

        The log's last line tells that it was; bookings find it out by themselves.
        """
        with self._store.reading() as tx:
            latest = tx.audit.latest()
        if latest is not None and latest > now and jump(latest, now):
            with self._store.writing() as tx:
                wake_those_due_by(tx, latest, now)

    def note(self, seen: Jump) -> None:
        """Take in that the clock was set; touches no store."""
        with self._lock:
            self._known.append(seen)
            self._untold.append(seen)
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
            for one in untold:
                with self._store.writing() as tx:
                    tx.audit.add(entry_of(one))
                    _follow(tx, one)
                with self._lock:
                    self._untold.remove(one)
                self._report(_words(one))


def _follow(tx: Transaction, one: Jump) -> None:
    """Bring nearer what bookings wait for, where the clock was set back; forward, nothing waits longer."""
    if one.shown >= one.due:
        return
    by, now = one.due - one.shown, one.shown
    wake_those_due_by(tx, one.due, now)
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


def _words(one: Jump) -> str:
    way = "forward" if one.shown > one.due else "back"
    return (
        f"the clock was set {way}, from {format_instant(one.due)} to {format_instant(one.shown)}; "
        "nothing waits longer or shorter for it"
    )
