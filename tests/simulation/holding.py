"""What must hold each simulated hour, looked at in the calendars themselves and not as gatherly sees them."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from daemon.services import Services
from engine.booking.outcome import DEFINITE
from engine.booking.timing import REFUSALS_BEFORE_STUCK
from engine.ids import SessionId, UserId
from engine.model.booking import (
    UNFINISHED,
    Booking,
    BookingState,
    Delivery,
    Effect,
    EffectState,
    Want,
    Why,
    native_session,
)
from engine.model.calendar import BusyStatus
from engine.model.session import EventSession, SessionStatus
from engine.ports.store import Transaction
from engine.time.span import DAY, HOUR, Span
from tests.simulation.daemon import SOON
from tests.simulation.known_sessions import KnownSessions
from tests.simulation.mishaps import Mishaps
from tests.simulation.people import People
from tests.simulation.town import PEOPLE, WRITERS, Copy, Simulated

EMPTY = (BookingState.PROPOSED, BookingState.FAILED, BookingState.CANCELLED)
AHEAD = 60 * DAY
SOON_TOLD, MOST = HOUR, 1000
"""Seconds within which what was tried in vain is told again, and more than is ever left to be told."""
READ = b""
"""What is left of a letter that was looked at: a year of them is no memory of the daemon's."""
REFUSALS = (Why.REFUSED, Why.TAKEN)
NOES = (Why.DECLINED, Why.MOVED)
Touched = Collection[tuple[str, str]]


@dataclass
class Holding:
    """Looks again and again; what is over is not looked at twice, so that a year costs no more by the day."""

    known: KnownSessions
    _letters: Counter[tuple[str, str]] = field(default_factory=Counter)
    _in_doubt: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Letters that a daemon handed over last before it was killed: it may not have kept that it had."""
    _kills: int = 0
    _read: int = 0
    _undone: int = 0
    _confirmed: int = 0
    """How far the log was looked through for what was undone, and what was confirmed."""

    def broken(
        self,
        town: Simulated,
        services: Services,
        copies: Collection[Copy],
        people: People,
        mishaps: Mishaps,
    ) -> list[str]:
        """Tell what does not hold.

        Writes are refused where a mishap had it so, and else by owners who touched their copies alone.
        """
        now, touched = town.time.now(), people.touched
        left = [each for each in copies if (each.user, each.session) not in touched]
        ahead = [each for each in left if each.start > now]
        with services.store.reading() as tx:
            sessions = self.known.open(tx, now)
            asked = {*sessions, *(SessionId(each.session) for each in ahead)}
            bookings = tx.ledger.bookings(asked)
            holders = _holders(tx, bookings)
            aside = tx.repositories.set_aside.all()
            offered = [*_offered(tx, list(sessions.values()), now)]
            undone = [*self._undone_by_nobody(tx, people, mishaps.refused_until)]
            told = [*self._told_in_vain(tx, now)]
        found = [*_doubled(left), *_overlapping(sessions.values(), now), *_unwanted(ahead, bookings)]
        found += _not_undone(copies, bookings)
        for name, having in holders.items():
            session = sessions.get(name)
            if session is None or session.final_time is None or session.recurrence:
                continue
            if session.final_time.start > now:
                found += _lacking(session, having, left, touched)
        found += [f"{one.name} is set aside ({one.step}): {one.reason}" for one in aside]
        return [*found, *offered, *undone, *told, *self._mailed(town)]

    def _undone_by_nobody(self, tx: Transaction, people: People, refused_until: int) -> Iterator[str]:
        """Look at what was undone since the last look: a lost answer is no refusal, nor is a taken id.

        And nobody has said no who did nothing.
        """
        theirs = {session for _, session in people.touched}
        causes = {**dict.fromkeys(REFUSALS, theirs), **dict.fromkeys(NOES, theirs | people.declined)}
        while rows := tx.audit.after(self._undone, actions=("booking.undoing",)):
            self._undone = rows[-1][0]
            for _, row in rows:
                reason = row.details.get("reason")
                refused = reason in REFUSALS and row.at <= refused_until
                if reason in causes and row.object_id not in causes[reason] and not refused:
                    yield f"{row.object_id} was undone as {reason} although nobody did that"

    def confirmed_too_soon(self, tx: Transaction) -> Iterator[str]:
        """Look at what was confirmed since the last look: by then every copy is acknowledged."""
        while rows := tx.audit.after(self._confirmed, actions=("booking.confirmed",)):
            self._confirmed = rows[-1][0]
            for _, row in rows:
                yield from _too_soon(tx, SessionId(row.object_id))

    def left_alone(self, tx: Transaction, now: int) -> Iterator[str]:
        """What is due is taken up, once nobody is at work at it any more, and what cannot be done is said."""
        for one in tx.ledger.bookings(tx.ledger.in_state(tuple(UNFINISHED))).values():
            due = max(one.next_at, one.lease_until)
            if due < now - SOON:
                yield f"{one.session} is {one.state}, due since {now - due} s, and nobody comes to it"
            if one.state is BookingState.UNDOING and any(map(_is_hopeless, tx.ledger.effects(one.session))):
                yield f"{one.session} cannot be taken back, and is not called stuck"

    def _told_in_vain(self, tx: Transaction, now: int) -> Iterator[str]:
        """What was told is known to be told, unless whoever told it was killed just then."""
        for name in tx.outbox.due(now + SOON_TOLD, MOST):
            entry = tx.outbox.get(name)
            if entry is not None and entry.attempts > self._kills and entry.last_error is None:
                yield f"{name} was told {entry.attempts} times, and is told again"

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
        self._kills += 1
        if len(town.room.letters) > letters:
            self._in_doubt[town.room.recipients[-1], _message_id(town.room.letters[-1])] += 1


def _too_soon(tx: Transaction, name: SessionId) -> Iterator[str]:
    booking = tx.ledger.booking(name)
    if booking is None or booking.state is not BookingState.CONFIRMED:
        return  # of a daemon that was killed, and long past
    for one in tx.ledger.effects(name):
        if one.epoch == booking.epoch and not _has_ended(one):
            yield f"{name} was confirmed before {one.attendee} had it for certain"


def _is_hopeless(effect: Effect) -> bool:
    left = effect.want is Want.ABSENT and effect.state is not EffectState.GONE
    return left and effect.last_code in DEFINITE and effect.attempts >= REFUSALS_BEFORE_STUCK


def _has_ended(effect: Effect) -> bool:
    """Tell whether a copy is written, or its owner's no to it known, or there is none to be written."""
    written = effect.want is Want.PRESENT and effect.delivery is Delivery.WRITTEN
    return not written or effect.state in (EffectState.WRITTEN, EffectState.REFUSED)


def _holders(tx: Transaction, bookings: Mapping[SessionId, Booking]) -> Mapping[SessionId, set[UserId]]:
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


def _not_undone(copies: Collection[Copy], bookings: Mapping[SessionId, Booking]) -> Iterator[str]:
    """When the quarantine begins, everything that was ever written is gone (R4)."""
    for each in copies:
        one = bookings.get(SessionId(each.session))
        if one is not None and one.state is BookingState.QUARANTINE:
            yield f"{each.user} still has a copy of {each.session}, of which everything is called gone"


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
