"""Look at a confirmed booking from outside: its copies in their calendars, and what else lies on its time."""

from collections.abc import Sequence

from daemon.booking.calls import BookCalls
from engine.booking.checks.calendar_changes import CopyLookup, Unseen, foreign_on, is_watched
from engine.booking.snapshot import BookingSnapshot
from engine.booking.taken import taken_by
from engine.errors import SourceError
from engine.ids import UserId
from engine.model.session import EventSession
from engine.ports.store import Transaction
from engine.time.span import Span


def look_at(snapshot: BookingSnapshot, calls: BookCalls) -> tuple[Sequence[CopyLookup], Sequence[Unseen]]:
    """Look every copy up by its id; gives what was seen, and what could not be looked at."""
    lookups, unseen = list[CopyLookup](), list[Unseen]()
    for effect in filter(is_watched, snapshot.copies):
        found = calls.read(effect)
        if isinstance(found, SourceError):
            unseen.append(Unseen(effect, str(found)))
        else:
            lookups.append(CopyLookup(effect, found))
    return lookups, unseen


def conflicts_on(tx: Transaction, snapshot: BookingSnapshot) -> Sequence[str] | None:
    """Name foreign events on the booked time, from what was last read of the required people's calendars."""
    session, slot = snapshot.session, snapshot.booking.slot
    if session is None or slot is None:
        return None
    return foreign_over(tx, session, slot)


def foreign_over(tx: Transaction, session: EventSession, slot: Span) -> tuple[str, ...]:
    """Name the foreign events of required people that lie on what a booking takes."""
    taken = taken_by(session, slot)
    if not taken:
        return ()
    whole = Span(min(one.start for one in taken), max(one.end for one in taken))
    busy = {user: _foreign(tx, session, slot, user, whole) for user in session.required_ids}
    return foreign_on(busy, taken, series=session.recurrence is not None)


def _foreign(tx: Transaction, session: EventSession, slot: Span, user: UserId, whole: Span) -> list[Span]:
    """Give what else takes somebody's time: where they stay away nothing is in the way."""
    theirs = taken_by(session, slot, user)
    foreign = (each.span for each in tx.calendars.busy(user, whole) if not each.ours)
    return [span for span in foreign if any(span.overlaps(one) for one in theirs)]
