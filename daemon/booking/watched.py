"""The bookings that still matter to anybody, read many at once: a sweep looks at nothing that is past."""

from collections.abc import Iterator, Sequence
from functools import partial

from engine.booking.checks.sweeping import Watched, is_watched
from engine.booking.timing import CALL_DEADLINE
from engine.ids import SessionId
from engine.ports.store import Transaction
from engine.time.span import Instant
from engine.trouble import Trouble, attempt, row_by_row

AllWatched = Sequence[tuple[SessionId, Watched | Trouble | None]]
"""Each booking that a sweep looks at, by its session; what cannot be read as its trouble."""
TOGETHER = 200
"""Bookings that are read at once."""


def all_watched(tx: Transaction, now: Instant) -> Iterator[tuple[SessionId, Watched | Trouble | None]]:
    """Read every booking that is watched, with its session and effects; one that is over is None.

    What cannot be read is its own booking's trouble, told in its place.

    Raises:
        StoreUnavailableError: the store as a whole is away.
    """
    names = tx.ledger.watched(now - CALL_DEADLINE)
    for first in range(0, len(names), TOGETHER):
        some = names[first : first + TOGETHER]
        found = attempt(partial(_read, tx, some, now))
        if not isinstance(found, Trouble):
            yield from zip(some, found, strict=True)
        elif found.is_the_stores:
            raise found.raised
        else:
            yield from row_by_row(some, partial(_alone, tx, now))


def _alone(tx: Transaction, now: Instant, name: SessionId) -> Watched | None:
    return _read(tx, [name], now)[0]


def _read(tx: Transaction, names: Sequence[SessionId], now: Instant) -> list[Watched | None]:
    bookings, effects = tx.ledger.bookings(names), tx.ledger.effects_of_any(names)
    sessions = {one.id: one for one in tx.sessions.some(names)}
    found = list[Watched | None]()
    for name in names:
        booking, session = bookings.get(name), sessions.get(name)
        stands = booking is not None and is_watched(booking, session, now)
        found.append(Watched(booking, session, tuple(effects[name])) if stands and booking else None)
    return found
