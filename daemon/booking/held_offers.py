"""What a hold does to other sessions' offers, in the transaction that takes or frees it."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from engine.booking.offers import is_offering, taken, withheld
from engine.ids import SessionId, UserId
from engine.model.booking import Hold
from engine.model.session import EventSession, TimeSlot
from engine.model.user import User
from engine.ports.store import Transaction
from engine.time.span import DAY, Instant, Span
from engine.trouble import Trouble, row_by_row


def withhold(tx: Transaction, holds: Sequence[Hold], now: Instant) -> None:
    """Take what these holds touch off every other session's offer, and have those sessions looked at."""
    own, people = {hold.session for hold in holds}, {hold.person for hold in holds}
    opened = _others(tx, people, own, now)
    offering = [each for each in opened if is_offering(each) and each.proposed_times]
    users = _users(tx, people) if offering else {}
    for session in offering:
        lost = taken(session, holds, users)
        if lost:
            tx.sessions.put(withheld(session, lost))
            tx.wakes.add((session.id,), now)


def without_held(tx: Transaction, session: EventSession) -> EventSession:
    """Take off a session's own offer what was held for others while it offered nothing."""
    if not is_offering(session) or not session.proposed_times:
        return session
    lost = held_elsewhere(tx, session)
    return withheld(session, lost) if lost else session


def wake_those_that_wait(tx: Transaction, session: SessionId, now: Instant) -> None:
    """Have the sessions looked at that lost a slot to this one's holds, or wait for what becomes of it."""
    ended = tx.sessions.get(session)
    if ended is not None:
        wake_waiting(tx, ended.required_ids, session, now)


def wake_waiting(tx: Transaction, people: Iterable[UserId], session: SessionId, now: Instant) -> None:
    """Have the sessions of people looked at that wait for what a session held."""
    waiting = _others(tx, people, {session}, now)
    tx.wakes.add([each.id for each in waiting if each.withheld or not each.proposed_times], now)


def _others(
    tx: Transaction, people: Iterable[UserId], own: Collection[SessionId], now: Instant
) -> Iterator[EventSession]:
    """Give other pending sessions of people; one that does not open is woken, and met as its own trouble."""
    theirs = (each for each in tx.sessions.pending_with_any(set(people)) if each not in own)
    for session, found in row_by_row(theirs, tx.sessions.get):
        if isinstance(found, Trouble):
            tx.wakes.add((session,), now)
        elif found is not None:
            yield found


def held_elsewhere(tx: Transaction, session: EventSession) -> dict[TimeSlot, UserId]:
    """Tell which of a session's slots meet what is held of whom for others."""
    spans = [span for slot in session.proposed_times for span in slot.known_spans]
    first, last = min(span.start for span in spans), max(span.end for span in spans)
    near = tx.ledger.holds_of_any(session.required_ids, Span(first, last).widen(DAY, DAY))
    others = [hold for hold in near if hold.session != session.id]
    return taken(session, others, _users(tx, {hold.person for hold in others}))


def _users(tx: Transaction, people: Iterable[UserId]) -> dict[UserId, User]:
    return {user: found for user in people if (found := tx.users.get(user)) is not None}
