"""What must hold each simulated hour, looked at in the calendars themselves and not as gatherly sees them."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from daemon.services import Services
from engine.ids import SessionId, UserId
from engine.model.booking import Booking, BookingState, Delivery, native_session
from engine.model.calendar import BusyStatus
from engine.model.session import EventSession, SessionStatus
from engine.ports.store import Transaction
from engine.time.span import DAY, Span
from tests.simulation.known_sessions import KnownSessions
from tests.simulation.town import PEOPLE, WRITERS, Copy, Simulated

EMPTY = (BookingState.PROPOSED, BookingState.FAILED, BookingState.CANCELLED)
AHEAD = 60 * DAY
READ = b""
"""What is left of a letter that was looked at: a year of them is no memory of the daemon's."""
REFUSALS = ("refused", "id_taken")
Touched = Collection[tuple[str, str]]


@dataclass
class Holding:
    """Looks again and again; what is over is not looked at twice, so that a year costs no more by the day."""

    known: KnownSessions = field(default_factory=KnownSessions)
    _letters: Counter[tuple[str, str]] = field(default_factory=Counter)
    _in_doubt: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Letters that a daemon handed over last before it was killed: it may not have kept that it had."""
    _read: int = 0
    _undone: int = 0
    """How far the log was looked through for what was undone."""

    def broken(
        self,
        town: Simulated,
        services: Services,
        copies: Collection[Copy],
        touched: Touched,
        *,
        revoked: bool = False,
    ) -> list[str]:
        """Tell what does not hold; `touched` are copies that their owners moved or deleted.

        Where a consent was `revoked` a write may be refused, and else by such owners alone.
        """
        now = town.time.now()
        left = [each for each in copies if (each.user, each.session) not in touched]
        ahead = [each for each in left if each.start > now]
        with services.store.reading() as tx:
            sessions = self.known.open(tx, now)
            asked = {*sessions, *(SessionId(each.session) for each in ahead)}
            bookings = tx.ledger.bookings(asked)
            told = _told(tx, bookings)
            aside = tx.repositories.set_aside.all()
            offered = [*_offered(tx, list(sessions.values()), now)]
            undone = [*self._undone_as_refused(tx, {session for _, session in touched})]
        found = [*_doubled(left), *_overlapping(sessions.values(), now), *_unwanted(ahead, bookings)]
        for name, people in told.items():
            session = sessions.get(name)
            if session is None or session.final_time is None or session.recurrence:
                continue
            if session.final_time.start > now:
                found += _lacking(session, people, left, touched)
        found += [f"{one.name} is set aside ({one.step}): {one.reason}" for one in aside]
        found += [] if revoked else undone
        return [*found, *offered, *self._mailed(town)]

    def _undone_as_refused(self, tx: Transaction, touched: Collection[str]) -> Iterator[str]:
        """Look at what was undone since the last look: a lost answer is no refusal, nor is a taken id."""
        while rows := tx.audit.after(self._undone, actions=("booking.undoing",)):
            self._undone = rows[-1][0]
            for _, row in rows:
                if row.details.get("reason") in REFUSALS and row.object_id not in touched:
                    yield f"{row.object_id} was undone as {row.details['reason']} although nobody refused it"

    def _mailed(self, town: Simulated) -> Iterator[str]:
        """Look at what has been mailed since the last look."""
        until = len(town.room.letters)
        fresh = range(self._read, until)
        self._read = until
        for one in fresh:
            to, text = town.room.recipients[one], town.room.letters[one]
            town.room.letters[one] = READ
            name = _message_id(text)
            self._letters[to, name] += 1
            if self._letters[to, name] > 1 + self._in_doubt[to, name]:
                yield f"{to} was sent {name} {self._letters[to, name]} times"

    def killed(self, town: Simulated, letters: int) -> None:
        """Let the last of the letters that a killed daemon handed over come once more.

        `letters` is how many had been handed over as it began. Between the relay's answer and what is kept of
        it lies no more than one.
        """
        if len(town.room.letters) > letters:
            self._in_doubt[town.room.recipients[-1], _message_id(town.room.letters[-1])] += 1


def _told(tx: Transaction, bookings: Mapping[SessionId, Booking]) -> Mapping[SessionId, set[UserId]]:
    """Tell who has a copy of each confirmed booking, by the ledger."""
    confirmed = [name for name, one in bookings.items() if one.state is BookingState.CONFIRMED]
    return {
        name: {one.attendee for one in effects if one.delivery is Delivery.WRITTEN}
        for name, effects in tx.ledger.effects_of_any(confirmed).items()
    }


def _unwanted(ahead: Collection[Copy], bookings: Mapping[SessionId, Booking]) -> Iterator[str]:
    for each in ahead:
        one = bookings.get(SessionId(each.session))
        if one is None and each.session.startswith(native_session("")):
            continue  # the family's own events, as they are mirrored
        if one is None:
            yield f"a copy of no session that is known lies with {each.user}"
        elif one.state in EMPTY:
            yield f"{each.user} still has a copy of {each.session}, which is {one.state}"


def _doubled(copies: Collection[Copy]) -> Iterator[str]:
    counted = Counter((each.user, each.session) for each in copies)
    for (user, session), count in counted.items():
        if count > 1:
            yield f"{user} has {session} {count} times"


def _lacking(
    session: EventSession, people: Collection[str], copies: Collection[Copy], touched: Touched
) -> Iterator[str]:
    there = {(each.user, each.session): each.start for each in copies}
    for user in people:
        start = there.get((user, session.id))
        if user not in WRITERS or (user, session.id) in touched:
            continue
        if session.final_time is not None and start != session.final_time.start:
            yield f"{session.id} is booked at {session.final_time.start}, and with {user} it is at {start}"


def _overlapping(sessions: Collection[EventSession], now: int) -> Iterator[str]:
    booked = [one for one in sessions if one.status is SessionStatus.SCHEDULED and one.final_time is not None]
    coming = [one for one in booked if one.final_time is not None and one.final_time.end > now]
    for one, other in combinations(coming, 2):
        if one.final_time is None or other.final_time is None or one.recurrence or other.recurrence:
            continue
        both = set(one.required_ids) & set(other.required_ids)
        if both and one.final_time.span.overlaps(other.final_time.span):
            yield f"{one.id} and {other.id} both need {', '.join(sorted(both))} at one time"


def _offered(tx: Transaction, sessions: Collection[EventSession], now: int) -> Iterator[str]:
    """What is offered lies in nobody's busy times that have been read."""
    waiting = [one for one in sessions if one.status is SessionStatus.PENDING and one.final_time is None]
    offering = [one for one in waiting if one.proposed_times and not one.recurrence]
    if not offering:
        return
    woken = set(tx.wakes.due(now, 1000))
    read = tx.calendars.busy_of([UserId(name) for name in PEOPLE], Span(now, now + AHEAD))
    taken = {
        user: [one.span for one in busy if not one.ours and one.status is BusyStatus.BUSY]
        for user, busy in read.items()
    }
    for one in offering:
        coming = [slot for slot in one.proposed_times if slot.start > now and one.id not in woken]
        for user in one.required_ids:
            for slot in coming:
                if any(span.overlaps(slot.span) for span in taken.get(user, ())):
                    yield f"{one.id} is offered at {slot.start}, when {user} is busy"


def _message_id(letter: bytes) -> str:
    line = next((one for one in letter.splitlines() if one.lower().startswith(b"message-id:")), b"")
    return line.partition(b":")[2].strip().decode()
