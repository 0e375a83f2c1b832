"""What the ledger knows of many sessions, read at once; of bookings that are past a sweep reads nothing."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import TypeVar

from engine.booking.checks.sweeping import Watched, is_watched
from engine.booking.timing import CALL_DEADLINE
from engine.ids import SessionId
from engine.model.booking import Booking, Effect
from engine.ports.store import Transaction
from engine.time.span import Instant
from engine.trouble import Trouble, attempt, row_by_row

T = TypeVar("T")
TOGETHER = 200
"""Bookings that are read at once."""
AllWatched = Sequence[tuple[SessionId, Watched | Trouble | None]]
"""Each booking that a sweep looks at, by its session; what cannot be read as its trouble."""
Ledgered = tuple[Booking | None, Sequence[Effect]]
"""A session's booking, None where there is none, and every effect ever planned."""


def all_watched(tx: Transaction, now: Instant) -> Iterator[tuple[SessionId, Watched | Trouble | None]]:
    """Read every booking that is watched, with its session and effects; one that is over is None.

    What cannot be read is its own booking's trouble, told in its place.

    Raises:
        StoreUnavailableError: the store as a whole is away.
    """
    return in_shares(tx.ledger.watched(now - CALL_DEADLINE), partial(_watched, tx, now))


def ledgered(tx: Transaction, names: Collection[SessionId]) -> Iterator[tuple[SessionId, Ledgered | Trouble]]:
    """Read the bookings of sessions and every effect ever planned; what cannot be read is its own trouble.

    Raises:
        StoreUnavailableError: the store as a whole is away.
    """
    return in_shares(sorted(names), partial(_ledgered, tx))


def in_shares(
    names: Sequence[SessionId], read: Callable[[Sequence[SessionId]], list[T]]
) -> Iterator[tuple[SessionId, T | Trouble]]:
    """Read what is asked of sessions, a share at once; where that fails, each alone.

    Raises:
        StoreUnavailableError: the store as a whole is away.
    """
    for first in range(0, len(names), TOGETHER):
        share = names[first : first + TOGETHER]
        found = attempt(partial(read, share))
        if not isinstance(found, Trouble):
            yield from zip(share, found, strict=True)
        elif found.is_the_stores:
            raise found.raised
        else:
            yield from row_by_row(share, lambda name: read([name])[0])


def _watched(tx: Transaction, now: Instant, names: Sequence[SessionId]) -> list[Watched | None]:
    sessions = {one.id: one for one in tx.sessions.some(names)}
    found = list[Watched | None]()
    for name, (booking, effects) in zip(names, _ledgered(tx, names), strict=True):
        session = sessions.get(name)
        stands = booking is not None and is_watched(booking, session, now)
        found.append(Watched(booking, session, tuple(effects)) if stands and booking else None)
    return found


def _ledgered(tx: Transaction, names: Sequence[SessionId]) -> list[Ledgered]:
    bookings, effects = tx.ledger.bookings(names), tx.ledger.effects_of_any(names)
    return [(bookings.get(name), effects[name]) for name in names]
